"""A few looks at a face out of some seconds in which a person shows one expression on purpose."""

from collections import Counter
from typing import Final, Generic, TypeVar

from tracker.core.errors import UsageError

MAX_SAMPLED_FRAMES: Final = 8
"""Looks that are kept of one moment: as many as a resting face was measured with (models/PERSONAL.md)."""
SETTLING_SHARE: Final = 0.2
"""Of the time, in which a face still becomes what it is going to show."""

What = TypeVar("What")


class FrameSampler(Generic[What]):
    """What was seen in so many seconds, counted from the first observation."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._began: float | None = None
        self._good: list[What] = []
        self._reasons: Counter[str] = Counter()

    def see(self, t: float, look: What | None, reason: str | None) -> None:
        """One observation at ``t`` seconds; reason: why the face cannot be judged."""
        began = self._began = t if self._began is None else self._began
        if not SETTLING_SHARE * self._seconds <= t - began <= self._seconds:
            return
        if look is not None and reason is None:
            self._good.append(look)
        else:
            self._reasons[reason or "nobody was there"] += 1

    def chosen(self) -> list[What]:
        """At most MOST of those that can be judged, spread evenly; UsageError with the commonest reason when there are none."""
        if not self._good:
            why = self._reasons.most_common(1)[0][0] if self._reasons else "there was no observation in this time"
            raise UsageError(f"No look at your face could be used: {why}. Nothing was saved; try again when you like.")
        count = min(MAX_SAMPLED_FRAMES, len(self._good))
        last = len(self._good) - 1
        places = [round(number * last / max(1, count - 1)) for number in range(count)]
        return [self._good[place] for place in places]
