"""Samples faces during the seconds in which a person shows one expression on purpose."""

from collections import Counter
from typing import Final, Generic, TypeVar

from tracker.core.errors import UsageError

MAX_SAMPLED_FRAMES: Final = 8
"""The most samples of one expression; models/PERSONAL.md measured fits with so many."""
SETTLING_SHARE: Final = 0.2
"""Nothing is sampled in this share of the time, at its beginning, because the face still changes."""

Sample = TypeVar("Sample")


class FrameSampler(Generic[Sample]):
    """Collects samples for ``seconds`` from the first observation on. One thread at a time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began: float | None = None
        self._good: list[Sample] = []
        self._reasons: Counter[str] = Counter()

    def see(self, t: float, sample: Sample | None, reason: str | None) -> None:
        """Add an observation; one after the time is ignored.

        Args:
            t: Seconds of the session.
            sample: The sample; None if nobody was there.
            reason: Why the face is unreadable, or None.
        """
        began = self._began = t if self._began is None else self._began
        if not SETTLING_SHARE * self._seconds <= t - began <= self._seconds:
            return
        if sample is not None and reason is None:
            self._good.append(sample)
        else:
            self._reasons[reason or "nobody was there"] += 1

    @property
    def good(self) -> list[Sample]:
        """All readable samples of the time, in order."""
        return list(self._good)

    def chosen(self) -> list[Sample]:
        """At most MAX_SAMPLED_FRAMES samples, spread evenly over the time.

        Raises:
            UsageError: There is no readable sample; the error names the most frequent reason.
        """
        if not self._good:
            why = self._reasons.most_common(1)[0][0] if self._reasons else "there was no observation in this time"
            raise UsageError(f"No sample of your face could be used: {why}. Nothing was saved; try again when you like.")
        count = min(MAX_SAMPLED_FRAMES, len(self._good))
        last = len(self._good) - 1
        return [self._good[round(number * last / max(1, count - 1))] for number in range(count)]
