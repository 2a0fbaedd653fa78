"""A mouth that moves as in talking: it opens and closes as often as people speak syllables."""

from collections import deque
from typing import Final

import numpy as np

from tracker.motion.head_gestures import changes

MOMENT: Final = 1.0
"""Seconds that are looked at: two syllables of the slowest."""
SLOWEST, FASTEST = 2.0, 7.0
"""Movements a second: mouths open and close at 2 to 7 Hz in speech (Chandrasekaran and others, 2009)."""
LEAST: Final = 0.006
"""How much of the face's height lips move in that band (root mean square): a tenth of a centimetre."""
SHARE: Final = 0.5
"""Of the whole movement's power, in that band: a yawn and a smile move slower."""
STEPS: Final = 30
"""Samples that the moment is brought to: frames come when they come, and 15 a second are twice the fastest at most."""


class Syllables:
    """Watches the mouth of one face."""

    def __init__(self) -> None:
        self._mouth: deque[tuple[float, float]] = deque()

    def forget(self) -> None:
        """What came before does not belong to what follows."""
        self._mouth.clear()

    def add(self, t: float, mouth: float) -> bool:
        """Whether the mouth moves as in talking; ``mouth`` is the gap between the lips in heights of the face."""
        self._mouth.append((t, mouth))
        while t - self._mouth[0][0] > MOMENT:
            self._mouth.popleft()
        gaps = [each[1] for each in self._mouth]
        if t - self._mouth[0][0] < MOMENT / 2 or changes(gaps, 2 * LEAST) < 2:
            return False
        return _spoken(np.array(self._mouth))


def _spoken(moment: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> bool:
    """Of [n, 2] times and gaps: whether the power of the movement lies where speech has its own."""
    times, gaps = moment.T
    even = np.linspace(times[0], times[-1], STEPS)
    line = np.interp(even, times, gaps)
    moved = line - np.polyval(np.polyfit(even, line, 1), even)
    power = np.abs(np.fft.rfft(moved)) ** 2
    rates = np.fft.rfftfreq(STEPS, even[1] - even[0])
    band = float(power[(rates >= SLOWEST) & (rates <= FASTEST)].sum())
    # Parseval: half of the spectrum stands for both.
    strength = np.sqrt(2 * band) / STEPS
    return bool(strength >= LEAST and band >= SHARE * float(power.sum()))
