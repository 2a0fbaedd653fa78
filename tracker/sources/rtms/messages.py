"""The messages of RTMS's two sockets: those that Zoom sends as checked records, those that Mien sends as texts."""

import json
from enum import IntEnum
from typing import Annotated, Final

import msgspec

from tracker.core.parsing import parse_json
from tracker.core.validation import LARGEST_WHOLE, Whole, converted, storable

PROTOCOL_VERSION: Final = 1
MAX_MESSAGE_BYTES: Final = 6_000_000
"""Of one message; a JPEG of 1280 x 720 pixels has some 100 KB, and base64 adds a third."""
MAX_BASE64_CHARACTERS: Final = 5_500_000
MAX_PARTICIPANTS: Final = 1_000
"""As many as a large Zoom meeting may have."""

VIDEO: Final = 2
RAW_VIDEO: Final = 3
JPG: Final = 5
HD: Final = 2
ACTIVE_SPEAKER: Final = 3
ONE_PARTICIPANT: Final = 4
MAX_JPG_FPS: Final = 5


class Kind(IntEnum):
    """Zoom's ``msg_type``, of those that Mien sends or reads."""

    SIGNALING_HANDSHAKE = 1
    SIGNALING_ANSWER = 2
    MEDIA_HANDSHAKE = 3
    MEDIA_ANSWER = 4
    SUBSCRIBE_EVENTS = 5
    EVENT = 6
    CLIENT_READY = 7
    STREAM_STATE = 8
    SESSION_STATE = 9
    KEEP_ALIVE = 12
    KEEP_ALIVE_ANSWER = 13
    VIDEO_FRAME = 15
    CLOSE_STREAM = 21
    STREAM_CLOSED = 22
    SUBSCRIBE_VIDEO = 28
    VIDEO_SUBSCRIBED = 29


class EventType(IntEnum):
    """Zoom's ``event_type``, of those that Mien reads."""

    SPEAKER_CHANGED = 2
    JOINED = 3
    LEFT = 4
    MEDIA_INTERRUPTED = 7
    VIDEO_ON = 8
    VIDEO_OFF = 9


SUBSCRIBED_EVENTS: Final = (
    EventType.SPEAKER_CHANGED,
    EventType.JOINED,
    EventType.LEFT,
    EventType.VIDEO_ON,
    EventType.VIDEO_OFF,
)


class StreamStates(IntEnum):
    """Zoom's state of a stream."""

    INTERRUPTED = 2
    TERMINATED = 4
    PAUSED = 5
    RESUMED = 6


class SessionStates(IntEnum):
    """Zoom's state of a session."""

    PAUSED = 3
    RESUMED = 4
    STOPPED = 5


Url = Annotated[str, storable(2_000)]


class MediaServer(msgspec.Struct, frozen=True):
    """Addresses of media sockets; of the kinds that the app may receive only."""

    server_urls: dict[str, Url]


class SignalingAnswer(msgspec.Struct, frozen=True):
    """To the handshake on the signaling socket."""

    status_code: Whole
    media_server: MediaServer | None = None


class MediaAnswer(msgspec.Struct, frozen=True):
    """To the handshake on the media socket."""

    status_code: Whole


class Person(msgspec.Struct, frozen=True):
    """A participant as an event has one: often with the id alone."""

    user_id: Whole
    user_name: str | None = None


class EventBody(msgspec.Struct, frozen=True):
    """Of ``Event``; which members are there depends on its type."""

    event_type: Whole
    user_id: Whole | None = None
    user_name: str | None = None
    participants: Annotated[tuple[Person, ...], msgspec.Meta(max_length=MAX_PARTICIPANTS)] = ()


class Event(msgspec.Struct, frozen=True):
    """Something happened in the meeting."""

    event: EventBody


class StreamState(msgspec.Struct, frozen=True):
    """The stream changed its state. reason: a stop reason where it ended."""

    state: Whole
    reason: Whole | str = 0


class SessionState(msgspec.Struct, frozen=True):
    """The session changed its state."""

    state: Whole
    stop_reason: Whole = 0


class KeepAlive(msgspec.Struct, frozen=True):
    """To be answered with the same timestamp."""

    timestamp: Whole


class VideoContent(msgspec.Struct, frozen=True):
    """Of ``Video``. data: base64 of a JPEG file. length: its bytes before base64. timestamp: ms, when Zoom made the message."""

    user_id: Whole
    data: Annotated[str, msgspec.Meta(max_length=MAX_BASE64_CHARACTERS)]
    timestamp: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_WHOLE)]
    user_name: str | None = None
    length: Whole | None = None


class Video(msgspec.Struct, frozen=True):
    """One frame of one participant."""

    content: VideoContent


class StreamClosed(msgspec.Struct, frozen=True):
    """The answer to Mien's wish to close the stream."""

    status_code: Whole = 0


class VideoSubscribed(msgspec.Struct, frozen=True):
    """The answer to a subscription to one participant's video."""

    user_id: Whole
    status_code: Whole


Incoming = (
    SignalingAnswer | MediaAnswer | Event | StreamState | SessionState | KeepAlive | Video | StreamClosed | VideoSubscribed
)

_READ: Final[dict[int, type[Incoming]]] = {
    Kind.SIGNALING_ANSWER: SignalingAnswer,
    Kind.MEDIA_ANSWER: MediaAnswer,
    Kind.EVENT: Event,
    Kind.STREAM_STATE: StreamState,
    Kind.SESSION_STATE: SessionState,
    Kind.KEEP_ALIVE: KeepAlive,
    Kind.VIDEO_FRAME: Video,
    Kind.STREAM_CLOSED: StreamClosed,
    Kind.VIDEO_SUBSCRIBED: VideoSubscribed,
}


class _Header(msgspec.Struct):
    msg_type: Whole


def read_message(text: str | bytes) -> Incoming | None:
    """One message of Zoom's; None for kinds that Mien has no use for.

    Raises:
        ValueError: It says what is wrong with the message.
    """
    if len(text) > MAX_MESSAGE_BYTES:
        raise ValueError(f"it has {len(text):,} bytes, and {MAX_MESSAGE_BYTES:,} at most were expected")
    found = parse_json(text)
    kind = _READ.get(converted(found, _Header, "").msg_type)
    return None if kind is None else converted(found, kind, "")


def signaling_handshake(meeting_uuid: str, stream_id: str, signature: str) -> str:
    """The first message on the signaling socket. Nothing is asked for that happened before now."""
    return _text(
        Kind.SIGNALING_HANDSHAKE,
        protocol_version=PROTOCOL_VERSION,
        sequence=1,
        meeting_uuid=meeting_uuid,
        rtms_stream_id=stream_id,
        signature=signature,
        buffer_data=False,
    )


def media_handshake(meeting_uuid: str, stream_id: str, signature: str, data_opt: int) -> str:
    """The first message on the media socket: JPEG files of 1280 x 720 pixels, five a second.

    data_opt: ACTIVE_SPEAKER or ONE_PARTICIPANT.
    """
    video = {"content_type": RAW_VIDEO, "codec": JPG, "resolution": HD, "data_opt": data_opt, "fps": MAX_JPG_FPS}
    return _text(
        Kind.MEDIA_HANDSHAKE,
        protocol_version=PROTOCOL_VERSION,
        sequence=0,
        meeting_uuid=meeting_uuid,
        rtms_stream_id=stream_id,
        signature=signature,
        media_type=VIDEO,
        payload_encryption=False,
        media_params={"video": video},
    )


def client_ready(stream_id: str) -> str:
    """On the signaling socket, after the media socket's handshake; Zoom sends no media before."""
    return _text(Kind.CLIENT_READY, rtms_stream_id=stream_id)


def subscribe_events() -> str:
    """On the signaling socket: who joins, leaves, speaks, and whose video is on."""
    return _text(Kind.SUBSCRIBE_EVENTS, events=[{"event_type": kind.value, "subscribe": True} for kind in SUBSCRIBED_EVENTS])


def keep_alive_answer(timestamp: int) -> str:
    """On the socket that asked."""
    return _text(Kind.KEEP_ALIVE_ANSWER, timestamp=timestamp)


def subscribe_video(user_id: int, timestamp_ms: int, *, subscribe: bool) -> str:
    """On the signaling socket: begin or end one participant's video. A new one replaces the one before."""
    return _text(Kind.SUBSCRIBE_VIDEO, user_id=user_id, subscribe=subscribe, timestamp=timestamp_ms)


def close_stream(stream_id: str) -> str:
    """On the signaling socket: Mien wants no more."""
    return _text(Kind.CLOSE_STREAM, rtms_stream_id=stream_id)


def _text(kind: Kind, **members: object) -> str:
    return json.dumps({"msg_type": kind.value, **members})
