"""What one face may mean now: at most three possible readings with their evidence, or unclear with the reason."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import inf
from typing import Final, NamedTuple

from tracker.core.movements import Movements
from tracker.core.possible_readings import Evidence, PossibleReading, PossibleReadings, Strength
from tracker.core.scores import Scores
from tracker.readings.history import History
from tracker.readings.rules import ReadingRules

SECONDS_BETWEEN_ANSWERS: Final = 2.0
"""An answer stands for so long at least, so that a person who reads slowly can follow."""
MOST_READINGS: Final = 3
LEAVING_MARGIN: Final = 0.1
"""How far below its threshold a reading that is shown may fall: else it would come and go while a face holds still."""
HIDING: Final = ("covered", "turned_away")
"""Movements with which too little of a face is seen to say anything."""
LEAST_HIDING: Final = 0.5

ALL_OFF: Final = "All readings are switched off."
TOO_SHORT: Final = "This face has not been watched for long enough yet, or too seldom."
NOTHING_FITS: Final = "What the face shows fits none of the meanings."


class _Reached(NamedTuple):
    """The sum of a rule's signs, and when it was reached."""

    level: float
    t: float


class ReadingEvaluator:
    """Says what one face may mean, from sample to sample. One thread uses it; it knows nothing of other faces."""

    def __init__(self, rules: ReadingRules) -> None:
        self._signs, self._rules = rules.signs, rules.enabled
        self._history = History(self._rules)
        self._answer: PossibleReadings | None = None
        self._strongest = dict[str, _Reached]()
        """Since the answer, by reading: a nod is over in a moment, and would fall between two answers."""
        self._highest = dict[str, float]()
        """Since the answer, by reading: the most that its signs added up to."""

    def add(self, t: float, movements: Movements, scores: Scores | None) -> PossibleReadings:
        """Take in what the face shows now.

        Args:
            t: Seconds of the session, later than the time before. A long time in between counts as not seen.
            movements: What is there, and what cannot be told.
            scores: The smoothed probabilities of the expressions; None where the face cannot be judged.

        Returns:
            What it may mean: the same answer for SECONDS_BETWEEN_ANSWERS at least.

        Raises:
            ValueError: The time is not later than the one before.
        """
        self._history.add(t, movements, scores)
        newest = self._history.newest
        hiding = [self._signs[sign] for sign in HIDING if newest.levels.get(sign, 0.0) >= LEAST_HIDING]
        reached = {} if hiding else {name: self._history.lasting(name) for name in self._rules}
        if hiding or not newest.seconds:
            self._strongest.clear()
            self._highest.clear()
        for name, level in reached.items():
            if level is not None:
                self._highest[name] = max(level, self._highest.get(name, level))
            self._keep(name, _Reached(-inf if level is None else level, t))
        if self._answer is None or t - self._answer.t >= SECONDS_BETWEEN_ANSWERS:
            readings = tuple(islice(self._readings(), MOST_READINGS))
            levels = {name: _level_of_1(self._highest.get(name)) for name in self._rules}
            self._answer = PossibleReadings(t, readings, None if readings else self._unclear(hiding, reached), levels)
            self._strongest.clear()
            self._highest.clear()
        return self._answer

    def _keep(self, name: str, now: _Reached) -> None:
        """Keep what was reached for the next answer: of a reading that is shown what is there now, of another its strongest."""
        is_shown = self._answer is not None and any(reading.id == name for reading in self._answer.readings)
        is_enough = now.level >= self._rules[name].threshold - LEAVING_MARGIN * is_shown
        if is_shown and not is_enough:
            self._strongest.pop(name, None)
        elif is_enough and (is_shown or now.level >= self._strongest.get(name, now).level):
            self._strongest[name] = now

    def _readings(self) -> Iterator[PossibleReading]:
        """What was reached since the answer, strongest first; what could not answer "why?" is left out."""
        unknown = self._history.newest.unknown
        for name, (level, t) in sorted(self._strongest.items(), key=lambda each: -each[1].level):
            rule = self._rules[name]
            if supports := self._evidence(rule.supports, t, rule.window):
                yield PossibleReading(
                    id=name,
                    name=rule.name,
                    meaning=rule.meaning,
                    strength=strength_in_words(level, rule.threshold),
                    supports=supports,
                    opposes=self._evidence(rule.opposes, t, rule.window),
                    unseen={self._signs[sign]: unknown[sign] for sign in (*rule.supports, *rule.opposes) if sign in unknown},
                    alternatives=rule.alternatives,
                    validated=rule.validated,
                )

    def _evidence(self, weights: Mapping[str, float], t: float, window: float) -> tuple[Evidence, ...]:
        """The signs that were seen in the seconds before a time, those that count most first."""
        seen = {sign: self._history.seen(sign, t, window) for sign in weights}
        found = [Evidence(sign, self._signs[sign], *each) for sign, each in seen.items() if each]
        return tuple(sorted(found, key=lambda evidence: -weights[evidence.sign] * evidence.level))

    def _unclear(self, hiding: Sequence[str], reached: Mapping[str, float | None]) -> str:
        """Why none of the readings is told."""
        if not self._rules:
            return ALL_OFF
        if hiding:
            return f"Nothing can be told now: the face {hiding[0]}."
        blocked = [self._rules[name] for name, level in reached.items() if level is None]
        unknown = self._history.newest.unknown
        reasons = Counter(unknown[sign] for rule in blocked for sign in rule.must_see if sign in unknown)
        if reasons:
            (reason, _), *_ = reasons.most_common(1)
            return f"{NOTHING_FITS} Some movements cannot be told now ({reason})."
        return TOO_SHORT if len(blocked) == len(reached) else NOTHING_FITS


def _level_of_1(total: float | None) -> float | None:
    """A sum of signs, which may be below 0 or above 1, as a level."""
    return None if total is None else min(max(total, 0.0), 1.0)


def strength_in_words(level: float, threshold: float) -> Strength:
    """A third of the way from a threshold to 1 each: weak, some, clear."""
    third = (1 - threshold) / 3
    if level >= 1 - third:
        return "clear"
    return "some" if level >= threshold + third else "weak"
