"""What the protocol of RTMS has to say: what its transport must do, and what its owner may want to know."""

from dataclasses import dataclass
from enum import StrEnum


class Link(StrEnum):
    """One of the two sockets of a stream."""

    SIGNALING = "signaling"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Connect:
    """For the transport: open a socket, then call ``opened`` or ``dropped``."""

    link: Link
    url: str


@dataclass(frozen=True, slots=True)
class Send:
    """For the transport: send one text message."""

    link: Link
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """For the transport: close a socket, also while it is being opened; nothing that it still brings matters."""

    link: Link


@dataclass(frozen=True, slots=True)
class Joined:
    """A participant is there. user_id: Zoom's number for them in this meeting only. name: as they wrote it, may be empty."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Left:
    """A participant is gone; what waits of theirs must be dropped."""

    user_id: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """A participant has another name; they are the same person to Zoom."""

    user_id: int
    before: str
    name: str


@dataclass(frozen=True, slots=True)
class VideoSwitched:
    """A participant switched their camera on or off. Off means no data, and never a neutral face."""

    user_id: int
    on: bool


@dataclass(frozen=True, slots=True)
class Speaking:
    """Another participant is the active speaker."""

    user_id: int


@dataclass(frozen=True, slots=True)
class Watching:
    """Whose video Zoom was asked for; None: nobody's."""

    user_id: int | None


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One picture of one participant. jpeg: not decoded, may be damaged. sent_ms: Zoom's clock, when the message was made."""

    user_id: int
    name: str
    jpeg: bytes
    sent_ms: int


@dataclass(frozen=True, slots=True)
class Ready:
    """Both sockets are connected, and media may come."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Somebody paused the stream in Zoom."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The stream goes on after a pause."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The connection was lost; it is being made again. sentence: for people."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something was wrong and the stream goes on. sentence: for people."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Purge:
    """The permission was taken back: whatever was kept of this stream must be deleted at once."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The stream is over. reason: Zoom's number, None where Zoom gave none. sentence: for people."""

    reason: int | None
    sentence: str


Command = Connect | Send | Close
"""For the transport."""
Happening = (
    Joined
    | Left
    | Renamed
    | VideoSwitched
    | Speaking
    | Watching
    | VideoFrame
    | Ready
    | Paused
    | Resumed
    | Interrupted
    | Problem
    | Purge
    | Stopped
)
"""For the owner."""
Output = Command | Happening
