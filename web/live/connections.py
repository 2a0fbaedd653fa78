"""Live connections that have to end: of a page that takes nothing any more, and of one that is given up."""

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_WAITING_MESSAGES: Final = 300
"""Messages that wait for one page, some hundred kilobytes: half a minute of a session at 10 Hz."""


def end_slow(engine: Any) -> None:
    """End the connections, in threads of their own, for which too much waits; a page that wakes up connects anew.

    engine: Engine.IO's server, whose queues have no bound, and which waits only for the next answer to a ping.
    """
    for each in list(engine.sockets.values()):
        if each.queue.qsize() > MAX_WAITING_MESSAGES and not each.closing:
            engine.start_background_task(each.close, wait=False, abort=True)


def hang_up(environ: "WSGIEnvironment") -> None:
    """End the connection of a request, also one whose other end reads nothing: its threads would wait for that without end."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        # It may have ended already.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
