"""What the faces of a session showed, as columns: what a trend and its ribbons are computed from, live and stored alike."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from tracker.core.sampling import SampleTimes
from tracker.core.text import NOBODY, SHOWN_OR_NOBODY

NOBODY_INDEX: Final = SHOWN_OR_NOBODY.index(NOBODY)
WORD_INDEX: Final = {word: index for index, word in enumerate(SHOWN_OR_NOBODY)}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SessionReadings:
    """The m readings of n observations, of all faces.

    Attributes:
        times: When the observations were, and the pauses between them.
        observation: [m] index of each reading's observation, ascending.
        face: [m] the face's number in the session.
        word: [m] index into SHOWN_OR_NOBODY.
        confidence: [m] 0 to 1.
    """

    times: SampleTimes
    observation: npt.NDArray[np.int64]
    face: npt.NDArray[np.int64]
    word: npt.NDArray[np.uint8]
    confidence: npt.NDArray[np.float32]

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
        return type(self)(times, self.observation[part] - first, self.face[part], self.word[part], self.confidence[part])
