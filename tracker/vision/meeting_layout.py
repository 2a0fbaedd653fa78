"""Which tile of a meeting's picture shows what it showed before, by place and by what the whole tile looks like.

No face is searched for: the room, the clothes and the light of a tile tell it from others. Small pictures of the tiles are kept
in memory for the session, and are never stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from tracker.core.face import Floats
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.vision.meeting_tiles import find_tiles

SCAN_SECONDS: Final = 2.0
"""Seconds after which tiles are searched for anew, though nothing seems to have changed."""
MIN_TILES: Final = 2
"""A single rectangle may be any picture with a border."""
SAME_PLACE_OVERLAP: Final = 0.9
"""Intersection over union from which on a tile is where one was."""
THUMBNAIL: Final = (16, 9)
"""Pixels, across and down: coarse, so that a movement changes little."""
MAX_SAME_DIFFERENCE: Final = 16.0
"""Gray levels, the mean over a thumbnail. 18 and 10 people of two real galleries differ by 36 and more from each other; two
videos of moving people differ by 11 and 18 at most from themselves, 20 frames later."""
MIN_DIFFERENCE_MARGIN: Final = 10.0
"""Gray levels by which the next similar tile must differ more before two tiles are surely the same."""
SWAPPED_MARGIN: Final = 3.0
"""Gray levels: a tile that looks so much more like another one did is that one. Colleagues may share a virtual background."""
REMEMBERED_SECONDS: Final = 900.0
"""Seconds for which a tile that is gone is remembered: another page of the gallery."""

Thumbnail = Floats
"""[16 * 9 * 3] Of a tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the newest picture.

    Attributes:
        number: Stays with what the tile shows, wherever it goes; from 1.
        box: Where it is, in pixels.
        certain: Whether it is surely the tile that had this number before, or was when the tile changed last.
    """

    number: int
    box: Box
    certain: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    tile: Tile
    thumbnail: Thumbnail
    t: float


class MeetingLayout:
    """The tiles of a live picture. One thread uses it."""

    def __init__(self, *, alone: bool = False) -> None:
        """Begin with no tiles.

        Args:
            alone: Whether a picture in which no tiles are found is one tile, as a call of two is.
        """
        self._alone = alone
        self.tiles: tuple[Tile, ...] = ()
        self._memories: dict[int, _Memory] = {}
        self._last = 0
        self._scanned = float("-inf")
        self._size = (0, 0)

    def watch(self, pixels: Pixels, t: float) -> bool:
        """Look at the next picture; ``tiles`` are its tiles then, in reading order.

        Args:
            pixels: [height, width, 3] BGR.
            t: Its time in seconds.

        Returns:
            Whether the layout changed: a tile came, went or moved, or shows something else.
        """
        size = pixels.shape[1], pixels.shape[0]
        boxes = [tile.box for tile in self.tiles] if size == self._size else []
        thumbnails = [_thumbnail(pixels, box) for box in boxes]
        stays = self._continuing(boxes, thumbnails)
        if size != self._size or t - self._scanned >= SCAN_SECONDS or None in stays:
            self._size, self._scanned = size, t
            boxes = [self._known_place(box) for box in find_tiles(pixels)]
            if len(boxes) < MIN_TILES:
                boxes = [Box(0, 0, *size)] if self._alone else []
            thumbnails = [_thumbnail(pixels, box) for box in boxes]
            stays = self._continuing(boxes, thumbnails)
        gone = {tile.number for tile in self.tiles} - {tile.number for tile in stays if tile}
        changed = bool(gone) or None in stays
        tiles = self._identify(boxes, thumbnails, stays) if changed else [tile for tile in stays if tile]
        self.tiles = tuple(tiles)
        self._memories = {number: each for number, each in self._memories.items() if t - each.t <= REMEMBERED_SECONDS}
        self._memories |= {tile.number: _Memory(tile, seen, t) for tile, seen in zip(tiles, thumbnails, strict=True)}
        return changed

    def shows_the_same(self, pixels: Pixels) -> bool:
        """Whether each tile still shows what it showed in the newest picture that was watched; pixels: of the same size."""
        if (pixels.shape[1], pixels.shape[0]) != self._size:
            return False
        boxes = [tile.box for tile in self.tiles]
        return None not in self._continuing(boxes, [_thumbnail(pixels, box) for box in boxes])

    def _known_place(self, box: Box) -> Box:
        """The edges of a tile may be found a few pixels elsewhere, as a lit border comes and goes."""
        return next((tile.box for tile in self.tiles if tile.box.overlap(box) >= SAME_PLACE_OVERLAP), box)

    def _continuing(self, boxes: Sequence[Box], thumbnails: Sequence[Thumbnail]) -> list[Tile | None]:
        """For each place, the tile that was there, if it still shows the same, and no other one looked more like it."""
        differences = _differences(thumbnails, [self._memories[tile.number].thumbnail for tile in self.tiles])
        return [self._continues(box, each) for box, each in zip(boxes, differences, strict=True)]

    def _continues(self, box: Box, differences: Floats) -> Tile | None:
        """differences: of what is at the place now from what each tile showed."""
        index = next((index for index, tile in enumerate(self.tiles) if tile.box == box), None)
        if index is None or differences[index] > min(MAX_SAME_DIFFERENCE, differences.min() + SWAPPED_MARGIN):
            return None
        return self.tiles[index]

    def _identify(self, boxes: Sequence[Box], thumbnails: Sequence[Thumbnail], stays: Sequence[Tile | None]) -> list[Tile]:
        """The tiles of a changed layout: those that stay, those that are known again, the most similar first, and new ones."""
        tiles: dict[int, Tile] = {index: tile for index, tile in enumerate(stays) if tile}
        differences = _differences(thumbnails, [memory.thumbnail for memory in self._memories.values()])
        table = {
            (index, number): float(each)
            for index, row in enumerate(differences)
            for number, each in zip(self._memories, row, strict=True)
        }
        for (index, number), difference in sorted(table.items(), key=lambda pair: pair[1]):
            taken = number in {tile.number for tile in tiles.values()}
            if difference > MAX_SAME_DIFFERENCE or index in tiles or taken:
                continue
            rivals = [other for key, other in table.items() if (key[0] == index) != (key[1] == number)]
            certain = self._memories[number].tile.certain and min(rivals, default=255.0) >= difference + MIN_DIFFERENCE_MARGIN
            tiles[index] = Tile(number, boxes[index], certain)
        for index, box in enumerate(boxes):
            if index not in tiles:
                self._last += 1
                tiles[index] = Tile(self._last, box, certain=True)
        return [replace(tiles[index], box=box) for index, box in enumerate(boxes)]


def _thumbnail(pixels: Pixels, box: Box) -> Thumbnail:
    x, y, width, height = box.rounded()
    small = cv2.resize(pixels[y : y + height, x : x + width], THUMBNAIL, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).ravel()


def _differences(thumbnails: Sequence[Thumbnail], others: Sequence[Thumbnail]) -> Floats:
    """[thumbnails, others] The mean difference of each one from each other one, in gray levels."""
    length = 3 * THUMBNAIL[0] * THUMBNAIL[1]
    rows, columns = (np.array(each, np.float32).reshape(len(each), length) for each in (thumbnails, others))
    return np.asarray(np.abs(rows[:, None] - columns).mean(axis=2), np.float32)
