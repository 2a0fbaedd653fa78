"""The report on health: what the page shows, and what ``mien health`` prints."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session as Store

from tracker.core.rows import timestamp
from tracker.health.accuracy import Verdicts, verdict_figures
from tracker.health.drift import Drift, drift
from tracker.health.queries import answered_faces, judged_faces, picture_witnesses, session_witnesses
from tracker.health.rates import rounded

PERIODS: Final = ((7, 28), (30, 90))
"""(days, days before them): a week beside four; who has too few sessions for that gets a month beside three."""
LEAST_SESSIONS: Final = 5
"""Five and five can be shuffled in 252 ways: enough to tell what chance does."""
LEAST_FACES: Final = 20

SOURCES: Final = (("session", session_witnesses, LEAST_SESSIONS), ("uploaded face", picture_witnesses, LEAST_FACES))


@dataclass(frozen=True, slots=True)
class Health:
    """How the model does for its people at one moment; person: whose verdicts, None is everybody's."""

    at: datetime
    person: str | None
    verdicts: Verdicts
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
            "verdicts": asdict(self.verdicts, dict_factory=rounded),
            "drift": [asdict(each, dict_factory=rounded) for each in self.drift],
        }


def health(store: Store, now: datetime, person: str | None = None) -> Health:
    """All figures; ``now`` knows its time zone, in which days and weeks begin."""
    judged = judged_faces(store, person)
    faces, answered = answered_faces(store)
    return Health(now, person, verdict_figures(judged, faces, answered, now), tuple(_drifts(store, now)))


def _drifts(store: Store, now: datetime) -> list[Drift]:
    return [_drift(store, now, *source) for source in SOURCES]


def _drift(store: Store, now: datetime, noun: str, witnesses: Any, least: int) -> Drift:
    """The shortest period that has enough; the longest one says what is missing."""
    for days, reference_days in PERIODS:
        middle = now - timedelta(days=days)
        before = witnesses(store, middle - timedelta(days=reference_days), middle)
        found = drift(noun, (days, reference_days), before, witnesses(store, middle, now), least)
        if found.enough:
            return found
    return found
