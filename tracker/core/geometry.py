"""Where things are in a picture: boxes in pixels, origin at the top left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

T = TypeVar("T")

ROW_HEIGHT: Final = 0.8
"""In shares of a face's height. Group photographs of 10, 18 and 29 people fall into the rows in which they stand or sit."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; it may reach over the edge of its picture."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if not (self.width > 0 and self.height > 0):
            raise ValueError(f"a box has a size, got {self.width} x {self.height}")

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def scaled(self, scale: tuple[float, float]) -> "Box":
        """The same place where each pixel is so many, across and down."""
        return Box(self.x * scale[0], self.y * scale[1], self.width * scale[0], self.height * scale[1])

    def overlap(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / (self.area + other.area - width * height)

    def holds(self, other: "Box", margin: float) -> bool:
        """Whether another box lies inside, so many of its own widths from every edge."""
        air = margin * other.width
        across = self.x + air <= other.x and other.x + other.width + air <= self.x + self.width
        return across and self.y + air <= other.y and other.y + other.height + air <= self.y + self.height

    def around(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    def distance(self, other: "Box") -> float:
        """Between the centres, in widths of the larger box."""
        (x, y), (u, v) = self.centre, other.centre
        return float(((x - u) ** 2 + (y - v) ** 2) ** 0.5 / max(self.width, other.width))

    def towards(self, other: "Box", share: float) -> "Box":
        """The box that lies so far (0 to 1) on the way to another one."""
        mine, theirs = (self.x, self.y, self.width, self.height), (other.x, other.y, other.width, other.height)
        return Box(*(here + share * (there - here) for here, there in zip(mine, theirs, strict=True)))

    def moved(self, before: "Box", after: "Box") -> "Box":
        """The box as it is once the rectangle around it, which was before, has become after."""
        across, down = after.width / before.width, after.height / before.height
        x, y = after.x + (self.x - before.x) * across, after.y + (self.y - before.y) * down
        return Box(x, y, self.width * across, self.height * down)

    def rounded(self) -> tuple[int, int, int, int]:
        """x, y, width and height in whole pixels, as the JSON has it."""
        return round(self.x), round(self.y), round(self.width), round(self.height)


def in_reading_order(faces: Iterable[T], box: Callable[[T], Box]) -> list[T]:
    """Faces as one reads: row by row from the top, each from the left.

    A face belongs to the row above it if their middles are less than ``ROW_HEIGHT`` apart.

    Args:
        faces: In any order.
        box: Gives a face's box.
    """
    rows: list[list[T]] = []
    for face in sorted(faces, key=lambda each: box(each).centre[1]):
        row = [box(each) for each in rows[-1]] if rows else []
        middle, height = sum(each.centre[1] for each in row), sum(each.height for each in row)
        if row and box(face).centre[1] * len(row) - middle < ROW_HEIGHT * height:
            rows[-1].append(face)
        else:
            rows.append([face])
    return [face for row in rows for face in sorted(row, key=lambda each: box(each).x)]
