"""What one face showed in the last seconds: each sign's strength, what could not be told, and how long evidence lasted."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from tracker.core.movements import Movements
from tracker.core.scores import Scores
from tracker.motion.movements import MOVEMENTS
from tracker.readings.rules import EXPRESSION_SIGNS, LONGEST_WINDOW, ReadingRule

LASTING_SHARE: Final = 0.8
"""Of its window for which a reading's evidence has to be there: one look to the side does not end it."""
LONGEST_STEP: Final = 2.0
"""Seconds between two samples up to which the later one stands for the time between; of a longer time nothing is known."""
LEAST_SHOWING: Final = 0.2
"""Of a sign, 0 to 1, from which it counts as seen when evidence is named."""
ROUNDING: Final = 1e-6
"""Seconds by which sums of steps may miss."""
NOT_JUDGED: Final = "the expression could not be judged"
"""Why expressions are unknown where there are no scores."""
NOT_TOLD: Final = "this model does not tell it"


class Sample(NamedTuple):
    """What was found at time t, for so many seconds before it.

    levels: each known sign, 0 to 1. began: of the signs that show, since when. unknown: each other sign, and why. sums: what
    the signs of each rule add up to, where those that it must see are known; a sign that is unknown adds nothing.
    """

    t: float
    seconds: float
    levels: Mapping[str, float]
    began: Mapping[str, float]
    unknown: Mapping[str, str]
    sums: Mapping[str, float]


class Seen(NamedTuple):
    """A sign in a window. mean: 0 to 1. began, ended: seconds of the session."""

    mean: float
    began: float
    ended: float


class History:
    """The last LONGEST_WINDOW seconds of one face, as these rules see them. One thread uses it."""

    def __init__(self, rules: Mapping[str, ReadingRule]) -> None:
        self._rules = rules
        self._samples: deque[Sample] = deque()

    @property
    def newest(self) -> Sample:
        """The sample that was added last; there has to be one."""
        return self._samples[-1]

    def add(self, t: float, movements: Movements, scores: Scores | None) -> None:
        """Take in what is there at time t, in seconds; ValueError where that is not later than the time before.

        A sign that is neither present nor unknown is not there. Without scores every expression is unknown.
        """
        before = self._samples[-1] if self._samples else None
        if before and t <= before.t:
            raise ValueError(f"samples should follow each other in time, found {t:g} s after {before.t:g} s")
        step = t - before.t if before else 0.0
        expressions = scores.as_dict() if scores else {}
        unknown = {sign: NOT_TOLD if scores else NOT_JUDGED for sign in EXPRESSION_SIGNS if sign not in expressions}
        unknown |= movements.unknown
        strengths = {movement.name: movement.strength for movement in movements.present}
        levels = {
            sign: level
            for sign, level in ({movement.name: 0.0 for movement in MOVEMENTS} | strengths | expressions).items()
            if sign not in unknown
        }
        began = dict(before.began) if before and step <= LONGEST_STEP else {}
        began |= {movement.name: t - movement.seconds for movement in movements.present}
        shown = {sign: began.get(sign, t) for sign, level in levels.items() if level >= LEAST_SHOWING}
        sums = {
            name: _weighed(rule.supports, levels) - _weighed(rule.opposes, levels)
            for name, rule in self._rules.items()
            if all(sign in levels for sign in rule.must_see)
        }
        self._samples.append(Sample(t, step if step <= LONGEST_STEP else 0.0, levels, shown, unknown, sums))
        while t - self._samples[0].t > LONGEST_WINDOW:
            self._samples.popleft()

    def lasting(self, name: str) -> float | None:
        """The sum of a rule's signs that was reached for LASTING_SHARE of its window.

        None where the signs that it must see were not visible for so long.
        """
        window = self._rules[name].window
        needed = LASTING_SHARE * window - ROUNDING
        within = self._within(self.newest.t, window)
        sums = [(sample.sums[name], seconds) for sample, seconds in within if name in sample.sums]
        for reached, seconds in sorted(sums, reverse=True):
            needed -= seconds
            if needed <= 0:
                return reached
        return None

    def seen(self, sign: str, until: float, window: float) -> Seen | None:
        """A sign in the seconds before a time; None where it did not show, or could not be told."""
        known = [(sample, seconds) for sample, seconds in self._within(until, window) if sign in sample.levels]
        watched = sum(seconds for _, seconds in known)
        mean = sum(sample.levels[sign] * seconds for sample, seconds in known) / watched if watched else 0.0
        last = next((sample for sample, _ in known if sign in sample.began), None)
        return Seen(mean, last.began[sign], last.t) if last and mean >= LEAST_SHOWING else None

    def _within(self, until: float, window: float) -> Iterator[tuple[Sample, float]]:
        """The samples of the seconds before a time, newest first, and how many of these each stands for."""
        start = until - window
        for sample in reversed(self._samples):
            if sample.t <= start:
                return
            if sample.t <= until:
                yield sample, min(sample.seconds, sample.t - start)


def _weighed(weights: Mapping[str, float], levels: Mapping[str, float]) -> float:
    return sum(weight * levels.get(sign, 0.0) for sign, weight in weights.items())
