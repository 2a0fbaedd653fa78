"""The timeline of a stored session: its readings as columns, thinned out on the way from the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from math import inf
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, and_, func, select
from sqlalchemy.orm import Session as Store

from tracker.core.records import as_json
from tracker.core.sampling import Gap
from tracker.store import schema
from tracker.store.find_session import find_session
from tracker.store.session_figures import interval_and_gaps

DEFAULT_TIMELINE_POINTS: Final = 1500
"""About one observation for each pixel of a wide page."""


@dataclass(frozen=True, slots=True)
class ReadingColumns:
    """Readings, one entry each: ``observation`` is the place of theirs in the stretch, ``id`` the participant's number."""

    observation: list[int] = field(default_factory=list)
    id: list[int] = field(default_factory=list)
    expression: list[str] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    reason: list[str | None] = field(default_factory=list)
    box: list[tuple[int, ...]] = field(default_factory=list)
    scores: list[list[float]] = field(default_factory=list)
    smooth: list[list[float]] = field(default_factory=list)
    motion: list[dict[str, Any] | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredTimeline:
    """Observations between two moments of a session, every so many of them.

    total: how many there are in the stretch. every: 1 is all of them. usual: seconds an observation speaks for. t: of each, in
    seconds of the session. An observation without readings is one of nobody.
    gaps: of all observations, not only of those that are given.
    """

    total: int
    every: int
    usual: float
    t: list[float]
    frame: list[int]
    readings: ReadingColumns
    gaps: tuple[Gap, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        plain = {name: getattr(self, name) for name in ("total", "every", "usual", "t", "frame")}
        readings = {each.name: getattr(self.readings, each.name) for each in fields(ReadingColumns)}
        gaps = [{"from": gap.begin, "to": gap.end, "why": gap.why} for gap in self.gaps]
        return plain | {"readings": readings, "gaps": gaps}


def query_timeline(
    store: Store, uuid: str, start: float | None = None, end: float | None = None, *, points: int = DEFAULT_TIMELINE_POINTS
) -> StoredTimeline:
    """What was observed from ``start`` to ``end`` (seconds of the session, both included), at most ``points`` observations.

    All of them when there are no more; else every second, third ... of them. UsageError when there is no such session.
    """
    session = find_session(store, uuid)
    window = _window(session.id, start, end)
    total = store.execute(select(func.count()).where(*window)).scalar_one()
    every = max(1, -(-total // max(points, 1)))
    t, frame, readings = _columns(store.execute(_thinned(session.id, window, every)))
    usual, all_gaps = interval_and_gaps(store, session)
    first, last = -inf if start is None else start, inf if end is None else end
    gaps = tuple(gap for gap in all_gaps if gap.end >= first and gap.begin <= last)
    return StoredTimeline(total, every, usual, t, frame, readings, gaps)


def numbered_observations(session_id: int, window: Iterable[ColumnElement[bool]] = ()) -> Subquery:
    """The ids and times of a session's observations, numbered from 0 in order of time; from the index alone."""
    observation = schema.Observation
    number = (func.row_number().over(order_by=observation.t) - 1).label("number")
    query = select(observation.id, observation.t, number).where(observation.session_id == session_id, *window)
    return query.subquery()


def _window(session_id: int, start: float | None, end: float | None) -> list[ColumnElement[bool]]:
    observation = schema.Observation
    window = [observation.session_id == session_id]
    window += [observation.t >= start] if start is not None else []
    window += [observation.t <= end] if end is not None else []
    return window


def _thinned(session_id: int, window: list[ColumnElement[bool]], every: int) -> Any:
    """A row for each reading of the observations that are kept, and one for each of nobody."""
    observation, reading, participant = schema.Observation, schema.Reading, schema.Participant
    kept = numbered_observations(session_id, window)
    what = (reading.expression, reading.confidence, reading.reason, reading.box, reading.scores, reading.smooth, reading.motion)
    return (
        select(observation.id, observation.t, observation.frame, participant.number, *what)
        .join(kept, and_(kept.c.id == observation.id, kept.c.number % every == 0))
        .outerjoin(reading, reading.observation_id == observation.id)
        .outerjoin(participant, participant.id == reading.participant_id)
        .order_by(observation.t, observation.id, participant.number)
    )


def _columns(rows: Iterable[Any]) -> tuple[list[float], list[int], ReadingColumns]:
    t: list[float] = []
    frames: list[int] = []
    columns = ReadingColumns()
    last = None
    for row in rows:
        number, moment, frame, who, *said = row
        if number != last:
            t.append(round(moment, 3))
            frames.append(frame)
            last = number
        if who is not None:
            _append(columns, len(t) - 1, who, *said)
    return t, frames, columns


def _append(columns: ReadingColumns, place: int, who: int, *said: Any) -> None:
    expression, confidence, reason, box, scores, smooth, motion = said
    columns.observation.append(place)
    columns.id.append(who)
    columns.expression.append(expression)
    columns.confidence.append(confidence)
    columns.reason.append(reason)
    columns.box.append(box)
    columns.scores.append([round(value, 4) for value in scores])
    columns.smooth.append([round(value, 4) for value in smooth])
    columns.motion.append(motion and as_json(motion))
