"""The token of the dashboard: where it is kept, how a request shows it, and the one-time code of a browser that Mien opens.

The token belongs to this installation. It lies in a file that only the person can read. After its first visit a browser keeps
a cookie that is derived from it. Other accounts of the machine cannot read the file, and no other site can make a browser send
the cookie.

A browser that Mien opens gets a code instead, because every account can read the command line of the program that opens it. The
code works once, for a minute, directly and not through a proxy; on Linux only for a program of this account (``gate.py``).
"""

import hmac
import os
import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

from werkzeug.http import dump_cookie, parse_cookie

from tracker.core.errors import MissingError
from tracker.core.private_files import TOKEN_FILE, close_to_others, find_foreign, private_folder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

TOKEN_BYTES: Final = 18
"""144 bits, 24 letters: too many to guess."""
SHORTEST_TOKEN: Final = 16
"""Letters of a token that somebody wrote into its file."""
CODE_SECONDS: Final = 60.0
"""How long a code is good: as long as a browser may take to start."""
COOKIE_SECONDS: Final = 31_536_000
"""How long a browser keeps the cookie: a year."""
Way = Literal["here", "panel", "public"]
"""How a request comes: by Mien's own address, by the origin of Zoom's panel, or by the public origin of a reverse proxy."""
WAY: Final = "mien.way"
"""The key in a request's WSGI environment of its Way."""
PANEL_COOKIE: Final = "mien-panel"
"""The cookie's name for requests that come by Zoom's panel."""
PUBLIC_COOKIE: Final = "__Host-mien"
"""The cookie's name for requests that come by the public origin; by its prefix browsers send it to that host alone, over https,
and no neighbour's name can set it. Source: RFC 6265bis, cookie name prefixes."""
FORWARDING_HEADERS: Final = re.compile(
    # Any proxy, by RFC 9110 and 7239, and by habit.
    r"HTTP_(VIA|CDN_LOOP|(X_)?(ORIGINAL_|REAL_|PROXY_?USER_)?FORWARDED(_\w+)?|X_ORIGINAL_(HOST|URL|URI)|X_PROXYUSER_IP"
    r"|(X_)?(REAL|CLIENT|CLUSTER_CLIENT|TRUE_CLIENT|REMOTE|SOURCE|ORIGINATING)_(IP|ADDR)|(X_|WL_)?PROXY_CLIENT_IP"
    # Cloudflare, Fastly, Fly, Azure, App Engine, Envoy, Tailscale, Amazon, ngrok.
    r"|CF_\w+|FASTLY_\w+|FLY_\w+|X_AZURE_\w+|X_APPENGINE_\w+|X_ENVOY_\w+|TAILSCALE_\w+|X_AMZ\w+|CLOUDFRONT_\w+|NGROK_\w+)"
)
"""WSGI names of the headers that a proxy adds to a request that it passes on."""
PROXY_PROTOCOL: Final = "HTTP/1.0"
"""What nginx and others speak behind them unless they are told otherwise; no browser does."""


@dataclass(slots=True)
class Access:
    """Decides whether a request shows the token. Its methods may be called from any thread.

    Attributes:
        token: what a request has to show; None with ``--no-token``: nothing.
        secure: whether Mien itself serves https.
    """

    token: str | None = None
    secure: bool = False
    _codes: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def is_token(self, text: str) -> bool:
        """Whether a text is the token, compared in constant time; False if there is no token."""
        return self.token is not None and secrets.compare_digest(text.encode(), self.token.encode())

    def allows(self, environ: "WSGIEnvironment", way: Way) -> bool:
        """Whether a request may be answered.

        Args:
            environ: the request; it may show the token as a cookie or as ``Authorization: Bearer TOKEN``.
            way: how it came; each has a cookie of its own.

        Returns:
            True if the request shows the token, or if there is none.
        """
        if self.token is None:
            return True
        scheme, _, bearer = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        if scheme.lower() == "bearer":
            return self.is_token(bearer.strip())
        try:
            cookies = parse_cookie(environ)
        except UnicodeDecodeError:
            # No browser sends such bytes.
            return False
        name = cookie_name(environ, way)
        return secrets.compare_digest(cookies.get(name, "").encode(), self.cookie_value(name).encode())

    def new_code(self) -> str:
        """Make a code for the address of one browser window; it is good once, for ``CODE_SECONDS``."""
        code = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._codes[code] = time.monotonic() + CODE_SECONDS
        return code

    def redeem(self, code: str) -> bool:
        """Use a code up, and say whether it was good."""
        with self._lock:
            until = self._codes.pop(code, 0.0)
        return time.monotonic() < until

    def cookie_value(self, name: str) -> str:
        """What a cookie of this name has to hold: the token's HMAC-SHA256 over the name, in hexadecimal (RFC 2104).

        Browsers send a cookie to every port of 127.0.0.1, so to a server of another account as well. What such a server learns
        opens neither Zoom's panel nor the public origin, whose cookies have other names, nor anything that asks for the token
        itself.
        """
        return hmac.digest((self.token or "").encode(), name.encode(), "sha256").hex()

    def cookie(self, environ: "WSGIEnvironment", way: Way) -> str:
        """The value of a Set-Cookie header, by which a browser shows the token from now on."""
        name = cookie_name(environ, way)
        return dump_cookie(
            name,
            self.cookie_value(name),
            max_age=COOKIE_SECONDS,
            httponly=True,
            secure=way != "here" or self.secure,
            # Zoom's client in a browser frames the panel. There the cookie is a third party's, which browsers send only with
            # SameSite=None. Partitioned: only the frame inside Zoom has it, a frame on any other site has not.
            samesite="None" if way == "panel" else "Strict",
            partitioned=way == "panel",
        )


def cookie_name(environ: "WSGIEnvironment", way: Way) -> str:
    """The cookie's name, with the port in it: browsers send a cookie to every port of a host, and several Miens may run."""
    return {"here": f"mien-{environ['SERVER_PORT']}", "panel": PANEL_COOKIE, "public": PUBLIC_COOKIE}[way]


def is_forwarded(environ: "WSGIEnvironment") -> bool:
    """Whether a proxy passed this request on, as far as the request tells."""
    return environ["SERVER_PROTOCOL"] == PROXY_PROTOCOL or any(FORWARDING_HEADERS.fullmatch(name) for name in environ)


def installation_token(folder: Path) -> str:
    """Read the token of this installation, or make it on the first call, in a file that only this account can read.

    Args:
        folder: the data folder, which is made if it is missing.

    Raises:
        MissingError: if the file cannot be written or read, is too short, or belongs to another account.
    """
    file = folder / TOKEN_FILE
    if foreign := find_foreign(file):
        raise MissingError(f"{foreign} belongs to another account of this machine, which may know the token. Delete it.")
    try:
        private_folder(folder)
        if not file.exists():
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as opened:
                opened.write(secrets.token_urlsafe(TOKEN_BYTES))
        close_to_others(file)
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MissingError(f"The dashboard's token cannot be saved in {file} ({error}). Make that folder writable.") from error
    if len(token) < SHORTEST_TOKEN:
        raise MissingError(
            f"The dashboard's token in {file} is empty or too short: it needs {SHORTEST_TOKEN} letters."
            " Delete that file: Mien makes a new one."
        )
    return token
