"""Computes the report on health, which the page Health shows and ``mien health`` prints."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session as Store

from tracker.core.records import JsonObject, timestamp
from tracker.health.accuracy import VerdictFigures, verdict_figures
from tracker.health.drift import Drift, drift
from tracker.health.queries import count_uploaded_faces, labelled_predictions, session_samples, upload_samples
from tracker.health.rates import json_members

COMPARED_PERIODS: Final = ((7, 28), (30, 90))
"""(days, days before them): a week and the four weeks before; if these have too few samples, a month and three months."""
MIN_SESSIONS: Final = 5
"""Sessions that each period needs: five and five can be permuted in 252 ways, enough for ``drift.SIGNIFICANCE_LEVEL``."""
MIN_FACES: Final = 20
"""Faces of uploads that each period needs."""

SAMPLE_SOURCES: Final = (("session", session_samples, MIN_SESSIONS), ("uploaded face", upload_samples, MIN_FACES))
"""What a sample is called, the query for those of a period, and how many it takes in each."""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """How well the model did until ``at``; person: whose verdicts, None is everybody's."""

    at: datetime
    person: str | None
    verdicts: VerdictFigures
    drift: tuple[Drift, ...]

    @property
    def sentence(self) -> str:
        """The first one that a person reads."""
        return self.verdicts.sentence

    def as_dict(self) -> JsonObject:
        """As JSON: shares from 0 to 1 with four decimals, None where there are not enough verdicts yet."""
        return {
            "at": timestamp(self.at.astimezone(UTC)),
            "person": self.person,
            "sentence": self.sentence,
            "verdicts": asdict(self.verdicts, dict_factory=json_members),
            "drift": [asdict(each, dict_factory=json_members) for each in self.drift],
        }


def health_report(store: Store, now: datetime, person: str | None = None) -> HealthReport:
    """Compute all figures.

    Args:
        store: A session of the database.
        now: In the time zone in which days and weeks begin.
        person: Whose verdicts; None is everybody's. Drift is always of all sessions.
    """
    faces, answered = count_uploaded_faces(store)
    verdicts = verdict_figures(labelled_predictions(store, person), faces, answered, now)
    drifts = []
    for noun, query_samples, min_samples in SAMPLE_SOURCES:
        # The shortest period that has enough; the longest one says what is missing.
        for days, reference_days in COMPARED_PERIODS:
            middle = now - timedelta(days=days)
            before = query_samples(store, middle - timedelta(days=reference_days), middle)
            found = drift(noun, (days, reference_days), before, query_samples(store, middle, now), min_samples)
            if found.enough:
                break
        drifts.append(found)
    return HealthReport(now, person, verdicts, tuple(drifts))
