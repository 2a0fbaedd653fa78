"""What the store knows for the report on health: aggregated where it lies, so that a month of meetings stays quick."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Store

from tracker.health.drift import Witnesses
from tracker.health.judged import Judged
from tracker.store import schema
from tracker.vocabulary import EXPRESSIONS, UNCLEAR

LEAST_READINGS: Final = 30
"""Readings that say something, before a session is a witness: a camera that was tried for seconds is none."""
ENOUGH: Final = 5000
"""Observations that are counted of one session; a longer one is sampled, which moves its shares by less than a point."""
PRIME, STEP = 1009, 389
"""Observations are sampled by ``id * STEP % PRIME``: as even as chance, and the same each time."""


def judged_faces(store: Store, person: str | None = None) -> Judged:
    """All verdicts, or a person's, oldest first."""
    prediction, verdict, model = schema.Prediction, schema.Verdict, schema.Model
    query = (
        select(
            verdict.said, verdict.at, verdict.origin, prediction.scores, prediction.expression, prediction.light,
            prediction.box, prediction.person, prediction.fit, prediction.at.label("judged_at"),
            model.name, model.version, model.sha256,
        )
        .select_from(verdict).join(prediction).join(model)
        .order_by(verdict.at, verdict.id)
    )  # fmt: skip
    found = store.execute(query if person is None else query.where(verdict.person == person)).all()
    # Of the looks of one guided moment the last speaks for all: they are no independent cases.
    moments = {(row.origin, row.judged_at) if row.origin == "start" else place: row for place, row in enumerate(found)}
    rows = list(moments.values())
    return Judged(
        said=_names(row.said for row in rows),
        scores=np.array([row.scores for row in rows], float).reshape(len(rows), len(EXPRESSIONS)),
        shown=_names(row.expression for row in rows),
        at=tuple(row.at for row in rows),
        origin=_names(row.origin for row in rows),
        light=np.array([row.light for row in rows], float),
        width=np.array([row.box[2] for row in rows], float),
        model=_names(f"{row.name} {row.version} ({row.sha256[:8]})" for row in rows),
        fit=_names("" if row.fit is None else f"fit {row.fit} of {row.person}" for row in rows),
    )


def _names(values: Iterable[str]) -> Any:
    return np.array(list(values), np.str_)


def answered_faces(store: Store) -> tuple[int, int]:
    """Uploads' faces that are stored, and how many of them have a verdict."""
    uploaded = select(func.count()).where(schema.Prediction.picture_id.is_not(None), schema.Prediction.session_id.is_(None))
    with_verdict = uploaded.select_from(schema.Prediction).join(schema.Verdict)
    return store.scalar(uploaded.select_from(schema.Prediction)) or 0, store.scalar(with_verdict) or 0


def session_witnesses(store: Store, since: datetime, until: datetime) -> Witnesses:
    """Sessions that began from ``since`` to before ``until``."""
    sessions = schema.Session.started_at >= since, schema.Session.started_at < until
    query = select(schema.Observation.session_id, func.count()).join(schema.Session).where(*sessions)
    counts = {row[0]: row[1] for row in store.execute(query.group_by(schema.Observation.session_id))}
    by_time = store.scalars(select(schema.Session.id).where(*sessions).order_by(schema.Session.started_at))
    rows = [_session(store, session, counts[session]) for session in by_time if session in counts]
    return _witnesses([row for row in rows if row is not None])


def _session(store: Store, session: int, observations: int) -> dict[str, Any] | None:
    some = schema.Observation.session_id == session
    if observations > ENOUGH:
        some &= schema.Observation.id % PRIME * STEP % PRIME < PRIME * ENOUGH // observations
    reading = schema.Reading
    judged = reading.reason.is_(None)
    query = (
        select(reading.expression, judged, func.count(), func.sum(reading.confidence))
        .join(schema.Observation)
        .where(some)
        .group_by(reading.expression, judged)
    )
    row = _row((shown, ok, count, sure) for shown, ok, count, sure in store.execute(query))
    if row is None:
        return None
    took = store.scalar(select(func.avg(schema.Observation.took)).where(some))
    return row | {"took": np.nan if took is None else float(took)}


def picture_witnesses(store: Store, since: datetime, until: datetime) -> Witnesses:
    """Faces of uploads from ``since`` to before ``until``."""
    prediction = schema.Prediction
    query = (
        select(prediction.expression, prediction.reason.is_(None), prediction.confidence)
        .where(prediction.picture_id.is_not(None), prediction.session_id.is_(None))
        .where(prediction.at >= since, prediction.at < until)
        .order_by(prediction.at)
    )
    rows = (_row([(shown, judged, 1, sure)], least=0) for shown, judged, sure in store.execute(query))
    return _witnesses([row | {"took": np.nan} for row in rows if row is not None])


def _row(counts: Iterable[tuple[str, bool, int, float]], least: int = LEAST_READINGS) -> dict[str, Any] | None:
    """One witness from (expression, whether it could be judged, how many, sum of confidences); None if it says too little."""
    listed = list(counts)
    everything = sum(count for _, _, count, _ in listed)
    judged = {shown: (count, float(total)) for shown, ok, count, total in listed if ok}
    known = sum(count for count, _ in judged.values())
    said = np.array([judged.get(name, (0, 0.0))[0] for name in EXPRESSIONS], float)
    if everything < max(1, least):
        return None
    nothing = np.full(len(EXPRESSIONS), np.nan)
    return {
        "mix": said / said.sum() if said.sum() else nothing,
        "confidence": sum(total for _, total in judged.values()) / known if known else np.nan,
        "unclear": judged.get(UNCLEAR, (0, 0.0))[0] / known if known else np.nan,
        "failed": 1 - known / everything,
    }


def _witnesses(rows: list[dict[str, Any]]) -> Witnesses:
    mix = np.array([row["mix"] for row in rows], float).reshape(len(rows), len(EXPRESSIONS))
    numbers = (np.array([row[name] for row in rows], float) for name in ("confidence", "unclear", "failed", "took"))
    return Witnesses(mix, *numbers)
