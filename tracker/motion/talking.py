"""A mouth that moves as in talking: it opens and closes as often as people speak syllables."""

from collections import deque
from typing import Final

import numpy as np

from tracker.motion.head_gestures import direction_changes

TALKING_WINDOW_SECONDS: Final = 1.0
"""Seconds that are looked at: two syllables of the slowest."""
MIN_SPEECH_HZ, MAX_SPEECH_HZ = 2.0, 7.0
"""Movements a second: mouths open and close at 2 to 7 Hz in speech (Chandrasekaran and others, 2009)."""
MIN_LIP_AMPLITUDE: Final = 0.006
"""How much of the face's height lips move in that band (root mean square): a tenth of a centimetre."""
MIN_BAND_SHARE: Final = 0.5
"""Of the whole movement's power, in that band: a yawn and a smile move slower."""
RESAMPLED_POINTS: Final = 30
"""Samples that the moment is brought to: frames come when they come, and 15 a second are twice the fastest at most."""


class TalkingDetector:
    """Watches the mouth of one face."""

    def __init__(self) -> None:
        self._mouth: deque[tuple[float, float]] = deque()

    def forget(self) -> None:
        """What came before does not belong to what follows."""
        self._mouth.clear()

    def add(self, t: float, mouth: float) -> bool:
        """Whether the mouth moves as in talking; ``mouth`` is the gap between the lips in heights of the face."""
        self._mouth.append((t, mouth))
        while t - self._mouth[0][0] > TALKING_WINDOW_SECONDS:
            self._mouth.popleft()
        gaps = [each[1] for each in self._mouth]
        if t - self._mouth[0][0] < TALKING_WINDOW_SECONDS / 2 or direction_changes(gaps, 2 * MIN_LIP_AMPLITUDE) < 2:
            return False
        return _spoken(np.array(self._mouth))


def _spoken(moment: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> bool:
    """Of [n, 2] times and gaps: whether the power of the movement lies where speech has its own."""
    times, gaps = moment.T
    even = np.linspace(times[0], times[-1], RESAMPLED_POINTS)
    line = np.interp(even, times, gaps)
    moved = line - np.polyval(np.polyfit(even, line, 1), even)
    power = np.abs(np.fft.rfft(moved)) ** 2
    rates = np.fft.rfftfreq(RESAMPLED_POINTS, even[1] - even[0])
    band = float(power[(rates >= MIN_SPEECH_HZ) & (rates <= MAX_SPEECH_HZ)].sum())
    # Parseval: half of the spectrum stands for both.
    strength = np.sqrt(2 * band) / RESAMPLED_POINTS
    return bool(strength >= MIN_LIP_AMPLITUDE and band >= MIN_BAND_SHARE * float(power.sum()))
