"""The connections to a database server, which another thread can end: a server that answers nothing would hold Mien open.

psycopg is imported where it is needed: it takes 9 MB, which a file does without.
"""

import os
import socket
from contextlib import suppress
from math import ceil
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    import psycopg

LEAST_CONNECT_SECONDS: Final = 2
"""libpq takes less for 2. Source: its documentation, connect_timeout."""


class ServerConnections:
    """Knows an engine's connections to a server; its methods may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._open: WeakSet[psycopg.Connection[Any]] = WeakSet()
        self._until: float | None = None
        event.listen(engine, "do_connect", self._before_connect)
        event.listen(engine, "connect", lambda connection, _record: self._open.add(connection))

    def give_up_within(self, seconds: float) -> None:
        """So many seconds from now end all connections: whoever waits for an answer gets an OperationalError, as does who
        connects later. Only the first call counts.
        """
        if self._until is None:
            self._until = monotonic() + seconds
            timer = Timer(seconds, self._end)
            timer.daemon = True
            timer.start()

    def _before_connect(self, _dialect: Any, _record: Any, _positional: Any, named: dict[str, Any]) -> None:
        if self._until is None:
            return
        import psycopg

        left = self._until - monotonic()
        if left <= 0:
            raise psycopg.OperationalError("Mien ends, and has waited long enough")
        named["connect_timeout"] = max(LEAST_CONNECT_SECONDS, min(named["connect_timeout"], ceil(left)))

    def _end(self) -> None:
        import psycopg

        for connection in list(self._open):
            # It may have ended already.
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
