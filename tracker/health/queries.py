"""Queries for the report on health; the database computes sums, so that a month of meetings is read quickly."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session as Store

from tracker.core.session_figures import SessionFigures
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.health.drift import PeriodSamples, Sample
from tracker.health.judgements import LabelledPredictions
from tracker.store import schema
from tracker.store.columns import SHARE_SCALE
from tracker.store.session_figures import figures_of_sessions
from tracker.store.verdicts import newest_per_crop

MIN_READINGS: Final = 30
"""A session with fewer is no sample: somebody only tried a camera."""
MAX_OBSERVATIONS_AVERAGED: Final = 5000
"""Mean confidence and time of a longer session are computed from about so many of its observations."""
MAX_NAME_LENGTH: Final = 200
"""Characters of a name in an array, in which each element takes as much memory as the longest."""
SAMPLING_PRIME, SAMPLING_STEP = 1009, 389
"""Observations are sampled by ``id * SAMPLING_STEP % SAMPLING_PRIME``: evenly, and the same ones each time."""


def labelled_predictions(store: Store, person: str | None = None) -> LabelledPredictions:
    """All verdicts or those of one person, oldest first; equal crops count once, with the newest verdict.

    The pictures of one moment of the guided start are not independent, so they are one entry with their mean.
    """
    prediction, verdict, model = schema.Prediction, schema.Verdict, schema.Model
    query = (
        select(
            prediction.id, prediction.crop, verdict.said, verdict.at, verdict.origin, prediction.scores, prediction.expression,
            prediction.light, prediction.box, prediction.person, prediction.fit, prediction.at.label("judged_at"),
            model.name, model.version, model.sha256,
        )
        .select_from(verdict).join(prediction).join(model)
        .order_by(verdict.at, verdict.id)
    )  # fmt: skip
    found = newest_per_crop(store.execute(query if person is None else query.where(verdict.person == person)))
    moments: dict[Any, list[Any]] = {}
    for place, row in enumerate(found):
        moments.setdefault((row.origin, row.judged_at) if row.origin == "start" else place, []).append(row)
    rows = [group[-1] for group in moments.values()]
    scores = [np.array([row.scores for row in group]) for group in moments.values()]
    means = np.array([each.mean(axis=0) for each in scores], float).reshape(len(rows), len(EXPRESSIONS))
    right = [np.mean(np.array(EXPRESSIONS)[each.argmax(axis=1)] == row.said) for each, row in zip(scores, rows, strict=True)]
    return LabelledPredictions(
        said=_names(row.said for row in rows),
        scores=means,
        right=np.array(right, float),
        # What was shown most often, the earliest of equals.
        shown=_names(Counter(row.expression for row in group).most_common(1)[0][0] for group in moments.values()),
        at=tuple(row.at for row in rows),
        origin=_names(row.origin for row in rows),
        light=np.array([row.light for row in rows], float),
        width=np.array([row.box[2] for row in rows], float),
        model=_names(f"{row.name} {row.version} ({row.sha256[:8]})" for row in rows),
        fit=_names("" if row.fit is None else f"fit {row.fit} of {row.person}" for row in rows),
    )


def _names(values: Iterable[str]) -> Any:
    return np.array([value[:MAX_NAME_LENGTH] for value in values], np.str_)


def count_uploaded_faces(store: Store) -> tuple[int, int]:
    """How many faces of uploads are stored, and how many of them have a verdict."""
    uploaded = select(func.count()).where(schema.Prediction.picture_id.is_not(None), schema.Prediction.session_id.is_(None))
    with_verdict = uploaded.select_from(schema.Prediction).join(schema.Verdict)
    return store.scalar(uploaded.select_from(schema.Prediction)) or 0, store.scalar(with_verdict) or 0


def session_samples(store: Store, since: datetime, until: datetime) -> PeriodSamples:
    """The sessions that began at ``since`` or later and before ``until``, without those of fewer than MIN_READINGS readings."""
    period = schema.Session.started_at >= since, schema.Session.started_at < until
    sessions = store.scalars(select(schema.Session).where(*period).order_by(schema.Session.started_at)).all()
    figures = figures_of_sessions(store, sessions)
    sampled = (each for each in sessions if figures[each.id].total() >= MIN_READINGS)
    return PeriodSamples.of([_session_sample(store, each.id, figures[each.id]) for each in sampled])


def _session_sample(store: Store, session_id: int, figures: SessionFigures) -> Sample:
    some = schema.Observation.session_id == session_id
    if figures.observations > MAX_OBSERVATIONS_AVERAGED:
        limit = SAMPLING_PRIME * MAX_OBSERVATIONS_AVERAGED // figures.observations
        some &= schema.Observation.id % SAMPLING_PRIME * SAMPLING_STEP % SAMPLING_PRIME < limit
    # As a whole number: a sum of shares is no share, and their column type would cut it.
    confidence = func.sum(type_coerce(schema.Reading.confidence, BigInteger))
    readings = select(confidence, func.count()).join(schema.Observation).where(some, schema.Reading.reason.is_(None))
    total, count = store.execute(readings).one()
    took = store.scalar(select(func.avg(schema.Observation.took)).where(some))
    return _sample(
        figures.counts(),
        figures.unsure,
        sum(figures.unreadable.values()),
        confidence=float(total) / SHARE_SCALE / count if count else np.nan,
        took=np.nan if took is None else float(took),
    )


def upload_samples(store: Store, since: datetime, until: datetime) -> PeriodSamples:
    """The faces of uploads that were classified at ``since`` or later and before ``until``."""
    prediction = schema.Prediction
    query = (
        select(prediction.expression, prediction.reason.is_(None), prediction.confidence)
        .where(prediction.picture_id.is_not(None), prediction.session_id.is_(None))
        .where(prediction.at >= since, prediction.at < until)
        .order_by(prediction.at)
    )
    return PeriodSamples.of(
        [
            _sample(
                {expression: 1},
                int(readable and expression == UNCLEAR),
                int(not readable),
                confidence=confidence if readable else np.nan,
                took=np.nan,
            )
            for expression, readable, confidence in store.execute(query)
        ]
    )


def _sample(counts: dict[str, int], unsure: int, unreadable: int, *, confidence: float, took: float) -> Sample:
    """From how many readings named each expression, and how many of the others could and could not be read."""
    named = np.array([counts.get(name, 0) for name in EXPRESSIONS], float)
    readable = float(named.sum()) + unsure
    return Sample(
        mix=named / named.sum() if named.any() else np.full(len(EXPRESSIONS), np.nan),
        confidence=confidence,
        unclear=unsure / readable if readable else np.nan,
        failed=unreadable / (readable + unreadable),
        took=took,
    )
