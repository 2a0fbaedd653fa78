"""Nods and shakes of the head: its angle changes direction twice within a moment, after Kawato and Ohya (2000)."""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

GESTURE_WINDOW_SECONDS: Final = 1.2
"""Seconds in which the changes of direction happen: Kapoor and Picard (2001) look at about as long a stretch."""
MIN_DIRECTION_CHANGES: Final = 2
MIN_NOD_DEGREES, MIN_SHAKE_DEGREES = 4.0, 6.0
"""Degrees of each way, there and back: several times the landmark model's noise, and less than people nod and shake."""


class HeadGestures(NamedTuple):
    """What began with a frame."""

    nods: int
    shakes: int


class HeadGestureCounter:
    """Counts the nods and shakes of one head: several in a row, without a rest between, are one."""

    def __init__(self) -> None:
        self._angles: deque[tuple[float, float, float]] = deque()
        self._nodding = self._shaking = False

    def forget(self) -> None:
        """What came before does not belong to what follows."""
        self._angles.clear()
        self._nodding = self._shaking = False

    def add(self, t: float, yaw: float, pitch: float) -> HeadGestures:
        """What began with this frame; angles in degrees."""
        self._angles.append((t, yaw, pitch))
        while t - self._angles[0][0] > GESTURE_WINDOW_SECONDS:
            self._angles.popleft()
        yaws, pitches = [each[1] for each in self._angles], [each[2] for each in self._angles]
        # Nobody moves along one axis only: the larger movement is what it is.
        aside = _range(yaws) > _range(pitches)
        nodding = not aside and direction_changes(pitches, MIN_NOD_DEGREES) >= MIN_DIRECTION_CHANGES
        shaking = aside and direction_changes(yaws, MIN_SHAKE_DEGREES) >= MIN_DIRECTION_CHANGES
        resting = not (self._nodding or self._shaking)
        began = HeadGestures(int(nodding and resting), int(shaking and resting))
        self._nodding, self._shaking = nodding, shaking
        return began


def direction_changes(values: Iterable[float], least: float) -> int:
    """How often a series turns round, after going at least so far one way and as far back."""
    turns, direction = 0, 0
    low = high = None
    for value in values:
        low = value if low is None or value < low else low
        high = value if high is None or value > high else high
        if direction >= 0 and high - value >= least:
            turns += direction != 0
            direction, low, high = -1, value, value
        elif direction <= 0 and value - low >= least:
            turns += direction != 0
            direction, low, high = 1, value, value
    return turns


def _range(values: list[float]) -> float:
    return max(values) - min(values)
