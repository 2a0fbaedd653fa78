"""Drawn people that differ, whose faces move as MediaPipe reads real ones: heads turn, nod and tilt in depth, brows lie low.

Nobody is meant by them. All is polygons, so that one projection moves every part of a head alike.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.frame import Pixels

Colour = tuple[int, int, int]
"""BGR."""
Points = npt.NDArray[np.float64]
"""[n, 2] in units of a head: x to the right of the picture, y down, the middle of the face is (0, 0)."""
Hair = Literal["long", "short", "curly", "bun", "sides"]
Room = Literal["plant", "shelf", "lamp"]

HALF_WIDTH, HALF_HEIGHT, DEPTH = 92.0, 124.0, 96.0
"""Half of a head's width, height and depth, in its units."""
NECK: Final = (0.0, 118.0)
"""Around which a head tilts."""
UNITS_HIGH: Final = 384.0
"""Units of a head from a picture's top to its bottom."""
MIDDLE: Final = (0.5, 0.53)
"""Of the face at rest, in shares of the picture's width and height."""
SUBPIXEL_BITS: Final = 4
"""OpenCV draws at sixteenths of a pixel, so that slow movements do not jump."""
DARK: Final = (34, 30, 44)
"""Of pupils, and of an open mouth."""


@dataclass(frozen=True, slots=True)
class FacePose:
    """What a drawn face does.

    Attributes:
        smile: -1, corners of the mouth down, to 1, up; a smile narrows the eyes, too.
        jaw: 0, closed, to 1, as in a yawn.
        eyes: 0, closed, to 1, wide open.
        brows: -1, drawn low and together, to 1, high.
        gaze: -1, to the left of the picture, to 1, to its right.
        turn: Degrees of the head, to the right of the picture.
        bow: Degrees of the head, down.
        tilt: Degrees of the head, to the shoulder at the right of the picture.
    """

    smile: float = 0.0
    jaw: float = 0.0
    eyes: float = 0.55
    brows: float = 0.0
    gaze: float = 0.0
    turn: float = 0.0
    bow: float = 0.0
    tilt: float = 0.0

    def towards(self, other: "FacePose", share: float) -> "FacePose":
        """The pose that lies a share (0 to 1) of the way to another one."""
        pairs = ((getattr(self, part.name), getattr(other, part.name)) for part in fields(self))
        return FacePose(*(here + (there - here) * share for here, there in pairs))


@dataclass(frozen=True, slots=True)
class DrawnPerson:
    """What tells one drawn person from the others; colours are BGR.

    Attributes:
        name: Shown in their tile.
        skin: Of the face; its shade is made of it.
        hair: Colour of hair and brows.
        style: How the hair is cut; "sides" leaves the top bald.
        wall: Behind them.
        shirt: Which they wear.
        room: What stands or hangs behind them.
        lips: Of the mouth.
        glasses: Whether they wear some.
        beard: Whether they have one.
    """

    name: str
    skin: Colour
    hair: Colour
    style: Hair
    wall: Colour
    shirt: Colour
    room: Room
    lips: Colour
    glasses: bool = False
    beard: bool = False


class _Head:
    """The canvas of one picture and where the head is in it."""

    def __init__(self, canvas: Pixels, pose: FacePose) -> None:
        height, width = canvas.shape[:2]
        self._canvas = canvas
        self._scale = height / UNITS_HIGH
        self._centre = np.array((width * MIDDLE[0], height * MIDDLE[1]))
        yaw, pitch, roll = (math.radians(angle) for angle in (pose.turn, pose.bow, pose.tilt))
        self._yaw, self._pitch = (math.cos(yaw), math.sin(yaw)), (math.cos(pitch), math.sin(pitch))
        self._roll = np.array(((math.cos(roll), math.sin(roll)), (-math.sin(roll), math.cos(roll))))

    def fill(self, points: Points, colour: Colour, lift: float | None = 0.0) -> None:
        """Fill a polygon on the face; lift: units before it, None for what lies in the middle of the head, as its outline."""
        cv2.fillPoly(self._canvas, [self._placed(points, lift)], colour, cv2.LINE_AA, SUBPIXEL_BITS)

    def line(self, points: Points, colour: Colour, thickness: float, lift: float = 0.0, *, closed: bool = False) -> None:
        """Draw a line on the face; thickness: in units."""
        pixels = max(1, round(thickness * self._scale))
        cv2.polylines(self._canvas, [self._placed(points, lift)], closed, colour, pixels, cv2.LINE_AA, SUBPIXEL_BITS)

    def _placed(self, points: Points, lift: float | None) -> npt.NDArray[np.int32]:
        x, y = points[:, 0], points[:, 1]
        if lift is None:
            depth = np.zeros(len(points))
        else:
            depth = DEPTH * np.sqrt(np.maximum(0.0, 1 - (x / HALF_WIDTH) ** 2 - (y / HALF_HEIGHT) ** 2)) + lift
        across = x * self._yaw[0] + depth * self._yaw[1]
        nearer = depth * self._yaw[0] - x * self._yaw[1]
        down = y * self._pitch[0] + nearer * self._pitch[1]
        turned = (np.stack([across, down], 1) - NECK) @ self._roll + NECK
        return np.asarray(((self._centre + turned * self._scale) * 2**SUBPIXEL_BITS).round(), np.int32)


@lru_cache(maxsize=64)
def _oval(x: float, y: float, half_width: float, half_height: float) -> Points:
    around = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return np.stack([x + half_width * np.cos(around), y + half_height * np.sin(around)], 1)


def _face_outline(wider: float = 0.0) -> Points:
    """Narrower towards the chin."""
    points = _oval(0.0, 0.0, HALF_WIDTH + wider, HALF_HEIGHT + wider).copy()
    points[:, 0] *= 1 - 0.14 * np.clip(points[:, 1] / HALF_HEIGHT, 0, 1) ** 2
    return points


def _between(upper: Points, lower: Points) -> Points:
    return np.concatenate([upper, lower[::-1]])


def _curve(x: Points, y: Points) -> Points:
    return np.stack([x, y], 1)


def _lowered(points: Points, units: float) -> Points:
    return np.add(points, (0, units))


def draw_person(person: DrawnPerson, pose: FacePose, size: tuple[int, int]) -> Pixels:
    """Draw a person in their room.

    Args:
        person: How they look.
        pose: What their face does.
        size: (width, height) of the picture in pixels.

    Returns:
        [height, width, 3] BGR, memory of its own.
    """
    canvas = _room(person, size).copy()
    head = _Head(canvas, pose)
    shade = _darker(person.skin, 0.84)
    _draw_back_hair(head, person)
    still = _Head(canvas, FacePose())
    _draw_body(still, person, shade)
    for side in (-1, 1):
        head.fill(_oval(side * (HALF_WIDTH - 1), 6.0, 13.0, 24.0), shade, None)
    head.fill(_face_outline(), person.skin, None)
    _draw_cheeks(head, person)
    if person.beard:
        _draw_beard(head, person)
    _draw_hair(head, person)
    for side in (-1, 1):
        _draw_eye(head, person, pose, side)
        _draw_brow(head, person, pose, side)
    _draw_nose(head, person)
    _draw_mouth(head, person, pose)
    if person.glasses:
        _draw_glasses(head)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.7), np.uint8)


@lru_cache(maxsize=32)
def _room(person: DrawnPerson, size: tuple[int, int]) -> Pixels:
    """The wall, lit from above, and what is in the room; it stands still and is drawn once."""
    width, height = size
    light = np.linspace(1.08, 0.9, height)[:, None, None] * np.array(person.wall, np.float64)
    room = np.asarray(np.clip(np.broadcast_to(light, (height, width, 3)), 0, 255), np.uint8).copy()
    match person.room:
        case "plant":
            _draw_picture(room, 0.06, person.wall)
            _draw_plant(room, person.wall)
        case "shelf":
            _draw_shelf(room, person.wall)
        case "lamp":
            _draw_lamp(room, person.wall)
            _draw_picture(room, 0.78, person.wall)
    return room


def _draw_picture(room: Pixels, at: float, wall: Colour) -> None:
    """at: its left edge, in shares of the width."""
    height, width = room.shape[:2]
    corner, size = np.array((width * at, height * 0.14)), np.array((width * 0.16, height * 0.32))
    hills = np.array([(0, 1), (0, 0.7), (0.3, 0.45), (0.55, 0.72), (0.8, 0.5), (1, 0.66), (1, 1)])
    _fill_box(room, (*corner, *size), _lighter(wall, 0.6))
    inner, inside = corner + 0.08 * size, 0.84 * size
    _fill_box(room, (*inner, *inside), _darker(wall, 0.82))
    cv2.fillPoly(room, [(inner + hills * inside).round().astype(np.int32)], _lighter(wall, 0.3), cv2.LINE_AA)


def _draw_plant(room: Pixels, wall: Colour) -> None:
    height, width = room.shape[:2]
    x, leaf = width * 0.88, (92, 128, 84)
    for angle, length in ((-42, 0.32), (-22, 0.4), (0, 0.44), (22, 0.4), (42, 0.32)):
        reach = height * length / 2
        middle = round(x + reach * math.sin(math.radians(angle))), round(height * 0.86 - reach * math.cos(math.radians(angle)))
        cv2.ellipse(room, middle, (round(reach), round(height * 0.042)), angle - 90, 0, 360, leaf, -1, cv2.LINE_AA)
    pot = np.array([(-0.08, 0.82), (0.08, 0.82), (0.06, 1.0), (-0.06, 1.0)]) * height + (x, 0)
    cv2.fillPoly(room, [pot.round().astype(np.int32)], _darker(wall, 0.6), cv2.LINE_AA)


def _draw_shelf(room: Pixels, wall: Colour) -> None:
    height, width = room.shape[:2]
    spines = ((92, 84, 158), (150, 132, 86), (98, 150, 168), (86, 110, 96), (120, 104, 142), (70, 120, 176))
    for left, top in ((0.04, 0.38), (0.76, 0.28), (0.76, 0.64)):
        x = left
        for number in range(7):
            tall = (0.2, 0.17, 0.22, 0.16)[number % 4]
            _fill_box(
                room, (width * x, height * (top - tall), width * 0.02, height * tall), spines[(number * 5 + round(top * 9)) % 6]
            )
            x += 0.024
        _fill_box(room, (width * left, height * top, width * 0.2, height * 0.022), _darker(wall, 0.66))


def _draw_lamp(room: Pixels, wall: Colour) -> None:
    height, width = room.shape[:2]
    x, shade = width * 0.13, np.array([(-0.09, 0.0), (0.09, 0.0), (0.15, 0.2), (-0.15, 0.2)])
    cv2.line(room, (round(x), round(height * 0.4)), (round(x), height), _darker(wall, 0.5), max(2, height // 70), cv2.LINE_AA)
    cv2.fillPoly(room, [(shade * height + (x, height * 0.24)).round().astype(np.int32)], (176, 226, 250), cv2.LINE_AA)


def _fill_box(room: Pixels, box: Sequence[float], colour: Colour) -> None:
    """box: left, top, width and height in pixels."""
    left, top, width, height = box
    cv2.rectangle(room, (round(left), round(top)), (round(left + width), round(top + height)), colour, -1)


def _draw_body(head: _Head, person: DrawnPerson, shade: Colour) -> None:
    shoulders = [(-205, 260), (-190, 200), (-140, 168), (-52, 148), (52, 148), (140, 168), (190, 200), (205, 260)]
    head.fill(np.array(shoulders, np.float64), person.shirt, None)
    head.fill(np.array([(-40, 80), (40, 80), (44, 148), (0, 182), (-44, 148)], np.float64), shade, None)
    collar = _darker(person.shirt, 0.8)
    head.line(np.array([(-50, 147), (0, 188), (50, 147)], np.float64), collar, 7, -DEPTH)


def _draw_back_hair(head: _Head, person: DrawnPerson) -> None:
    match person.style:
        case "long":
            crown = np.linspace(np.pi, 2 * np.pi, 25)
            tips = np.array([(124, 80), (130, 140), (118, 168), (84, 178), (-84, 178), (-118, 168), (-130, 140), (-124, 80)])
            head.fill(np.concatenate([_curve(118 * np.cos(crown), -14 + 126 * np.sin(crown)), tips]), person.hair, None)
        case "curly":
            for degrees in range(150, 391, 24):
                angle = math.radians(degrees)
                head.fill(_oval(98 * math.cos(angle), -20 + 108 * math.sin(angle), 36.0, 36.0), person.hair, None)
        case "bun":
            head.fill(_oval(0.0, -152.0, 42.0, 36.0), person.hair, None)
            head.fill(_oval(0.0, -26.0, 100.0, 112.0), person.hair, None)
        case "short" | "sides":
            head.fill(_oval(0.0, -14.0, 100.0, 118.0 if person.style == "short" else 76.0), person.hair, None)


def _draw_hair(head: _Head, person: DrawnPerson) -> None:
    """Over the forehead."""
    if person.style == "sides":
        return
    along = np.linspace(-1, 1, 25)
    top = _curve(along * 97, -30 - 108 * np.sqrt(1 - along**2))
    hairline = {
        "long": -30 - 62 * np.cos(along * np.pi / 2) ** 0.8 + 10 * along,
        "short": -46 - 42 * (1 - along**4),
        "curly": -44 - 34 * (1 - along**4) + 5 * np.cos(along * 14),
        "bun": -30 - 60 * np.sqrt(1 - along**2),
    }[person.style]
    head.fill(_between(top, _curve(along * 97, hairline)), person.hair, None)


def _draw_cheeks(head: _Head, person: DrawnPerson) -> None:
    blush = _mixed(person.skin, person.lips, 0.16)
    for side in (-1, 1):
        head.fill(_oval(side * 52.0, 30.0, 24.0, 17.0), blush)


def _draw_beard(head: _Head, person: DrawnPerson) -> None:
    """Along jaw and chin, far from the mouth: hair around it hides its corners."""
    along = np.linspace(-1, 1, 25)
    outline = _face_outline(3.0)
    jaw = outline[outline[:, 1] >= 14]
    jaw = jaw[np.argsort(-jaw[:, 0])]
    inner = _curve(80 * along, 30 + 60 * np.sqrt(np.maximum(0, np.cos(along * np.pi / 2))))
    head.fill(np.concatenate([jaw, inner]), person.hair, None)


def _draw_eye(head: _Head, person: DrawnPerson, pose: FacePose, side: int) -> None:
    x, y = side * 40.0, -16.0
    along = np.linspace(-1, 1, 17)
    arch = 1 - along**2
    narrowing = max(0.0, pose.smile)
    upper_lid, lower_lid = 21 * pose.eyes, max(0.0, 13 * min(1.0, 2.2 * pose.eyes) - 8 * narrowing)
    upper, lower = _curve(x + 25 * along, y - upper_lid * arch), _curve(x + 25 * along, y + lower_lid * arch)
    shade = _darker(person.skin, 0.82)
    head.fill(_between(_lowered(upper, -5), _lowered(lower, 4)), shade)
    if pose.eyes > 0.08:
        head.fill(_between(upper, lower), (240, 243, 246))
        for radius, colour in ((11.0, (56, 78, 104)), (5.5, DARK)):
            iris = _oval(x + 11 * pose.gaze, y - 2, radius, radius).copy()
            lids = 1 - np.clip((iris[:, 0] - x) / 25, -1, 1) ** 2
            iris[:, 1] = np.clip(iris[:, 1], y - upper_lid * lids, y + lower_lid * lids)
            head.fill(iris, colour)
        head.fill(_oval(x + 11 * pose.gaze + 3, y - 5, 2.2, 2.2), (250, 250, 250))
    head.line(upper, DARK, 4.5)


def _draw_brow(head: _Head, person: DrawnPerson, pose: FacePose, side: int) -> None:
    low, high = max(0.0, -pose.brows), max(0.0, pose.brows)
    ends = np.array(
        [
            (side * (17 - 10 * low), -38 + 14 * low - 17 * high),
            (side * 38, -45 + 28 * low - 19 * high),
            (side * 68, -38 + 17 * low - 15 * high),
        ]
    )
    along = np.linspace(0, 1, 9)[:, None]
    middle = (1 - along) ** 2 * ends[0] + 2 * along * (1 - along) * (2 * ends[1] - (ends[0] + ends[2]) / 2) + along**2 * ends[2]
    thick = (6 - 4 * along[:, 0] ** 2)[:, None] * (0, 1)
    head.fill(_between(middle - thick, middle + thick), _darker(person.hair, 0.85), 4.0)
    if low > 0.3:
        fold = np.array([(side * 8.0, -50 + 12 * low), (side * 6.0, -34 + 12 * low)])
        head.line(fold, _darker(person.skin, 1 - 0.28 * low), 3)


def _draw_nose(head: _Head, person: DrawnPerson) -> None:
    shade, dark = _darker(person.skin, 0.86), _darker(person.skin, 0.6)
    head.fill(np.array([(-6, -18), (6, -18), (17, 30), (0, 38), (-17, 30)], np.float64), _lighter(person.skin, 0.08), 14.0)
    head.line(np.array([(-7, -16), (-11, 12), (-18, 28)], np.float64), shade, 3.5, 12.0)
    along = np.linspace(-1, 1, 9)
    head.line(_curve(18 * along, 30 + 8 * (1 - along**2)), _darker(person.skin, 0.72), 4, 18.0)
    for x in (-8.0, 8.0):
        head.fill(_oval(x, 35.0, 4.0, 2.6), dark, 18.0)


def _draw_mouth(head: _Head, person: DrawnPerson, pose: FacePose) -> None:
    along = np.linspace(-1, 1, 25)
    arch = 1 - along**2
    half, y = 33 + 12 * max(pose.smile, 0) - 10 * pose.jaw, 68.0
    bend = -15 * pose.smile * (along**2 - 0.4)
    gap = 44 * pose.jaw * arch
    upper = _curve(half * along, y + bend - 0.25 * gap - 5.5 * arch)
    lower = _curve(half * along, y + bend + gap + 8 * arch)
    head.fill(_between(upper, lower), person.lips, 6.0)
    if pose.jaw > 0.06:
        inner_upper, inner_lower = _lowered(upper, 4), _lowered(lower, -5)
        inner_lower[:, 1] = np.maximum(inner_lower[:, 1], inner_upper[:, 1])
        head.fill(_between(inner_upper, inner_lower), DARK, 6.0)
        if pose.smile > 0.2:
            teeth = inner_upper + (inner_lower - inner_upper) * 0.5
            head.fill(_between(inner_upper, teeth), (240, 243, 246), 6.0)
    else:
        head.line(_curve(half * along, y + bend), _darker(person.lips, 0.6), 3.2, 6.0)


def _draw_glasses(head: _Head) -> None:
    for side in (-1, 1):
        head.line(_oval(side * 41.0, -13.0, 33.0, 27.0), (52, 46, 44), 4, 8.0, closed=True)
        head.line(np.array([(side * 74.0, -17.0), (side * 89.0, -20.0)]), (52, 46, 44), 4, 8.0)
    head.line(np.array([(-9.0, -17.0), (9.0, -17.0)]), (52, 46, 44), 4, 14.0)


def _darker(colour: Colour, share: float) -> Colour:
    blue, green, red = (round(level * share) for level in colour)
    return blue, green, red


def _lighter(colour: Colour, share: float) -> Colour:
    return _mixed(colour, (255, 255, 255), share)


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    blue, green, red = (round(here + (there - here) * share) for here, there in zip(colour, other, strict=True))
    return blue, green, red
