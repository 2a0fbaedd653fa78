"""Bounds what a connection may take of Mien's time and memory before it has shown the token."""

import io
from collections.abc import Callable
from http.client import HTTPException
from socket import SHUT_RDWR, socket
from threading import Lock
from time import monotonic
from typing import Final

STRANGER_SECONDS: Final = 30.0
"""Until the token has to be shown by a whole request, or what is served without it taken: by a slow line, too."""
MAX_HEAD_BYTES: Final = 2**17
"""Of a request's lines; no browser or proxy sends a quarter of it."""
LEFTOVER_SECONDS: Final = 5.0
"""A browser reads a refusal when it has sent what it announced; from this machine that may be a gigabyte."""
PIECE_BYTES: Final = 2**18


class Strangers:
    """The connections that are open and not known. Any thread may call."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: dict[socket, tuple[float, Callable[[], bool]]] = {}

    def add(self, connection: socket, is_known: Callable[[], bool]) -> None:
        """One that was accepted; is_known: whether it has shown the token by now."""
        with self._lock:
            self._since[connection] = monotonic(), is_known

    def forget(self, connection: socket) -> None:
        """One that ends."""
        with self._lock:
            self._since.pop(connection, None)

    def end_late(self) -> None:
        """End those whose time is up; whoever is known by then stays, and is not looked at again."""
        before = monotonic() - STRANGER_SECONDS
        with self._lock:
            late = {each: is_known for each, (since, is_known) in self._since.items() if since < before}
            for each in late:
                del self._since[each]
        for connection, is_known in late.items():
            if not is_known():
                _end(connection)


def _end(connection: socket) -> None:
    try:
        # Not the method of an encrypted one, which would send on as plain text.
        socket.shutdown(connection, SHUT_RDWR)
    except OSError:
        """It has ended by itself."""


class Head(io.BufferedIOBase):
    """The lines of a request, up to MAX_HEAD_BYTES; HTTPException beyond, which the server answers with 431."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self.file, self._left = file, MAX_HEAD_BYTES

    def readline(self, size: int | None = -1, /) -> bytes:
        line = self.file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise HTTPException(f"the head of a request has at most {MAX_HEAD_BYTES} bytes")
        return line

    def close(self) -> None:
        self.file.close()


class Leftover(io.BufferedIOBase):
    """What an answered request has not been read of: whatever size is asked for, a piece of it, as long as there is time."""

    def __init__(self, file: io.BufferedIOBase, seconds: float = LEFTOVER_SECONDS) -> None:
        self._file, self._until = file, monotonic() + seconds

    def read(self, _: int | None = -1, /) -> bytes:
        return self._file.read1(PIECE_BYTES) if monotonic() < self._until else b""

    def readline(self, _: int | None = -1, /) -> bytes:
        """None: there is one request on a connection."""
        return b""

    def close(self) -> None:
        self._file.close()
