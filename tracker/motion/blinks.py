"""Counting blinks: eyes that close and open again within half a second.

Source: Soukupova and Cech, "Real-Time Eye Blink Detection using Facial Landmarks" (2016), here with times in seconds.
"""

from math import exp
from typing import Final

MIN_BLINK_SECONDS, MAX_BLINK_SECONDS = 0.05, 0.5
"""Eyes are closed for 0.1 to 0.4 s in a blink (Soukupova and Cech); shorter is noise, longer is closed eyes."""
CLOSING_RISE: Final = 0.2
"""Eyes count as closed when they are so much above the face's baseline, and as open again below half of it."""
BASELINE_FALL_SECONDS, BASELINE_RISE_SECONDS = 0.5, 10.0
"""Time constants of the baseline: it follows open eyes at once, half-closed ones (reading below the camera) slowly."""


class BlinkCounter:
    """Counts the blinks of one face, frame by frame."""

    def __init__(self) -> None:
        self._baseline: float | None = None
        self._last: tuple[float, float] | None = None
        self._closed_at: float | None = None

    def reset(self) -> None:
        """Forget the movement so far, after frames were missed; the baseline stays."""
        self._last = self._closed_at = None

    def add(self, t: float, closure: float) -> int:
        """Take in the next frame.

        Args:
            t: Its time in seconds, later than the frame before.
            closure: How far the eyes are closed: 0 open, 1 closed.

        Returns:
            How many blinks ended with this frame, 0 or 1.
        """
        if self._baseline is None:
            self._baseline = closure
        blinks = 0
        if self._last is not None:
            before, now = self._last, (t, closure)
            closed_level, open_level = self._baseline + CLOSING_RISE, self._baseline + CLOSING_RISE / 2
            if self._closed_at is None:
                if closure > closed_level:
                    self._closed_at = _crossing_time(before, now, closed_level)
            elif closure <= open_level:
                seconds = _crossing_time(before, now, open_level) - self._closed_at
                self._closed_at = None
                blinks = int(MIN_BLINK_SECONDS <= seconds <= MAX_BLINK_SECONDS)
            time_constant = BASELINE_FALL_SECONDS if closure < self._baseline else BASELINE_RISE_SECONDS
            self._baseline += (1 - exp(-(t - before[0]) / time_constant)) * (closure - self._baseline)
        self._last = t, closure
        return blinks


def _crossing_time(before: tuple[float, float], now: tuple[float, float], level: float) -> float:
    """When the closure crossed a level, on the straight line between two (time, closure)."""
    if now[1] == before[1]:
        return now[0]
    share = (level - before[1]) / (now[1] - before[1])
    return before[0] + min(max(share, 0.0), 1.0) * (now[0] - before[0])
