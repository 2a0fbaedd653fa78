"""What is stored in a column is read back as exactly as its type promises."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from tracker.store import schema

AT = datetime(2026, 11, 22, 10, 15, 2, 503_000, tzinfo=UTC)
SCORES = (0.1, 0.0, 0.05, 0.25, 0.3, 0.0, 0.3)


def test_a_reading_comes_back_as_it_went_in() -> None:
    """Moments to the millisecond, scores to five decimals, confidences to four, boxes in whole pixels."""
    engine = create_engine("sqlite://")
    schema.Base.metadata.create_all(engine)
    with Session(engine) as store:
        session = schema.Session(uuid="u", source="fake", hz=2, faces="own", prior="default", smoothing=1, started_at=AT)
        store.add(session)
        store.flush()
        observation = schema.Observation(session_id=session.id, t=1.5, at=AT, frame=3)
        participant = schema.Participant(session_id=session.id, number=1)
        store.add_all([observation, participant])
        store.flush()
        store.add(
            schema.Reading(
                observation_id=observation.id, participant_id=participant.id, box=(-3, 2, 640, 480),
                expression="happy", confidence=0.91237, scores=SCORES, smooth=SCORES,
            )
        )  # fmt: skip
        store.commit()
        store.expunge_all()

        kept = store.scalars(select(schema.Reading)).one()
        assert kept.box == (-3, 2, 640, 480)
        assert kept.confidence == 0.9124
        assert kept.scores == pytest.approx(SCORES, abs=1e-5)
        assert store.scalars(select(schema.Observation.at)).one() == AT
