"""A face at rest: where a value of it lies then, how far it strays from there, and what is more than that."""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

MIN_CHANGE: Final = 0.06
"""The least difference from rest that counts; blendshapes of a still face vary by a few hundredths."""
MAX_REST_SPREAD: Final = 0.2
"""A face that moved while it was measured must not hide everything that follows."""

SPREAD_PER_DEVIATION: Final = 1.9
"""Eight in ten values of a normal distribution lie within so many median absolute deviations. The median of deviations,
unlike the ninth tenth of the values, stays as it is when a face smiled for a fifth of the time."""

MIN_REST_SECONDS: Final = 10
"""Still seconds after which a face at rest is known: half of a person's greetings and looks around are over."""
MAX_REST_SECONDS: Final = 300
"""Still seconds that are remembered: what a face holds for more than half of them has become its rest."""
UPDATE_SECONDS: Final = 5
"""Still seconds after which rest is measured again."""
MIN_FRAMES_OF_A_SECOND: Final = 2
"""Of one picture nobody can say that it is still."""
MAX_STILL_SPREAD: Final = 0.12
"""In a second. People who held still before a camera had up to 0.11; their least and greatest value differed by up to 0.28."""


@dataclass(frozen=True, slots=True)
class RestingRange:
    """Where a value lies at rest. middle: its median. spread: how far eight in ten values at most are from there."""

    middle: float
    spread: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "RestingRange":
        """Measured from values at rest, one or more."""
        middle = median(values)
        deviation = median(abs(value - middle) for value in values)
        return cls(middle, min(MAX_REST_SPREAD, SPREAD_PER_DEVIATION * deviation))

    def threshold(self, least: float = MIN_CHANGE) -> float:
        """How far from the middle a value must be to be more than a still face does; ``least`` at the least."""
        return max(least, 2 * self.spread)


class RestLearner:
    """Learns the resting ranges of one face from the seconds in which it is still, and goes on with it. One thread uses it.

    Each still second counts once, with its medians, so that neither the rate of pictures nor a blink matters.
    """

    def __init__(self, names: Sequence[str], restless: Collection[str] = ()) -> None:
        """Begin with nothing known.

        Args:
            names: Of the values.
            restless: Those that move at rest, too, as eyelids do.
        """
        self._names, self._restless = tuple(names), frozenset(restless)
        self._second: list[tuple[float, ...]] = []
        self._second_began = 0.0
        self._still: deque[tuple[float, ...]] = deque(maxlen=MAX_REST_SECONDS)
        self._news = 0
        self.ranges: dict[str, RestingRange] = {}

    @property
    def known(self) -> bool:
        """Whether enough still seconds were seen."""
        return bool(self.ranges)

    @property
    def share_known(self) -> float:
        """How many of the still seconds that are enough were seen, 0 to 1."""
        return 1.0 if self.known else min(1.0, len(self._still) / MIN_REST_SECONDS)

    def interrupt(self) -> None:
        """Begin a new second: the face did something, or was not seen."""
        self._second = []

    def add(self, t: float, values: Sequence[float]) -> None:
        """Take in the next picture of a face that may be at rest.

        Args:
            t: Its time in seconds, later than the picture before.
            values: In the order of the names, about 0 to 1, or -1 to 1.
        """
        if self._second and t - self._second_began >= 1:
            self._end_second()
        if not self._second:
            self._second_began = t
        self._second.append(tuple(values))

    def _end_second(self) -> None:
        columns = dict(zip(self._names, zip(*self._second, strict=True), strict=True))
        enough = len(self._second) >= MIN_FRAMES_OF_A_SECOND
        self._second = []
        seen = {name: RestingRange.of(column) for name, column in columns.items()}
        if not enough or any(each.spread > MAX_STILL_SPREAD for name, each in seen.items() if name not in self._restless):
            return
        self._still.append(tuple(each.middle for each in seen.values()))
        self._news += 1
        if len(self._still) >= MIN_REST_SECONDS and (self._news >= UPDATE_SECONDS or not self.ranges):
            self._news = 0
            columns_at_rest = zip(*self._still, strict=True)
            self.ranges = {name: RestingRange.of(column) for name, column in zip(self._names, columns_at_rest, strict=True)}
