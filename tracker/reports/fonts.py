"""Fonts for what a person wrote: those of this machine that have its letters, and what to write where none has."""

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
    """The families that have the letters of a text between them, FIRST first, and the letters that no font here has.

    Fonts that matplotlib does not know yet are made known to it: call it while nobody else draws (``style.styled``).
    """
    missing = {letter for letter in text if letter.isprintable() and not letter.isspace()}
    missing -= _held(FT2Font(font_manager.findfont(FIRST_FONT)), missing)
    found = [FIRST_FONT]
    for path in sorted(font_manager.findSystemFonts()) if missing else ():
        try:
            font = FT2Font(path)
        except (OSError, RuntimeError):
            # It is no font.
            continue
        # Pictures of letters, such as coloured emoji, are not scalable.
        if font.scalable and (held := _held(font, missing)):
            known = {entry.fname for entry in font_manager.fontManager.ttflist}
            if path not in known:
                font_manager.fontManager.addfont(path)
            found.append(font.family_name)
            missing -= held
        if not missing:
            break
    return found, "".join(sorted(missing))


def replace_letters(text: str, missing: str) -> str:
    """A text with dots for what no font has, instead of boxes."""
    return re.sub(f"[{re.escape(missing)}]+", ELLIPSIS, text) if missing else text


@cache
def warn_missing_letters(missing: str) -> None:
    """Once for the same letters."""
    logging.getLogger(__name__).warning(
        "mien: No font on this machine has %s, so the plot has dots there. Install one that has (Debian: fonts-noto-cjk), or"
        " draw an .svg, which keeps the letters for the fonts of whoever looks at it.",
        missing,
    )


def ignore_glyph_warnings() -> None:
    """Matplotlib's own words on letters without a glyph; for good, because a filter for a while is everybody's."""
    warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font", UserWarning)


def _held(font: FT2Font, letters: set[str]) -> set[str]:
    return {letter for letter in letters if font.get_char_index(ord(letter))}
