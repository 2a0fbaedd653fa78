"""Searching a live picture for faces: in the whole, around known ones, in a meeting's tiles, and in a few parts a frame."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tracker.core.face import Detection
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.vision.detectors import DetectorPool
from tracker.vision.meeting_faces import MeetingFaces
from tracker.vision.picture_parts import detect_around, is_among, largest_first, search_parts, tiles_of

TILES_PER_SECOND_UNSEEN, TILES_PER_SECOND_SEEN = 100, 10
"""In a live picture, while nobody is seen, and while other faces are searched for. At 3 ms a tile, 100 are 30 ms of a frame's
100 ms at 10 Hz; 1280x720 has 105 tiles."""
NO_MEETING: Final[Mapping[int, Box]] = {}


class TiledSearch:
    """Searches a live picture a few tiles a frame, so that no frame waits for all of them. One thread uses it."""

    def __init__(self, detectors: DetectorPool, *, everybody: bool) -> None:
        """Begin with no picture.

        Args:
            detectors: Those of the thread that uses it; a meeting's tiles are searched by all of them.
            everybody: Whether further faces are searched for while one is seen.
        """
        self._detector, self._everybody = detectors.own, everybody
        self._meeting_faces = MeetingFaces(detectors)
        self._size = (0, 0)
        self._tiles: list[Box] = []
        self._next_tile, self._tiles_due, self._last_t = 0, 0.0, 0.0

    def detect(
        self, pixels: Pixels, t: float, known: Iterable[Box], *, missing: bool = False, meeting: Mapping[int, Box] = NO_MEETING
    ) -> list[Detection]:
        """Detect the faces of a frame: in the whole, around known places, and in the tiles whose turn it is.

        Args:
            pixels: [height, width, 3] BGR.
            t: The frame's time, in seconds.
            known: Where faces were in the frame before, in pixels.
            missing: Whether somebody is searched for, whoever else is seen.
            meeting: The tiles of a meeting by their numbers, in pixels: they are searched instead of the whole, and each has
                one face at most.

        Returns:
            The faces, largest first.
        """
        found = self.detect_known(pixels, known, meeting)
        tiles = self._tiles_at(pixels, t, found, others=self._everybody or missing)
        tiles = [tile for tile in tiles if not self._meeting_faces.has_face_at(*tile.centre)]
        new = search_parts(self._detector, pixels, tiles, found)
        return largest_first([*found, *self._meeting_faces.adopt(new)])

    def detect_known(self, pixels: Pixels, known: Iterable[Box], meeting: Mapping[int, Box] = NO_MEETING) -> list[Detection]:
        """Detect the faces of a frame as ``detect`` does, without tiles: in the whole, and around known places.

        The whole costs no more than a part of it; and a part would look like another camera to the head's pose.
        """
        found = list(self._meeting_faces.detect(pixels, meeting).values())
        if not meeting:
            found = self._detector.detect(pixels)
        for face in known:
            in_tile = any(tile.around(*face.centre) for tile in meeting.values())
            if not in_tile and not is_among(face, found):
                around = detect_around(self._detector, pixels, face)
                found = [*found, *(each for each in around if not is_among(each.landmarks.box, found))]
        return largest_first(found)

    def _tiles_at(self, pixels: Pixels, t: float, seen: Sequence[Detection], *, others: bool) -> list[Box]:
        """The tiles whose turn it is: all of them in the first frame, then in proportion to the time that has passed."""
        size = pixels.shape[1], pixels.shape[0]
        passed, self._last_t = t - self._last_t, t
        if size != self._size:
            self._size, self._tiles, self._next_tile = size, tiles_of(*size), 0
            self._tiles_due = float(len(self._tiles))
        if seen and not others:
            self._tiles_due = 0.0
            return []
        rate = TILES_PER_SECOND_SEEN if seen else TILES_PER_SECOND_UNSEEN
        self._tiles_due = min(self._tiles_due + passed * rate, len(self._tiles))
        turn = range(self._next_tile, self._next_tile + int(self._tiles_due))
        self._tiles_due -= len(turn)
        self._next_tile = turn.stop
        return [self._tiles[number % len(self._tiles)] for number in turn]
