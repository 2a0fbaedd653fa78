"""What Zoom announces about streams - one began, stopped, or was interrupted - however the announcement arrives."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Annotated, Final, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from tracker.core.printable import printable
from tracker.core.validation import Whole, converted, storable

MAX_REMEMBERED: Final = 1_000
"""Announcements that are remembered, so that a second copy is known; and streams that count as running."""
LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "::1", "localhost"})

Identifier = Annotated[str, msgspec.Meta(min_length=1), storable(300)]
ServerUrls = Annotated[str, storable(4_000)]


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """A stream is ready to be received. server_url: of its signaling socket, wss (or ws on this machine)."""

    meeting_uuid: str
    stream_id: str
    server_url: str


@dataclass(frozen=True, slots=True)
class StreamStopped:
    """A stream has ended. reason: Zoom's number, see ``words.stop_words``."""

    stream_id: str
    reason: int


@dataclass(frozen=True, slots=True)
class StreamInterrupted:
    """Zoom lost the connection to the receiver of a stream; the receiver must connect again."""

    stream_id: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the app rather than one stream. sentence: for people."""

    sentence: str


Key = TypeVar("Key")

Announcement = StreamStarted | StreamStopped | StreamInterrupted | Notice


class _Fields(msgspec.Struct):
    meeting_uuid: Identifier | None = None
    webinar_uuid: Identifier | None = None
    session_id: Identifier | None = None
    rtms_stream_id: Identifier | None = None
    server_urls: ServerUrls | None = None
    stop_reason: Whole = 0
    concurrency_limit: Whole | None = None
    concurrency_number: Whole | None = None


class _Payload(_Fields):
    """Zoom's description has the fields here, some of its examples have them one level deeper, under ``object``."""

    object: _Fields | None = None


class _Event(msgspec.Struct):
    event: Identifier
    payload: _Payload
    event_ts: Whole = 0


class Announcements:
    """Turns events of webhooks and of the event WebSocket into announcements, each once.

    Zoom repeats an event when the answer was late, and both ways may bring the same one. Any thread may call.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen = OrderedDict[tuple[str, str, int], None]()
        self._running = OrderedDict[str, None]()

    def accept(self, found: object) -> Announcement | None:
        """One event.

        Args:
            found: Parsed JSON: ``{"event": ..., "event_ts": milliseconds, "payload": {...}}``.

        Returns:
            The announcement; None for a copy, for the start of a stream that runs already, and for events of other kinds.

        Raises:
            ValueError: It says what is missing or wrong.
        """
        event = converted(found, _Event, "the event")
        about = event.payload.object or event.payload
        name = event.event.partition(".")[2]
        match name:
            case "rtms_started" | "rtms_stopped" | "rtms_interrupted":
                announcement = _of_stream(name, about)
            case _:
                return _notice(event.event, about)
        with self._lock:
            if not _remember(self._seen, (name, announcement.stream_id, event.event_ts)):
                return None
            if isinstance(announcement, StreamStopped):
                self._running.pop(announcement.stream_id, None)
            elif isinstance(announcement, StreamStarted) and not _remember(self._running, announcement.stream_id):
                return None
        return announcement


def _remember(memory: OrderedDict[Key, None], key: Key) -> bool:
    """Whether it is new; the oldest entry gives way."""
    if key in memory:
        return False
    memory[key] = None
    if len(memory) > MAX_REMEMBERED:
        memory.popitem(last=False)
    return True


def _of_stream(
    name: Literal["rtms_started", "rtms_stopped", "rtms_interrupted"], about: _Fields
) -> StreamStarted | StreamStopped | StreamInterrupted:
    stream_id = about.rtms_stream_id
    if stream_id is None:
        raise ValueError("the event.payload.rtms_stream_id is missing")
    if name == "rtms_stopped":
        return StreamStopped(stream_id, about.stop_reason)
    if name == "rtms_interrupted":
        return StreamInterrupted(stream_id)
    meeting = about.meeting_uuid or about.webinar_uuid or about.session_id
    if meeting is None:
        raise ValueError("the event.payload.meeting_uuid is missing")
    return StreamStarted(meeting, stream_id, choose_url(about.server_urls or ""))


def choose_url(urls: str) -> str:
    """The first WebSocket address of several that are separated by commas; plain ws only on this machine.

    Raises:
        ValueError: When there is none.
    """
    for url in (each.strip() for each in urls.split(",")):
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").encode("idna").decode()
            valid = url.isascii() and " " not in url and host and parts.port != 0 and parts.username is None
        except ValueError:
            continue
        if valid and (parts.scheme == "wss" or (parts.scheme == "ws" and host in LOOPBACK_HOSTS)):
            return url
    raise ValueError(f"the server's address should begin with wss://, found {printable(urls)[:60]!r}")


def _notice(event: str, about: _Fields) -> Notice | None:
    match event:
        case "rtms.concurrency_near_limit" | "rtms.concurrency_limited":
            now, limit = about.concurrency_number, about.concurrency_limit
            counted = f" ({now:,} of {limit:,})" if now is not None and limit is not None else ""
            end = "is reached: Zoom starts no more" if event.endswith("limited") else "is near"
            return Notice(f"The limit of streams that your Zoom account may run at a time {end}{counted}.")
        case "rtms.start_failed":
            return Notice("Zoom could not start a stream. Check that the app may use Realtime Media Streams in this meeting.")
    return None
