"""Counting nods and shakes of the head: its angle changes direction twice within a moment.

Source: Kawato and Ohya, "Real-time detection of nodding and head-shaking" (2000).
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

GESTURE_WINDOW_SECONDS: Final = 1.2
"""The changes of direction happen within it: Kapoor and Picard (2001) look at about as long a stretch."""
MIN_DIRECTION_CHANGES: Final = 2
MIN_NOD_DEGREES, MIN_SHAKE_DEGREES = 4.0, 6.0
"""Of each way, there and back: several times the landmark model's noise, and less than people nod and shake."""


class HeadGestures(NamedTuple):
    """How many nods and shakes began with a frame, 0 or 1 each; degrees: of the larger movement in the window before it."""

    nods: int
    shakes: int
    degrees: float


class HeadGestureCounter:
    """Counts the nods and shakes of one head, frame by frame; several in a row without a rest count as one."""

    def __init__(self) -> None:
        self._angles: deque[tuple[float, float, float]] = deque()
        self._nodding = self._shaking = False

    def reset(self) -> None:
        """Forget the movement so far, after frames were missed."""
        self._angles.clear()
        self._nodding = self._shaking = False

    def add(self, t: float, yaw: float, pitch: float) -> HeadGestures:
        """Take in the next frame.

        Args:
            t: Its time in seconds, later than the frame before.
            yaw: Of the head, in degrees.
            pitch: Of the head, in degrees.

        Returns:
            What began with this frame.
        """
        self._angles.append((t, yaw, pitch))
        while t - self._angles[0][0] > GESTURE_WINDOW_SECONDS:
            self._angles.popleft()
        yaws, pitches = [angles[1] for angles in self._angles], [angles[2] for angles in self._angles]
        # Nobody moves along one axis alone: the larger movement decides.
        across, down = max(yaws) - min(yaws), max(pitches) - min(pitches)
        sideways = across > down
        nodding = not sideways and direction_changes(pitches, MIN_NOD_DEGREES) >= MIN_DIRECTION_CHANGES
        shaking = sideways and direction_changes(yaws, MIN_SHAKE_DEGREES) >= MIN_DIRECTION_CHANGES
        resting = not (self._nodding or self._shaking)
        began = HeadGestures(int(nodding and resting), int(shaking and resting), max(across, down))
        self._nodding, self._shaking = nodding, shaking
        return began


def direction_changes(values: Iterable[float], min_distance: float) -> int:
    """How often a series turns round, after going at least ``min_distance`` one way and as far back."""
    turns, direction = 0, 0
    low = high = None
    for value in values:
        low = value if low is None or value < low else low
        high = value if high is None or value > high else high
        if direction >= 0 and high - value >= min_distance:
            turns += direction != 0
            direction, low, high = -1, value, value
        elif direction <= 0 and value - low >= min_distance:
            turns += direction != 0
            direction, low, high = 1, value, value
    return turns
