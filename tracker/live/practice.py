"""The practice mirror: what the parts of a face show, compared with itself at rest and with its range in this practice."""

from collections.abc import Callable, Iterable, Mapping
from math import exp
from typing import Final, Literal

from msgspec import Struct

from tracker.core.face import Observation, Reading
from tracker.motion.blendshapes import both, mean_of
from tracker.motion.resting import RestingRange

Part = Literal["brows", "eyes", "mouth", "nose"]
Level = Literal["", "a little more", "more", "much more"]
"""How far from the face at rest; empty is as at rest."""

REST_SECONDS: Final = 3.0
"""For so long a face at rest is measured, from its first readable observation on."""
MIN_REST_OBSERVATIONS: Final = 4
"""A slow machine measures for longer, until it has so many."""
SMOOTHING_SECONDS: Final = 0.3
"""Time constant of the movements that are shown."""
WORDS_SECONDS: Final = 1.0
"""Words change at most once in this time: they are read, and a screen reader says them."""
MIN_RANGE: Final = 0.25
"""A person's range above rest counts as at least so wide, or the first small movement would be "much more"."""
A_LITTLE: Final = 1 / 3
"""The share of a person's range above rest up to which it is "a little more"."""
MUCH: Final = 0.8
"""The share from which it is "much more"."""


class Movement(Struct, frozen=True):
    """A movement of a part of the face: the mean of some of the landmark model's blendshapes, 0 to 1, less that of others.

    name: on the page. words: after "your brows are".
    """

    part: Part
    name: str
    words: str
    blendshapes: tuple[str, ...]
    less: tuple[str, ...] = ()

    def value(self, blendshapes: Mapping[str, float]) -> float:
        """How strongly a face makes it, 0 to 1."""
        return min(1.0, max(0.0, mean_of(blendshapes, self.blendshapes) - mean_of(blendshapes, self.less)))


MOVEMENTS: Final = (
    Movement("brows", "raised", "raised", ("browInnerUp", *both("browOuterUp"))),
    Movement("brows", "raised in the middle", "raised in the middle", ("browInnerUp",), both("browOuterUp")),
    Movement("brows", "lowered", "lowered", both("browDown")),
    Movement("eyes", "wide open", "open", both("eyeWide")),
    Movement("eyes", "narrowed", "narrowed", both("eyeSquint")),
    Movement("mouth", "corners up", "drawn up at the corners", both("mouthSmile")),
    Movement("mouth", "corners down", "drawn down at the corners", both("mouthFrown")),
    Movement("mouth", "open", "open", ("jawOpen",)),
    Movement("mouth", "stretched", "stretched", both("mouthStretch")),
    Movement("mouth", "pressed", "pressed together", both("mouthPress")),
    Movement("mouth", "upper lip raised", "raised at the upper lip", both("mouthUpperUp")),
    Movement("nose", "wrinkled", "wrinkled", both("noseSneer")),
)
"""In the order of the page; the blendshapes are MediaPipe's, named as ARKit's. Blinks are left out: they are no expression."""
ALWAYS_NAMED: Final[tuple[Part, ...]] = ("brows", "eyes", "mouth")
"""Parts that the sentence names also when they are as at rest."""
SHOWN_DIGITS: Final = 3
MAX_NAMED_MOVEMENTS: Final = 2
"""Of one part, in a sentence."""


class MovementView(Struct, frozen=True):
    """A movement on the page. value, low, high: now, least and most in this practice; rest: None until it is measured."""

    part: Part
    name: str
    value: float
    rest: float | None
    low: float
    high: float
    level: Level


class ScoreView(Struct, frozen=True):
    """How strongly an expression is read: now, least and most in this practice."""

    now: float
    low: float
    high: float


class PracticeView(Struct, frozen=True):
    """What an observation shows of the person who practises.

    face: the parts of the face in a sentence, or why there is nothing to say. spoken: the same without how far, for a screen
    reader: it changes only when something else moves. expression, confidence: as read, smoothed; None
    where no face can be read. resting: seconds for which the face is still measured at rest, None once it is known.
    """

    t: float
    face: str
    spoken: str
    expression: str | None
    confidence: float
    scores: Mapping[str, ScoreView]
    movements: tuple[MovementView, ...]
    resting: float | None


class PracticeMirror:
    """Remembers, in memory only, a face at rest and the range of each movement and expression. One thread at a time."""

    def __init__(self) -> None:
        self._smooth: dict[Movement, float] = {}
        self._ranges: dict[Movement | str, tuple[float, float]] = {}
        self._last: float | None = None
        self._levels: dict[Movement, Level] = {}
        self._sentence, self._spoken, self._said = "", "", -WORDS_SECONDS
        self.rest_again()

    def rest_again(self) -> None:
        """Measure the face at rest anew, from the next observation on; the ranges stay."""
        self._resting: dict[Movement, list[float]] = {each: [] for each in MOVEMENTS}
        self._rest_began: float | None = None
        self._rest: dict[Movement, RestingRange] | None = None

    def see(self, observation: Observation) -> PracticeView:
        """Take an observation in; of several faces the first reading counts, which is the followed one."""
        t, reading = observation.t, next(iter(observation.readings), None)
        reason = _unreadable(reading)
        if reading is None or reading.face.detection is None or reason:
            self._last = None
            return PracticeView(t, reason, reason, None, 0.0, self._score_views({}), self._movement_views(), self._rest_left(t))
        self._take(t, reading.face.detection.shape.blendshapes)
        scores = reading.smooth.as_dict()
        self._widen(scores.items())
        if t - self._said >= WORDS_SECONDS or self._rest is None:
            self._said = t
            self._levels = {each: self._level(each) for each in MOVEMENTS}
            self._sentence, self._spoken = self._describe(self._moved), self._describe(_moved_at_all)
        words = reading.words
        return PracticeView(
            t,
            self._sentence,
            self._spoken,
            words.expression,
            words.confidence,
            self._score_views(scores),
            self._movement_views(),
            self._rest_left(t),
        )

    def _take(self, t: float, blendshapes: Mapping[str, float]) -> None:
        values = {each: each.value(blendshapes) for each in MOVEMENTS}
        weight = 1.0 if self._last is None else 1 - exp(-max(0.0, t - self._last) / SMOOTHING_SECONDS)
        self._last = t
        for each, value in values.items():
            before = self._smooth.get(each, value)
            self._smooth[each] = before + weight * (value - before)
        self._widen(self._smooth.items())
        if self._rest is None:
            self._measure_rest(t, values)

    def _measure_rest(self, t: float, values: Mapping[Movement, float]) -> None:
        self._rest_began = t if self._rest_began is None else self._rest_began
        for each, value in values.items():
            self._resting[each].append(value)
        count = len(self._resting[MOVEMENTS[0]])
        if t - self._rest_began < REST_SECONDS or count < MIN_REST_OBSERVATIONS:
            return
        self._rest = {each: RestingRange.of(seen) for each, seen in self._resting.items()}

    def _widen(self, values: Iterable[tuple[Movement | str, float]]) -> None:
        for key, value in values:
            low, high = self._ranges.get(key, (value, value))
            self._ranges[key] = min(low, value), max(high, value)

    def _rest_left(self, t: float) -> float | None:
        if self._rest is not None:
            return None
        return round(REST_SECONDS - (0.0 if self._rest_began is None else min(REST_SECONDS, t - self._rest_began)), 1)

    def _share(self, movement: Movement) -> float:
        """How far above rest, as a share of the person's range; 0 for what a still face does, too."""
        if self._rest is None:
            return 0.0
        rest = self._rest[movement]
        more = self._smooth[movement] - rest.middle
        if more < rest.threshold():
            return 0.0
        return more / max(MIN_RANGE, self._ranges[movement][1] - rest.middle)

    def _level(self, movement: Movement) -> Level:
        share = self._share(movement)
        if share == 0:
            return ""
        if share < A_LITTLE:
            return "a little more"
        return "much more" if share >= MUCH else "more"

    def _describe(self, moved_words: Callable[[list[Movement]], str]) -> str:
        """As in "Your brows are raised more than at rest; your eyes and mouth are as at rest."."""
        if self._rest is None:
            return "Your face at rest is being measured. Look at the screen as if you were reading."
        clauses: list[str] = []
        still: list[Part] = []
        for part in ("brows", "eyes", "mouth", "nose"):
            moved = sorted(
                (each for each in MOVEMENTS if each.part == part and self._levels[each]), key=self._share, reverse=True
            )
            if moved:
                verb = "are" if part in ("brows", "eyes") else "is"
                clauses.append(f"your {part} {verb} {moved_words(moved[:MAX_NAMED_MOVEMENTS])}")
            elif part in ALWAYS_NAMED:
                still.append(part)
        if still:
            verb = "is" if still == ["mouth"] else "are"
            clauses.append(f"your {_listed(still)} {verb} as at rest")
        sentence = "; ".join(clauses)
        return f"{sentence[0].upper()}{sentence[1:]}."

    def _moved(self, movements: list[Movement]) -> str:
        levels = [self._levels[each] for each in movements]
        if len(set(levels)) == 1:
            return f"{' and '.join(each.words for each in movements)} {levels[0]} than at rest"
        return f"{' and '.join(f'{each.words} {self._levels[each]}' for each in movements)} than at rest"

    def _score_views(self, scores: Mapping[str, float]) -> dict[str, ScoreView]:
        ranges = {key: seen for key, seen in self._ranges.items() if isinstance(key, str)}
        return {name: ScoreView(scores.get(name, 0.0), *seen) for name, seen in ranges.items()}

    def _movement_views(self) -> tuple[MovementView, ...]:
        return tuple(self._movement_view(each) for each in MOVEMENTS)

    def _movement_view(self, movement: Movement) -> MovementView:
        low, high = self._ranges.get(movement, (0.0, 0.0))
        return MovementView(
            movement.part,
            movement.name,
            round(self._smooth.get(movement, 0.0), SHOWN_DIGITS),
            None if self._rest is None else round(self._rest[movement].middle, SHOWN_DIGITS),
            round(low, SHOWN_DIGITS),
            round(high, SHOWN_DIGITS),
            self._levels.get(movement, ""),
        )


def _moved_at_all(movements: list[Movement]) -> str:
    return " and ".join(sorted(each.words for each in movements))


def _listed(names: list[Part]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _unreadable(reading: Reading | None) -> str:
    """Why a face cannot be compared, as a sentence; empty where it can."""
    if reading is None:
        return "No face is in view."
    if reading.face.quality.reason is not None:
        return f"Your face cannot be read just now: {reading.face.quality.reason}."
    if reading.face.detection is None or not reading.face.detection.shape.blendshapes:
        return "Your face is read, but its parts cannot be told apart."
    return ""
