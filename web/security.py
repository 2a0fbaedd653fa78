"""Who may talk to the dashboard, and what its pages may do: checked before Flask and Socket.IO see a request.

Another site that is open in the same browser must not reach the camera. It can point a name of its own at 127.0.0.1
(DNS rebinding): so the Host header must be one of ours. It can send requests here from its own pages (CSRF): so an Origin
header, which browsers add to every POST and WebSocket, must be that host.

With ``--zoom-panel`` one https origin is ours, too (``web/origin.py``); what comes by it is answered by rules that Zoom
asks for, and needs a key, because whoever reaches a tunnel could otherwise start the camera. The rest stays as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wrappers import Response

from web.origin import Panel

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
HTTP_PORT: Final = 80
"""Browsers leave this one out of the Host header."""

POLICY: Final = {
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


HEADERS: Final = (
    ("Content-Security-Policy", _policy(POLICY)),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
ZOOM: Final = "'self' zoom.us *.zoom.us"
"""Who may frame the panel: Zoom's client in a browser does; its other clients have a window of their own for it."""
YEAR: Final = 31_536_000
"""Seconds: as long as Zoom's own samples."""


def panel_headers(panel: Panel) -> tuple[tuple[str, str], ...]:
    """The same rules for what comes by the panel's origin, with what Zoom wants: else its panel stays empty."""
    # Safari's engine, in which Zoom shows panels on a Mac, long took 'self' for https alone.
    policy = POLICY | {"connect-src": f"'self' wss://{panel.host}", "frame-ancestors": ZOOM}
    changed = {
        "Content-Security-Policy": _policy(policy),
        # The form that takes the key is only obeyed with its Origin, which no-referrer would withhold.
        "Referrer-Policy": "same-origin",
    }
    kept = tuple((name, changed.get(name, value)) for name, value in HEADERS)
    return (*kept, ("Strict-Transport-Security", f"max-age={YEAR}"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where the dashboard listens."""

    host: str
    port: int

    @property
    def literal(self) -> str:
        """The host as it stands in an address: IPv6 in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        """What a person opens; a host that means every interface is reached through this machine's own."""
        host = LOOPBACK[0] if self.everywhere else self.literal
        return f"http://{host}:{self.port}"

    @property
    def everywhere(self) -> bool:
        """Whether it listens on every interface."""
        return self.host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound

    @property
    def private(self) -> bool:
        """Whether only this machine can reach it."""
        return f"{self.literal}" in LOOPBACK or self.host.startswith("127.")

    def is_ours(self, host: str) -> bool:
        """Whether a Host header means this dashboard."""
        name, port = _split(host)
        if port != self.port:
            return False
        # Rebinding needs a name: an address that is typed as a number cannot be somebody else's.
        return name in (*LOOPBACK, self.literal.lower()) or (self.everywhere and _is_number(name))


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
    """WSGI middleware: strangers get a sentence and 403; everything that leaves carries the headers above."""

    def __init__(self, app: "WSGIApplication", address: Address, panel: Panel | None = None) -> None:
        self._app, self._address, self._panel = app, address, panel

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        panel = self._panel if self._panel and self._panel.is_meant_by(environ) else None
        rules = panel_headers(panel) if panel else HEADERS

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, *rules, *_not_kept(environ)], *rest)

        objection = self._objection_to(environ, panel) if panel else self._objection(environ)
        if objection is not None:
            return Response(objection + "\n", 403)(environ, start)
        if panel:
            # TLS ended at the tunnel; Socket.IO, which looks at the origin once more, has to know.
            environ["wsgi.url_scheme"] = "https"
        return self._app(environ, start)

    def _objection(self, environ: "WSGIEnvironment") -> str | None:
        host = environ.get("HTTP_HOST", "")
        if not self._address.is_ours(host):
            return f"Mien does not answer to the name {host!r}. Open {self._address.url}, or start it with --host."
        return _foreign(environ, f"http://{host.lower()}", self._address.url)

    def _objection_to(self, environ: "WSGIEnvironment", panel: Panel) -> str | None:
        if not panel.lets_through(environ):
            return f"Mien wants its key here. Enter it at {panel.address}; the terminal that Mien was started in tells it."
        return _foreign(environ, panel.origin, panel.address)


def _foreign(environ: "WSGIEnvironment", ours: str, open_this: str) -> str | None:
    """Why a request that a page of another origin sends is refused."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None or origin.lower() == ours:
        return None
    return f"Mien obeys its own pages only, and this came from {origin!r}. Open {open_this}."


def _not_kept(environ: "WSGIEnvironment") -> list[tuple[str, str]]:
    """What is said about faces stays out of the browser's cache on the disk."""
    return [] if environ.get("PATH_INFO", "").startswith("/static/") else [("Cache-Control", "no-store")]
