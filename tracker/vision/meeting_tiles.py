"""Finding the tiles of a meeting's picture: the rectangles, mostly one for each participant, between gaps of one colour.

The picture is cut along its gaps, first across or down, then each part again (the recursive XY cut; Nagy and Seth, ICPR 1984).
Tiles that touch each other come out as one block, which is cut along its seams if these make a grid of tiles.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from tracker.core.frame import Pixels
from tracker.core.geometry import Box, in_reading_order

MAX_SIDE: Final = 1280
"""Pixels to which a larger picture is reduced before tiles are searched for; gaps of 2 px of a picture twice as wide remain."""
MAX_GAP_DIFFERENCES: Final = (10, 28)
"""Gray levels by which a pixel of a gap may differ from the gap's colour, in each channel: in a picture of the screen, and in a
JPEG, where the tiles beside a gap shine into it. What finds more and larger tiles counts."""
MIN_GAIN: Final = 1.1
"""How much more that must be than with a smaller difference, which has the edges more exactly."""
MIN_GAP_SHARE: Final = 0.97
"""Of a line's pixels that have the gap's colour."""
MAX_GAP_COLOURS: Final = 4
"""Colours that are tried: those of most lines that have one colour from edge to edge."""
MIN_ASPECT, MAX_ASPECT = 0.5, 2.1
"""Width to height of a tile: a phone held upright has 0.56, 16:9 has 1.78, and a little is cut off at the edge of a window."""
MIN_AREA_SHARE: Final = 0.004
"""Of the picture; 49 tiles have 0.013 each, those of a strip beside a speaker 0.006."""
MIN_ALONE_AREA_SHARE: Final = 0.02
"""Of a tile that is as wide or as high as no other one in its column or row: smaller ones are logos and buttons."""
MAX_SIZE_DIFFERENCE: Final = 0.08
"""In shares of a tile's size: how much two tiles of a row or a column may differ."""
MIN_SIDE_SHARE, MIN_SIDES_SHARE = 0.2, 0.55
"""Of the pixels along a side, and along all four, that differ from the gap's colour; round logos, text and people have less."""
MAX_GRID: Final = 7
"""Rows and columns of touching tiles that are tried."""
CELL_ASPECTS: Final = ((1.2, 1.45), (1.6, 2.0))
"""Width to height of touching tiles: about 4:3 or 16:9."""
MIN_SEAM_STEP: Final = 10
"""Gray levels by which two pixels differ across a seam."""
MIN_SEAM_SHARE, MIN_SEAM_CONTRAST = 0.5, 2.0
"""Of a seam's pixels that differ so, and how many times as many as along a usual line of the block."""
MAX_SEAM_SHIFT: Final = 0.04
"""In shares of a cell: how far a seam may lie from where the grid has it."""

Levels = npt.NDArray[np.uint8]
LineColours = tuple[Levels, Levels]
"""[lines, 3] The middle colour of each line; [lines, length] how far each of its pixels is from it, in gray levels."""
Mask = npt.NDArray[np.bool_]
Steps = tuple[Mask, Mask]
"""For each pixel, whether those above and below it differ, and whether those left and right of it do."""
Area = tuple[int, int, int, int]
"""left, top, right, bottom, in whole pixels."""


def find_tiles(pixels: Pixels) -> tuple[Box, ...]:
    """Find the tiles of a meeting's picture; those without a video, such as initials or a shared slide, may be among them.

    Args:
        pixels: [height, width, 3] BGR.

    Returns:
        The tiles in pixels, in reading order; none where no gaps of one colour separate anything, as in a camera's picture.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, MAX_SIDE / max(width, height))
    # Nearest, which keeps a narrow gap's colour.
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST) if scale < 1 else pixels, np.uint8)
    lines = [_line_colours(each) for each in (small[:, ::4], small[::4].transpose(1, 0, 2))]
    gaps = [(colour, difference) for difference in MAX_GAP_DIFFERENCES for colour in _gap_colours(lines, difference)]
    if not gaps:
        return ()
    # Lines on both sides of a pixel: a seam is seldom sharp.
    around = cv2.copyMakeBorder(small, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    down, across = cv2.absdiff(around[2:, 1:-1], around[:-2, 1:-1]), cv2.absdiff(around[1:-1, 2:], around[1:-1, :-2])
    none, step = np.zeros(3), np.full(3, float(MIN_SEAM_STEP))
    steps = np.asarray(cv2.inRange(down, none, step)) == 0, np.asarray(cv2.inRange(across, none, step)) == 0
    best: list[Area] = []
    for colour, difference in gaps:
        low, high = (np.clip(colour.astype(np.int16) + sign * difference, 0, 255) for sign in (-1, 1))
        differs = np.asarray(cv2.inRange(small, low, high)) == 0
        found = list(_tiles_between_gaps(steps, differs))
        found = [area for area in found if _belongs(area, found, size)]
        if _summed_sides(found) > MIN_GAIN * _summed_sides(best):
            best = found
    back = width / size[0], height / size[1]
    boxes = [Box(left, top, right - left, bottom - top).scaled(back) for left, top, right, bottom in best]
    return tuple(in_reading_order(boxes, lambda box: box))


def _line_colours(lines: Pixels) -> LineColours:
    """lines: [lines, length, 3]."""
    middles = np.median(lines, axis=1).astype(np.uint8)
    away = np.maximum(lines, middles[:, None]) - np.minimum(lines, middles[:, None])
    return middles, np.maximum(np.maximum(away[..., 0], away[..., 1]), away[..., 2])


def _gap_colours(lines: list[LineColours], difference: int) -> list[Levels]:
    """The colours of the lines that have one colour from edge to edge, most lines first."""
    flat = np.concatenate([middles[(away <= difference).mean(axis=1) >= MIN_GAP_SHARE] for middles, away in lines])
    chosen: list[Levels] = []
    while len(flat) and len(chosen) < MAX_GAP_COLOURS:
        kinds, counts = np.unique(flat, axis=0, return_counts=True)
        chosen.append(kinds[counts.argmax()])
        flat = flat[(np.abs(flat.astype(np.int16) - chosen[-1]) > difference).any(axis=1)]
    return chosen


def _tiles_between_gaps(steps: Steps, differs: Mask) -> Iterator[Area]:
    """The rectangles that the gaps leave, and those that the seams of larger ones leave."""
    height, width = differs.shape
    for area in _cut(differs, (0, 0, width, height)):
        left, top, right, bottom = area
        if (right - left) * (bottom - top) < MIN_AREA_SHARE * width * height or area == (0, 0, width, height):
            continue
        inside = differs[top:bottom, left:right]
        sides = [float(side.mean()) for side in (inside[:3], inside[-3:], inside[:, :3], inside[:, -3:])]
        if min(sides) < MIN_SIDE_SHARE or sum(sides) < 4 * MIN_SIDES_SHARE:
            continue
        cells = _cells(steps, area)
        yield from cells
        if not cells and MIN_ASPECT <= (right - left) / (bottom - top) <= MAX_ASPECT:
            yield area


def _cut(differs: Mask, area: Area) -> Iterator[Area]:
    """Cut an area at every gap that crosses it, and the parts again."""
    left, top, right, bottom = area
    part = differs[top:bottom, left:right]
    rows, columns = _runs(part.mean(axis=1)), _runs(part.mean(axis=0))
    parts = [(left + begin, top + above, left + end, top + below) for above, below in rows for begin, end in columns]
    if len(rows) > 1 and len(columns) > 1:
        # Rows first: those of a gallery need not have the same columns.
        begin, end = columns[0][0], columns[-1][1]
        parts = [(left + begin, top + above, left + end, top + below) for above, below in rows]
    for each in parts:
        if each == area:
            yield area
        else:
            yield from _cut(differs, each)


def _runs(shares: npt.NDArray[np.floating]) -> list[tuple[int, int]]:
    """Begin and end of each run of lines that are no gap."""
    inside = np.concatenate([[False], shares > 1 - MIN_GAP_SHARE, [False]])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _cells(steps: Steps, area: Area) -> list[Area]:
    """The touching tiles of a block, if its seams make a grid of them: the finest grid that they make."""
    left, top, right, bottom = area
    down, across = (kind[top:bottom, left:right] for kind in steps)
    height, width = down.shape
    grids = [
        (rows, columns)
        for rows in range(1, MAX_GRID + 1)
        for columns in range(1, MAX_GRID + 1)
        if rows * columns > 1 and any(low <= width * rows / (height * columns) <= high for low, high in CELL_ASPECTS)
    ]
    rows_differ = down.mean(axis=1)
    for rows, columns in sorted(grids, key=lambda grid: -grid[0] * grid[1]):
        bands = pairwise(_seams(rows_differ, rows))
        cells = [
            (left + begin, top + above, left + end, top + below)
            for above, below in bands
            for begin, end in pairwise(_seams(across[above:below].mean(axis=0), columns))
        ]
        if len(cells) == rows * columns:
            return cells
    return []


def _seams(shares: npt.NDArray[np.floating], count: int) -> list[int]:
    """Where a block falls into so many equal parts: its begin, the seams, its end; nothing if a seam is missing.

    shares: of each line of the block, how many of its pixels differ from those across.
    """
    cuts, length = [0], len(shares)
    shift = max(2, round(MAX_SEAM_SHIFT * length / count))
    for number in range(1, count):
        begin = max(0, round(number * length / count) - shift)
        near = shares[begin : begin + 2 * shift + 1]
        if near.max() < MIN_SEAM_SHARE:
            return []
        cuts.append(begin + int(near.argmax()))
    usual = float(np.median(shares)) if count > 1 else 0.0
    return [*cuts, length] if all(shares[cut] >= MIN_SEAM_CONTRAST * usual for cut in cuts[1:]) else []


def _summed_sides(areas: list[Area]) -> float:
    """Of squares as large: four tiles have more than the block of them, and a tile has more than two letters in it."""
    return sum(sqrt((right - left) * (bottom - top)) for left, top, right, bottom in areas)


def _belongs(area: Area, found: list[Area], size: tuple[int, int]) -> bool:
    """Whether an area is large, or stands in a row with one as high, or in a column with one as wide."""
    left, top, right, bottom = area
    if (right - left) * (bottom - top) >= MIN_ALONE_AREA_SHARE * size[0] * size[1]:
        return True
    width, height = (right - left) * MAX_SIZE_DIFFERENCE, (bottom - top) * MAX_SIZE_DIFFERENCE
    return any(
        (abs(other[1] - top) <= height and abs(other[3] - bottom) <= height)
        or (abs(other[0] - left) <= width and abs(other[2] - right) <= width)
        for other in found
        if other != area
    )
