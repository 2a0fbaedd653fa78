"""Serving the dashboard from this process until somebody ends it."""

import logging
import os
import socket
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from typing import Final

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from tracker.commands.signals import stopped_by_signals
from tracker.errors import MissingError
from tracker.motions.budget import looks_a_second
from tracker.settings import Choices
from tracker.watch import Wanted
from web.app import Dashboard, create_app
from web.origin import Panel, open_panel
from web.security import Address
from web.tools import Tools, tools_for

GLANCE: Final = 0.5
"""Seconds between looks at the clock: on Windows a signal is noticed only between two waits."""


def serve(choices: Choices, *, browser: bool, at_once: bool = False, seconds: float | None = None) -> None:
    """The dashboard, until Ctrl-C, SIGTERM or so many seconds; ``at_once`` starts watching without being asked."""
    # Left alone, Werkzeug makes a logger of its own that tells of every request.
    logging.getLogger("werkzeug").setLevel(logging.getLogger().getEffectiveLevel())
    panel = open_panel(choices.zoom_panel) if choices.zoom_panel else None
    with stopped_by_signals() as stopping, ExitStack() as stack:
        address, dashboard = stack.enter_context(served(tools_for(choices), choices.host, choices.port, panel))
        if not address.private:
            click.echo(warning(address), err=True)
        if at_once:
            dashboard.live.watch.start(Wanted(choices.source, choices.hz, choices.faces, motion=looks_a_second(choices.motion)))
        click.echo(f"Mien is at {address.url} - Ctrl-C ends it.")
        if panel:
            click.echo(f"Zoom's panel is at {panel.address}, with the key {panel.key}")
        if browser and has_display():
            webbrowser.open(address.url)
        wait(stopping, seconds)


@contextmanager
def served(tools: Tools, host: str, port: int, panel: Panel | None = None) -> Iterator[tuple[Address, Dashboard]]:
    """A dashboard that answers, in threads of its own, while the block runs."""
    with listening(host, port) as listener:
        address = Address(host, listener.getsockname()[1])
        dashboard = create_app(tools, address, panel)
        number = listener.getsockname()[0]
        server = make_server(number, address.port, dashboard.app, threaded=True, request_handler=Plain, fd=listener.fileno())
        thread = Thread(target=server.serve_forever, name="server", daemon=True)
        thread.start()
        try:
            yield address, dashboard
        finally:
            dashboard.close()
            server.shutdown()
            server.server_close()
            thread.join()


class Plain(WSGIRequestHandler):
    """Tells of requests, with ``-v``, without the colours that Werkzeug would also write into a file."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self.log("info", "%r %s %s", self.requestline, code, size)


def listening(host: str, port: int) -> socket.socket:
    """A socket at the address, so that the port is known to be ours before anything slow begins."""
    try:
        family, *_, number = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(number[:2], family=family)
    except socket.gaierror as error:
        raise MissingError(
            f"There is no host {host!r} on this machine. Leave --host out, or give one of its addresses."
        ) from error
    except (OSError, OverflowError) as error:
        raise MissingError(
            f"Port {port} at {host} cannot be had ({error}). Another program, perhaps another Mien, may hold it:"
            " close that, or choose another port with --port (0 = any free one)."
        ) from error


def warning(address: Address) -> str:
    """For those who open the dashboard to a network."""
    return (
        f"mien: WARNING: with --host {address.host} everybody who can reach this machine over the network can see the"
        " dashboard, start its cameras and read its files, and nothing is encrypted. Leave --host out to keep it to"
        " yourself."
    )


def has_display() -> bool:
    """Whether a browser would have somewhere to appear."""
    elsewhere = sys.platform in ("win32", "darwin")
    return elsewhere or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def wait(stopping: Event, seconds: float | None) -> None:
    """Until the event, or for so many seconds."""
    left = float("inf") if seconds is None else seconds
    while left > 0 and not stopping.wait(min(GLANCE, left)):
        left -= GLANCE
