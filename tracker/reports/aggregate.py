"""A record read once, as arrays that plots and reports count and draw: when there was which expression on whose face."""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.sampling import SampleTimes
from tracker.core.session_figures import Reading, SessionFigures
from tracker.core.text import NOBODY, WORDS
from tracker.core.vocabulary import EXPRESSIONS
from tracker.exports.session_data import SessionData
from tracker.reports.motion_rates import MotionRate, MotionTally

NOBODY_INDEX: Final = WORDS.index(NOBODY)
MAX_LANES: Final = 6
"""More faces than this, the most often read first, have no line of their own: a page has room for so many."""

Floats = npt.NDArray[np.float64]
LaneReading = tuple[int, int, float, "array[float]", bool]
"""A reading: the place of its observation, that of its word, confidence, smoothed scores, judged. A day of them must fit."""


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One face through the observations: words [n] places in WORDS, confidence [n] and smooth [n, 7] 0 to 1.

    Where the face is not there, both are 0. judged [n]: where it is there and could be judged.
    """

    title: str
    words: npt.NDArray[np.uint8]
    confidence: npt.NDArray[np.float32]
    smooth: npt.NDArray[np.float32]
    judged: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ExpressionSegment:
    """Observations in a row that say the same of a face, in seconds of the session."""

    word: str
    begin: float
    end: float
    lane: int = 0

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True, eq=False)
class SessionArrays:
    """Observations at t [n] seconds; figures: what all of them come to.

    places, words [m]: of each reading of any face, its observation and its place in WORDS. faces: how many there are, also
    those without a lane. at: the clock at a moment, see Record.local. rates: what was counted between observations.
    """

    rhythm: SampleTimes
    figures: SessionFigures
    places: npt.NDArray[np.int64]
    words: npt.NDArray[np.uint8]
    lanes: tuple[Lane, ...]
    faces: int
    at: Callable[[float], datetime]
    rates: tuple[MotionRate, ...]

    @property
    def t(self) -> Floats:
        """[n] seconds of the session."""
        return self.rhythm.t

    @property
    def usual(self) -> float:
        """Seconds that an observation speaks for."""
        return self.rhythm.usual

    def counts(self, begin: float = -np.inf, end: float = np.inf) -> dict[str, int]:
        """Readings of each word, of all faces, from ``begin`` to before ``end``; in the order of WORDS."""
        t = self.t[self.places]
        counts = np.bincount(self.words[(t >= begin) & (t < end)], minlength=len(WORDS))
        return {word: int(count) for word, count in zip(WORDS, counts, strict=True) if count}

    @property
    def readings(self) -> int:
        """Of all faces."""
        return len(self.words)

    @property
    def length(self) -> float:
        """Seconds from the first moment to the end of the last; where there is none a beat, for a drawing has some width."""
        return self.rhythm.seconds or self.usual

    @property
    def begin(self) -> float:
        """The first moment."""
        return self.rhythm.begin

    def ends(self) -> Floats:
        """[n] when each observation stops to speak."""
        return self.rhythm.ends()


def aggregate_session(record: SessionData) -> SessionArrays:
    """Read all rows once."""
    times: list[float] = []
    seen: dict[int, list[LaneReading]] = {}
    places: list[int] = []
    words: list[int] = []
    counts: Counter[Reading] = Counter()
    nobody, most, tally = 0, 0, MotionTally()
    for place, observation in enumerate(record.rows()):
        times.append(observation.t)
        nobody += not observation.faces
        most = max(most, len(observation.faces))
        for face in observation.faces:
            places.append(place)
            words.append(WORDS.index(face.expression))
            why = face.quality.reason
            counts[face.id, face.expression, why] += 1
            tally.add(face.motion)
            reading = (place, words[-1], face.confidence, array("f", face.smooth.values()), not why)
            seen.setdefault(face.id, []).append(reading)
    rhythm = SampleTimes.of(times, record.hz, ((each.begin, each.end, each.why) for each in record.pauses))
    said = np.array(places, np.int64), np.array(words, np.uint8)
    if most <= 1:
        # A face with several numbers, never two at once, is one: it went and came back.
        lanes: tuple[Lane, ...] = (_lane("The face", len(times), [reading for one in seen.values() for reading in one]),)
    else:
        often = sorted(sorted(seen), key=lambda number: -len(seen[number]))[:MAX_LANES]
        lanes = tuple(_lane(f"Face {number}", len(times), seen[number]) for number in sorted(often))
    figures = SessionFigures.of(rhythm, nobody, counts.items())
    return SessionArrays(rhythm, figures, *said, lanes, len(seen), record.local, tally.rates())


def _lane(title: str, n: int, said: list[LaneReading]) -> Lane:
    words = np.full(n, NOBODY_INDEX, np.uint8)
    confidence, smooth = np.zeros(n, np.float32), np.zeros((n, len(EXPRESSIONS)), np.float32)
    judged = np.zeros(n, np.bool_)
    if said:
        places = [place for place, *_ in said]
        words[places] = [word for _, word, *_ in said]
        confidence[places] = [sure for _, _, sure, *_ in said]
        smooth[places] = [scores for *_, scores, _ in said]
        judged[places] = [whole for *_, whole in said]
    return Lane(title, words, confidence, smooth, judged)


def most_read_lane(data: SessionArrays) -> int:
    """The lane of the face that was read most."""
    return max(range(len(data.lanes)), key=lambda place: int((data.lanes[place].confidence > 0).sum()))


def lane_segments(data: SessionArrays, place: int) -> list[ExpressionSegment]:
    """The stretches of a lane in order, those of nobody among them; a gap ends one."""
    words = data.lanes[place].words
    if not len(words):
        return []
    until = data.ends()
    new = np.flatnonzero((np.diff(words.astype(int)) != 0) | (until[:-1] < data.t[1:])) + 1
    begins, ends = np.concatenate([[0], new]), np.concatenate([new, [len(words)]]) - 1
    pairs = zip(begins, ends, strict=True)
    return [ExpressionSegment(WORDS[words[first]], float(data.t[first]), float(until[last]), place) for first, last in pairs]


def longest_segments(data: SessionArrays) -> dict[str, ExpressionSegment]:
    """Each expression's longest stretch on any face, the earliest of equals."""
    found: dict[str, ExpressionSegment] = {}
    for spell in (spell for place in range(len(data.lanes)) for spell in lane_segments(data, place)):
        if spell.word not in found or spell.seconds > found[spell.word].seconds + 1e-6:
            found[spell.word] = spell
    return found
