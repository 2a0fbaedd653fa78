"""A session of two people with a marker, a pause, shapes and an empty chair, as a database keeps it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session as Store

from tracker.core.vocabulary import EXPRESSIONS
from tracker.exports.columns import BLENDSHAPES
from tracker.store import schema

BEGAN: Final = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    """Five minutes at 2 Hz: neutral, happy from 60 s on, unclear from 120; paused from 180 to 200; the second comes at 240."""
    engine = create_engine("sqlite://")
    schema.Base.metadata.create_all(engine)
    with Store(engine) as store:
        model = schema.Model(sha256="ab" * 32, name="mien", version="1", first_used_at=BEGAN)
        session = schema.Session(
            uuid="1f0c", title="Stand-up <b>", notes="Two\nlines", source="fake", hz=2, faces="all", prior="default",
            smoothing=1, model=model, started_at=BEGAN, ended_at=BEGAN + timedelta(seconds=300),
            shapes=list(BLENDSHAPES),
        )  # fmt: skip
        store.add(session)
        store.flush()
        people = [schema.Participant(session_id=session.id, number=number) for number in (1, 2)]
        session.markers.append(schema.Marker(t=61.0, at=BEGAN + timedelta(seconds=61), text='Q&A, "<i>"'))
        session.pauses.append(schema.Pause(began_t=180.0, ended_t=200.0, why="paused"))
        store.add_all(people)
        store.flush()
        for frame, t in enumerate(t for t in np.arange(600) / 2 if not 180 <= t < 200):
            observation = schema.Observation(session_id=session.id, t=t, at=BEGAN + timedelta(seconds=t), frame=frame)
            store.add(observation)
            store.flush()
            store.add_all(_said(observation.id, people, t))
        store.commit()
        yield store
    engine.dispose()


def _said(observation: int, people: list[schema.Participant], t: float) -> Iterator[Any]:
    """Nobody is there from 230 to 240 s."""
    if 230 <= t < 240:
        return
    word = "neutral" if t < 60 else "happy" if t < 120 else "unclear" if t < 180 else "sad"
    for person in people[: 2 if t >= 240 else 1]:
        best = "neutral" if word == "unclear" else word
        scores = tuple(0.88 if name == best else 0.02 for name in EXPRESSIONS)
        reason = "too dark" if word == "unclear" else None
        key = {"observation_id": observation, "participant_id": person.id}
        yield schema.Reading(
            **key, box=(10, 20, 30, 40), expression=word, confidence=0.88, scores=scores, smooth=scores, reason=reason
        )
        yield schema.ReadingShape(**key, blendshapes=tuple(np.linspace(0, 1, len(BLENDSHAPES))), pose=(1.5, -2.5, 3.0))
