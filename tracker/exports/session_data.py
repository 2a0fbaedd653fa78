"""One session as exports, plots and reports take it, whether it comes from a database or from a file of JSON lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from heapq import merge

from msgspec.structs import replace

from tracker.core.records import Entry, MarkerRecord, ObservationRecord, PauseRecord
from tracker.core.time_zone import HERE


@dataclass(frozen=True, slots=True)
class Marker:
    """A person's note on a moment; t in seconds of the session."""

    t: float
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch without observations, in seconds of the session; why: paused, lost, unsaved or erased.

    end is None while it lasts.
    """

    begin: float
    end: float | None
    why: str


@dataclass(frozen=True, slots=True)
class SessionData:
    """A session, or a stretch of it.

    rows: opens the observations anew, in order: a day of them would not fit into memory.
    hz: 0 is every frame. model: the file's sha256. shapes: whether blendshapes and pose were kept. recorded: t is a
    recording's own time, and the clock only says when it was looked at. zone: in which its times are told.
    """

    id: str
    source: str
    hz: float
    started_at: datetime
    rows: Callable[[], Iterator[ObservationRecord]]
    title: str = ""
    notes: str = ""
    ended_at: datetime | None = None
    interrupted: bool = False
    model: str | None = None
    prior: str = "default"
    markers: tuple[Marker, ...] = ()
    pauses: tuple[Pause, ...] = ()
    shapes: bool = False
    recorded: bool = False
    zone: tzinfo = HERE

    def at(self, t: float) -> datetime:
        """The clock at a moment of the session, counted on from its beginning so that it never jumps.

        Of a recording, whose seconds are its own, when it was looked at.
        """
        return self.started_at + timedelta(seconds=0 if self.recorded else t)

    def local(self, t: float) -> datetime:
        """The same in its zone."""
        return self.at(t).astimezone(self.zone)


def session_entries(record: SessionData) -> Iterator[Entry]:
    """What a session holds, in order of time; ``at`` is the clock counted on, see ``SessionData.at``."""
    notes: list[Entry] = [
        MarkerRecord(session=record.id, t=mark.t, at=record.at(mark.t), marker=mark.text) for mark in record.markers
    ]
    for each in record.pauses:
        until = None if each.end is None else round(each.end, 3)
        notes.append(PauseRecord(session=record.id, t=each.begin, at=record.at(each.begin), pause=each.why, until=until))
    notes.sort(key=lambda note: note.t)
    for entry in merge(record.rows(), notes, key=lambda entry: entry.t):
        yield replace(entry, session=record.id, t=round(entry.t, 3), at=record.at(entry.t))
