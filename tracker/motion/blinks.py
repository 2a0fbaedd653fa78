"""Blinks: lids that close and open again within half a second, after Soukupova and Cech (2016), in seconds."""

from math import exp
from typing import Final

MIN_BLINK_SECONDS, MAX_BLINK_SECONDS = 0.05, 0.5
"""Seconds that lids are closed in a blink: 0.1 to 0.4 in Soukupova and Cech; shorter is noise, longer is closed eyes."""
CLOSING_RISE: Final = 0.2
"""Above how open this face's eyes are otherwise; they count as open again below half of that."""
BASELINE_FALL_SECONDS, BASELINE_RISE_SECONDS = 0.5, 10.0
"""Time constants (seconds) of "otherwise": open eyes teach at once, half-closed ones (reading below the camera) by and by."""


class BlinkCounter:
    """Counts the blinks of one face."""

    def __init__(self) -> None:
        self._usual: float | None = None
        self._last: tuple[float, float] | None = None
        self._closed_at: float | None = None

    def forget(self) -> None:
        """What came before does not belong to what follows."""
        self._last = self._closed_at = None

    def add(self, t: float, lids: float) -> int:
        """How many blinks ended with this frame: lids are open at 0 and closed at 1."""
        if self._usual is None:
            self._usual = lids
        blinked = 0
        if self._last is not None:
            blinked = self._step(self._last, (t, lids), self._usual)
            weight = 1 - exp(-(t - self._last[0]) / (BASELINE_FALL_SECONDS if lids < self._usual else BASELINE_RISE_SECONDS))
            self._usual += weight * (lids - self._usual)
        self._last = t, lids
        return blinked

    def _step(self, before: tuple[float, float], now: tuple[float, float], usual: float) -> int:
        closed, opened = usual + CLOSING_RISE, usual + CLOSING_RISE / 2
        if self._closed_at is None:
            if now[1] > closed:
                self._closed_at = _when(before, now, closed)
            return 0
        if now[1] > opened:
            return 0
        seconds = _when(before, now, opened) - self._closed_at
        self._closed_at = None
        return int(MIN_BLINK_SECONDS <= seconds <= MAX_BLINK_SECONDS)


def _when(before: tuple[float, float], now: tuple[float, float], level: float) -> float:
    """When the lids passed a level, on the straight line between two frames."""
    if now[1] == before[1]:
        return now[0]
    share = (level - before[1]) / (now[1] - before[1])
    return before[0] + min(max(share, 0.0), 1.0) * (now[0] - before[0])
