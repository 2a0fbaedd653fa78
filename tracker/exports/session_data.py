"""The one form in which exports, plots and reports take a session, from a database or from a file of JSON lines."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from heapq import merge

from msgspec.structs import replace

from tracker.core.records import Entry, MarkerRecord, ObservationRecord, PauseRecord
from tracker.core.time_zone import HERE
from tracker.readings.rules import ReadingRules, load_rules


@dataclass(frozen=True, slots=True)
class Marker:
    """A person's note on a moment; t in seconds of the session."""

    t: float
    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """A time without observations.

    Attributes:
        begin: Seconds of the session.
        end: Seconds of the session; None if the session did not go on.
        why: paused, lost, unsaved or erased.
    """

    begin: float
    end: float | None
    why: str


@dataclass(frozen=True, slots=True)
class SessionData:
    """A session, or a part of it.

    Attributes:
        id: Its uuid.
        source: Where frames came from, as it was asked for.
        hz: Observations a second that were asked for; 0 is every frame.
        started_at: When it began, in UTC.
        rows: Reads the observations from the beginning, in order of time; they are not kept, as a day of them would not fit
            into memory.
        title: As the person wrote it, or empty.
        notes: As the person wrote them, or empty.
        ended_at: When it ended, in UTC; None if it did not, or is not known.
        interrupted: Whether it ended by a crash.
        model: SHA-256 of the model file, or None if it is not known.
        prior: The prior that was applied.
        threshold: Probability below which a frame was unclear; None if it is not known.
        markers: In order of time.
        pauses: In order of time.
        shapes: Whether blendshapes and poses were stored.
        recorded: Whether it is a recording: t is then the recording's own time, and started_at says when it was analysed.
        names: What the person calls whose face a number is, of those who agreed in a call.
        rules: Gives the rules of what faces may mean, as they are in effect; UsageError where the person's own cannot be used.
        zone: The time zone in which reports show its times.
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
    threshold: float | None = None
    markers: tuple[Marker, ...] = ()
    pauses: tuple[Pause, ...] = ()
    shapes: bool = False
    recorded: bool = False
    names: Mapping[int, str] = field(default_factory=dict)
    rules: Callable[[], ReadingRules] = load_rules
    zone: tzinfo = HERE

    def at(self, t: float) -> datetime:
        """The clock in UTC at ``t`` seconds of the session, counted from its beginning, so that it never jumps.

        For a recording it is always the time of its analysis.
        """
        return self.started_at + timedelta(seconds=0 if self.recorded else t)

    def local(self, t: float) -> datetime:
        """The same in the session's time zone."""
        return self.at(t).astimezone(self.zone)


def session_entries(session: SessionData) -> Iterator[Entry]:
    """Observations, markers and pauses of a session in order of time, each with its ``SessionData.at``."""
    notes: list[Entry] = [
        MarkerRecord(session=session.id, t=marker.t, at=session.at(marker.t), marker=marker.text) for marker in session.markers
    ]
    for pause in session.pauses:
        until = None if pause.end is None else round(pause.end, 3)
        at = session.at(pause.begin)
        notes.append(PauseRecord(session=session.id, t=pause.begin, at=at, pause=pause.why, until=until))
    notes.sort(key=lambda note: note.t)
    for entry in merge(session.rows(), notes, key=lambda entry: entry.t):
        yield replace(entry, session=session.id, t=round(entry.t, 3), at=session.at(entry.t))
