"""The timeline of a stored session: its readings as columns, thinned out by the database."""

from math import inf
from typing import Final

from msgspec import Struct, field
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session as Store

from tracker.core.face import Motion
from tracker.core.sampling import Gap
from tracker.store import schema
from tracker.store.find_session import find_session
from tracker.store.session_figures import sampling_of_session

DEFAULT_TIMELINE_POINTS: Final = 1500
"""About one observation for each pixel of a wide page."""
TIME_DECIMALS: Final = 3
SCORE_DECIMALS: Final = 4


class ReadingColumns(Struct, frozen=True):
    """Readings, one entry of each column for each; fields are named as in JSON.

    observation: the place of its observation in ``StoredTimeline.t``. id: the participant's number. expression: as it was
    shown. confidence: 0 to 1. reason: why it was unreadable, or None. box: x, y, width and height in pixels. scores, smooth:
    [7] from 0 to 1 in the order of EXPRESSIONS. motion: since the reading before, or None where it was not watched.
    """

    observation: list[int] = field(default_factory=list)
    id: list[int] = field(default_factory=list)
    expression: list[str] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    reason: list[str | None] = field(default_factory=list)
    box: list[tuple[int, ...]] = field(default_factory=list)
    scores: list[list[float]] = field(default_factory=list)
    smooth: list[list[float]] = field(default_factory=list)
    motion: list[Motion | None] = field(default_factory=list)


class StoredTimeline(Struct, frozen=True):
    """The observations of a session in a range of time, or every so many of them; fields are named as in JSON.

    total: how many observations there are in the range. every: 1 is all of them, 2 every second one. usual: seconds that an
    observation speaks for. t: [n] of each, in seconds of the session. frame: [n] as the source numbers it. readings: those of
    these observations; one without readings saw nobody. gaps: between all observations, not only between those that are given.
    """

    total: int
    every: int
    usual: float
    t: list[float]
    frame: list[int]
    readings: ReadingColumns
    gaps: tuple[Gap, ...]


def query_timeline(
    store: Store, uuid: str, start: float | None = None, end: float | None = None, *, points: int = DEFAULT_TIMELINE_POINTS
) -> StoredTimeline:
    """The timeline of a session, or of a part of it.

    Args:
        store: A session of the database.
        uuid: The watched session's, or the beginning of it.
        start: From when, in seconds of the session, included; None is from its beginning.
        end: To when, included; None is to its end.
        points: At most so many observations come back: all, or every second, third ... of them.

    Raises:
        UnknownError: There is no such session.
        UsageError: There is more than one.
    """
    session = find_session(store, uuid)
    observation, reading, participant = schema.Observation, schema.Reading, schema.Participant
    in_range = [observation.session_id == session.id]
    in_range += [observation.t >= start] if start is not None else []
    in_range += [observation.t <= end] if end is not None else []
    total = store.execute(select(func.count()).where(*in_range)).scalar_one()
    every = max(1, -(-total // max(points, 1)))
    # Numbered from 0 in order of time; an index holds all that this needs.
    number = (func.row_number().over(order_by=observation.t) - 1).label("number")
    chosen = select(observation.id, number).where(*in_range).subquery()
    said = (reading.expression, reading.confidence, reading.reason)
    values = (*said, reading.box, reading.scores, reading.smooth, reading.motion)
    # A row for each reading of the chosen observations, and one for each of them that saw nobody.
    rows = store.execute(
        select(observation.id, observation.t, observation.frame, participant.number, *values)
        .join(chosen, and_(chosen.c.id == observation.id, chosen.c.number % every == 0))
        .outerjoin(reading, reading.observation_id == observation.id)
        .outerjoin(participant, participant.id == reading.participant_id)
        .order_by(observation.t, observation.id, participant.number)
    )
    t: list[float] = []
    frames: list[int] = []
    columns = ReadingColumns()
    previous = None
    for observation_id, seconds, frame, face, expression, confidence, reason, box, scores, smooth, motion in rows:
        if observation_id != previous:
            t.append(round(seconds, TIME_DECIMALS))
            frames.append(frame)
            previous = observation_id
        if face is not None:
            columns.observation.append(len(t) - 1)
            columns.id.append(face)
            columns.expression.append(expression)
            columns.confidence.append(confidence)
            columns.reason.append(reason)
            columns.box.append(box)
            columns.scores.append([round(value, SCORE_DECIMALS) for value in scores])
            columns.smooth.append([round(value, SCORE_DECIMALS) for value in smooth])
            columns.motion.append(motion)
    sampling = sampling_of_session(store, session)
    first, last = -inf if start is None else start, inf if end is None else end
    gaps = tuple(gap for gap in sampling.gaps if gap.end >= first and gap.begin <= last)
    return StoredTimeline(total, every, sampling.interval, t, frames, columns, gaps)
