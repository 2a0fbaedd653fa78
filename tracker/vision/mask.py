"""Filling what may not be seen of a frame, before any detector gets it."""

from collections.abc import Collection, Mapping
from math import ceil, floor
from typing import Final

import numpy as np

from tracker.core.frame import Pixels
from tracker.core.geometry import Box

FILL: Final = 128
"""The gray level of what is masked, 0 to 255."""


def mask_frame(pixels: Pixels, tiles: Mapping[int, Box], visible: Collection[int]) -> Pixels:
    """Copy the tiles that may be seen into a gray frame.

    Only they are copied, so what lies outside of all tiles is gray, too: a face that no tile was found for is masked. Where a
    masked tile lies over a visible one, as a small picture in a large one, it is gray.

    Args:
        pixels: [height, width, 3] uint8; it is left as it is.
        tiles: The number of each tile -> its place in pixels of the frame; a place may reach over the frame's edge.
        visible: The numbers of the tiles that may be seen.

    Returns:
        [height, width, 3] uint8, memory of its own.
    """
    masked: Pixels = np.full_like(pixels, FILL)
    for tile, box in tiles.items():
        if tile in visible:
            # Whole pixels inside of the tile: of its neighbour not even a share of one is seen.
            place = _part(ceil(box.x), ceil(box.y), floor(box.x + box.width), floor(box.y + box.height))
            masked[place] = pixels[place]
    for tile, box in tiles.items():
        if tile not in visible:
            masked[_part(floor(box.x), floor(box.y), ceil(box.x + box.width), ceil(box.y + box.height))] = FILL
    return masked


def _part(left: int, top: int, right: int, bottom: int) -> tuple[slice, slice]:
    """Rows and columns from an edge up to another; none of them where a tile lies outside of the frame."""
    return slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))
