"""The emoji of an expression drawn into a picture, for a person who lets the others in a call see it."""

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
"""By platform: the font's file, and the largest of the few sizes (pixels) that a font of coloured pictures has."""
NOTO_EMOJI_FONT: Final = ("NotoColorEmoji.ttf", 109)
"""The same for all other platforms."""
EMOJI_HEIGHT_SHARE: Final = 0.14
"""Of the picture's height: visible in a small tile of a call, and too small to cover a face."""
MARGIN_SHARE: Final = 0.03
"""Of the picture's height, between the emoji and the edges."""


def draw_emoji(pixels: Pixels, expression: str) -> Pixels:
    """Draw an expression's emoji into the lower left corner, or its word where no emoji font is installed.

    Args:
        pixels: [height, width, 3] BGR; it stays as it is.
        expression: A key of ``EMOJI``.

    Returns:
        A copy with the emoji; without it where the picture is too small.
    """
    picture = pixels.copy()
    height, width = picture.shape[:2]
    emoji = _emoji_picture(expression, max(1, round(height * EMOJI_HEIGHT_SHARE)))
    side, left = emoji.shape[0], round(height * MARGIN_SHARE)
    if left + side > min(height, width):
        return picture
    corner = picture[height - left - side : height - left, left : left + side]
    opacity = emoji[..., 3:] / 255
    corner[:] = np.round(emoji[..., :3] * opacity + corner * (1 - opacity))
    return picture


@cache
def _emoji_picture(expression: str, side: int) -> Pixels:
    """[side, side, 4] BGRA."""
    font = _emoji_font()
    if font is None:
        # The word, white on dark, so that it can be read on any ground.
        drawn = np.full((160, 160, 4), (48, 40, 36, 255), np.uint8)
        (width, _), _ = cv2.getTextSize(expression, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)
        scale = 140 / max(width, 1)
        cv2.putText(drawn, expression, (10, 90), cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255, 255), 2, cv2.LINE_AA)
    else:
        from PIL import Image, ImageDraw

        left, top, right, bottom = (round(edge) for edge in font.getbbox(EMOJI[expression]))
        canvas = Image.new("RGBA", (max(right - left, bottom - top),) * 2)
        ImageDraw.Draw(canvas).text((-left, -top), EMOJI[expression], font=font, embedded_color=True)
        drawn = np.asarray(canvas, np.uint8)[..., [2, 1, 0, 3]]
    return np.asarray(cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def _emoji_font() -> "FreeTypeFont | None":
    from PIL import ImageFont

    name, size = EMOJI_FONTS.get(sys.platform, NOTO_EMOJI_FONT)
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None
