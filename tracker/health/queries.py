"""What the store knows for the report on health: aggregated where it lies, so that a month of meetings stays quick."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import BigInteger, func, select, type_coerce
from sqlalchemy.orm import Session as Store

from tracker.core.session_figures import SessionFigures
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.health.drift import PeriodSamples
from tracker.health.judgements import LabelledPredictions
from tracker.store import schema
from tracker.store.columns import SHARE_SCALE
from tracker.store.session_figures import figures_of_sessions
from tracker.store.verdicts import newest_per_crop

MIN_READINGS: Final = 30
"""Readings that say something, before a session is a witness: a camera that was tried for seconds is none."""
MAX_OBSERVATIONS_AVERAGED: Final = 5000
"""Observations whose confidence and time are averaged of one session; a longer one is sampled."""
MAX_NAME_LENGTH: Final = 200
"""Letters of a name: an array of texts has room for the longest in each place."""
SAMPLING_PRIME, SAMPLING_STEP = 1009, 389
"""Observations are sampled by ``id * STEP % PRIME``: as even as chance, and the same each time."""


def labelled_predictions(store: Store, person: str | None = None) -> LabelledPredictions:
    """All verdicts, or a person's, oldest first; equal pixels count once, as they were labelled last."""
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
    # The looks of one guided moment are no independent cases: their mean is one, as where a fit is weighed (evidence.py).
    moments: dict[Any, list[Any]] = {}
    for place, row in enumerate(found):
        moments.setdefault((row.origin, row.judged_at) if row.origin == "start" else place, []).append(row)
    rows = [looks[-1] for looks in moments.values()]
    scores = [np.array([row.scores for row in looks]) for looks in moments.values()]
    means = np.array([each.mean(axis=0) for each in scores], float).reshape(len(rows), len(EXPRESSIONS))
    right = [np.mean(np.array(EXPRESSIONS)[each.argmax(axis=1)] == row.said) for each, row in zip(scores, rows, strict=True)]
    return LabelledPredictions(
        said=_names(row.said for row in rows),
        scores=means,
        right=np.array(right, float),
        shown=_names(_shown(looks) for looks in moments.values()),
        at=tuple(row.at for row in rows),
        origin=_names(row.origin for row in rows),
        light=np.array([row.light for row in rows], float),
        width=np.array([row.box[2] for row in rows], float),
        model=_names(f"{row.name} {row.version} ({row.sha256[:8]})" for row in rows),
        fit=_names("" if row.fit is None else f"fit {row.fit} of {row.person}" for row in rows),
    )


def _shown(looks: Sequence[Any]) -> str:
    """What most looks of a moment showed, the earliest of equals."""
    return str(Counter(row.expression for row in looks).most_common(1)[0][0])


def _names(values: Iterable[str]) -> Any:
    return np.array([value[:MAX_NAME_LENGTH] for value in values], np.str_)


def count_uploaded_faces(store: Store) -> tuple[int, int]:
    """Uploads' faces that are stored, and how many of them have a verdict."""
    uploaded = select(func.count()).where(schema.Prediction.picture_id.is_not(None), schema.Prediction.session_id.is_(None))
    with_verdict = uploaded.select_from(schema.Prediction).join(schema.Verdict)
    return store.scalar(uploaded.select_from(schema.Prediction)) or 0, store.scalar(with_verdict) or 0


def session_samples(store: Store, since: datetime, until: datetime) -> PeriodSamples:
    """Sessions that began from ``since`` to before ``until``."""
    sessions = schema.Session.started_at >= since, schema.Session.started_at < until
    by_time = store.scalars(select(schema.Session).where(*sessions).order_by(schema.Session.started_at)).all()
    found = figures_of_sessions(store, by_time)
    kept = (each for each in by_time if found[each.id].total() >= MIN_READINGS)
    return _witnesses([_session(store, each.id, found[each.id]) for each in kept])


def _session(store: Store, session: int, figures: SessionFigures) -> dict[str, Any]:
    some = schema.Observation.session_id == session
    if figures.observations > MAX_OBSERVATIONS_AVERAGED:
        some &= (
            schema.Observation.id % SAMPLING_PRIME * SAMPLING_STEP % SAMPLING_PRIME
            < SAMPLING_PRIME * MAX_OBSERVATIONS_AVERAGED // figures.observations
        )
    # The sum of shares is none.
    sure = select(func.sum(type_coerce(schema.Reading.confidence, BigInteger)), func.count()).join(schema.Observation)
    total, many = store.execute(sure.where(some, schema.Reading.reason.is_(None))).one()
    took = store.scalar(select(func.avg(schema.Observation.took)).where(some))
    shares = _shares(figures.counts(), figures.unsure, sum(figures.unreadable.values()))
    return shares | {
        "confidence": float(total) / SHARE_SCALE / many if many else np.nan,
        "took": np.nan if took is None else float(took),
    }


def upload_samples(store: Store, since: datetime, until: datetime) -> PeriodSamples:
    """Faces of uploads from ``since`` to before ``until``."""
    prediction = schema.Prediction
    query = (
        select(prediction.expression, prediction.reason.is_(None), prediction.confidence)
        .where(prediction.picture_id.is_not(None), prediction.session_id.is_(None))
        .where(prediction.at >= since, prediction.at < until)
        .order_by(prediction.at)
    )
    rows = (
        _shares({shown: 1}, int(judged and shown == UNCLEAR), int(not judged))
        | {"confidence": sure if judged else np.nan, "took": np.nan}
        for shown, judged, sure in store.execute(query)
    )
    return _witnesses(list(rows))


def _shares(counts: dict[str, int], unsure: int, unreadable: int) -> dict[str, Any]:
    """Of the readings that could be read the mix of what was named and the share of unclear ones, and of all the unreadable."""
    said = np.array([counts.get(name, 0) for name in EXPRESSIONS], float)
    readable = said.sum() + unsure
    return {
        "mix": said / said.sum() if said.sum() else np.full(len(EXPRESSIONS), np.nan),
        "unclear": unsure / readable if readable else np.nan,
        "failed": unreadable / (readable + unreadable),
    }


def _witnesses(rows: list[dict[str, Any]]) -> PeriodSamples:
    mix = np.array([row["mix"] for row in rows], float).reshape(len(rows), len(EXPRESSIONS))
    numbers = (np.array([row[name] for row in rows], float) for name in ("confidence", "unclear", "failed", "took"))
    return PeriodSamples(mix, *numbers)
