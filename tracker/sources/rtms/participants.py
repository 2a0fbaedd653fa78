"""Who is in the meeting, as far as Zoom told, and whose pictures are taken: told apart by Zoom's number, never by name."""

import binascii
from dataclasses import dataclass, replace
from typing import Final

from tracker.core.printable import printable
from tracker.sources.rtms.happenings import Joined, Left, Renamed, VideoFrame, VideoSwitched
from tracker.sources.rtms.messages import MAX_PARTICIPANTS, VideoContent

MAX_NAME: Final = 100
"""Characters of a name that are kept; Zoom allows some 60."""
LATE_S: Final = 2.0
"""A frame that took so many seconds longer than the quickest one is late: it was queued somewhere, and is dropped."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in the meeting.

    user_id: Zoom's number in this meeting. name: as they wrote it, made printable; empty where it was not told. video: whether
    their camera is on, None where it was not told. frame_at: when their newest frame arrived, in seconds of the owner's clock;
    None before the first. sent_ms: that frame's time at Zoom.
    """

    user_id: int
    name: str = ""
    video: bool | None = None
    frame_at: float | None = None
    sent_ms: int = -1

    def age(self, now: float) -> float | None:
        """Seconds since the newest frame; None before the first."""
        return None if self.frame_at is None else max(0.0, now - self.frame_at)


@dataclass(frozen=True, slots=True)
class FrameCounts:
    """What became of the frames that arrived.

    taken: handed to the owner. late: older than one before, or held up on the way. damaged: no base64, or of another length
    than told. unwanted: of somebody who was not chosen.
    """

    taken: int = 0
    late: int = 0
    damaged: int = 0
    unwanted: int = 0


class Participants:
    """The memory of one stream. For one thread."""

    def __init__(self) -> None:
        self._people: dict[int, Participant] = {}
        self._quickest: float | None = None
        self.counts = FrameCounts()

    def all(self) -> tuple[Participant, ...]:
        """Everybody, in the order in which they joined."""
        return tuple(self._people.values())

    def can_be_watched(self, user_id: int) -> bool:
        """Whether somebody is there with a camera that is not known to be off."""
        found = self._people.get(user_id)
        return found is not None and found.video is not False

    def met(self, user_id: int, name: str | None) -> list[Joined | Renamed]:
        """Somebody was named; more than MAX_PARTICIPANTS are passed over."""
        known = self._people.get(user_id)
        told = None if name is None else printable(name.strip()[:MAX_NAME])
        if known is None:
            if len(self._people) >= MAX_PARTICIPANTS:
                return []
            self._people[user_id] = Participant(user_id, told or "")
            return [Joined(user_id, told or "")]
        if not told or told == known.name:
            return []
        self._people[user_id] = replace(known, name=told)
        return [Renamed(user_id, known.name, told)]

    def left(self, user_id: int) -> list[Left]:
        """Somebody is gone."""
        return [] if self._people.pop(user_id, None) is None else [Left(user_id)]

    def switched(self, user_id: int, *, on: bool) -> list[Joined | Renamed | VideoSwitched]:
        """Somebody's camera was switched."""
        happened: list[Joined | Renamed | VideoSwitched] = [*self.met(user_id, None)]
        known = self._people.get(user_id)
        if known is not None and known.video is not on:
            self._people[user_id] = replace(known, video=on)
            happened.append(VideoSwitched(user_id, on))
        return happened

    def lost_sight(self) -> None:
        """The connection is lost: whose camera is on may change without word, and Zoom's clock may be another one's."""
        self._people = {user_id: replace(each, video=None) for user_id, each in self._people.items()}
        self._quickest = None

    def frame(self, content: VideoContent, now: float, *, wanted: bool) -> list[Joined | Renamed | VideoFrame]:
        """A frame arrived. Those that are of no use are counted and dropped.

        wanted: whether its person was chosen.
        """
        if not wanted:
            self.counts = replace(self.counts, unwanted=self.counts.unwanted + 1)
            return []
        try:
            jpeg = binascii.a2b_base64(content.data, strict_mode=True)
        except ValueError:
            jpeg = b""
        if not jpeg or (content.length is not None and content.length != len(jpeg)):
            self.counts = replace(self.counts, damaged=self.counts.damaged + 1)
            return []
        happened: list[Joined | Renamed | VideoFrame] = [*self.met(content.user_id, content.user_name)]
        known = self._people.get(content.user_id)
        if known is None:
            return []
        took = now - content.timestamp / 1000
        self._quickest = took if self._quickest is None else min(self._quickest, took)
        if content.timestamp <= known.sent_ms or took - self._quickest > LATE_S:
            self.counts = replace(self.counts, late=self.counts.late + 1)
            return happened
        self._people[known.user_id] = replace(known, frame_at=now, sent_ms=content.timestamp)
        self.counts = replace(self.counts, taken=self.counts.taken + 1)
        return [*happened, VideoFrame(known.user_id, known.name, jpeg, content.timestamp)]
