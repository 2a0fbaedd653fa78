"""Zoom's event WebSocket: the announcements of webhooks without an address that Zoom could reach."""

import base64
import http.client
import json
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Annotated, Final, Self
from urllib.parse import quote, urlsplit

import msgspec

from tracker.core.errors import SourceError
from tracker.core.parsing import parse_json
from tracker.core.printable import printable
from tracker.core.validation import converted, storable
from tracker.sources.rtms.announcements import LOOPBACK_HOSTS, Announcement, Announcements, choose_url
from tracker.sources.rtms.credentials import Credentials
from tracker.sources.rtms.websocket import CONNECT_TIMEOUT_S, Message, WebSocket

TOKEN_URL: Final = "https://zoom.us/oauth/token"  # noqa: S105 - an address
HEARTBEAT_S: Final = 30.0
RETRY_S: Final = 5.0
"""Before the connection is made again; it doubles each time until MAX_RETRY_S."""
MAX_RETRY_S: Final = 300.0
MAX_TOKEN_BYTES: Final = 20_000
HEARTBEAT: Final = json.dumps({"module": "heartbeat"})


class _Token(msgspec.Struct):
    access_token: Annotated[str, msgspec.Meta(min_length=1), storable(8_000)]


class _Envelope(msgspec.Struct):
    module: str
    content: str = ""


class EventSocket:
    """Receives announcements from ``with`` on until the block's end, and connects again when it is lost.

    Args:
        url: Of the app's event subscription; Zoom shows it where the subscription is set up. wss://...?subscriptionId=...
        credentials: Of the app.
        announcements: Shared with the webhook receiver, if both are used.
        announced: Called with each announcement, in a thread of this object.
        troubled: Called in the same thread with a sentence: the connection is lost or refused, or an event cannot be read.
        token_url: Where Zoom gives access tokens.
        heartbeat_s: Seconds between two signs of life.
        retry_s: Seconds before the first attempt after a loss.

    Raises:
        SourceError: When the address is none.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        announcements: Announcements,
        announced: Callable[[Announcement], None],
        troubled: Callable[[str], None],
        *,
        token_url: str = TOKEN_URL,
        heartbeat_s: float = HEARTBEAT_S,
        retry_s: float = RETRY_S,
    ) -> None:
        try:
            self._url = choose_url(url)
        except ValueError as error:
            raise SourceError(f"This is no address of an event subscription: {error}.") from None
        self._credentials, self._announcements = credentials, announcements
        self._announced, self._troubled = announced, troubled
        self._token_url, self._heartbeat_s, self._retry_s = token_url, heartbeat_s, retry_s
        self._closing, self._worked = Event(), False
        self._websocket: WebSocket | None = None
        self._thread = Thread(target=self._run, name="rtms-events", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        if self._websocket is not None:
            self._websocket.close()
        self._thread.join(2 * CONNECT_TIMEOUT_S)

    def _run(self) -> None:
        delay = self._retry_s
        while not self._closing.is_set():
            self._worked = False
            try:
                why = self._connected(fetch_token(self._credentials, self._token_url))
            except SourceError as error:
                why = str(error)
            if self._closing.is_set():
                break
            self._troubled(f"Zoom's events do not arrive: {why.rstrip('.')}. Mien tries again.")
            delay = self._retry_s if self._worked else min(delay * 2, MAX_RETRY_S)
            self._closing.wait(delay)

    def _connected(self, token: str) -> str:
        """One connection from beginning to end; why it ended."""
        separator = "&" if "?" in self._url else "?"
        websocket = self._websocket = WebSocket(f"{self._url}{separator}access_token={quote(token, safe='')}")
        if self._closing.is_set():
            # ``__exit__`` may have missed it.
            websocket.close()
        ended = Event()

        def beat() -> None:
            while not ended.wait(self._heartbeat_s):
                websocket.send(HEARTBEAT)

        def opened() -> None:
            self._worked = True
            websocket.send(HEARTBEAT)
            Thread(target=beat, name="rtms-heartbeat", daemon=True).start()

        try:
            return websocket.run(opened, self._received)
        finally:
            ended.set()

    def _received(self, message: Message) -> None:
        try:
            announcement = read_envelope(message, self._announcements)
        except ValueError as error:
            self._troubled(f"Zoom sent an event that cannot be read: {printable(str(error))[:300]}.")
            return
        if announcement is not None:
            self._announced(announcement)


def read_envelope(message: Message, announcements: Announcements) -> Announcement | None:
    """What one message of the event WebSocket announces; None for copies, other events and Zoom's own messages.

    Raises:
        ValueError: It says what is wrong with the message.
    """
    envelope = converted(parse_json(message), _Envelope, "the message")
    return announcements.accept(parse_json(envelope.content)) if envelope.module == "message" else None


def fetch_token(credentials: Credentials, url: str = TOKEN_URL) -> str:
    """An access token for the event WebSocket; it is valid for an hour.

    Raises:
        SourceError: When Zoom cannot be reached or refuses; no secret is in its sentence.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in LOOPBACK_HOSTS:
        raise SourceError("Secrets are sent over https only.")
    basic = base64.b64encode(f"{credentials.client_id}:{credentials.client_secret}".encode()).decode()
    # http.client follows no redirects, so the secret goes to this server and to no other.
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, parts.port, timeout=CONNECT_TIMEOUT_S)
    try:
        connection.request("POST", f"{parts.path}?grant_type=client_credentials", headers={"Authorization": f"Basic {basic}"})
        answer = connection.getresponse()
        status, body = answer.status, answer.read(MAX_TOKEN_BYTES)
        if status != http.client.OK:
            raise SourceError(f"Zoom gave no access token (HTTP status {status}). Check the client id and the client secret.")
        return converted(parse_json(body), _Token, "Zoom's answer").access_token
    except (OSError, http.client.HTTPException) as error:
        raise SourceError(f"Zoom's server for access tokens could not be reached ({printable(str(error))}).") from error
    except ValueError as error:
        raise SourceError(f"Zoom's answer holds no access token: {error}.") from None
    finally:
        connection.close()
