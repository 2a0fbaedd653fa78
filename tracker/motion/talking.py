"""Whether a mouth moves as in talking: it opens and closes at the rate of syllables."""

from collections import deque
from typing import Final

import numpy as np

from tracker.motion.head_gestures import direction_changes

TALKING_WINDOW_SECONDS: Final = 1.0
"""Two syllables at the slowest rate."""
MIN_SPEECH_HZ, MAX_SPEECH_HZ = 2.0, 7.0
"""Mouths open and close at 2 to 7 Hz in speech (Chandrasekaran and others, 2009)."""
MIN_LIP_AMPLITUDE: Final = 0.006
"""Root mean square of the lips' movement in that band, in heights of the face: about a millimetre."""
MIN_BAND_SHARE: Final = 0.5
"""Of the whole movement's power that lies in that band: a yawn and a smile are slower."""
RESAMPLED_POINTS: Final = 30
"""Even samples of the window, as frames come at uneven times; 15 frames a second are at least twice the highest rate."""


class TalkingDetector:
    """Watches the mouth of one face, frame by frame."""

    def __init__(self) -> None:
        self._gaps: deque[tuple[float, float]] = deque()

    def reset(self) -> None:
        """Forget the movement so far, after frames were missed."""
        self._gaps.clear()

    def add(self, t: float, gap: float) -> bool:
        """Take in the next frame.

        Args:
            t: Its time in seconds, later than the frame before.
            gap: Between the lips, in heights of the face.

        Returns:
            Whether the mouth moves as in talking.
        """
        self._gaps.append((t, gap))
        while t - self._gaps[0][0] > TALKING_WINDOW_SECONDS:
            self._gaps.popleft()
        if t - self._gaps[0][0] < TALKING_WINDOW_SECONDS / 2:
            return False
        if direction_changes([each[1] for each in self._gaps], 2 * MIN_LIP_AMPLITUDE) < 2:
            return False
        times, gaps = np.array(self._gaps).T
        even_times = np.linspace(times[0], times[-1], RESAMPLED_POINTS)
        resampled = np.interp(even_times, times, gaps)
        detrended = resampled - np.polyval(np.polyfit(even_times, resampled, 1), even_times)
        power = np.abs(np.fft.rfft(detrended)) ** 2
        rates = np.fft.rfftfreq(RESAMPLED_POINTS, even_times[1] - even_times[0])
        band_power = float(power[(rates >= MIN_SPEECH_HZ) & (rates <= MAX_SPEECH_HZ)].sum())
        # Parseval's theorem; half of the spectrum stands for both.
        amplitude = np.sqrt(2 * band_power) / RESAMPLED_POINTS
        return bool(amplitude >= MIN_LIP_AMPLITUDE and band_power >= MIN_BAND_SHARE * float(power.sum()))
