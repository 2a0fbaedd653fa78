"""A meeting's gallery as a video call draws it, of pictures that are given: tiles between gaps, a lit border, initials."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final, Literal

import cv2
import numpy as np

from tracker.core.frame import Pixels
from tracker.core.geometry import Box

BACKGROUND, EMPTY, LIT = (20, 18, 17), (46, 42, 40), (80, 240, 220)
"""BGR of what is behind the tiles, of a tile without a video, and of the border around who speaks."""
GAP_SHARE: Final = 0.008
"""Of the picture's width; at least 2 pixels."""
STRIP_SHARE: Final = 0.2
"""Of the picture's width, for the strip of tiles beside a large one."""

Layout = Literal["gallery", "strip"]


@dataclass(frozen=True, slots=True)
class GalleryStyle:
    """How a gallery is drawn.

    Attributes:
        layout: All tiles alike, or the first one large and the others in a strip beside it.
        aspect: Width to height of a tile.
        lit: Which tile has the border of who speaks; None for none.
        rounded: Whether the tiles have round corners.
    """

    layout: Layout = "gallery"
    aspect: float = 16 / 9
    lit: int | None = None
    rounded: bool = False


PLAIN: Final = GalleryStyle()


def gallery_places(count: int, size: tuple[int, int], style: GalleryStyle = PLAIN) -> list[Box]:
    """Where the tiles of a gallery of so many lie, in whole pixels.

    Args:
        count: How many tiles, at least 1.
        size: (width, height) of the picture in pixels.
        style: How it is drawn.

    Returns:
        The tiles, row by row; the last row is in the middle, as in most meeting apps.
    """
    width, height = size
    gap = max(2, round(width * GAP_SHARE))
    if style.layout == "strip" and count > 1:
        strip = round(width * STRIP_SHARE)
        large = _rows(1, (width - strip - gap, height), style.aspect, gap, 1)
        beside = _rows(count - 1, (strip, height), style.aspect, gap, 1)
        return [*large, *(Box(each.x + width - strip, each.y, each.width, each.height) for each in beside)]
    return _rows(count, size, style.aspect, gap, ceil(sqrt(count)))


def _rows(count: int, size: tuple[int, int], aspect: float, gap: int, columns: int) -> list[Box]:
    width, height = size
    rows = ceil(count / columns)
    wide = min((width - gap * (columns + 1)) / columns, (height - gap * (rows + 1)) / rows * aspect)
    across, down = int(wide), int(wide / aspect)
    top = (height - rows * down - (rows - 1) * gap) // 2
    boxes = []
    for row in range(rows):
        here = min(columns, count - row * columns)
        left = (width - here * across - (here - 1) * gap) // 2
        boxes += [Box(left + each * (across + gap), top + row * (down + gap), across, down) for each in range(here)]
    return boxes


def draw_gallery(videos: Sequence[Pixels | None], size: tuple[int, int], style: GalleryStyle = PLAIN) -> Pixels:
    """Draw a gallery.

    Args:
        videos: Each [height, width, 3] BGR, which is cut to the tile's form; None for a tile without a video.
        size: (width, height) of the picture in pixels.
        style: How it is drawn.

    Returns:
        [height, width, 3] BGR.
    """
    canvas = np.empty((size[1], size[0], 3), np.uint8)
    cv2.rectangle(canvas, (0, 0), size, BACKGROUND, -1)
    for number, (video, place) in enumerate(zip(videos, gallery_places(len(videos), size, style), strict=True)):
        x, y, width, height = place.rounded()
        tile = _initials(width, height, number) if video is None else _fitted(video, width, height)
        shown = _rounded(width, height) if style.rounded else np.full((height, width), 255, np.uint8)
        cv2.copyTo(tile, shown, canvas[y : y + height, x : x + width])
        if number == style.lit:
            cv2.rectangle(canvas, (x, y), (x + width - 1, y + height - 1), LIT, 2)
    return canvas


def _rounded(width: int, height: int) -> Pixels:
    """255 within a tile with round corners, 0 without."""
    shown, radius = np.zeros((height, width), np.uint8), max(2, height // 12)
    cv2.rectangle(shown, (radius, 0), (width - radius - 1, height - 1), 255, -1)
    cv2.rectangle(shown, (0, radius), (width - 1, height - radius - 1), 255, -1)
    for centre in ((x, y) for x in (radius, width - radius - 1) for y in (radius, height - radius - 1)):
        cv2.circle(shown, centre, radius, 255, -1)
    return shown


def _fitted(video: Pixels, width: int, height: int) -> Pixels:
    """A video, cut at its top and bottom or its sides to a tile's form."""
    high, wide = video.shape[:2]
    across, down = min(wide, round(high * width / height)), min(high, round(wide * height / width))
    left, top = (wide - across) // 2, (high - down) // 2
    cut = video[top : top + down, left : left + across]
    method = cv2.INTER_AREA if across > width else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(cut, (width, height), interpolation=method), np.uint8)


def _initials(width: int, height: int, number: int) -> Pixels:
    tile = np.full((height, width, 3), EMPTY, np.uint8)
    letters, scale = f"P{number + 1}", height / 100
    (wide, high), _ = cv2.getTextSize(letters, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    corner = (width - wide) // 2, (height + high) // 2
    cv2.putText(tile, letters, corner, cv2.FONT_HERSHEY_SIMPLEX, scale, (220, 220, 220), 2, cv2.LINE_AA)
    return tile
