"""Pages that watch, without a browser: one thread reads for all of them what Mien sends over their WebSockets."""

import json
import socket
import time
from collections.abc import Callable
from selectors import EVENT_READ, DefaultSelector
from threading import Condition, Thread
from typing import Any, Final, Self
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Request, TextMessage

CONNECT, EVENT, PING, PONG = "40", "42", "2", "3"
"""How texts of Engine.IO and Socket.IO begin."""
TARGET: Final = "/socket.io/?EIO=4&transport=websocket"
SOON: Final = 30.0


class Viewer:
    """One page: what it was told, in order, and when, by the wall clock."""

    def __init__(self, address: str) -> None:
        at = urlsplit(address)
        self.socket = socket.socket()
        # Small, so that one that does not read is full soon.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((at.hostname, at.port))
        self._wire = WSConnection(ConnectionType.CLIENT)
        self._send(Request(host=at.netloc, target=TARGET))
        self._text, self.told, self.when, self.ended = "", list[tuple[str, Any]](), list[float](), False

    def _send(self, event: Any) -> None:
        self.socket.sendall(self._wire.send(event))

    def say(self, *event: Any) -> None:
        """An event with what belongs to it."""
        self._send(TextMessage(EVENT + json.dumps(event)))

    def read(self) -> None:
        """What has come."""
        try:
            came = self.socket.recv(1 << 16)
        except OSError:
            came = b""
        self.ended = not came
        self._wire.receive_data(came or None)
        for event in self._wire.events():
            if isinstance(event, AcceptConnection):
                self._send(TextMessage(CONNECT))
            if isinstance(event, TextMessage):
                self._text += event.data
                if event.message_finished:
                    self._hear(self._text)
                    self._text = ""

    def _hear(self, text: str) -> None:
        if text == PING:
            self._send(TextMessage(PONG))
        elif text.startswith(EVENT):
            name, *what = json.loads(text.removeprefix(EVENT))
            self.when.append(time.time())
            self.told.append((name, what[0] if what else None))

    def heard(self, event: str) -> list[tuple[float, Any]]:
        """When each event of a name came, and what it said."""
        return [(when, what) for when, (name, what) in zip(self.when, self.told, strict=False) if name == event]


class Viewers:
    """All of them; use as a context manager."""

    def __init__(self, address: str, count: int) -> None:
        self.all = [Viewer(address) for _ in range(count)]
        self._changed, self._going = Condition(), True
        self._thread = Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going = False
        self._thread.join()
        for each in self.all:
            each.socket.close()

    def _work(self) -> None:
        with DefaultSelector() as selector:
            for each in self.all:
                selector.register(each.socket, EVENT_READ, each)
            while self._going:
                for key, _ in selector.select(0.1):
                    key.data.read()
                    if key.data.ended:
                        selector.unregister(key.fileobj)
                with self._changed:
                    self._changed.notify_all()

    def wait(self, until: Callable[[], Any], seconds: float = SOON) -> None:
        """Until something is so of what they were told."""
        with self._changed:
            assert self._changed.wait_for(until, seconds), [len(each.told) for each in self.all]

    def all_told(self, event: str, count: int = 1) -> bool:
        """Whether each has heard so many of an event."""
        return all(sum(name == event for name, _ in each.told) >= count for each in self.all)
