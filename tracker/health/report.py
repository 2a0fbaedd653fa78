"""The report on health: what the page shows, and what ``mien health`` prints."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session as Store

from tracker.core.rows import timestamp
from tracker.health.accuracy import VerdictFigures, verdict_figures
from tracker.health.drift import Drift, drift
from tracker.health.queries import count_uploaded_faces, labelled_predictions, session_samples, upload_samples
from tracker.health.rates import json_members

COMPARED_PERIODS: Final = ((7, 28), (30, 90))
"""(days, days before them): a week beside four; who has too few sessions for that gets a month beside three."""
MIN_SESSIONS: Final = 5
"""Five and five can be shuffled in 252 ways: enough to tell what chance does."""
MIN_FACES: Final = 20

SAMPLE_SOURCES: Final = (("session", session_samples, MIN_SESSIONS), ("uploaded face", upload_samples, MIN_FACES))


@dataclass(frozen=True, slots=True)
class HealthReport:
    """How the model does for its people at one moment; person: whose verdicts, None is everybody's."""

    at: datetime
    person: str | None
    verdicts: VerdictFigures
    drift: tuple[Drift, ...]

    @property
    def sentence(self) -> str:
        """The one that a person reads first."""
        return self.verdicts.sentence

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON: shares from 0 to 1 with four decimals, None where there is not enough yet."""
        return {
            "at": timestamp(self.at.astimezone(UTC)),
            "person": self.person,
            "sentence": self.sentence,
            "verdicts": asdict(self.verdicts, dict_factory=json_members),
            "drift": [asdict(each, dict_factory=json_members) for each in self.drift],
        }


def health_report(store: Store, now: datetime, person: str | None = None) -> HealthReport:
    """All figures; ``now`` knows its time zone, in which days and weeks begin."""
    judged = labelled_predictions(store, person)
    faces, answered = count_uploaded_faces(store)
    return HealthReport(now, person, verdict_figures(judged, faces, answered, now), tuple(_drifts(store, now)))


def _drifts(store: Store, now: datetime) -> list[Drift]:
    return [_drift(store, now, *source) for source in SAMPLE_SOURCES]


def _drift(store: Store, now: datetime, noun: str, witnesses: Any, least: int) -> Drift:
    """The shortest period that has enough; the longest one says what is missing."""
    for days, reference_days in COMPARED_PERIODS:
        middle = now - timedelta(days=days)
        before = witnesses(store, middle - timedelta(days=reference_days), middle)
        found = drift(noun, (days, reference_days), before, witnesses(store, middle, now), least)
        if found.enough:
            return found
    return found
