"""What the faces of a session showed, as columns: what a trend and its ribbons are computed from, live and stored alike."""

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from tracker.core.sampling import SampleTimes
from tracker.core.scores import Doubt, are_close
from tracker.core.text import NOBODY, SHOWN_OR_NOBODY
from tracker.core.vocabulary import EXPRESSIONS

NOBODY_INDEX: Final = SHOWN_OR_NOBODY.index(NOBODY)
WORD_INDEX: Final = {word: index for index, word in enumerate(SHOWN_OR_NOBODY)}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReadingDoubt:
    """Why a reading is unclear.

    Attributes:
        doubt: None where it is clear, or where the face could not be judged.
        pair: The two expressions, where the face changes or lies between two; in the order of EXPRESSIONS.
    """

    doubt: Doubt | None
    pair: tuple[str, str] | None = None

    @property
    def words(self) -> str:
        """Why a reading is unclear, for people."""
        if self.pair is None:
            return self.doubt or "the face could not be judged"
        first, second = self.pair
        return f"changing between {first} and {second}" if self.doubt == Doubt.CHANGING else f"between {first} and {second}"


_PAIRS: Final = tuple(combinations(EXPRESSIONS, 2))
DOUBTS: Final = (
    ReadingDoubt(None),
    ReadingDoubt(Doubt.UNSURE),
    *(ReadingDoubt(doubt, pair) for doubt in (Doubt.BETWEEN, Doubt.CHANGING) for pair in _PAIRS),
)
"""What may be doubted about a reading, by its place here: a column holds one byte of each."""
_PAIR_PLACES: Final = np.array(
    [[0 if one == other else _PAIRS.index(tuple(sorted((one, other), key=EXPRESSIONS.index))) for other in EXPRESSIONS]
     for one in EXPRESSIONS],
    np.uint8,
)  # fmt: skip
"""[7, 7] the place in _PAIRS of two expressions; the diagonal means nothing."""


def doubt_index(scores: Floats, smooth: Floats, changing: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Why readings are unclear, of faces that could be judged, by the rule of ``doubt_of``.

    A changing face is between the expression of its newest frame and the likeliest other one of its average.

    Args:
        scores: [u, 7] of the frame alone, in the order of EXPRESSIONS.
        smooth: [u, 7] the average.
        changing: [u] whether the newest frame names an expression by itself.

    Returns:
        [u] index into DOUBTS.
    """
    order = np.argsort(-smooth, axis=1, kind="stable")
    first, second, newest = order[:, 0], order[:, 1], scores.argmax(axis=1)
    rows = np.arange(len(smooth))
    between = are_close(smooth[rows, first], smooth[rows, second])
    other = np.where(first == newest, second, first)
    found = np.where(
        changing, 2 + len(_PAIRS) + _PAIR_PLACES[newest, other], np.where(between, 2 + _PAIR_PLACES[first, second], 1)
    )
    return found.astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class SessionReadings:
    """The m readings of n observations, of all faces.

    Attributes:
        times: When the observations were, and the pauses between them.
        observation: [m] index of each reading's observation, ascending.
        face: [m] the face's number in the session.
        word: [m] index into SHOWN_OR_NOBODY.
        confidence: [m] 0 to 1.
        doubt: [m] index into DOUBTS; 0 for what is not unclear.
    """

    times: SampleTimes
    observation: npt.NDArray[np.int64]
    face: npt.NDArray[np.int64]
    word: npt.NDArray[np.uint8]
    confidence: npt.NDArray[np.float32]
    doubt: npt.NDArray[np.uint8]

    @property
    def begin(self) -> float:
        """Seconds of the session, of the first observation."""
        return self.times.begin

    @property
    def end(self) -> float:
        """Seconds of the session, of the end of the last observation; of a session without any, its beginning."""
        return self.times.begin + self.times.seconds

    @property
    def faces(self) -> list[int]:
        """The numbers of the faces, ascending."""
        return [int(number) for number in np.unique(self.face)]

    def between(self, begin: float, end: float) -> Self:
        """The observations that speak for some of the time between two moments, the next one, their readings and all pauses."""
        t = self.times.t
        first, after = max(int(np.searchsorted(t, begin, side="right")) - 1, 0), int(np.searchsorted(t, end, side="left")) + 1
        low, high = np.searchsorted(self.observation, (first, after))
        times = SampleTimes(t[first:after], self.times.pauses, self.times.usual)
        part = slice(low, high)
        columns = (self.face[part], self.word[part], self.confidence[part], self.doubt[part])
        return type(self)(times, self.observation[part] - first, *columns)
