"""Samples of a face from the seconds in which a person shows one expression on purpose."""

from collections import Counter
from typing import Final, Generic, TypeVar

from tracker.core.errors import UsageError

MAX_SAMPLED_FRAMES: Final = 8
"""Samples of one expression: as many as a resting face was measured with (models/PERSONAL.md)."""
SETTLING_SHARE: Final = 0.2
"""Share of the time at its beginning in which a face still changes, and is not sampled."""

Sample = TypeVar("Sample")


class FrameSampler(Generic[Sample]):
    """Collects samples for so many seconds, counted from the first observation. One thread at a time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began: float | None = None
        self._good: list[Sample] = []
        self._reasons: Counter[str] = Counter()

    def see(self, t: float, sample: Sample | None, reason: str | None) -> None:
        """Take one observation.

        Args:
            t: Seconds of the session.
            sample: What is kept of it; None where nobody was there.
            reason: Why the face cannot be judged, or None.
        """
        began = self._began = t if self._began is None else self._began
        if not SETTLING_SHARE * self._seconds <= t - began <= self._seconds:
            return
        if sample is not None and reason is None:
            self._good.append(sample)
        else:
            self._reasons[reason or "nobody was there"] += 1

    def chosen(self) -> list[Sample]:
        """At most MAX_SAMPLED_FRAMES samples, spread evenly over the time.

        Raises:
            UsageError: None can be judged; it names the commonest reason.
        """
        if not self._good:
            why = self._reasons.most_common(1)[0][0] if self._reasons else "there was no observation in this time"
            raise UsageError(f"No sample of your face could be used: {why}. Nothing was saved; try again when you like.")
        count = min(MAX_SAMPLED_FRAMES, len(self._good))
        last = len(self._good) - 1
        places = [round(number * last / max(1, count - 1)) for number in range(count)]
        return [self._good[place] for place in places]
