"""Checks every request before Flask and Socket.IO see it, and adds the headers that bound what a page may do.

Another site that is open in the same browser must not reach the camera. It can point a name of its own at 127.0.0.1 (DNS
rebinding), so the Host header must be one of ours. It can send requests here from its own pages (CSRF), so an Origin header,
which browsers add to every POST and WebSocket, must name that host. What another site fetches, frames or embeds
(``Sec-Fetch-Site``) is refused, too; a link to a page is allowed.

Another account of this machine, and whoever reaches a proxy in front of it, must not reach the camera either. So every request
has to show the token (``access.py``), whatever its Host header says. A browser shows its cookie to every port of this machine,
so another account may learn it: where the system tells (``peer_account.py``), programs of other accounts are refused, cookie
or not. With ``--zoom-panel`` one https origin is ours, too (``zoom_panel.py``), and a proxy of any account may pass it on;
requests that come by it are answered with the headers that Zoom asks for. With ``--public-origin`` so is the name of a reverse
proxy (``public_origin.py``), under the strict rules and with a cookie of its own.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote, urlencode

from werkzeug.wrappers import Response

from web.security.access import WAY, Access, Way, is_forwarded
from web.security.peer_account import PEER_KEY, Peer
from web.security.public_origin import PublicOrigin
from web.security.zoom_panel import ZoomPanel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
HTTP_PORT: Final = 80
"""Browsers leave this port out of the Host header."""
PORT: Final = re.compile(r"[0-9]{1,5}")
"""How one is written; Python refuses to read a number of thousands of digits."""

CONTENT_SECURITY_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    # blob: a chosen picture before it is uploaded. data: the little arrows inside Bootstrap's style sheet.
    "img-src": "'self' blob: data:",
    "media-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    # While a page has the camera it stays, and shows Mien's other pages in a frame.
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
"""What a page may load and do, by directive. Source: W3C, Content Security Policy Level 3."""


def _policy_header(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


SECURITY_HEADERS: Final = (
    ("Content-Security-Policy", _policy_header(CONTENT_SECURITY_POLICY)),
    ("X-Content-Type-Options", "nosniff"),
    # Not no-referrer: browsers would then leave the Origin out of the form that sends the token.
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
"""Added to every answer."""
ZOOM_FRAME_ANCESTORS: Final = "'self' zoom.us *.zoom.us"
"""Who may frame the panel: Zoom's client in a browser. Its other clients show the panel in a window of its own."""
HSTS_SECONDS: Final = 31_536_000
"""A year, as in Zoom's own samples."""
HTTPS_ONLY: Final = ("Strict-Transport-Security", f"max-age={HSTS_SECONDS}")
"""Added to answers by an https origin."""

UNLOCK_PATH: Final = "/unlock"
"""The page that asks for the token."""
PATHS_WITHOUT_TOKEN: Final = (UNLOCK_PATH, "/panel/installed")
"""Pages that show nothing personal: the one above, and the one to which Zoom leads after the app was added."""
WEBHOOK_PATH: Final = "/zoom/webhook"
"""Where Zoom announces streams, by the panel's origin: instead of the token it shows a signature (``zoom_webhook.py``)."""
LINKABLE_PAGES: Final = re.compile(
    r"/|/call|/picture|/health|/start|/settings|/unlock|/panel|/panel/installed"
    r"|/history|/history/pictures|/history/trends|/history/recordings|/history/[0-9A-Za-z-]{8,64}"
)
"""The pages to which another site may link: opening one changes nothing and saves no file."""
LOCKED_PATH: Final = "mien.locked"
"""The key in a request's WSGI environment of the path that was asked for without the token."""
UNLOCKED: Final = "mien.unlocked"
"""The key in a request's WSGI environment of whether it may be told what is kept: it showed the token, or there is none."""
STATIC_PREFIX: Final = "/static/"
"""Code and pictures that are the same for everybody."""
SOCKET_PREFIX: Final = "/socket.io/"
MAX_SOCKETS: Final = 100
"""Live connections at once. Each has threads of its own, and nobody has a hundred windows of one program open."""


def panel_headers(panel: ZoomPanel) -> tuple[tuple[str, str], ...]:
    """The headers of answers that go to Zoom's panel: ``SECURITY_HEADERS``, with what Zoom needs in order to show the panel."""
    # Safari's engine, in which Zoom shows panels on a Mac, long took 'self' to mean https alone.
    policy = CONTENT_SECURITY_POLICY | {"connect-src": f"'self' wss://{panel.host}", "frame-ancestors": ZOOM_FRAME_ANCESTORS}
    changed = {"Content-Security-Policy": _policy_header(policy)}
    kept = tuple((name, changed.get(name, value)) for name, value in SECURITY_HEADERS)
    return (*kept, HTTPS_ONLY)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the dashboard listens.

    Attributes:
        host: a name or a number; IPv6 without brackets.
        port: 1 to 65535.
        secure: whether Mien itself serves https there.
        bound: the number that the host stood for when Mien began to listen; empty: the host is a number.
    """

    host: str
    port: int
    secure: bool = False
    bound: str = ""

    @property
    def scheme(self) -> str:
        return "https" if self.secure else "http"

    @property
    def literal(self) -> str:
        """The host as it is written in an address: IPv6 in brackets."""
        return _literal(self.host)

    @property
    def url(self) -> str:
        """The address that a person on this machine opens; of a host that means every interface, the loopback one.

        A name may stand for several numbers, at one of which another account listens: a browser that tries that one first would
        show it the token. So the number is named, but not with https, where certificates are for names and tell who answers.
        """
        host = LOOPBACK_HOSTS[0] if self.everywhere else _literal(self.host if self.secure else self.bound or self.host)
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
        """Whether a Host header names this dashboard.

        Args:
            host: the header, such as ``localhost:8765``.
        """
        name, colon, digits = host.lower().rpartition(":")
        if not colon or digits.endswith("]"):
            name, port = host.lower(), HTTP_PORT
        else:
            port = int(digits) if PORT.fullmatch(digits) else -1
        if port != self.port:
            return False
        if name in (*LOOPBACK_HOSTS, self.literal.lower(), _literal(self.bound or self.host)):
            return True
        if not self.everywhere:
            return False
        # Rebinding needs a name: an address that is typed as a number cannot be somebody else's.
        try:
            ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True


def _literal(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Gate:
    """WSGI middleware: refuses strangers with a sentence and 403, and adds the security headers to every answer."""

    def __init__(
        self,
        app: "WSGIApplication",
        address: Address,
        access: Access,
        panel: ZoomPanel | None,
        sockets: Callable[[], int],
        *,
        public: PublicOrigin | None = None,
    ) -> None:
        """Stand before an app.

        Args:
            app: what answers the requests that are let in.
            address: where the dashboard listens.
            access: the token.
            panel: the origin of Zoom's panel, if there is one.
            sockets: counts the live connections that are open; called from any thread.
            public: the origin of a reverse proxy, if there is one.
        """
        self._app, self._address, self._access, self._sockets = app, address, access, sockets
        self._panel, self._public = panel, public

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        panel = self._panel if self._panel and self._panel.received(environ) else None
        public = self._public if self._public and not panel and self._public.received(environ) else None
        origin: ZoomPanel | PublicOrigin | None = panel or public
        way: Way = "panel" if panel else "public" if public else "here"
        environ[WAY] = way
        path = str(environ.get("PATH_INFO", ""))
        added = [*(panel_headers(panel) if panel else SECURITY_HEADERS), *([HTTPS_ONLY] if public else [])]
        if not path.startswith(STATIC_PREFIX):
            # What is said about faces stays out of the browser's cache on the disk.
            added.append(("Cache-Control", "no-store"))

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, *added], *rest)

        if origin or self._address.secure:
            # TLS may have ended at the tunnel or the proxy. Socket.IO compares origins once more, and has to know.
            environ["wsgi.url_scheme"] = "https"
        # Werkzeug's test client has no connection.
        peer: Peer = environ.get(PEER_KEY, Peer.UNKNOWN)
        refusal = self._refusal(environ, origin, peer)
        if refusal is not None:
            return Response(refusal + "\n", 403)(environ, start)
        allowed = environ[UNLOCKED] = self._access.allows(environ, way)
        if path in PATHS_WITHOUT_TOKEN or path.startswith(STATIC_PREFIX) or (panel and path == WEBHOOK_PATH):
            return self._app(environ, start)
        if not allowed:
            return (self._entry(environ, way, peer) or self._locked(environ))(environ, start)
        if path.startswith(SOCKET_PREFIX) and "sid=" not in environ.get("QUERY_STRING", "") and self._sockets() >= MAX_SOCKETS:
            too_many = f"{MAX_SOCKETS} windows of Mien are connected. Close some.\n"
            return Response(too_many, 503, {"Retry-After": "10"})(environ, start)
        return self._app(environ, start)

    def _refusal(self, environ: "WSGIEnvironment", origin: ZoomPanel | PublicOrigin | None, peer: Peer) -> str | None:
        """Why a request is refused even with the token, as a sentence; None if it is not."""
        host = environ.get("HTTP_HOST", "")
        if peer is Peer.ANOTHER_ACCOUNT and not origin and self._access.token is not None:
            return self._refusal_of_another_account(host)
        if not origin and not self._address.is_ours(host):
            return f"Mien does not answer to the name {host!r}. Open {self._address.url}, or start it with --host."
        our_origin, open_this = (
            (origin.origin, origin.address) if origin else (f"{self._address.scheme}://{host.lower()}", self._address.url)
        )
        sent_by = environ.get("HTTP_ORIGIN")
        if sent_by is not None and sent_by.lower() != our_origin:
            return f"Mien accepts requests only from its own pages, and this one came from {sent_by!r}. Open {open_this}."
        if not _is_from_our_pages(environ, framed=isinstance(origin, ZoomPanel)):
            return f"Mien accepts requests only from its own pages, and this one came from another site. Open {open_this}."
        if self._access.token is None and is_forwarded(environ):
            return "This came through a proxy. With --no-token Mien answers programs of this machine alone: start it without."
        return None

    def _refusal_of_another_account(self, host: str) -> str:
        asked = "This request comes from a program of another account of this machine, and Mien answers"
        if self._public:
            return (
                f"{asked} those only as {self._public.host!r}. It sent the Host {host!r}: a proxy has to pass that header on as"
                " the browser sent it."
            )
        return (
            f"{asked} only those of its own account and of root. Start both under one account; a proxy in front of Mien, too,"
            " or name its https origin with --public-origin."
        )

    def _entry(self, environ: "WSGIEnvironment", way: Way, peer: Peer) -> Response | None:
        """A page that stores the cookie and leads to the page itself; None without the token or a good code in the address."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        token, code = query.pop("token", [""])[0], query.pop("code", [""])[0]
        # A code is for the browser that Mien opens here, which needs no proxy.
        direct = peer in (Peer.OURS, Peer.UNKNOWN) and way == "here" and not is_forwarded(environ)
        if not self._access.is_token(token) and not (direct and self._access.redeem(code)):
            return None
        rest = urlencode(query, doseq=True)
        here = quote(path_of(environ).encode("latin-1")) + (f"?{rest}" if rest else "")
        # A redirect would belong to the site that led here, and browsers would not send a strict cookie along. The step of this
        # page is our own.
        page = f'<!doctype html><title>Mien</title><meta http-equiv="refresh" content="0; url={escape(here)}">'
        cookie = self._access.cookie(environ, way)
        return Response(page, 200, {"Set-Cookie": cookie, "Content-Type": "text/html; charset=utf-8"})

    def _locked(self, environ: "WSGIEnvironment") -> "WSGIApplication":
        """The page that asks for the token, where a page was asked for; else a sentence."""
        if environ["REQUEST_METHOD"] != "GET" or "text/html" not in environ.get("HTTP_ACCEPT", ""):
            return Response("This page needs Mien's token. Open the address that Mien printed where it was started.\n", 403)
        environ[LOCKED_PATH] = path_of(environ)
        environ["PATH_INFO"] = UNLOCK_PATH
        return self._app


def path_of(environ: "WSGIEnvironment") -> str:
    """The path that was asked for, with one slash at its beginning: with two it would name another host."""
    return "/" + str(environ.get("PATH_INFO", "")).lstrip("/\\")


def _is_from_our_pages(environ: "WSGIEnvironment", *, framed: bool) -> bool:
    """Whether a request comes from our own pages or from the person, or is a link to a page.

    Browsers that do not send these headers are believed: they send Origin, and do not send a strict cookie for another site.
    Source: W3C, Fetch Metadata Request Headers.

    Args:
        environ: the request.
        framed: whether another site, Zoom's client, may frame a page.
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
