"""Finding small faces in enlarged parts of a picture, its tiles."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import sqrt
from typing import Final

import cv2
import numpy as np

from tracker.core.face import Detection, Landmarks
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.vision.detectors import Detector

TILE_SIDE: Final = 200
"""Pixels. On three group pictures it finds 57 of 57 faces (34 to 86 px wide); 220 misses one, 180 finds one that is none."""
MAX_AREA_SHARES: Final = 108
"""A tile has at least this fraction of the picture's area, whatever its form: a phone's 12 megapixels then have some 500 tiles
instead of 1,300, and so has a panorama of 12,000 x 1,000."""
ENLARGED_SIDE: Final = 400
"""Pixels to which parts are enlarged: the mesh looks at 256 px around a face, which should not be blurred by then."""
NEIGHBOURHOOD_WIDTHS: Final = 3.0
"""Side of the part around a known face, in widths of the face: it may move by one width to any side."""
EDGE_MARGIN_WIDTHS: Final = 0.25
"""A face nearer to the edge of such a part, in its own widths, may have lost its chin or an ear there."""
SAME_FACE_WIDTHS: Final = 0.5
"""Two detections are one face when their centres are nearer than this: heads beside each other are farther apart."""
MIN_CONFIRMING_OVERLAP: Final = 0.6
"""Intersection over union of a face with what is found of it alone, and in the mirror: all 57 faces of three group pictures
have 0.64 or more, none of 17 false ones in coins, cups and cats has (4 of which pass without the mirror)."""


def tiles_of(width: int, height: int) -> list[Box]:
    """The tiles of a picture, in pixels: each half over the next, large ones first; none where one tile would hold it."""
    side = max(TILE_SIDE, round(sqrt(width * height / MAX_AREA_SHARES)))
    sides = []
    while side < max(width, height):
        sides.append(side)
        side *= 2

    def starts(length: int, side: int) -> list[int]:
        """Where tiles begin along one side: half a tile apart, the last flush with the end."""
        last = max(length - side, 0)
        return sorted({*range(0, last, side // 2), last})

    return [
        Box(x, y, min(side, width), min(side, height))
        for side in reversed(sides)
        for y in starts(height, side)
        for x in starts(width, side)
    ]


def detect_in_part(detector: Detector, pixels: Pixels, part: Box) -> list[Detection]:
    """Detect the faces in a part of a picture, which is enlarged to ENLARGED_SIDE if it is smaller.

    Args:
        detector: Finds faces.
        pixels: [height, width, 3] BGR, the whole picture.
        part: In its pixels; it may reach over the edge.

    Returns:
        The faces in the picture's pixels, largest first.
    """
    height, width = pixels.shape[:2]
    left, top = max(0, round(part.x)), max(0, round(part.y))
    right, bottom = min(width, round(part.x + part.width)), min(height, round(part.y + part.height))
    if right <= left or bottom <= top:
        return []
    scale = max(1.0, ENLARGED_SIDE / max(right - left, bottom - top))
    cut = np.ascontiguousarray(pixels[top:bottom, left:right])
    enlarged = np.asarray(cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    corner = np.array((left, top), np.float32)
    return [
        replace(found, landmarks=Landmarks(found.landmarks.points / np.float32(scale) + corner))
        for found in detector.detect(enlarged)
    ]


def detect_around(detector: Detector, pixels: Pixels, face: Box) -> list[Detection]:
    """Detect the faces near a place where one was.

    Args:
        detector: Finds faces.
        pixels: [height, width, 3] BGR, the whole picture.
        face: Where a face was, in its pixels.

    Returns:
        The faces within NEIGHBOURHOOD_WIDTHS, the nearest first, without those that the part's edge may cut.
    """
    side = NEIGHBOURHOOD_WIDTHS * max(face.width, face.height)
    x, y = face.centre
    part = Box(x - side / 2, y - side / 2, side, side)
    found = detect_in_part(detector, pixels, part)
    whole = [each for each in found if part.holds(each.landmarks.box, EDGE_MARGIN_WIDTHS)]
    return sorted(whole, key=lambda each: face.distance(each.landmarks.box))


def search_parts(detector: Detector, pixels: Pixels, parts: Iterable[Box], known: Sequence[Detection]) -> list[Detection]:
    """Search parts of a picture for faces that are not known yet.

    Args:
        detector: Finds faces.
        pixels: [height, width, 3] BGR, the whole picture.
        parts: Where to search, in its pixels.
        known: Faces that were found before.

    Returns:
        New faces, as ``confirmed`` has it.
    """
    return confirmed(detector, pixels, (found for part in parts for found in detect_in_part(detector, pixels, part)), known)


def confirmed(
    detector: Detector, pixels: Pixels, candidates: Iterable[Detection], known: Sequence[Detection]
) -> list[Detection]:
    """Look again at what was found in parts of a picture.

    Args:
        detector: Finds faces.
        pixels: [height, width, 3] BGR, the whole picture.
        candidates: What ``detect_in_part`` returned for its parts.
        known: Faces that were found before.

    Returns:
        Candidates that are not known, each of which was found again in a part of its own and in the mirror image of that part.
    """
    new: list[Detection] = []
    for found in candidates:
        box = found.landmarks.box
        if is_among(box, [*known, *new]):
            continue
        alone = detect_around(detector, pixels, box)[:1]
        if not alone or box.overlap(alone[0].landmarks.box) < MIN_CONFIRMING_OVERLAP:
            continue
        mirrored_box = Box(pixels.shape[1] - box.x - box.width, box.y, box.width, box.height)
        mirrored = detect_around(detector, pixels[:, ::-1], mirrored_box)[:1]
        if mirrored and mirrored_box.overlap(mirrored[0].landmarks.box) >= MIN_CONFIRMING_OVERLAP:
            new += alone
    return new


def is_among(face: Box, found: Iterable[Detection]) -> bool:
    """Whether a face is one of those that were found."""
    return any(face.distance(each.landmarks.box) < SAME_FACE_WIDTHS for each in found)


def largest_first(found: Iterable[Detection]) -> list[Detection]:
    """Detections by falling area, the order of every detector."""
    return sorted(found, key=lambda each: -each.landmarks.box.area)
