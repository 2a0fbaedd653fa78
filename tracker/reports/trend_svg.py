"""Draws the trend as SVG, for pages, report and export alike: stacked shares, a lane for each expression, and ribbons.

Drawings have the paper's colours as attributes, and ``data-expression`` and classes by which a page gives them a theme's.
Confidence is told by height, never by opacity: the seven colours stay those that colour-blind eyes can tell apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.sampling import Gap
from tracker.core.session_readings import SessionReadings
from tracker.core.text import GROUND, HATCH_SIDE, INK, LINE, NOBODY, PAPER, PLOT_STYLES, SHOWN_OR_NOBODY, SOFT
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.reports.trend import PixelRun, Trend, pixel_runs

STACK: Final = ("happy", "surprise", "neutral", "sad", "fear", "disgust", "angry", UNCLEAR, NOBODY)
"""From the bottom up: what is pleasant stands on the ground, what is not hangs from above, with neutral in between."""
SHARES_HEIGHT: Final = 132
"""All heights and widths are in units of the drawing: on a page CSS pixels at the usual text size."""
LANE_HEIGHT: Final = 22
LANE_DISTANCE: Final = 6
SECTION_DISTANCE: Final = 14
GUTTER: Final = 68
"""Left of everything that has a time axis: the names."""
SHARE_LINE_WIDTH: Final = 0.8
MIN_HEIGHT: Final = 1.5
"""Of what is there at all, however rare."""
MIN_RIBBON_HEIGHT: Final = 3.0
MIN_BIN_WIDTH: Final = 5.5
"""Narrower ones look like noise: two hours are drawn in minutes."""
LETTER_WIDTH: Final = 7.0
"""Of a label, at its font size."""
MAX_NAME_LETTERS: Final = int(GUTTER / LETTER_WIDTH)
NOBODY_NAMED: Final[Mapping[int, str]] = {}
MIN_LABEL_HEIGHT: Final = 14.0
"""A lower ribbon has no room for its words."""
NOBODY_PATTERN: Final = "dots-nobody"
GAP_WORDS: Final = {"lost": "camera lost", "unsaved": "not saved", "silent": "no observations"}
"""Reason of a gap -> what people read; other reasons are shown as they are. The pages use these words, too."""

Floats = npt.NDArray[np.float64]
TimeRange = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a time axis lies: begin and end in seconds of the session, width and left in units of the drawing."""

    begin: float
    end: float
    width: float
    left: float = 0.0

    def x(self, t: float) -> float:
        """The x coordinate of a time in seconds of the session."""
        return self.left + (t - self.begin) / (self.end - self.begin) * self.width


def max_bins(width: float) -> int:
    """How many bins a drawing of this width has room for."""
    return max(1, int(width / MIN_BIN_WIDTH))


def patterns(line_factor: float = 1.0) -> str:
    """An invisible SVG with the hatches and dots that drawings refer to; a page needs it once.

    Args:
        line_factor: How much wider than on paper a hatch's lines are.
    """
    hatches = [
        f'<pattern id="hatch-{name}" width="{HATCH_SIDE}" height="{HATCH_SIDE}" patternUnits="userSpaceOnUse">'
        f'<path class="hatch-line" d="{style.lines}" stroke="{INK}" stroke-width="{line_factor * style.lines_width:g}"'
        ' stroke-linecap="round" stroke-opacity=".55" fill="none"/></pattern>'
        for name, style in PLOT_STYLES.items()
        if style.lines
    ]
    dots = (
        f'<pattern id="{NOBODY_PATTERN}" width="{HATCH_SIDE}" height="{HATCH_SIDE}" patternUnits="userSpaceOnUse">'
        f'<circle class="dot" cx="2" cy="2" r="1" fill="{SOFT}"/></pattern>'
    )
    return f'<svg width="0" height="0" class="defs" aria-hidden="true"><defs>{"".join(hatches)}{dots}</defs></svg>'


def trend_svg(trend: Trend, width: int, ends_at: float, *, lanes: bool = True, height: int = SHARES_HEIGHT) -> str:
    """The trend: stacked shares, and below them a lane for each expression, on one time axis from the trend's first edge on.

    Args:
        trend: What is drawn.
        width: Of the drawing, names included.
        ends_at: Seconds of the session, up to which there is something; what follows is yet to come.
        lanes: Whether lanes are drawn, and names beside everything.
        height: Of the stacked shares.
    """
    left = GUTTER if lanes else 0
    span = Span(float(trend.edges[0]), float(trend.edges[-1]), width - left, left)
    parts = [stacked_shares(trend, span, 0, height, ends_at)]
    bottom: float = height
    if lanes:
        parts.append(_name("shares", height / 2))
        bottom += SECTION_DISTANCE - LANE_DISTANCE
        for word in EXPRESSIONS:
            top = bottom + LANE_DISTANCE
            parts += [_name(word, top + LANE_HEIGHT / 2), lane(trend, word, span, top, height=LANE_HEIGHT, ends_at=ends_at)]
            bottom = top + LANE_HEIGHT
    return _drawing("trend-drawing", width, bottom, parts)


def ribbons_svg(
    readings: SessionReadings,
    faces: Sequence[int | None],
    part: TimeRange,
    *,
    width: int,
    height: int,
    names: bool,
    people: Mapping[int, str] = NOBODY_NAMED,
) -> str:
    """What one or several faces show, every observation by itself: a ribbon for each, one below the other.

    Args:
        readings: The session's.
        faces: The faces' numbers; None is whoever is there.
        part: What is drawn, in seconds of the session.
        width: Of the drawing, names included.
        height: Of all ribbons together.
        names: Whether there is room for names on the left.
        people: What faces are called, by their numbers, of those who have a name.
    """
    begin, end = part
    left = GUTTER if names else 0
    span = Span(begin, end, width - left, left)
    distance = LANE_DISTANCE if len(faces) > 1 else 0
    each = (height - distance * (len(faces) - 1)) / max(len(faces), 1)
    gaps = [gap for gap in readings.times.gaps() if gap.end > begin and gap.begin < end]
    parts = []
    for place, face in enumerate(faces):
        top = place * (each + distance)
        runs = pixel_runs(readings, face, begin, end, max(int(span.width), 1))
        parts += [ribbon(runs, span, top, each), gap_marks(gaps, span, top, each)]
        if names and face is not None and len(faces) > 1:
            parts.append(_name(_fitting(people.get(face, f"face {face}")), top + each / 2))
    return _drawing("trend-drawing", width, height, parts)


def stacked_shares(trend: Trend, span: Span, top: float, height: float, ends_at: float) -> str:
    """The shares of a bin on top of each other, in the order of STACK, and its gaps; full height is all that was watched."""
    x = _edges(trend, span, ends_at)
    upper = np.zeros(len(x) - 1)
    parts = [_ground(span, top, height)]
    for word in STACK:
        lower, upper = upper, upper + trend.shares[:, SHOWN_OR_NOBODY.index(word)]
        parts += _filled(word, _area(x, top + height * (1 - upper), top + height * (1 - lower)))
    return "".join(parts) + gap_marks(trend.gaps, span, top, height)


def lane(trend: Trend, word: str, span: Span, top: float, *, height: float, ends_at: float) -> str:
    """One expression's share, full height being all that was watched: the line is the share, filled is how sure it was.

    Above the line stands half of the time in which a face changed from or to it; the other half stands in the other's lane.
    """
    x, index = _edges(trend, span, ends_at), SHOWN_OR_NOBODY.index(word)
    share, confident = trend.shares[:, index], trend.confident_shares[:, index]
    base = np.full(len(share), top + height)
    tops = [top + height - np.where(share > 0, np.maximum(each * height, MIN_HEIGHT), 0) for each in (confident, share)]
    # Half of its width inside: the field of a gap covers all of it.
    outline = _area(x, np.maximum(tops[1], top + SHARE_LINE_WIDTH / 2), base - SHARE_LINE_WIDTH / 2)
    line = (
        f'<path class="share-line" d="{outline}" fill="none" stroke="{INK}" stroke-width="{SHARE_LINE_WIDTH}"/>'
        if outline
        else ""
    )
    change = tops[1] - trend.changing_shares[:, index] * height
    parts = [_ground(span, top, height)]
    parts += [*_filled(word, _area(x, tops[0], base)), *_filled(word, _area(x, change, tops[1])), line]
    return "".join(parts) + gap_marks(trend.gaps, span, top, height)


def ribbon(runs: Iterable[PixelRun], span: Span, top: float, height: float) -> str:
    """A face from left to right: its word's colour, as high as it was sure; dots for nobody, a thin line for unclear.

    Where it changes, the two expressions' colours stand on each other, in the order of STACK, each half as high.
    """
    parts, labels = [_ground(span, top, height)], list[str]()
    unit = span.width / max(int(span.width), 1)
    for run in runs:
        x = np.asarray(span.left + np.arange(run.first, run.after + 1) * unit, np.float64)
        tall = np.maximum(run.confidence.round(2) * height, MIN_RIBBON_HEIGHT)
        bottom = np.full(len(tall), top + height)
        if run.changing:
            for place, word in enumerate(sorted(run.changing, key=STACK.index)):
                parts += _filled(word, _area(x, bottom - tall * (place + 1) / 2, bottom - tall * place / 2))
        elif run.word == UNCLEAR:
            parts.append(
                f'<rect class="unclear-line" x="{_n(x[0])}" y="{_n(top + height / 2 - 1)}" width="{_n(x[-1] - x[0])}"'
                f' height="2" fill="{SOFT}"/>'
            )
        elif run.word == NOBODY:
            parts.append(
                f'<rect class="fill nobody" x="{_n(x[0])}" y="{_n(top + height / 2 - 4)}"'
                f' width="{_n(x[-1] - x[0])}" height="8" fill="url(#{NOBODY_PATTERN})"/>'
            )
        else:
            parts += _filled(run.word, _area(x, bottom - tall, bottom))
            if height >= MIN_LABEL_HEIGHT and x[-1] - x[0] >= LETTER_WIDTH * len(run.word) + 12:
                middle = f'x="{_n((x[0] + x[-1]) / 2)}" y="{_n(top + height / 2 + 4.5)}" text-anchor="middle"'
                labels.append(f'<text class="label" data-word="{run.word}" {middle}>{run.word}</text>')
    return "".join(parts + labels)


def gap_marks(gaps: Iterable[Gap], span: Span, top: float, height: float) -> str:
    """Where nothing was watched: an empty field between two lines, which says why if there is room."""
    parts = []
    for gap in gaps:
        first, last = (min(max(span.x(t), span.left), span.left + span.width) for t in (gap.begin, gap.end))
        if last - first <= 0:
            continue
        words = GAP_WORDS.get(gap.why, gap.why)
        field = f'x="{_n(first)}" y="{_n(top)}" width="{_n(last - first)}" height="{_n(height)}"'
        parts.append(f'<rect class="gap" {field} fill="{GROUND}"/>')
        parts.append(
            f'<path class="gap-line" d="M{_n(first)},{_n(top)}v{_n(height)}M{_n(last)},{_n(top)}v{_n(height)}'
            f'M{_n(first)},{_n(top + height / 2)}H{_n(last)}" stroke="{SOFT}" stroke-width=".8" stroke-dasharray="2 3"/>'
        )
        if last - first >= LETTER_WIDTH * len(words) + 8 and height > LANE_HEIGHT:
            middle = f'x="{_n((first + last) / 2)}" y="{_n(top + height / 2 + 4.5)}" text-anchor="middle"'
            parts.append(f'<text class="label gap-word" {middle} fill="{SOFT}">{escape(words)}</text>')
    return "".join(parts)


def _edges(trend: Trend, span: Span, ends_at: float) -> Floats:
    return np.array([span.x(min(float(t), max(ends_at, span.begin))) for t in trend.edges])


def _ground(span: Span, top: float, height: float) -> str:
    """The line that everything stands on; it lies inside of the height, so that the field of a gap covers it."""
    return f'<path class="ground-line" d="M{_n(span.left)},{_n(top + height - 0.5)}h{_n(span.width)}" stroke="{LINE}"/>'


def _filled(word: str, area: str) -> list[str]:
    if not area:
        return []
    fill = {UNCLEAR: LINE, NOBODY: f"url(#{NOBODY_PATTERN})"}.get(word) or PLOT_STYLES[word].colour
    edge = f'stroke="{PAPER}" stroke-width=".5"'
    name = "fill nobody" if word == NOBODY else f'fill" data-expression="{word}'
    parts = [f'<path class="{name}" d="{area}" fill="{fill}" {edge}/>']
    if word in PLOT_STYLES and PLOT_STYLES[word].lines:
        parts.append(f'<path class="hatch" d="{area}" fill="url(#hatch-{word})"/>')
    return parts


def _area(x: Floats, upper: Floats, lower: Floats) -> str:
    """The path of a stepped area, in as many pieces as there are stretches in which it has a height."""
    there = (lower - upper > 0.05) & (np.diff(x) > 0)
    steps = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    pieces = []
    for first, after in steps.reshape(-1, 2).tolist():
        pieces.append(f"M{_n(x[first])},{_n(upper[first])}{_steps(x, upper, range(first, after), 1)}")
        pieces.append(f"V{_n(lower[after - 1])}{_steps(x, lower, range(after - 1, first - 1, -1), 0)}Z")
    return "".join(pieces)


def _steps(x: Floats, y: Floats, bins: range, end: int) -> str:
    """Horizontal and vertical steps through bins; end: 1 to the right edge of each, 0 to the left one."""
    parts = []
    for place, index in enumerate(bins):
        following = bins[place + 1] if place + 1 < len(bins) else None
        if following is None or _n(y[following]) != _n(y[index]):
            parts.append(f"H{_n(x[index + end])}" + ("" if following is None else f"V{_n(y[following])}"))
    return "".join(parts)


def _fitting(name: str) -> str:
    """A name cut to what the gutter has room for."""
    return name if len(name) <= MAX_NAME_LETTERS else f"{name[: MAX_NAME_LETTERS - 1]}\N{HORIZONTAL ELLIPSIS}"


def _name(words: str, middle: float) -> str:
    return f'<text class="name" x="0" y="{_n(middle + 4)}" fill="{SOFT}">{escape(words)}</text>'


def _drawing(name: str, width: float, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" viewBox="0 0 {_n(width)} {_n(height)}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def _n(value: float) -> str:
    """A coordinate, to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")
