"""An emoji in a corner of a picture, for those who want the others in a call to see what Mien says."""

import sys
from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from tracker.core.frame import Pixels
from tracker.core.vocabulary import EMOJI

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

EMOJI_FONTS: Final = {"win32": ("seguiemj.ttf", 109), "darwin": ("/System/Library/Fonts/Apple Color Emoji.ttc", 160)}
NOTO_EMOJI_FONT: Final = ("NotoColorEmoji.ttf", 109)
"""A font of coloured pictures has them in a few sizes; these are the largest."""
EMOJI_HEIGHT_SHARE: Final = 0.14
"""Of the picture's height: seen in a tile, and covering nobody."""
MARGIN_SHARE: Final = 0.03


def draw_emoji(pixels: Pixels, expression: str) -> Pixels:
    """A copy with the expression's emoji at the lower left, or with its word where no emoji font is installed."""
    picture = pixels.copy()
    height, width = picture.shape[:2]
    emoji = _emoji(expression, max(1, round(height * EMOJI_HEIGHT_SHARE)))
    side, left = emoji.shape[0], round(height * MARGIN_SHARE)
    if left + side > min(height, width):
        return picture
    corner = picture[height - left - side : height - left, left : left + side]
    share = emoji[..., 3:] / 255
    corner[:] = np.round(emoji[..., :3] * share + corner * (1 - share))
    return picture


@cache
def _emoji(expression: str, side: int) -> Pixels:
    """[side, side, 4] BGRA."""
    font = _font()
    drawn = _word(expression) if font is None else _glyph(EMOJI[expression], font)
    return np.asarray(cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _glyph(emoji: str, font: "FreeTypeFont") -> Pixels:
    from PIL import Image, ImageDraw

    left, top, right, bottom = (round(edge) for edge in font.getbbox(emoji))
    side = max(right - left, bottom - top)
    canvas = Image.new("RGBA", (side, side))
    ImageDraw.Draw(canvas).text((-left, -top), emoji, font=font, embedded_color=True)
    return np.asarray(canvas, np.uint8)[..., [2, 1, 0, 3]]


def _word(expression: str) -> Pixels:
    """White on dark, so that it is read on any ground."""
    canvas = np.full((160, 160, 4), (48, 40, 36, 255), np.uint8)
    (width, _), _ = cv2.getTextSize(expression, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)
    scale = 140 / max(width, 1)
    cv2.putText(canvas, expression, (10, 90), cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255, 255), 2, cv2.LINE_AA)
    return canvas


@cache
def _font() -> "FreeTypeFont | None":
    from PIL import ImageFont

    name, size = EMOJI_FONTS.get(sys.platform, NOTO_EMOJI_FONT)
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None
