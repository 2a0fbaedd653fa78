"""Reads a stored session from the database as ``SessionData``."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from msgspec import UNSET
from sqlalchemy import ColumnElement, Select, and_, null, or_, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError
from tracker.core.face import Pose
from tracker.core.records import FaceRecord, ObservationRecord, QualityRecord, rounded
from tracker.core.vocabulary import EMOJI, EXPRESSIONS
from tracker.exports.session_data import Marker, Pause, SessionData
from tracker.readings.own_readings import READINGS_PREFERENCE, parse_own_readings, vocabulary
from tracker.store import schema
from tracker.store.columns import ForeignValue
from tracker.store.consents import names_of_faces
from tracker.store.find_session import find_session
from tracker.store.partial_erase import time_bounds
from tracker.store.retention import get_preference
from tracker.store.source_label import is_recorded, source_name

OBSERVATIONS_PER_READ: Final = 500
"""Observations of one query: with four faces and their shapes, a few megabytes."""

TimeBounds = tuple[float, float]
"""First and last time, in seconds of the session, both included."""


def read_session_data(store: Store, uuid: str, start: float | None = None, end: float | None = None) -> SessionData:
    """A stored session, or a part of it.

    Args:
        store: A session of the database. It must stay open as long as rows are read: these are read in parts, each in a
            transaction of its own.
        uuid: The session's id, or a beginning of it that is unique.
        start: Seconds of the session, included; None is from the beginning.
        end: Seconds of the session, included; None is to the end.

    Raises:
        UnknownError: There is no such session.
        UsageError: There are several, or the part ends before it begins.
    """
    session = find_session(store, uuid)
    bounds, names = time_bounds(start, end), names_of_faces(store, session.uuid)
    return SessionData(
        id=session.uuid,
        source=source_name(session.source),
        hz=session.hz,
        started_at=session.started_at,
        rows=lambda: _rows(store, session, bounds, names),
        title=session.title,
        notes=session.notes,
        ended_at=session.ended_at,
        interrupted=session.interrupted,
        model=None if session.model is None else session.model.sha256,
        prior=session.prior,
        threshold=session.threshold,
        markers=tuple(Marker(marker.t, marker.text) for marker in session.markers if bounds[0] <= marker.t <= bounds[1]),
        pauses=tuple(
            Pause(pause.began_t, pause.ended_t, pause.why)
            for pause in session.pauses
            if pause.began_t <= bounds[1] and (pause.ended_t is None or pause.ended_t >= bounds[0])
        ),
        shapes=session.shapes is not None,
        recorded=is_recorded(session.source),
        names=names,
        rules=lambda: vocabulary(parse_own_readings(get_preference(store, READINGS_PREFERENCE))).chosen,
    )


def _rows(store: Store, session: schema.Session, bounds: TimeBounds, people: Mapping[int, str]) -> Iterator[ObservationRecord]:
    """The session's observations in order of time; UnknownError if the session is erased while they are read."""
    number, uuid, source, names = session.id, session.uuid, source_name(session.source), session.shapes
    last: tuple[float, int] | None = None
    moved = _is_call(store, session)
    while True:
        if store.scalar(select(schema.Session.id).where(schema.Session.uuid == uuid)) is None:
            raise UnknownError(f"Session {uuid} was erased while it was read: nothing of it is written.")
        found = store.execute(_next_readings(number, bounds, last, shapes=names is not None, moved=moved)).all()
        # End the transaction: a long one would block what is written at the same time.
        store.commit()
        if not found:
            return
        for observation_id, group in groupby(found, itemgetter(0)):
            rows = list(group)
            _, t, at, frame, *_ = rows[0]
            last = t, observation_id
            yield ObservationRecord(
                session=uuid,
                t=round(t, 3),
                at=at,
                frame=frame,
                source=source,
                faces=tuple(_face(names or [], people, *row[4:]) for row in rows if row[4] is not None),
            )


def _next_readings(
    session_id: int, bounds: TimeBounds, last: tuple[float, int] | None, *, shapes: bool, moved: bool
) -> Select[*tuple[Any, ...]]:
    """The next OBSERVATIONS_PER_READ observations after ``last`` (t, id): a row for each reading, one row without any."""
    observation, reading, participant = schema.Observation, schema.Reading, schema.Participant
    movements, shape = schema.ReadingMovements, schema.ReadingShape
    # Not by OFFSET: that would shift when observations before it are erased meanwhile.
    begin = bounds[0] if last is None else last[0]
    following = select(observation.id).where(observation.session_id == session_id, observation.t >= begin)
    if last is not None:
        following = following.where(or_(observation.t > last[0], observation.id > last[1]))
    if bounds[1] != float("inf"):
        following = following.where(observation.t <= bounds[1])
    page = following.order_by(observation.t, observation.id).limit(OBSERVATIONS_PER_READ).subquery()
    columns = (
        reading.box,
        reading.expression,
        reading.confidence,
        reading.scores,
        reading.smooth,
        reading.reason,
        reading.motion,
        *((movements.shows, movements.unseen, movements.possible) if moved else (null(), null(), null())),
    )
    query: Select[*tuple[Any, ...]] = (
        select(observation.id, observation.t, observation.at, observation.frame, participant.number, *columns)
        .select_from(page)
        .join(observation, observation.id == page.c.id)
        .outerjoin(reading, reading.observation_id == observation.id)
        .outerjoin(participant, participant.id == reading.participant_id)
        .order_by(observation.t, observation.id, participant.number)
    )
    if moved:
        query = query.outerjoin(movements, _same_reading(movements))
    if shapes:
        query = query.outerjoin(shape, _same_reading(shape)).add_columns(shape.blendshapes, shape.pose)
    return query


def _is_call(store: Store, session: schema.Session) -> bool:
    """Whether a session has movements; other sessions are read without looking for them at each reading."""
    person = schema.Participant
    query = select(schema.ReadingMovements.observation_id).join(person).where(person.session_id == session.id).limit(1)
    return store.scalar(query) is not None


def _same_reading(table: type[schema.ReadingMovements | schema.ReadingShape]) -> ColumnElement[bool]:
    reading = schema.Reading
    return and_(table.observation_id == reading.observation_id, table.participant_id == reading.participant_id)


def _face(names: list[str], people: Mapping[int, str], *columns: Any) -> FaceRecord:
    number, box, expression, confidence, scores, smooth, reason, motion, shows, unseen, possible, *shape = columns
    shapes, pose = shape if shape and shape[0] is not None else ((), ())
    if shapes and (len(shapes), len(pose)) != (len(names), len(Pose.__struct_fields__)):
        raise ForeignValue(shape)
    return FaceRecord(
        id=number,
        name=people.get(number, UNSET),
        box=box,
        expression=expression,
        emoji=EMOJI[expression],
        confidence=confidence,
        scores=_named(scores),
        smooth=_named(smooth),
        quality=QualityRecord.of(reason),
        motion=motion,
        shows=UNSET if shows is None else shows,
        unseen=UNSET if unseen is None else unseen,
        possible=UNSET if possible is None else possible,
        blendshapes=rounded(dict(zip(names, shapes, strict=True))) if shapes else UNSET,
        pose=Pose(*(round(value, 1) for value in pose)) if shapes else UNSET,
    )


def _named(values: Any) -> dict[str, float]:
    return rounded(dict(zip(EXPRESSIONS, values, strict=True)))
