"""A stored session as the record that exports, plots and reports take."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from msgspec import UNSET
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError
from tracker.core.face import Pose
from tracker.core.records import FaceRecord, ObservationRecord, QualityRecord, rounded
from tracker.core.vocabulary import EMOJI, EXPRESSIONS
from tracker.exports.session_data import Marker, Pause, SessionData
from tracker.store import schema
from tracker.store.columns import ForeignValue
from tracker.store.find_session import find_session
from tracker.store.partial_erase import time_bounds
from tracker.store.source_label import is_recorded, source_name

OBSERVATIONS_PER_READ: Final = 500
"""Observations fetched together: a few megabytes, of four faces with their shapes."""

Inside = tuple[float, float]
"""From when to when, in seconds of the session, both included."""


def read_session_data(store: Store, uuid: str, start: float | None = None, end: float | None = None) -> SessionData:
    """A session, or what of it lies from ``start`` to ``end`` (seconds, both included); UsageError when there is none.

    Its rows are read while ``store`` is open, some hundreds at a time, each time in a transaction of its own.
    """
    session = find_session(store, uuid)
    inside = time_bounds(start, end)
    return SessionData(
        id=session.uuid,
        source=source_name(session.source),
        hz=session.hz,
        started_at=session.started_at,
        rows=lambda: _rows(store, session, inside),
        title=session.title,
        notes=session.notes,
        ended_at=session.ended_at,
        interrupted=session.interrupted,
        model=None if session.model is None else session.model.sha256,
        prior=session.prior,
        markers=tuple(Marker(each.t, each.text) for each in session.markers if inside[0] <= each.t <= inside[1]),
        pauses=tuple(
            Pause(each.began_t, each.ended_t, each.why)
            for each in session.pauses
            if each.began_t <= inside[1] and (each.ended_t is None or each.ended_t >= inside[0])
        ),
        shapes=session.shapes is not None,
        recorded=is_recorded(session.source),
    )


def _rows(store: Store, session: schema.Session, inside: Inside) -> Iterator[ObservationRecord]:
    """The session's observations in order, as ``mien log`` writes them; UnknownError when it is erased meanwhile."""
    number, uuid, source, names = session.id, session.uuid, source_name(session.source), session.shapes
    last: tuple[float, int] | None = None
    while True:
        if store.scalar(select(schema.Session.id).where(schema.Session.uuid == uuid)) is None:
            raise UnknownError(f"Session {uuid} was erased while it was read: nothing of it is written.")
        found = store.execute(_next_readings(number, inside, last, shapes=names is not None)).all()
        # The read ends here: a long one holds up what is written meanwhile.
        store.commit()
        if not found:
            return
        for place, faces in groupby(found, itemgetter(0)):
            together = list(faces)
            _, t, at, frame, *_ = together[0]
            last = t, place
            yield ObservationRecord(
                session=uuid,
                t=round(t, 3),
                at=at,
                frame=frame,
                source=source,
                faces=tuple(_face(names or [], *each[4:]) for each in together if each[4] is not None),
            )


def _next_readings(
    session_id: int, inside: Inside, last: tuple[float, int] | None, *, shapes: bool
) -> Select[*tuple[Any, ...]]:
    """A row for each reading of the observations after the last one, and one for each of nobody."""
    observation, reading, participant, shape = schema.Observation, schema.Reading, schema.Participant, schema.ReadingShape
    # From the index of sessions and times; a place in it stays true whatever is written or erased.
    begin = inside[0] if last is None else last[0]
    following = select(observation.id).where(observation.session_id == session_id, observation.t >= begin)
    if last is not None:
        following = following.where(or_(observation.t > last[0], observation.id > last[1]))
    if inside[1] != float("inf"):
        following = following.where(observation.t <= inside[1])
    page = following.order_by(observation.t, observation.id).limit(OBSERVATIONS_PER_READ).subquery()
    said = (reading.box, reading.expression, reading.confidence, reading.scores, reading.smooth, reading.reason, reading.motion)
    query: Select[*tuple[Any, ...]] = (
        select(observation.id, observation.t, observation.at, observation.frame, participant.number, *said)
        .select_from(page)
        .join(observation, observation.id == page.c.id)
        .outerjoin(reading, reading.observation_id == observation.id)
        .outerjoin(participant, participant.id == reading.participant_id)
        .order_by(observation.t, observation.id, participant.number)
    )
    if shapes:
        same = (shape.observation_id == reading.observation_id) & (shape.participant_id == reading.participant_id)
        query = query.outerjoin(shape, same).add_columns(shape.blendshapes, shape.pose)
    return query


def _face(names: list[str], *said: Any) -> FaceRecord:
    number, box, expression, confidence, scores, smooth, reason, motion, *form = said
    shapes, pose = form if form and form[0] is not None else ((), ())
    if shapes and (len(shapes), len(pose)) != (len(names), len(Pose.__struct_fields__)):
        raise ForeignValue(form)
    return FaceRecord(
        id=number,
        box=box,
        expression=expression,
        emoji=EMOJI[expression],
        confidence=confidence,
        scores=_named(scores),
        smooth=_named(smooth),
        quality=QualityRecord.of(reason),
        motion=motion,
        blendshapes=rounded(dict(zip(names, shapes, strict=True))) if shapes else UNSET,
        pose=Pose(*(round(value, 1) for value in pose)) if shapes else UNSET,
    )


def _named(values: Any) -> dict[str, float]:
    return rounded(dict(zip(EXPRESSIONS, values, strict=True)))
