"""Serves the dashboard from this process until it is ended."""

import logging
import os
import re
import socket
import ssl
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from tracker.commands.signals import stopped_by_signals
from tracker.commands.terminal import say, show
from tracker.config.settings import Settings
from tracker.core.errors import MissingError, UsageError
from tracker.core.private_files import TOKEN_FILE
from tracker.live.controller import SessionRequest
from tracker.motion.budget import parse_motion_rate
from tracker.sources.rtms.credentials import load_webhook_token
from tracker.store.database import data_folder
from web.app import Dashboard, create_app
from web.dependencies import Dependencies, dependencies_for, effective_mode
from web.live.message_queue import channel_of, connect
from web.security.access import Access, installation_token
from web.security.gate import MAX_SOCKETS, UNLOCKED, WEBHOOK_PATH, Address
from web.security.peer_account import PEER_KEY, peer_of
from web.security.public_origin import PublicOrigin
from web.security.strangers import Head, Leftover, Strangers
from web.security.zoom_panel import ZoomPanel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CLOCK_CHECK_SECONDS: Final = 0.5
"""Seconds between two checks of the clock: on Windows a signal is noticed only between two waits."""
THREADS_PER_SOCKET: Final = 4
"""Of a live connection: the request's, which obeys; one that reads, one that writes, and one that pings."""
MAX_THREADS: Final = THREADS_PER_SOCKET * MAX_SOCKETS + 200
"""All live connections that there may be, and whatever is asked for at the same time: each request has a thread."""


def serve(
    settings: Settings,
    *,
    browser: bool,
    at_once: bool = False,
    seconds: float | None = None,
    prepare: Callable[[Dashboard], None] = lambda _: None,
    page: str = "",
) -> None:
    """Serve the dashboard until Ctrl-C or SIGTERM.

    Args:
        settings: As the command has them.
        browser: Whether to open a browser.
        at_once: Whether to start a session without waiting for the person.
        seconds: After how long to end; None is never.
        prepare: Called with the dashboard before a session can start.
        page: The path of the page to open, "/call" for one; empty is the first.

    Raises:
        UsageError: The settings would let strangers in.
        MissingError: The address, the certificate or the system's keyring cannot be used.
    """
    # Left alone, Werkzeug makes a logger of its own that tells of every request.
    logging.getLogger("werkzeug").setLevel(logging.getLogger().getEffectiveLevel())
    panel = ZoomPanel.at(settings.zoom_panel, load_webhook_token(os.environ)) if settings.zoom_panel else None
    public = PublicOrigin.at(settings.public_origin) if settings.public_origin else None
    require_safe(settings)
    access = Access(installation_token(data_folder()) if settings.token else None, secure=settings.cert is not None)
    tls = encryption(settings.cert, settings.key) if settings.cert and settings.key else None
    with stopped_by_signals() as stopping, ExitStack() as stack:
        dependencies = dependencies_for(settings)
        served_at = served(dependencies, settings.host, settings.port, panel=panel, access=access, tls=tls, public=public)
        address, dashboard = stack.enter_context(served_at)
        if not address.private and not address.secure:
            say(warning(address))
        prepare(dashboard)
        if at_once:
            dashboard.live.controller.start(
                SessionRequest(
                    settings.source,
                    settings.hz,
                    settings.faces,
                    motion=parse_motion_rate(settings.motion),
                    mode=effective_mode(settings, dependencies.storage),
                )
            )
        if access.token is None:
            show(f"Mien is at {address.url}{page} - Ctrl-C ends it.")
        else:
            show(f"Mien is at {address.url}{page or '/'}?token={access.token} - Ctrl-C ends it.")
            show(f"Only a browser with the token can open it; the token is kept in {data_folder() / TOKEN_FILE}.")
        if public:
            show(f"Through your proxy it is at {public.address}/?token={access.token}.")
        if panel:
            show(f"Zoom's panel is at {panel.address}; enter the token there.")
            if panel.webhook_token:
                show(f"Zoom may announce streams at {panel.origin}{WEBHOOK_PATH}.")
        if browser and has_display():
            webbrowser.open(address.url + (page if access.token is None else f"{page or '/'}?code={access.new_code()}"))
        wait(stopping, seconds)


def require_safe(settings: Settings) -> None:
    """Raise UsageError for settings that would let strangers in, and for those that miss another; MissingError for a
    message queue without its package.
    """
    if not settings.token and settings.zoom_panel:
        raise UsageError("--zoom-panel opens Mien to whoever finds its address, so it needs the token. Remove --no-token.")
    if not settings.token and settings.public_origin:
        raise UsageError("--public-origin opens Mien to whoever reaches that proxy, so it needs the token. Remove --no-token.")
    if not settings.token and not Address(settings.host, settings.port).private:
        raise UsageError(
            f"With --host {settings.host} and --no-token everybody on the network could start your camera."
            " Leave one of them out."
        )
    if settings.viewer and settings.message_queue is None:
        raise UsageError("--viewer shows what another Mien publishes, so it needs --message-queue, as that one has it.")
    if settings.message_queue is not None:
        channel_of(settings.message_queue)
        connect(settings.message_queue)
    if (settings.cert is None) != (settings.key is None):
        given, missing = ("--cert", "--key") if settings.key is None else ("--key", "--cert")
        raise UsageError(f"{given} needs {missing}, too: a certificate and its private key, both as PEM files.")


def encryption(cert: Path, key: Path) -> ssl.SSLContext:
    """TLS with a certificate; MissingError when the files are not a certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without a password, else OpenSSL asks for one on the terminal.
        context.load_cert_chain(cert, key, password="")  # that there is none  # nosec B106
    except (OSError, ValueError) as error:
        raise MissingError(
            f"{cert} and {key} are not a certificate and its key ({error}). Both must be PEM files, the key without a password."
        ) from error
    return context


@contextmanager
def served(
    dependencies: Dependencies,
    host: str,
    port: int,
    *,
    panel: ZoomPanel | None = None,
    access: Access | None = None,
    tls: ssl.SSLContext | None = None,
    public: PublicOrigin | None = None,
) -> Iterator[tuple[Address, Dashboard]]:
    """A dashboard that answers, in threads of its own, while the block runs."""
    with listening(host, port) as listener:
        bound, number = listener.getsockname()[:2]
        address = Address(host, number, secure=tls is not None, bound=bound)
        dashboard = create_app(dependencies, address, panel, access, public)
        server = Server(listener, dashboard, tls)
        thread = threading.Thread(target=server.serve_forever, name="server", daemon=True)
        thread.start()
        try:
            yield address, dashboard
        finally:
            dashboard.close()
            server.shutdown()
            server.server_close()
            thread.join()


class Server(ThreadedWSGIServer):
    """Werkzeug's, with bounds on its threads and on strangers, and with handshakes of TLS in them instead of before them."""

    def __init__(self, listener: socket.socket, dashboard: Dashboard, tls: ssl.SSLContext | None) -> None:
        host, port = listener.getsockname()[:2]
        self.strangers = Strangers()
        super().__init__(host, port, dashboard.app, RequestHandler, fd=listener.fileno())
        if tls is not None:
            # In accept() one client that says nothing would keep all others waiting.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
            self.ssl_context = tls

    def process_request(self, request: Any, client_address: Any) -> None:
        """Close a connection at once if there are too many threads; called from the server's thread."""
        if threading.active_count() >= MAX_THREADS:
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def service_actions(self) -> None:
        """Called by the server's thread twice a second, and more often when there is more to do."""
        self.strangers.end_late()


class RequestHandler(WSGIRequestHandler):
    """Adds to a request whose program asks, bounds what it sends, hides the versions of Python and Werkzeug, and logs without
    colours.
    """

    server: Server

    def setup(self) -> None:
        """Find out whose program connects, at once: after it has disconnected, the system no longer says."""
        super().setup()
        self._peer = peer_of(self.connection, self.client_address[:2])
        self._environ: WSGIEnvironment = {}
        self._head = Head(self.rfile)
        self.rfile = self._head
        self.server.strangers.add(self.connection, lambda: bool(self._environ.get(UNLOCKED)))

    def finish(self) -> None:
        self.server.strangers.forget(self.connection)
        super().finish()

    def parse_request(self) -> bool:
        """Also refuses an address that is none, which Werkzeug would stumble over."""
        if not super().parse_request():
            return False
        try:
            urlsplit(self.path)
        except ValueError:
            self.send_error(400, "This address cannot be read")
            return False
        return True

    def make_environ(self) -> "WSGIEnvironment":
        """What the app reads is what came; what it has not read Werkzeug reads when it has answered."""
        self.rfile = self._head.file
        self._environ = super().make_environ() | {PEER_KEY: self._peer}
        self.rfile = Leftover(self.rfile)
        return self._environ

    def version_string(self) -> str:
        """The header Server."""
        return "Mien"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        # What follows a question mark may be the token, or the name of a person's file.
        self.log("info", "%r %s %s", re.sub(r"\?\S*", "?***", self.requestline), code, size)


def listening(host: str, port: int) -> socket.socket:
    """Open a socket at the address before anything slow begins; MissingError if the port is taken or there is no such host."""
    try:
        family, *_, number = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(number[:2], family=family)
    except socket.gaierror as error:
        raise MissingError(
            f"This machine has no address {host!r}. Remove --host, or give one of this machine's addresses."
        ) from error
    except (OSError, OverflowError) as error:
        raise MissingError(
            f"Port {port} at {host} cannot be used ({error}). Another program, perhaps another Mien, may be using it:"
            " close that, or choose another port with --port (0 = any free one)."
        ) from error


def warning(address: Address) -> str:
    """The warning for a dashboard that is open to a network without encryption."""
    return (
        f"WARNING: with --host {address.host} this dashboard can be reached over the network, and nothing is"
        " encrypted: whoever reads the traffic gets the token, and with it your camera and your history."
        " Give --cert and --key, or leave --host out."
    )


def has_display() -> bool:
    """Whether there is a screen on which a browser can appear."""
    elsewhere = sys.platform in ("win32", "darwin")
    return elsewhere or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def wait(stopping: Event, seconds: float | None) -> None:
    """Wait until the event is set, or for so many seconds; None is for ever."""
    left = float("inf") if seconds is None else seconds
    while left > 0 and not stopping.wait(min(CLOCK_CHECK_SECONDS, left)):
        left -= CLOCK_CHECK_SECONDS
