"""One WebSocket to Zoom: a thread that opens it, reads and writes, and ends when it is told to.

The protocol of WebSockets is wsproto's. One thread alone touches the socket, because TLS connections are not safe for two.
"""

import select
import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Final
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import ProtocolError

from tracker.core.printable import printable
from tracker.sources.rtms.messages import MAX_MESSAGE_BYTES

CONNECT_TIMEOUT_S: Final = 5.0
"""Seconds for each step of opening, and for sending: so long, at most, does a thread outlive ``close``."""
READ_BYTES: Final = 65_536
"""More than a record of TLS has (16 KB), so that nothing is left where ``select`` does not see it."""
CLOSED_BY_US: Final = "Mien closed it"
Message = str | bytes


class _Ended(Exception):
    """The connection is over. Its text is a few words for people, without a full stop."""


class WebSocket:
    """A client's connection. ``run`` is all the work of one thread; any thread may call ``send`` and ``close``.

    Args:
        url: wss://, or ws:// on this machine.
        context: For TLS; None is the system's, which checks the server's certificate and name.
    """

    def __init__(self, url: str, context: ssl.SSLContext | None = None) -> None:
        self._url, self._context = urlsplit(url), context
        self._outbox = deque[str]()
        self._closing = False
        self._wake, self._waker = socket.socketpair()
        self._waker.settimeout(0)

    def send(self, text: str) -> None:
        """Let the thread send a text message; one for a connection that is over is forgotten."""
        self._outbox.append(text)
        self._wake_up()

    def close(self) -> None:
        """Let the thread end; it does within CONNECT_TIMEOUT_S. Once is enough, and also before ``run``."""
        self._closing = True
        self._wake_up()

    def run(self, opened: Callable[[], None], received: Callable[[Message], None]) -> str:
        """Open the connection and go through its messages until it ends.

        Args:
            opened: Called once, when it is open.
            received: Called with each message, text or bytes.

        Returns:
            Why it ended, in a few words for people, without a full stop and without the address.
        """
        try:
            with closing(self._wake), closing(self._waker), self._connect() as connection:
                websocket = WSConnection(ConnectionType.CLIENT)
                self._greet(connection, websocket)
                opened()
                return self._serve(connection, websocket, received)
        except _Ended as ended:
            return str(ended)
        except ProtocolError:
            return "the server does not speak WebSocket"
        except ssl.SSLCertVerificationError as error:
            return f"the server's certificate is not valid ({printable(error.verify_message)})"
        except TimeoutError:
            return "the server did not answer in time"
        except OSError as error:
            return printable(error.strerror or type(error).__name__)

    def _connect(self) -> socket.socket:
        """A socket whose steps take CONNECT_TIMEOUT_S at most."""
        host, secure = self._url.hostname or "", self._url.scheme == "wss"
        connection = socket.create_connection((host, self._url.port or (443 if secure else 80)), CONNECT_TIMEOUT_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not secure:
            return connection
        context = self._context or ssl.create_default_context()
        try:
            return context.wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise

    def _greet(self, connection: socket.socket, websocket: WSConnection) -> None:
        path = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
        host = self._url.netloc.rpartition("@")[2]
        connection.sendall(websocket.send(Request(host=host, target=path)))
        while not self._closing:
            for event in websocket.events():
                if isinstance(event, AcceptConnection):
                    return
                if isinstance(event, RejectConnection):
                    raise _Ended(f"the server refused it with HTTP status {event.status_code}")
            self._read(connection, websocket)
        raise _Ended(CLOSED_BY_US)

    def _serve(self, connection: socket.socket, websocket: WSConnection, received: Callable[[Message], None]) -> str:
        parts: list[Message] = []
        while True:
            for event in websocket.events():
                for message in self._heard(event, parts, connection, websocket):
                    received(message)
            while self._outbox:
                connection.sendall(websocket.send(TextMessage(self._outbox.popleft())))
            if self._closing:
                with suppress(OSError):
                    connection.sendall(websocket.send(CloseConnection(1000)))
                return CLOSED_BY_US
            ready, _, _ = select.select([connection, self._wake], [], [])
            if self._wake in ready:
                self._wake.recv(READ_BYTES)
            if connection in ready:
                self._read(connection, websocket)

    def _heard(
        self, event: Event, parts: list[Message], connection: socket.socket, websocket: WSConnection
    ) -> Iterator[Message]:
        """Obey an event of the protocol, and yield the message that it completes."""
        match event:
            case Ping():
                connection.sendall(websocket.send(event.response()))
            case CloseConnection():
                with suppress(ProtocolError, OSError):
                    connection.sendall(websocket.send(event.response()))
                raise _Ended("the server closed it")
            case TextMessage() | BytesMessage():
                parts.append(event.data if isinstance(event, TextMessage) else bytes(event.data))
                if sum(map(len, parts)) > MAX_MESSAGE_BYTES:
                    raise _Ended(f"the server sent a message of more than {MAX_MESSAGE_BYTES:,} bytes")
                if event.message_finished:
                    texts = [part for part in parts if isinstance(part, str)]
                    yield "".join(texts) if texts else b"".join(part for part in parts if isinstance(part, bytes))
                    parts.clear()

    def _read(self, connection: socket.socket, websocket: WSConnection) -> None:
        data = connection.recv(READ_BYTES)
        if not data:
            raise _Ended("the connection broke")
        websocket.receive_data(data)

    def _wake_up(self) -> None:
        # Full: it is awake. Closed: the thread has ended.
        with suppress(OSError):
            self._waker.send(b"\0")
