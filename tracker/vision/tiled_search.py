"""Finding small faces: parts of a picture, enlarged; all at once in a single picture, a few a frame in a live one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import sqrt
from typing import Final

import cv2
import numpy as np

from tracker.core.face import Detection, Landmarks
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.vision.analyzer import Detector

TILE_SIDE: Final = 200
"""Pixels. On three group pictures 57 of 57 faces (34 to 86 px wide) were found with it; 220 misses one, 180 invents one."""
MAX_AREA_SHARES: Final = 108
"""Tiles have at least one so manyth of the picture's area, whatever its form: a phone's 12 megapixels have some 500 of them
instead of 1,300, and so has a panorama of 12,000 x 1,000."""
ENLARGED_SIDE: Final = 400
"""Parts are enlarged to so many pixels: the mesh looks at 256 px around a face, which should not be blurred by then."""
NEIGHBOURHOOD_WIDTHS: Final = 3.0
"""Side of the part around a known face, in widths of the face: it may move by one width to any side (track.NEAR)."""
EDGE_MARGIN_WIDTHS: Final = 0.25
"""A face that is nearer to the edge of such a part, in its own widths, may have lost its chin or an ear there."""
SAME_FACE_WIDTHS: Final = 0.5
"""Two finds are one face when their centres are nearer than so many widths: heads beside each other are farther apart."""
MIN_CONFIRMING_OVERLAP: Final = 0.6
"""A face is found again where it alone is looked at, and in the mirror, both times overlapping so much: all 57 of three group
pictures by 0.64 and more, none of 17 finds in coins, cups and cats (4 of which pass without the mirror)."""
TILES_PER_SECOND_UNSEEN, TILES_PER_SECOND_SEEN = 100, 10
"""Tiles a second of a live picture while nobody is seen, and to look for others. At 3 ms a tile that is 30 ms of a frame's
100 at 10 Hz; 1280x720 has 105 tiles."""


def tiles_of(width: int, height: int) -> list[Box]:
    """The tiles of a picture, each half over the next, large ones first; none where the whole is not larger than one."""
    side = max(TILE_SIDE, round(sqrt(width * height / MAX_AREA_SHARES)))
    sides = []
    while side < max(width, height):
        sides.append(side)
        side *= 2
    return [
        Box(x, y, min(s, width), min(s, height)) for s in reversed(sides) for y in _starts(height, s) for x in _starts(width, s)
    ]


def _starts(length: int, side: int) -> Iterable[int]:
    """Where tiles begin along one side: half a tile apart, the last flush with the end."""
    last = max(length - side, 0)
    return sorted({*range(0, last, side // 2), last})


def detect_in_part(detector: Detector, pixels: Pixels, part: Box) -> list[Detection]:
    """Faces in a part of a picture, enlarged if it is small, in the picture's pixels."""
    height, width = pixels.shape[:2]
    left, top = max(0, round(part.x)), max(0, round(part.y))
    right, bottom = min(width, round(part.x + part.width)), min(height, round(part.y + part.height))
    if right <= left or bottom <= top:
        return []
    scale = max(1.0, ENLARGED_SIDE / max(right - left, bottom - top))
    cut = np.ascontiguousarray(pixels[top:bottom, left:right])
    large = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    return [_moved(found, scale, (left, top)) for found in detector.detect(large)]


def _moved(found: Detection, scale: float, corner: tuple[int, int]) -> Detection:
    points = found.landmarks.points / np.float32(scale) + np.array(corner, np.float32)
    return replace(found, landmarks=Landmarks(points))


def detect_around(detector: Detector, pixels: Pixels, face: Box) -> list[Detection]:
    """Faces about where one was, the nearest first; those that the part's edge may cut are left out."""
    side = NEIGHBOURHOOD_WIDTHS * max(face.width, face.height)
    x, y = face.centre
    part = Box(x - side / 2, y - side / 2, side, side)
    whole = [each for each in detect_in_part(detector, pixels, part) if part.holds(each.landmarks.box, EDGE_MARGIN_WIDTHS)]
    return sorted(whole, key=lambda each: face.distance(each.landmarks.box))


def search_parts(detector: Detector, pixels: Pixels, where: Iterable[Box], known: Sequence[Detection]) -> list[Detection]:
    """Faces in parts of a picture that are not known yet, each looked at twice more, alone."""
    new: list[Detection] = []
    for part in where:
        for found in detect_in_part(detector, pixels, part):
            box = found.landmarks.box
            if _among(box, [*known, *new]):
                continue
            new += _again(detector, pixels, box)
    return new


def _again(detector: Detector, pixels: Pixels, face: Box) -> list[Detection]:
    """A face that was found in passing, looked at alone; nothing when it is not there, or not in the mirror."""
    straight = detect_around(detector, pixels, face)[:1]
    if not straight or face.overlap(straight[0].landmarks.box) < MIN_CONFIRMING_OVERLAP:
        return []
    mirrored = Box(pixels.shape[1] - face.x - face.width, face.y, face.width, face.height)
    other = detect_around(detector, pixels[:, ::-1], mirrored)[:1]
    return straight if other and mirrored.overlap(other[0].landmarks.box) >= MIN_CONFIRMING_OVERLAP else []


def _among(face: Box, found: Iterable[Detection]) -> bool:
    return any(face.distance(each.landmarks.box) < SAME_FACE_WIDTHS for each in found)


def largest_first(found: Iterable[Detection]) -> list[Detection]:
    """The order of every detector."""
    return sorted(found, key=lambda each: -each.landmarks.box.area)


class TiledSearch:
    """What a session remembers of where it looked: a few tiles a frame, so that no frame waits for all of them.

    everybody: whether more faces are looked for while one is seen.
    """

    def __init__(self, detector: Detector, *, everybody: bool) -> None:
        self._detector, self._everybody = detector, everybody
        self._size = (0, 0)
        self._tiles: list[Box] = []
        self._next, self._due, self._t = 0, 0.0, 0.0

    def detect(self, pixels: Pixels, t: float, known: Iterable[Box], *, missing: bool = False) -> list[Detection]:
        """Faces of the frame of time t (seconds), largest first: in the whole, where some were before, and in tiles.

        missing: somebody is looked for, whoever else is seen.
        """
        found = self.again(pixels, known)
        turn = self._turn(pixels, t, found, others=self._everybody or missing)
        return largest_first([*found, *search_parts(self._detector, pixels, turn, found)])

    def again(self, pixels: Pixels, known: Iterable[Box]) -> list[Detection]:
        """Faces of a frame, largest first, in the whole and where some were before: the same as ``detect``, without tiles.

        The whole costs no more than a part of it, and a part would be another camera to the head's pose.
        """
        found = self._detector.detect(pixels)
        for face in known:
            if not _among(face, found):
                around = detect_around(self._detector, pixels, face)
                found = [*found, *(each for each in around if not _among(each.landmarks.box, found))]
        return largest_first(found)

    def _turn(self, pixels: Pixels, t: float, seen: Sequence[Detection], *, others: bool) -> list[Box]:
        """The tiles whose turn it is: all in the first frame, then as many as time has passed."""
        size = pixels.shape[1], pixels.shape[0]
        passed, self._t = t - self._t, t
        if size != self._size:
            self._size, self._tiles, self._next = size, tiles_of(*size), 0
            self._due = float(len(self._tiles))
        if seen and not others:
            self._due = 0.0
            return []
        self._due = min(self._due + passed * (TILES_PER_SECOND_SEEN if seen else TILES_PER_SECOND_UNSEEN), len(self._tiles))
        turn = range(self._next, self._next + int(self._due))
        self._due -= len(turn)
        self._next = turn.stop
        return [self._tiles[number % len(self._tiles)] for number in turn]
