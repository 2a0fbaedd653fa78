"""The https origin under which Zoom's side panel loads the dashboard: its name, its rules, and the key of who may come in."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from platformdirs import user_data_path
from werkzeug.http import parse_cookie

from tracker.errors import MissingError, UsageError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ORIGIN: Final = re.compile(r"https://(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:(?P<port>[0-9]{1,5}))?/?")
HTTPS_PORT: Final = 443
"""Browsers leave this one out of the Host and the Origin header."""
LARGEST_PORT: Final = 65535
COOKIE: Final = "mien-panel"
KEY_BYTES: Final = 18
"""144 bits: 24 letters, which nobody guesses."""

UNLOCKED: Final = ("/panel", "/panel/installed")
"""What answers without the key: the page that asks for it, and where Zoom sends a browser after the app was added."""
ASSETS: Final = "/static/"
"""Code and pictures that are the same for everybody."""


@dataclass(frozen=True, slots=True)
class Panel:
    """host: of the origin, with its port unless that is 443. key: what a browser has to know that comes by this origin."""

    host: str
    key: str

    @classmethod
    def at(cls, origin: str, key: str) -> Self:
        """From https://host or https://host:port; UsageError for anything else."""
        found = ORIGIN.fullmatch(origin.strip().lower())
        port = int(found["port"] or HTTPS_PORT) if found else 0
        if not found or not 0 < port <= LARGEST_PORT:
            raise UsageError(
                f"{origin!r} is no https origin. --zoom-panel takes https:// and a name, with a port if need be and no path,"
                " for example https://mien.example.org: Zoom loads its panels over https only."
            )
        return cls(found["host"] if port == HTTPS_PORT else f"{found['host']}:{port}", key)

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    @property
    def address(self) -> str:
        """What Zoom is told to load."""
        return f"{self.origin}/panel"

    def is_meant_by(self, environ: "WSGIEnvironment") -> bool:
        """Whether a request came by this origin: its Host header says so."""
        return self.host == str(environ.get("HTTP_HOST", "")).lower().removesuffix(f":{HTTPS_PORT}")

    def opens_with(self, key: str) -> bool:
        return secrets.compare_digest(key.encode(), self.key.encode())

    def is_open_to(self, environ: "WSGIEnvironment") -> bool:
        """Whether the browser has shown the key before. One on this machine's own address needs none."""
        return not self.is_meant_by(environ) or self.opens_with(_shown_key(environ))

    def lets_through(self, environ: "WSGIEnvironment") -> bool:
        """Whether a request that came by this origin may be answered."""
        path = str(environ.get("PATH_INFO", ""))
        return path in UNLOCKED or path.startswith(ASSETS) or self.is_open_to(environ)


def _shown_key(environ: "WSGIEnvironment") -> str:
    try:
        return parse_cookie(environ).get(COOKIE, "")
    except UnicodeDecodeError:
        # No browser sends such bytes.
        return ""


def open_panel(origin: str, folder: Path | None = None) -> Panel:
    """The panel at an origin, with the key of this machine; ``folder``: where that lies, else the user's data folder."""
    return Panel.at(origin, kept_key(folder or user_data_path("mien")))


def kept_key(folder: Path) -> str:
    """The key, made once and readable by the person alone; it stays the same, so that a browser remembers it."""
    file = folder / "zoom-panel.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as opened:
                opened.write(secrets.token_urlsafe(KEY_BYTES))
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MissingError(f"The key of Zoom's panel cannot be kept in {file} ({error}). Make that folder writable.") from error
    if not key:
        raise MissingError(f"The key of Zoom's panel in {file} is empty. Delete that file: Mien makes a new key.")
    return key
