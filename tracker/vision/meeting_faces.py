"""The face of each tile of a meeting's picture, detected in the tile alone, and only where the tile has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.face import Detection, Landmarks
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.vision.detectors import Detector, DetectorPool
from tracker.vision.picture_parts import detect_around, largest_first, search_parts

STILL_WIDTH: Final = 64
"""Pixels of the small picture of a tile that is compared: a mouth is two of them."""
MAX_STILL_DIFFERENCE: Final = 3
"""Gray levels by which every one of its pixels may differ in a tile that stands still, as a frozen video or initials do."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What was found in a tile.

    Attributes:
        tile: Where it was, in pixels of the whole picture.
        picture: [height, STILL_WIDTH] gray, the tile as it was searched.
        detection: Its face, in pixels of the whole picture.
    """

    tile: Box
    picture: npt.NDArray[np.uint8]
    detection: Detection | None


class MeetingFaces:
    """The faces of tiles from picture to picture. One thread uses it, and the detectors' pool belongs to that thread."""

    def __init__(self, detectors: DetectorPool) -> None:
        self._detectors = detectors
        self._seen: dict[int, _Seen] = {}

    def detect(self, pixels: Pixels, tiles: Mapping[int, Box]) -> dict[int, Detection]:
        """Detect one face in each tile, the largest where there are several. Many tiles are searched by several threads.

        Args:
            pixels: [height, width, 3] BGR.
            tiles: By their numbers, in its pixels.

        Returns:
            The face of each tile in which one was found, by the tile's number, in the picture's pixels; of a tile that has not
            changed, the face that was found before.

        Raises:
            ModelError: A further detector is needed, and cannot be opened.
        """

        def look(detector: Detector, number: int) -> _Seen:
            return self._look(detector, pixels, tiles[number], self._seen.get(number))

        numbers = list(tiles)
        self._seen = dict(zip(numbers, self._detectors.search_each(look, numbers), strict=True))
        return {number: seen.detection for number, seen in self._seen.items() if seen.detection is not None}

    def has_face_at(self, x: float, y: float) -> bool:
        """Whether a point of the picture lies in a tile whose face was found."""
        return any(seen.tile.around(x, y) and seen.detection is not None for seen in self._seen.values())

    def adopt(self, found: Sequence[Detection]) -> list[Detection]:
        """Of faces that were found otherwise in the same picture, those that lie in no tile, or in one without a face.

        Args:
            found: In the picture's pixels.
        """
        new: list[Detection] = []
        for face in found:
            x, y = face.landmarks.box.centre
            if self.has_face_at(x, y):
                continue
            around = next((number for number, seen in self._seen.items() if seen.tile.around(x, y)), None)
            if around is not None:
                self._seen[around] = replace(self._seen[around], detection=face)
            new.append(face)
        return new

    @staticmethod
    def _look(detector: Detector, pixels: Pixels, tile: Box, before: _Seen | None) -> _Seen:
        """Search one tile, in any thread of the pool; before: what was found there in the picture before."""
        x, y, width, height = tile.rounded()
        own = pixels[y : y + height, x : x + width]
        size = STILL_WIDTH, max(1, round(STILL_WIDTH * height / width))
        gray = np.asarray(cv2.cvtColor(cv2.resize(own, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY), np.uint8)
        if before is not None and before.tile != tile:
            before = None
        if before is not None and int(cv2.absdiff(gray, before.picture).max()) <= MAX_STILL_DIFFERENCE:
            return before
        found: list[Detection] = []
        if before is not None and before.detection is not None:
            box = before.detection.landmarks.box
            found = detect_around(detector, own, Box(box.x - x, box.y - y, box.width, box.height))
        if not found:
            found = largest_first(search_parts(detector, own, [Box(0, 0, width, height)], []))
        return _Seen(tile, gray, _moved(found[0], x, y) if found else None)


def _moved(detection: Detection, x: int, y: int) -> Detection:
    """The same face, so many pixels to the right and down."""
    return replace(detection, landmarks=Landmarks(detection.landmarks.points + np.array((x, y), np.float32)))
