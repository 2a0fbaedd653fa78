"""Who may talk to the dashboard, and what its pages may do: checked before Flask and Socket.IO see a request.

Another site that is open in the same browser must not reach the camera. It can point a name of its own at 127.0.0.1
(DNS rebinding): so the Host header must be one of ours. It can send requests here from its own pages (CSRF): so an Origin
header, which browsers add to every POST and WebSocket, must be that host, and what another site fetches, frames or
embeds (``Sec-Fetch-Site``) is refused, too; it may only link to a page.

Another account of this machine, or whoever reaches a proxy in front of it, must not reach the camera either: so every
request has to show the token (``access.py``), whatever its Host says. With ``--zoom-panel`` one https origin is ours, too
(``zoom_origin.py``); what comes by it is answered by the rules that Zoom asks for.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote, urlencode

from werkzeug.wrappers import Response

from web.security.access import Access, is_forwarded
from web.security.zoom_origin import ZoomPanel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
HTTP_PORT: Final = 80
"""Browsers leave this one out of the Host header."""

CONTENT_SECURITY_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    # blob: a chosen picture before it is uploaded. data: the little arrows inside Bootstrap's style sheet.
    "img-src": "'self' blob: data:",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}


def _policy(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


SECURITY_HEADERS: Final = (
    ("Content-Security-Policy", _policy(CONTENT_SECURITY_POLICY)),
    ("X-Content-Type-Options", "nosniff"),
    # Not no-referrer: the form that takes the token is only obeyed with its Origin, which that would withhold.
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
ZOOM_FRAME_ANCESTORS: Final = "'self' zoom.us *.zoom.us"
"""Who may frame the panel: Zoom's client in a browser does; its other clients have a window of their own for it."""
HSTS_SECONDS: Final = 31_536_000
"""Seconds: as long as Zoom's own samples."""

UNLOCK_PATH: Final = "/unlock"
"""The page that asks for the token."""
PATHS_WITHOUT_TOKEN: Final = (UNLOCK_PATH, "/panel/installed")
"""What says nothing of anybody: that page, and where Zoom sends a browser after the app was added."""
LINKABLE_PAGES: Final = re.compile(
    r"/|/picture|/health|/start|/settings|/unlock|/panel|/panel/installed"
    r"|/history|/history/pictures|/history/trends|/history/recordings|/history/[0-9A-Za-z-]{8,64}"
)
"""The pages, to which another site may link: they tell whoever opens them, change nothing, and save no file."""
LOCKED_PATH: Final = "mien.locked"
"""In the request's environment: which path was asked for without the token."""
STATIC_PREFIX: Final = "/static/"
"""Code and pictures that are the same for everybody."""
SOCKET_PREFIX: Final = "/socket.io/"
MAX_SOCKETS: Final = 100
"""Live connections at once: each has threads of its own, and nobody has a hundred windows of one program."""


def panel_headers(panel: ZoomPanel) -> tuple[tuple[str, str], ...]:
    """The same rules for what comes by the panel's origin, with what Zoom wants: else its panel stays empty."""
    # Safari's engine, in which Zoom shows panels on a Mac, long took 'self' for https alone.
    policy = CONTENT_SECURITY_POLICY | {"connect-src": f"'self' wss://{panel.host}", "frame-ancestors": ZOOM_FRAME_ANCESTORS}
    changed = {"Content-Security-Policy": _policy(policy)}
    kept = tuple((name, changed.get(name, value)) for name, value in SECURITY_HEADERS)
    return (*kept, ("Strict-Transport-Security", f"max-age={HSTS_SECONDS}"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where the dashboard listens, and whether Mien itself serves https there."""

    host: str
    port: int
    secure: bool = False

    @property
    def scheme(self) -> str:
        return "https" if self.secure else "http"

    @property
    def literal(self) -> str:
        """The host as it stands in an address: IPv6 in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        """What a person opens; a host that means every interface is reached through this machine's own."""
        host = LOOPBACK_HOSTS[0] if self.everywhere else self.literal
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def everywhere(self) -> bool:
        """Whether it listens on every interface."""
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound  # nosec B104

    @property
    def private(self) -> bool:
        """Whether only this machine can reach it."""
        return f"{self.literal}" in LOOPBACK_HOSTS or self.host.startswith("127.")

    def is_ours(self, host: str) -> bool:
        """Whether a Host header means this dashboard."""
        name, port = _split(host)
        if port != self.port:
            return False
        # Rebinding needs a name: an address that is typed as a number cannot be somebody else's.
        return name in (*LOOPBACK_HOSTS, self.literal.lower()) or (self.everywhere and _is_number(name))


def _split(host: str) -> tuple[str, int]:
    """Name and port of a Host header; port -1 if it is none."""
    name, colon, port = host.lower().rpartition(":")
    if not colon or port.endswith("]"):
        return host.lower(), HTTP_PORT
    return name, int(port) if port.isascii() and port.isdigit() else -1


def _is_number(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Gate:
    """WSGI middleware: strangers get a sentence and 403; everything that leaves carries the headers above.

    sockets: how many live connections there are.
    """

    def __init__(
        self, app: "WSGIApplication", address: Address, access: Access, panel: ZoomPanel | None, sockets: Callable[[], int]
    ) -> None:
        self._app, self._address, self._access, self._panel, self._sockets = app, address, access, panel, sockets

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        panel = self._panel if self._panel and self._panel.is_meant_by(environ) else None
        rules = panel_headers(panel) if panel else SECURITY_HEADERS

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, *rules, *_not_kept(environ)], *rest)

        if panel or self._address.secure:
            # TLS may have ended at the tunnel; Socket.IO, which looks at the origin once more, has to know.
            environ["wsgi.url_scheme"] = "https"
        return self._answer(environ, panel)(environ, start)

    def _answer(self, environ: "WSGIEnvironment", panel: ZoomPanel | None) -> "WSGIApplication":
        """Who answers a request: the app, or a refusal."""
        objection = self._objection(environ, panel)
        if objection is not None:
            return Response(objection + "\n", 403)
        path = str(environ.get("PATH_INFO", ""))
        if path in PATHS_WITHOUT_TOKEN or path.startswith(STATIC_PREFIX):
            return self._app
        by_panel = panel is not None
        if not self._access.lets_in(environ, by_panel=by_panel):
            return self._entry(environ, by_panel=by_panel) or self._locked(environ)
        if path.startswith(SOCKET_PREFIX) and "sid=" not in environ.get("QUERY_STRING", "") and self._sockets() >= MAX_SOCKETS:
            return Response(f"{MAX_SOCKETS} windows of Mien are connected. Close some.\n", 503, {"Retry-After": "10"})
        return self._app

    def _objection(self, environ: "WSGIEnvironment", panel: ZoomPanel | None) -> str | None:
        """Why a request is refused whatever it shows, or None."""
        host = environ.get("HTTP_HOST", "")
        if not panel and not self._address.is_ours(host):
            return f"Mien does not answer to the name {host!r}. Open {self._address.url}, or start it with --host."
        ours, open_this = (
            (panel.origin, panel.address) if panel else (f"{self._address.scheme}://{host.lower()}", self._address.url)
        )
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin.lower() != ours:
            return f"Mien obeys its own pages only, and this came from {origin!r}. Open {open_this}."
        if not _is_asked_by_us(environ, framed=panel is not None):
            return f"Mien obeys its own pages only, and this was asked for by another site. Open {open_this}."
        if self._access.token is None and is_forwarded(environ):
            return "This came through a proxy, and with --no-token Mien answers programs of this machine alone. Leave that out."
        return None

    def _entry(self, environ: "WSGIEnvironment", *, by_panel: bool) -> Response | None:
        """A page that stores the cookie and goes on, for an address with the token or a good code in it."""
        asked = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        token, code = asked.pop("token", [""])[0], asked.pop("code", [""])[0]
        if environ["REQUEST_METHOD"] != "GET" or not (self._access.opens_with(token) or self._access.redeem(code, environ)):
            return None
        rest = urlencode(asked, doseq=True)
        here = quote(path_of(environ).encode("latin-1")) + (f"?{rest}" if rest else "")
        # A redirect would count as a step of the site that led here, which a strict cookie is withheld from; this page's own
        # step does not.
        page = f'<!doctype html><title>Mien</title><meta http-equiv="refresh" content="0; url={escape(here)}">'
        cookie = self._access.cookie(environ, by_panel=by_panel)
        return Response(page, 200, {"Set-Cookie": cookie, "Content-Type": "text/html; charset=utf-8"})

    def _locked(self, environ: "WSGIEnvironment") -> "WSGIApplication":
        """The page that asks for the token in place of a page, a sentence in place of anything else."""
        if environ["REQUEST_METHOD"] != "GET" or "text/html" not in environ.get("HTTP_ACCEPT", ""):
            return Response("Mien wants its token here. Open the address that Mien printed where it was started.\n", 403)
        environ[LOCKED_PATH] = path_of(environ)
        environ["PATH_INFO"] = UNLOCK_PATH
        return self._app


def path_of(environ: "WSGIEnvironment") -> str:
    """The path that was asked for, on this very host: two slashes at its beginning would name another."""
    return "/" + str(environ.get("PATH_INFO", "")).lstrip("/\\")


def _is_asked_by_us(environ: "WSGIEnvironment", *, framed: bool) -> bool:
    """Whether a request comes from our own pages, from the person, or is a link to a page (Fetch Metadata, W3C).

    framed: whether another site, Zoom's client, may frame a page. Browsers that do not send these headers are believed: they
    send Origin, and hold back a strict cookie.
    """
    if environ.get("HTTP_SEC_FETCH_SITE", "none") in ("none", "same-origin"):
        return True
    destinations = ("document", "iframe") if framed else ("document",)
    return (
        environ["REQUEST_METHOD"] == "GET"
        and LINKABLE_PAGES.fullmatch(str(environ.get("PATH_INFO", ""))) is not None
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") in destinations
    )


def _not_kept(environ: "WSGIEnvironment") -> list[tuple[str, str]]:
    """What is said about faces stays out of the browser's cache on the disk."""
    return [] if environ.get("PATH_INFO", "").startswith("/static/") else [("Cache-Control", "no-store")]
