"""Finds fonts of this machine for what a person wrote, and replaces letters that no font has."""

import logging
import re
import warnings
from functools import cache
from typing import Final

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FIRST_FONT: Final = "DejaVu Sans"
"""Comes with matplotlib: Latin, Greek, Cyrillic, Arabic, Hebrew and many signs, but no Chinese, Japanese or Korean."""
ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


def font_families(text: str) -> tuple[list[str], str]:
    """Find fonts that together have the letters of a text.

    Adds fonts that matplotlib does not know to its list; call it inside of ``style.matplotlib_settings``, where no other thread
    draws.

    Returns:
        The families, FIRST_FONT first, and the letters that no font of this machine has, in order.
    """
    missing = {letter for letter in text if letter.isprintable() and not letter.isspace()}
    missing -= _letters_in(FT2Font(font_manager.findfont(FIRST_FONT)), missing)
    families = [FIRST_FONT]
    for path in sorted(font_manager.findSystemFonts()) if missing else ():
        try:
            font = FT2Font(path)
        except (OSError, RuntimeError):
            # It is no font.
            continue
        # Fonts of pictures, such as coloured emoji, are not scalable.
        if font.scalable and (letters := _letters_in(font, missing)):
            known = {entry.fname for entry in font_manager.fontManager.ttflist}
            if path not in known:
                font_manager.fontManager.addfont(path)
            families.append(font.family_name)
            missing -= letters
        if not missing:
            break
    return families, "".join(sorted(missing))


def replace_letters(text: str, missing: str) -> str:
    """A text with an ellipsis for each run of letters that are in ``missing``; matplotlib would draw boxes."""
    return re.sub(f"[{re.escape(missing)}]+", ELLIPSIS, text) if missing else text


@cache
def warn_missing_letters(missing: str) -> None:
    """Log a warning that the plot has an ellipsis for these letters; once for the same letters."""
    logging.getLogger(__name__).warning(
        "mien: No font on this machine has %s, so the plot has dots there. Install one that has (Debian: fonts-noto-cjk), or"
        " draw an .svg, which keeps the letters for the fonts of whoever looks at it.",
        missing,
    )


def ignore_glyph_warnings() -> None:
    """Ignore matplotlib's warnings of missing glyphs from now on: a filter for a while would be shared by all threads, too."""
    warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font", UserWarning)


def _letters_in(font: FT2Font, letters: set[str]) -> set[str]:
    return {letter for letter in letters if font.get_char_index(ord(letter))}
