"""The report's drawings as SVG text: ribbons with hatches for eyes and printers without colour, and strips of shares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tracker.core.text import HATCH_SIDE, INK, LINE, NOBODY, PAPER, PLOT_STYLES, SOFT, WORDS, clock
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.exports.session_data import Marker
from tracker.reports.aggregate import SessionArrays

DRAWING_WIDTH: Final = 1000
"""Units of a drawing across the page, whatever it is printed at: on A4 six of them are a millimetre."""
RIBBON_HEIGHT: Final = 34
STRIP_HEIGHT: Final = 22
MAX_BINS: Final = 200
MIN_OPACITY: Final = 0.35
"""Even the least sure colour can be told from the ground; the page has it from here."""
NEUTRAL_OPACITY: Final = 0.65
"""What is there most of the time stays in the background, also in gray."""
LETTER_WIDTH: Final = 7.5
"""Width of a letter of a label, at the size of report.css."""
TICK_STEP_SECONDS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
MAX_TICKS: Final = 9


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the session, in seconds, and how wide it is drawn."""

    begin: float
    end: float
    width: int = DRAWING_WIDTH

    def x(self, t: Any) -> Any:
        """Where a moment lies, or many."""
        return (t - self.begin) / (self.end - self.begin) * self.width


def hatch_patterns() -> str:
    """The patterns that ribbons are filled with, once a page."""
    parts = [
        f'<pattern id="hatch-{name}" width="{HATCH_SIDE}" height="{HATCH_SIDE}" patternUnits="userSpaceOnUse">'
        f'<path d="{look.lines}" stroke="{INK}" stroke-width="{look.lines_width:g}" stroke-linecap="round"'
        ' stroke-opacity=".55" fill="none"/></pattern>'
        for name, look in PLOT_STYLES.items()
    ]
    return f'<svg width="0" height="0" class="defs" aria-hidden="true"><defs>{"".join(parts)}</defs></svg>'


def swatch(word: str) -> str:
    """A sample of an expression's colour and hatch."""
    return f'<svg class="swatch" viewBox="0 0 24 16" aria-hidden="true">{_filled(word, 0, 24, 16, 1.0)}</svg>'


def ribbon(data: SessionArrays, lane: int, span: Span, words: str) -> str:
    """What a face shows between two moments, as one line; ``words`` says so for those who do not see it."""
    parts = ""
    for run in pixel_runs(data, lane, span):
        wide = run.after - run.first
        parts += _filled(run.word, run.first, wide, RIBBON_HEIGHT, opacity(run))
        if run.word in EXPRESSIONS and wide >= LETTER_WIDTH * len(run.word) + 12:
            middle = f'x="{run.first + wide / 2:g}" y="{RIBBON_HEIGHT / 2 + 4.5:g}" text-anchor="middle"'
            parts += f'<text class="label" {middle}>{run.word}</text>'
    return (
        f'<svg class="ribbon" viewBox="0 0 {span.width} {RIBBON_HEIGHT}" role="img" aria-label="{escape(words)}">'
        f'<rect width="{span.width}" height="{RIBBON_HEIGHT}" fill="none" stroke="{LINE}"/>{parts}</svg>'
    )


def tick_times(span: Span) -> list[int]:
    """Round times of a part of the session, as many as there is room for."""
    most = span.width / DRAWING_WIDTH * MAX_TICKS
    step = next((step for step in TICK_STEP_SECONDS if (span.end - span.begin) / step <= most), TICK_STEP_SECONDS[-1])
    return [number * step for number in range(int(-(-span.begin // step)), int(span.end // step) + 1)]


def time_axis(span: Span) -> str:
    """Times of the session under a drawing."""
    drawn = []
    for t in tick_times(span):
        x = span.x(t)
        anchor = "start" if x < 30 else "end" if x > span.width - 30 else "middle"
        drawn.append(f'<path d="M{x:.1f},0 v5" stroke="{SOFT}"/>')
        drawn.append(f'<text x="{x:.1f}" y="19" text-anchor="{anchor}">{clock(t)}</text>')
    return f'<svg class="axis" viewBox="0 0 {span.width} 24" aria-hidden="true">{"".join(drawn)}</svg>'


def marker_flags(markers: Sequence[Marker], span: Span) -> str:
    """Numbered diamonds above a ribbon, where somebody noted something."""
    parts = []
    for number, mark in enumerate(markers, 1):
        x = span.x(mark.t)
        side, shift = ("end", -9) if x > span.width - 40 else ("start", 9)
        parts.append(f'<path d="M{x:.1f},4 l6,7 -6,7 -6,-7 z" fill="{INK}"/><path d="M{x:.1f},18 v8" stroke="{INK}"/>')
        parts.append(f'<text x="{x + shift:.1f}" y="16" text-anchor="{side}">{number}</text>')
    return f'<svg class="flags" viewBox="0 0 {span.width} 26" aria-hidden="true">{"".join(parts)}</svg>'


def share_strip(data: SessionArrays, word: str) -> str:
    """How large a share of the readings a word has, along the session: full height is all of them."""
    # A short session has as many bins as beats: emptier ones would look like gaps.
    bins = max(1, min(MAX_BINS, round(data.length / data.usual)))
    edges = np.linspace(data.begin, data.begin + data.length, bins + 1)
    t = data.t[data.places]
    all_of_them, _ = np.histogram(t, edges)
    these, _ = np.histogram(t[data.words == WORDS.index(word)], edges)
    heights = these / np.maximum(all_of_them, 1) * STRIP_HEIGHT
    wide = DRAWING_WIDTH / bins
    steps = "".join(f"V{STRIP_HEIGHT - height:.1f}h{wide:.2f}" for height in heights)
    colour = PLOT_STYLES[word].colour if word in PLOT_STYLES else SOFT
    return (
        f'<svg class="strip" viewBox="0 0 {DRAWING_WIDTH} {STRIP_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M0,{STRIP_HEIGHT}{steps}V{STRIP_HEIGHT}z" fill="{colour}"/>'
        f'<path d="M0,{STRIP_HEIGHT - 0.5}h{DRAWING_WIDTH}" stroke="{LINE}"/></svg>'
    )


@dataclass(frozen=True, slots=True)
class PixelRun:
    """Columns of a ribbon beside each other that show the same, from ``first`` to before ``after``."""

    word: str
    first: int
    after: int
    confidence: float


def pixel_runs(data: SessionArrays, lane: int, span: Span) -> Iterator[PixelRun]:
    """Each column shows the word that fills most of it; a gap has none."""
    words, confidence = _columns_of(data, lane, span)
    edges = np.flatnonzero(np.diff(words)) + 1
    for first, after in zip([0, *edges.tolist()], [*edges.tolist(), span.width], strict=True):
        if words[first] >= 0:
            yield PixelRun(WORDS[words[first]], first, after, float(confidence[first:after].mean()))


def opacity(run: PixelRun) -> float:
    """The surer, the stronger; what is there most of the time stays in the background."""
    return (MIN_OPACITY + (1 - MIN_OPACITY) * run.confidence) * (NEUTRAL_OPACITY if run.word == "neutral" else 1)


def _columns_of(data: SessionArrays, lane: int, span: Span) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """[width] places in WORDS, -1 in a gap, and [width] confidences."""
    first = span.x(data.t).clip(0, span.width)
    last = span.x(data.ends()).clip(0, span.width)
    covered = np.zeros((span.width, len(WORDS)))
    sure = np.zeros((span.width, len(WORDS)))
    line = data.lanes[lane]
    for place in np.flatnonzero(last > first):
        for column in range(int(first[place]), min(int(np.ceil(last[place])), span.width)):
            part = min(last[place], column + 1) - max(first[place], column)
            covered[column, line.words[place]] += part
            sure[column, line.words[place]] += part * line.confidence[place]
    most = covered.argmax(axis=1)
    rows = np.arange(span.width)
    amount = covered[rows, most]
    # A column that is empty for the most part is a gap.
    return np.where(covered.sum(axis=1) > 0.5, most, -1), sure[rows, most] / np.maximum(amount, 1e-9)


def _filled(word: str, x: int, width: int, height: int, strength: float) -> str:
    place = f'x="{x}" width="{width}"'
    if word == NOBODY:
        dots = f'stroke="{SOFT}" stroke-width="3" stroke-dasharray="0 8" stroke-linecap="round"'
        return f'<path d="M{x + 2},{height / 2:g} h{max(width - 4, 0)}" {dots}/>'
    if word == UNCLEAR:
        return f'<rect {place} y="{height / 2 - 1:g}" height="2" fill="{SOFT}"/>'
    colour = f'<rect {place} height="{height}" fill="{PLOT_STYLES[word].colour}" fill-opacity="{strength:.2f}"/>'
    hatch = f'<rect {place} height="{height}" fill="url(#hatch-{word})"/>' if PLOT_STYLES[word].lines else ""
    edge = f'<path d="M{x},0 v{height}" stroke="{PAPER}" stroke-width=".8"/>' if width > 3 and x else ""
    return colour + hatch + edge
