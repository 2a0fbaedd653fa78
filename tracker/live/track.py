"""What is remembered of one face of a session: who it is, where it was, what it looks like, and whether it moves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp
from typing import Final

from tracker.core.face import Detection, FaceId, Pose
from tracker.core.geometry import Box
from tracker.core.sampling import FACE_MEMORY_SECONDS
from tracker.live.appearance import Appearance
from tracker.vision.meeting_layout import Tile

MAX_STEP_WIDTHS: Final = 1.0
"""How far a face may have moved, in its own widths: at 2 Hz somebody who leans over moves about so far."""
MAX_WIDTH_CHANGE: Final = 2.0
"""How much wider or narrower the same face may have become between two frames."""
MAX_SAME_SIZE_RATIO: Final = 1.5
"""Ratio of widths within which a face is about as large, and above which one is clearly larger."""
USUAL_PLACE_SECONDS: Final = 20.0
"""Seconds (time constant) over which a face's usual place and size are measured: who walks away was not small before."""
MIN_MOVING_DEGREES: Final = 2.0
"""Degrees: the deviation of yaw or pitch above which a head moves. Photos before a noisy camera have 0.1 to 1.3."""
POSE_AVERAGE_SECONDS: Final = 10.0
"""Seconds (time constant) over which that deviation is measured."""


class HeadMovement:
    """For how many seconds a head has been moving; a picture on a wall never does."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._mean: tuple[float, float] | None = None
        self._variance = 0.0, 0.0

    def see(self, pose: Pose, seconds: float) -> None:
        """Where the head points now, so many seconds after the last time."""
        if self._mean is None:
            self._mean = pose.yaw, pose.pitch
        weight = 1 - exp(-seconds / POSE_AVERAGE_SECONDS)
        (yaw, pitch), (wide, high) = self._mean, self._variance
        by_yaw, by_pitch = pose.yaw - yaw, pose.pitch - pitch
        self._mean = yaw + weight * by_yaw, pitch + weight * by_pitch
        self._variance = (1 - weight) * (wide + weight * by_yaw**2), (1 - weight) * (high + weight * by_pitch**2)
        if max(self._variance) >= MIN_MOVING_DEGREES**2:
            self.seconds += seconds


@dataclass(slots=True, eq=False)
class Person:
    """What stays with somebody wherever they are. id: None for whoever is in view and not followed. usual: place and size."""

    id: FaceId | None
    usual: Box
    appearance: Appearance = field(default_factory=Appearance)
    movement: HeadMovement = field(default_factory=HeadMovement)

    def usually_at(self, box: Box) -> bool:
        """Whether a box is where this face usually is, and about as large."""
        return (
            self.usual.distance(box) <= MAX_STEP_WIDTHS
            and 1 / MAX_SAME_SIZE_RATIO <= self.usual.width / box.width <= MAX_SAME_SIZE_RATIO
        )


@dataclass(slots=True, eq=False)
class Track:
    """A face followed by its place: seen last in box at time t, first at ``since`` (seconds).

    present: whether the newest observation showed it. asked: when it was looked at last. tile: of a meeting, where it was seen.
    placed: whether its place says anything; not once its tile is gone.
    """

    person: Person
    box: Box
    t: float
    since: float
    present: bool = True
    asked: float = float("-inf")
    tile: Tile | None = None
    placed: bool = True

    def near(self, box: Box) -> bool:
        """Whether a box may be this face a moment later."""
        return (
            self.box.distance(box) <= MAX_STEP_WIDTHS and 1 / MAX_WIDTH_CHANGE <= self.box.width / box.width <= MAX_WIDTH_CHANGE
        )

    def move(self, box: Box, t: float) -> None:
        """It is here now."""
        weight = 1 - exp(-min(t - self.t, FACE_MEMORY_SECONDS) / USUAL_PLACE_SECONDS)
        self.person.usual = self.person.usual.towards(box, weight)
        self.box, self.t, self.present, self.placed = box, t, True, True

    def arrange(self, tiles: Iterable[Tile]) -> None:
        """A meeting's layout changed: this face is expected where its tile is now, and nowhere if that is not sure."""
        before = self.tile
        same = (tile for tile in tiles if before is not None and tile.number == before.number and tile.certain)
        after = next(same, None)
        self.placed = after is not None
        if before is not None and after is not None:
            self.box = self.box.moved(before.box, after.box)
            self.person.usual = self.person.usual.moved(before.box, after.box)
            self.tile = after

    def see(self, detection: Detection, t: float) -> None:
        """It is here now, and its head points somewhere."""
        self.person.movement.see(detection.shape.pose, min(t - self.t, FACE_MEMORY_SECONDS))
        self.move(detection.landmarks.box, t)
