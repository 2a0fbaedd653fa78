"""Who may come in: whoever shows the token, once in the address and then as a cookie, or opens the window that Mien opened.

The token is this installation's, kept in a file for the person alone: an address that was opened once stays open in that
browser. Other accounts of the machine cannot read the file, and other sites cannot send the cookie.

A browser that Mien opens is not given the token, because every account can read the command line of the program that
opens it. It gets a code that is good once, for a minute, and on Linux only from a program of this account.
"""

import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from werkzeug.http import dump_cookie, parse_cookie

from tracker.core.errors import MissingError
from tracker.core.private_files import TOKEN_FILE, private_folder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TOKEN_BYTES: Final = 18
"""144 bits: 24 letters, which nobody guesses."""
CODE_SECONDS: Final = 60.0
"""As long as a browser may take to start."""
COOKIE_SECONDS: Final = 31_536_000
"""A year."""
PANEL_COOKIE: Final = "mien-panel"
FORWARDING_HEADERS: Final = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_REAL_IP",
)
"""What a proxy adds to a request that it passes on for somebody else."""
SOCKET_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""Linux' tables of connections, with the account that each end belongs to; proc(5)."""


@dataclass(slots=True)
class Access:
    """token: what has to be shown; None: nothing (``--no-token``). secure: whether Mien itself serves https.

    Its methods may be called from any thread.
    """

    token: str | None = None
    secure: bool = False
    _codes: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def opens_with(self, shown: str) -> bool:
        """Whether this is the token; in constant time."""
        return self.token is not None and secrets.compare_digest(shown.encode(), self.token.encode())

    def lets_in(self, environ: "WSGIEnvironment", *, by_panel: bool) -> bool:
        """Whether a request shows the token, as a cookie or as ``Authorization: Bearer TOKEN``; or needs none."""
        if self.token is None:
            return True
        scheme, _, bearer = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        shown = bearer.strip() if scheme.lower() == "bearer" else _cookie(environ, cookie_name(environ, by_panel=by_panel))
        return self.opens_with(shown)

    def new_code(self) -> str:
        """A code for the address of one browser window."""
        code = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._codes[code] = time.monotonic() + CODE_SECONDS
        return code

    def redeem(self, code: str, environ: "WSGIEnvironment") -> bool:
        """Whether a code is good; afterwards it is not. One that another account shows is spent, too."""
        with self._lock:
            until = self._codes.pop(code, 0.0)
        return time.monotonic() < until and _from_this_account(environ)

    def cookie(self, environ: "WSGIEnvironment", *, by_panel: bool) -> str:
        """The header that makes a browser show the token from now on."""
        return dump_cookie(
            cookie_name(environ, by_panel=by_panel),
            self.token or "",
            max_age=COOKIE_SECONDS,
            httponly=True,
            secure=by_panel or self.secure,
            # Zoom's client in a browser frames the panel: for it the cookie is another site's, which is sent only if that
            # is said. Partitioned: Zoom's frame has it, and a frame on any other site has not.
            samesite="None" if by_panel else "Strict",
            partitioned=by_panel,
        )


def cookie_name(environ: "WSGIEnvironment", *, by_panel: bool) -> str:
    """Browsers share cookies among the ports of a machine, so the name tells which Mien it is for."""
    return PANEL_COOKIE if by_panel else f"mien-{environ['SERVER_PORT']}"


def is_forwarded(environ: "WSGIEnvironment") -> bool:
    """Whether a proxy says that it passes this request on."""
    return any(name in environ for name in FORWARDING_HEADERS)


def installation_token(folder: Path) -> str:
    """The token in a folder, made once and readable by the person alone; MissingError if it cannot be kept or is empty."""
    file = folder / TOKEN_FILE
    try:
        private_folder(folder)
        if not file.exists():
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as opened:
                opened.write(secrets.token_urlsafe(TOKEN_BYTES))
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MissingError(f"The dashboard's token cannot be kept in {file} ({error}). Make that folder writable.") from error
    if not token:
        raise MissingError(f"The dashboard's token in {file} is empty. Delete that file: Mien makes a new one.")
    return token


def _cookie(environ: "WSGIEnvironment", name: str) -> str:
    try:
        return parse_cookie(environ).get(name, "")
    except UnicodeDecodeError:
        # No browser sends such bytes.
        return ""


def _from_this_account(environ: "WSGIEnvironment") -> bool:
    """Whether the program at the other end runs under this account; where the system does not tell, it is believed."""
    tables = [table for table in SOCKET_TABLES if table.exists()]
    if not tables:
        return True
    ends = f"{int(environ['REMOTE_PORT']):04X}", f"{int(environ['SERVER_PORT']):04X}"
    for table in tables:
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            _, near, far, _, _, _, _, account, *_ = line.split()
            if (near.rpartition(":")[2], far.rpartition(":")[2]) == ends and int(account) == os.getuid():
                return True
    return False
