"""How expressions look on paper: the page's colours, and for eyes and printers without colour a hatch."""

from dataclasses import dataclass
from math import floor
from typing import Final

from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR

THIN: Final = "\N{NARROW NO-BREAK SPACE}"
NOBODY: Final = "nobody there"
SHOWN_OR_NOBODY: Final = (*EXPRESSIONS, UNCLEAR, NOBODY)
"""What a face may be at a moment, by its place here: an expression, unclear, or not there."""

SUREST: Final = 0.999
"""A confidence above it is shown as this one."""
HALF_PERCENT: Final = 0.005
"""A share that is nearer to nothing, or to all, is not rounded to 0 % or 100 %."""

GROUND, PAPER, INK, SOFT, LINE = "#f6f5f1", "#fffefb", "#1e2225", "#585e64", "#dedbd2"


@dataclass(frozen=True, slots=True)
class PlotStyle:
    """colour: Okabe and Ito's. hatch: matplotlib's sign. lines: the same, as an SVG path in a square of
    ``HATCH_SIDE``, drawn ``lines_width`` wide. The pages have all but matplotlib's sign from here (``web/page_constants.py``).
    """

    colour: str
    hatch: str
    lines: str
    lines_width: float = 1.0


HATCH_SIDE: Final = 8
"""Side of the square that a hatch repeats."""
PLOT_STYLES: Final = {
    "angry": PlotStyle("#d55e00", "////", "M-1,1 l2,-2 M0,8 l8,-8 M7,9 l2,-2"),
    "disgust": PlotStyle("#009e73", "\\\\\\\\", "M-1,7 l2,2 M0,0 l8,8 M7,-1 l2,2"),
    "fear": PlotStyle("#cc79a7", "..", "M2,2 h.1 M6,6 h.1", 2.2),
    "happy": PlotStyle("#e69f00", "---", "M0,2 h8 M0,6 h8"),
    "sad": PlotStyle("#0072b2", "|||", "M2,0 v8 M6,0 v8"),
    "surprise": PlotStyle("#56b4e9", "xxx", "M0,0 l8,8 M0,8 l8,-8"),
    "neutral": PlotStyle("#7a7a7a", "", ""),
}


def share(value: float) -> str:
    """A share, 0 to 1, as a percentage: 100 % and 0 % only where it is all or nothing; a half rounds up, as in format.js."""
    if 1 - HALF_PERCENT <= value < 1:
        return f">{THIN}99{THIN}%"
    return f"<{THIN}1{THIN}%" if 0 < value < HALF_PERCENT else f"{hundredths(value)}{THIN}%"


def hundredths(value: float) -> int:
    """A share, 0 to 1, in whole percent without the sign."""
    return floor(value * 100 + 0.5)


def sure(confidence: float) -> str:
    """How sure a model is, which it never quite is, however a probability was rounded."""
    return share(min(confidence, SUREST))


def clock(seconds: float) -> str:
    """A time of the session, or a length: 24:13, or 1:02:03; whole seconds that are over, by milliseconds, as in format.js."""
    whole = max(0, floor(round(seconds * 1000) / 1000))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def minutes(seconds: float) -> str:
    """Seconds in whole minutes, without the word: 1,234, or < 1; a half rounds up."""
    whole = floor(seconds / 60 + 0.5)
    return f"<{THIN}1" if seconds > 0 and not whole else number(whole)


def number(value: int) -> str:
    """14,688, as in format.js."""
    return f"{value:,}"


def counted(value: int, noun: str) -> str:
    """1 verdict, 14,688 verdicts."""
    return f"{number(value)} {noun}{'s' * (value != 1)}"
