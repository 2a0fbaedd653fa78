"""Zoom's side of Realtime Media Streams, over real WebSockets on this machine: as strict as its documentation, at any speed.

For the demo and for tests; what it does was written from Zoom's documentation (docs/zoom-rtms.md).
"""

import base64
import json
import secrets
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

import cv2
import msgspec
import numpy as np
import simple_websocket
from werkzeug.serving import WSGIRequestHandler, make_server

from tracker.core.parsing import parse_json
from tracker.core.validation import converted
from tracker.sources.rtms.announcements import StreamStarted
from tracker.sources.rtms.credentials import CLIENT_ID, CLIENT_SECRET, WEBHOOK_TOKEN, Credentials, signed

# Made up, and of use with this emulator alone.
CREDENTIALS: Final = Credentials("client_id_x", "secret", "webhook-token")
ENVIRONMENT: Final = {
    CLIENT_ID: CREDENTIALS.client_id,
    CLIENT_SECRET: CREDENTIALS.client_secret,
    WEBHOOK_TOKEN: str(CREDENTIALS.webhook_token),
}
"""The variables with which Mien receives this stream."""
MEETING: Final = "uuid_x=="
STREAM: Final = "stream_x"
FIRST_USER: Final = 16778240
WAIT_S: Final = 30.0
"""For a first message, and in ``wait_for``."""
TOKEN_PATH: Final = "/oauth/token"  # noqa: S105 - the path that a token is asked at
EVENTS_PATH: Final = "/ws"


def user(number: int) -> int:
    """Zoom's number of a participant."""
    return FIRST_USER + 1024 * number


def jpeg(level: int = 128, size: tuple[int, int] = (64, 36)) -> bytes:
    """A gray picture of (width, height)."""
    _, written = cv2.imencode(".jpg", np.full((size[1], size[0], 3), level, np.uint8))
    return written.tobytes()


@dataclass
class Attendee:
    """Somebody in the meeting. picture: makes the JPEG of each frame; it is called in the thread of the media socket."""

    name: str
    camera_on: bool = True
    picture: Callable[[], bytes] = jpeg


class _Video(msgspec.Struct):
    content_type: int = 0
    codec: int = 0
    resolution: int = 0
    data_opt: int = 0
    fps: int = 0


class _MediaParams(msgspec.Struct):
    video: _Video = msgspec.field(default_factory=_Video)


class _Message(msgspec.Struct):
    """What the emulator reads of a message of any kind."""

    msg_type: int = 0
    protocol_version: int = 0
    rtms_stream_id: str = ""
    signature: str = ""
    media_type: int = 0
    media_params: _MediaParams = msgspec.field(default_factory=_MediaParams)
    timestamp: int = 0
    user_id: int = 0
    subscribe: bool = False


def _message(text: str | bytes) -> _Message:
    return converted(parse_json(text), _Message, "a message")


@dataclass
class _Connection:
    """A socket's other end, to which any thread may send."""

    websocket: Any
    lock: Lock = field(default_factory=Lock)
    asked: list[int] = field(default_factory=list)

    def send(self, msg_type: int, **members: Any) -> None:
        with self.lock, suppress(simple_websocket.ConnectionClosed, OSError):
            self.websocket.send(json.dumps({"msg_type": msg_type, **members}))

    def close(self) -> None:
        with self.lock, suppress(simple_websocket.ConnectionClosed, OSError):
            self.websocket.close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        pass


class ZoomEmulator:
    """One meeting with one stream.

    keep_alive_s: between two questions on each socket (Zoom: 10). patience_s: for an answer, until the socket is closed (Zoom:
    30). frame_s: between two frames (Zoom: 0.2). What a client did is in ``log``; ``wait_for`` waits until something is so.
    """

    def __init__(self, *names: str, keep_alive_s: float = 0.05, patience_s: float = 30.0, frame_s: float = 0.01) -> None:
        self.people = {user(number): Attendee(name) for number, name in enumerate(names)}
        self.speaker = FIRST_USER
        self.keep_alive_s, self.patience_s, self.frame_s = keep_alive_s, patience_s, frame_s
        self.silent = False
        """Sends neither questions nor frames, as a line that is dead."""
        self.holds = False
        """Treats a signaling connection that is gone as still there."""
        self.log: list[str] = []
        self.mistakes: list[str] = []
        self.subscribed: int | None = None
        self.data_opt = 0
        self.tokens = 0
        """Tokens that were given; only the newest is valid."""
        self._events: _Connection | None = None
        self._signaling: _Connection | None = None
        self._media: _Connection | None = None
        self._ready = self._paused = False
        self._changed = Condition()
        self._signaling_path = f"/signaling/{secrets.token_hex(4)}"
        self._media_path = ""
        self._last_ms = 0
        self._origin = ""

    @contextmanager
    def running(self, context: ssl.SSLContext | None = None) -> Iterator["ZoomEmulator"]:
        """Listens on a free port of this machine."""
        server = make_server(
            "localhost" if context else "127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet, ssl_context=context
        )
        scheme, host = ("wss", "localhost") if context else ("ws", "127.0.0.1")
        self._origin = f"{scheme}://{host}:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.02,), name="zoom")
        thread.start()
        try:
            yield self
        finally:
            self.drop_signaling()
            self.drop_media()
            self.drop_events()
            server.shutdown()
            thread.join()
            server.server_close()

    @property
    def stream(self) -> StreamStarted:
        """What Zoom would announce."""
        return StreamStarted(MEETING, STREAM, self._origin + self._signaling_path)

    def wait_for(self, so: Callable[[], bool]) -> None:
        """Wait until something is so; TimeoutError, with what has happened, after WAIT_S."""
        with self._changed:
            if not self._changed.wait_for(so, WAIT_S):
                raise TimeoutError(f"after {WAIT_S:g} s: {self.log}")

    @property
    def events_url(self) -> str:
        """Of the event WebSocket, without an access token."""
        return f"{self._origin}{EVENTS_PATH}?subscriptionId=s"

    @property
    def token_url(self) -> str:
        """Where an access token is given."""
        return self._origin.replace("ws", "http", 1) + TOKEN_PATH

    def webhook(self, name: str, *, nested: bool, at: int = 1, **about: Any) -> tuple[dict[str, str], bytes]:
        """The headers and the body of a signed request."""
        fields = {"meeting_uuid": MEETING, "rtms_stream_id": STREAM, **about}
        body = json.dumps({"event": name, "event_ts": at, "payload": {"object": fields} if nested else fields}).encode()
        now = str(round(time.time()))
        signature = "v0=" + signed(str(CREDENTIALS.webhook_token), f"v0:{now}:".encode() + body)
        return {"x-zm-request-timestamp": now, "x-zm-signature": signature}, body

    def announce(self, body: bytes | str) -> None:
        """An event, as a webhook's body has it, over the event WebSocket; a text is sent as it is."""
        text = body if isinstance(body, str) else json.dumps({"module": "message", "content": body.decode()})
        if self._events:
            with self._events.lock:
                self._events.websocket.send(text)

    def drop_events(self) -> None:
        """Close the event WebSocket, as a lost line would."""
        if self._events:
            self._events.close()

    def tell(self, event_type: int, **members: Any) -> None:
        """An event of the meeting."""
        if self._signaling:
            self._signaling.send(6, event={"event_type": event_type, "timestamp": self._now_ms(), **members})

    def rename(self, user_id: int, name: str) -> None:
        """Somebody changes their name."""
        self.people[user_id].name = name
        self.tell(3, participants=[{"user_id": user_id, "user_name": name}])

    def switch_camera(self, user_id: int, *, on: bool) -> None:
        """Somebody switches their camera on or off."""
        self.people[user_id].camera_on = on
        self.tell(8 if on else 9, participants=[{"user_id": user_id}])

    def pause(self, *, paused: bool) -> None:
        """The host pauses the stream, or goes on."""
        self._paused = paused
        if self._signaling:
            self._signaling.send(9, state=3 if paused else 4, stop_reason=0, timestamp=self._now_ms(), rtms_session_id="x")

    def stop(self, reason: int) -> None:
        """End the stream, by both messages."""
        if self._signaling:
            self._signaling.send(8, state=4, reason=reason, timestamp=self._now_ms())
            self._signaling.send(9, state=5, stop_reason=reason, timestamp=self._now_ms(), rtms_session_id="x")

    def drop_signaling(self) -> None:
        """The same of the signaling socket."""
        if self._signaling:
            self._signaling.close()

    def drop_media(self) -> None:
        """The same of the media socket."""
        if self._media:
            self._media.close()

    def _note(self, what: str) -> None:
        with self._changed:
            self.log.append(what)
            self._changed.notify_all()

    def _serve(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        if environ["PATH_INFO"] == TOKEN_PATH:
            return self._give_token(environ, start)
        serve = {
            self._signaling_path: self._serve_signaling,
            self._media_path: self._serve_media,
            f"{EVENTS_PATH}?subscriptionId=s&access_token=token{self.tokens}": self._serve_events,
        }.get(environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""))
        if serve is None:
            start("404 Not Found", [("Content-Length", "0")])
            return [b""]
        connection = _Connection(simple_websocket.Server.accept(environ))
        with suppress(simple_websocket.ConnectionClosed):
            serve(connection)
        connection.close()
        # The socket is a WebSocket's no more, and no HTTP's either.
        raise ConnectionError

    def _give_token(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        basic = base64.b64encode(f"{CREDENTIALS.client_id}:{CREDENTIALS.client_secret}".encode()).decode()
        asked = (environ["REQUEST_METHOD"], environ["QUERY_STRING"], environ.get("HTTP_AUTHORIZATION"))
        right = asked == ("POST", "grant_type=client_credentials", f"Basic {basic}")
        self.tokens += right
        answer = {"access_token": f"token{self.tokens}", "expires_in": 3599} if right else {"reason": "Invalid client_id"}
        body = json.dumps(answer).encode()
        start("200 OK" if right else "400 Bad Request", [("Content-Length", str(len(body)))])
        self._note("token" if right else "no token")
        return [body]

    def _serve_events(self, connection: _Connection) -> None:
        self._events = connection
        self._note("events socket")
        while True:
            message = parse_json(connection.websocket.receive(timeout=WAIT_S) or "null")
            if message != {"module": "heartbeat"}:
                self.mistakes.append(str(message))
            self._note("heartbeat")

    def _serve_signaling(self, connection: _Connection) -> None:
        status = self._judge(connection, msg_type=1)
        if status == 0 and (self._signaling or self.holds):
            status = 8
        self._note(f"signaling {status}")
        if status:
            connection.send(2, protocol_version=1, sequence=0, status_code=status, reason="refused")
            return
        self._signaling, self._ready, self.subscribed = connection, False, None
        self._media_path = f"/{secrets.token_hex(4)}/here"
        urls = {"audio": f"{self._origin}/audio", "video": self._origin + self._media_path}
        connection.send(2, protocol_version=1, sequence=0, status_code=0, reason="", media_server={"server_urls": urls})
        try:
            self._answer(connection, self.keep_alive_s, self._read_signaling, lambda: None)
        finally:
            self._signaling = None
            self._note("signaling gone")

    def _serve_media(self, connection: _Connection) -> None:
        status = self._judge(connection, msg_type=3)
        if status == 0 and self._media:
            status = 16
        self._note(f"media {status}")
        if status == 0:
            self._media, self._ready = connection, False
        connection.send(4, protocol_version=1, sequence=0, status_code=status, reason="", payload_encrypted=False)
        if status:
            return
        try:
            self._answer(
                connection, self.frame_s, lambda _connection, message: self.mistakes.append(str(message)), self._send_frame
            )
        finally:
            self._media = None
            self._note("media gone")

    def _judge(self, connection: _Connection, msg_type: int) -> int:
        """The status of a handshake."""
        text = connection.websocket.receive(timeout=WAIT_S)
        asked = _message(text or "{}")
        if asked.msg_type != msg_type or asked.protocol_version != 1:
            return 1
        if asked.rtms_stream_id != STREAM:
            return 2
        if asked.signature != CREDENTIALS.handshake_signature(MEETING, STREAM):
            return 3
        return self._judge_video(asked) if msg_type == 3 else 0

    def _judge_video(self, asked: _Message) -> int:
        video = asked.media_params.video
        self.data_opt = video.data_opt
        checks = {
            14: asked.media_type == 2,
            26: video.content_type == 3,
            27: video.codec in (5, 6, 7),
            28: video.resolution in (1, 2, 3, 4),
            29: video.data_opt in (3, 4),
            30: (1 <= video.fps <= 5) if video.codec in (5, 6) else (5 < video.fps <= 30),
        }
        return next((status for status, right in checks.items() if not right), 0)

    def _answer(
        self,
        connection: _Connection,
        wait_s: float,
        read: Callable[[_Connection, _Message], None],
        between: Callable[[], None],
    ) -> None:
        """Read what comes, ask whether the other side is there, and do something in between."""
        asked_at = time.monotonic()
        while not connection.asked or self._now_ms() - connection.asked[0] < self.patience_s * 1000:
            text = connection.websocket.receive(timeout=wait_s)
            if text is not None:
                message = _message(text)
                if message.msg_type == 13:
                    connection.asked.remove(message.timestamp)
                    self._note("alive")
                else:
                    read(connection, message)
            if self.silent:
                continue
            between()
            if time.monotonic() - asked_at >= self.keep_alive_s:
                asked_at = time.monotonic()
                connection.asked.append(self._now_ms())
                connection.send(12, timestamp=connection.asked[-1])

    def _read_signaling(self, connection: _Connection, message: _Message) -> None:
        match message.msg_type:
            case 5:
                present = [{"user_id": each, "user_name": person.name} for each, person in self.people.items()]
                self.tell(3, participants=present)
                self.tell(8, participants=[{"user_id": each} for each, person in self.people.items() if person.camera_on])
                self.tell(2, user_id=self.speaker, user_name=self.people[self.speaker].name)
                self._note("events")
            case 7:
                self._ready = True
                self._note("ready")
            case 28:
                self._subscribe(connection, message.user_id, subscribe=message.subscribe)
            case 21:
                connection.send(22, rtms_stream_id=STREAM, status_code=0, reason="", timestamp=self._now_ms())
                self._note("closed by receiver")
            case _:
                self.mistakes.append(str(message))

    def _subscribe(self, connection: _Connection, user_id: int, *, subscribe: bool) -> None:
        if self.data_opt != 4 or user_id not in self.people:
            status = 4
        elif subscribe and user_id == self.subscribed:
            status = 44
        else:
            status = 0
            self.subscribed = user_id if subscribe else None
        connection.send(29, user_id=user_id, status_code=status, reason="", timestamp=self._now_ms())
        self._note(f"{'subscribe' if subscribe else 'unsubscribe'} {user_id} {status}")

    def _send_frame(self) -> None:
        shown = self.speaker if self.data_opt == 3 else self.subscribed
        if not self._ready or self._paused or shown is None or not self.people[shown].camera_on or self._media is None:
            return
        person = self.people[shown]
        data = person.picture()
        content = {"user_id": shown, "user_name": person.name, "length": len(data), "timestamp": self._now_ms()}
        self._media.send(15, content={**content, "data": base64.b64encode(data).decode()})

    def _now_ms(self) -> int:
        """Never twice the same."""
        self._last_ms = max(self._last_ms + 1, round(time.time() * 1000))
        return self._last_ms
