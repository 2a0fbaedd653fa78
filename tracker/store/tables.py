"""A stored session as the record that exports, plots and reports take."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Store

from tracker.exports.columns import ANGLES
from tracker.exports.record import Break, Mark, Record
from tracker.rows import Row, timestamp
from tracker.store import schema
from tracker.store.lookup import find
from tracker.store.recordings import is_recorded, plain
from tracker.vocabulary import EMOJI, EXPRESSIONS

AT_ONCE: Final = 5_000
"""Rows fetched together: a few megabytes."""


def record(store: Store, uuid: str, start: float | None = None, end: float | None = None) -> Record:
    """A session, or what of it lies from ``start`` to ``end`` (seconds, both included); UsageError when there is none.

    Its rows are read while ``store`` is open.
    """
    session = find(store, uuid)
    inside = (start or 0.0, float("inf") if end is None else end)
    return Record(
        id=session.uuid,
        source=plain(session.source),
        hz=session.hz,
        started_at=session.started_at,
        rows=lambda: _rows(store, session, inside),
        title=session.title,
        notes=session.notes,
        ended_at=session.ended_at,
        interrupted=session.interrupted,
        model=None if session.model is None else session.model.sha256,
        prior=session.prior,
        markers=tuple(Mark(each.t, each.at, each.text) for each in session.markers if inside[0] <= each.t <= inside[1]),
        pauses=tuple(_break(each) for each in session.pauses if _touches(each, inside)),
        shapes=session.shapes is not None,
        recorded=is_recorded(session.source),
    )


def _break(pause: schema.Pause) -> Break:
    return Break(pause.began_t, pause.ended_t, pause.why)


def _touches(pause: schema.Pause, inside: tuple[float, float]) -> bool:
    return pause.began_t <= inside[1] and (pause.ended_t is None or pause.ended_t >= inside[0])


def _rows(store: Store, session: schema.Session, inside: tuple[float, float]) -> Iterator[Row]:
    """The session's observations in order, as ``mien log`` writes them."""
    found = store.execute(_query(session.id, inside, shapes=session.shapes is not None).execution_options(yield_per=AT_ONCE))
    for _, faces in groupby(found, itemgetter(0)):
        together = list(faces)
        _, t, at, frame, *_ = together[0]
        yield {
            "session": session.uuid,
            "t": round(t, 3),
            "at": timestamp(at),
            "frame": frame,
            "source": plain(session.source),
            "faces": [_face(session.shapes or [], *each[4:]) for each in together if each[4] is not None],
        }


def _query(session_id: int, inside: tuple[float, float], *, shapes: bool) -> Select[*tuple[Any, ...]]:
    observation, reading, participant, shape = schema.Observation, schema.Reading, schema.Participant, schema.ShapeOf
    said = (reading.box, reading.expression, reading.confidence, reading.scores, reading.smooth, reading.reason, reading.motion)
    query: Select[*tuple[Any, ...]] = (
        select(observation.id, observation.t, observation.at, observation.frame, participant.number, *said)
        .outerjoin(reading, reading.observation_id == observation.id)
        .outerjoin(participant, participant.id == reading.participant_id)
        .where(observation.session_id == session_id, observation.t >= inside[0])
        .order_by(observation.t, observation.id, participant.number)
    )
    if inside[1] != float("inf"):
        query = query.where(observation.t <= inside[1])
    if shapes:
        same = (shape.observation_id == reading.observation_id) & (shape.participant_id == reading.participant_id)
        query = query.outerjoin(shape, same).add_columns(shape.blendshapes, shape.pose)
    return query


def _face(names: list[str], *said: Any) -> Row:
    number, box, expression, confidence, scores, smooth, reason, motion, *form = said
    face: Row = {
        "id": number,
        "box": list(box),
        "expression": expression,
        "emoji": EMOJI[expression],
        "confidence": confidence,
        "scores": _named(scores),
        "smooth": _named(smooth),
        "quality": {"ok": reason is None, "reason": reason},
        "motion": motion,
    }
    if form and form[0] is not None:
        face["blendshapes"] = {name: round(value, 4) for name, value in zip(names, form[0], strict=True)}
        face["pose"] = {angle: round(value, 1) for angle, value in zip(ANGLES, form[1], strict=True)}
    return face


def _named(values: Any) -> dict[str, float]:
    return {name: round(value, 4) for name, value in zip(EXPRESSIONS, values, strict=True)}
