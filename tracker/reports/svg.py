"""Draws the report's SVG: ribbons, in which hatches tell expressions apart without colour, and strips of shares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np

from tracker.core.text import HATCH_SIDE, INK, LINE, NOBODY, PAPER, PLOT_STYLES, SOFT, WORDS, clock
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.exports.session_data import Marker
from tracker.reports.aggregate import SessionArrays

DRAWING_WIDTH: Final = 1000
"""The page's width in SVG units; on A4 six of them are a millimetre. Heights below are in the same units."""
RIBBON_HEIGHT: Final = 34
STRIP_HEIGHT: Final = 22
MAX_BINS: Final = 200
"""The most steps of a share strip."""
MIN_OPACITY: Final = 0.35
"""The opacity at confidence 0, which can still be told from the paper; the pages use it, too."""
NEUTRAL_OPACITY: Final = 0.65
"""Factor for neutral, which is there most of the time and should not stand out, in gray print either."""
LETTER_WIDTH: Final = 7.5
"""Width of a label's letter in SVG units, at the font size of report.css."""
TICK_STEP_SECONDS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
"""The distances that ticks of a time axis may have."""
MAX_TICKS: Final = 9
"""The most ticks of an axis that is as wide as the page."""


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the session that a drawing shows: begin and end in seconds of the session, width in SVG units."""

    begin: float
    end: float
    width: int = DRAWING_WIDTH

    def x(self, t: Any) -> Any:
        """The x coordinate, in SVG units, of a time in seconds of the session; of an array, an array."""
        return (t - self.begin) / (self.end - self.begin) * self.width


def hatch_patterns() -> str:
    """An invisible SVG with the hatches that ribbons refer to; a page needs it once."""
    parts = [
        f'<pattern id="hatch-{name}" width="{HATCH_SIDE}" height="{HATCH_SIDE}" patternUnits="userSpaceOnUse">'
        f'<path d="{style.lines}" stroke="{INK}" stroke-width="{style.lines_width:g}" stroke-linecap="round"'
        ' stroke-opacity=".55" fill="none"/></pattern>'
        for name, style in PLOT_STYLES.items()
    ]
    return f'<svg width="0" height="0" class="defs" aria-hidden="true"><defs>{"".join(parts)}</defs></svg>'


def swatch(word: str) -> str:
    """An SVG sample of an expression's colour and hatch; word: an expression or unclear."""
    return f'<svg class="swatch" viewBox="0 0 24 16" aria-hidden="true">{_filled(word, 0, 24, 16, 1.0)}</svg>'


def ribbon(data: SessionArrays, lane: int, span: Span, label: str) -> str:
    """Draw what a face shows over time.

    Args:
        data: The session.
        lane: Index of the face's lane.
        span: What part of the session is drawn.
        label: Says to screen readers what the drawing is.

    Returns:
        The SVG; text is escaped.
    """
    parts = ""
    for run in pixel_runs(data, lane, span):
        width = run.after - run.first
        parts += _filled(run.word, run.first, width, RIBBON_HEIGHT, opacity(run))
        if run.word in EXPRESSIONS and width >= LETTER_WIDTH * len(run.word) + 12:
            middle = f'x="{run.first + width / 2:g}" y="{RIBBON_HEIGHT / 2 + 4.5:g}" text-anchor="middle"'
            parts += f'<text class="label" {middle}>{run.word}</text>'
    return (
        f'<svg class="ribbon" viewBox="0 0 {span.width} {RIBBON_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<rect width="{span.width}" height="{RIBBON_HEIGHT}" fill="none" stroke="{LINE}"/>{parts}</svg>'
    )


def tick_times(span: Span) -> list[int]:
    """Round times for an axis, in seconds of the session, as many as there is room for."""
    max_ticks = span.width / DRAWING_WIDTH * MAX_TICKS
    step = next((step for step in TICK_STEP_SECONDS if (span.end - span.begin) / step <= max_ticks), TICK_STEP_SECONDS[-1])
    return [index * step for index in range(int(-(-span.begin // step)), int(span.end // step) + 1)]


def time_axis(span: Span) -> str:
    """The axis below a ribbon, as SVG: ticks with their time of the session."""
    parts = []
    for t in tick_times(span):
        x = span.x(t)
        anchor = "start" if x < 30 else "end" if x > span.width - 30 else "middle"
        parts.append(f'<path d="M{x:.1f},0 v5" stroke="{SOFT}"/>')
        parts.append(f'<text x="{x:.1f}" y="19" text-anchor="{anchor}">{clock(t)}</text>')
    return f'<svg class="axis" viewBox="0 0 {span.width} 24" aria-hidden="true">{"".join(parts)}</svg>'


def marker_flags(markers: Sequence[Marker], span: Span) -> str:
    """The markers above a ribbon, as SVG: diamonds with the markers' numbers from 1."""
    parts = []
    for number, marker in enumerate(markers, 1):
        x = span.x(marker.t)
        side, shift = ("end", -9) if x > span.width - 40 else ("start", 9)
        parts.append(f'<path d="M{x:.1f},4 l6,7 -6,7 -6,-7 z" fill="{INK}"/><path d="M{x:.1f},18 v8" stroke="{INK}"/>')
        parts.append(f'<text x="{x + shift:.1f}" y="16" text-anchor="{side}">{number}</text>')
    return f'<svg class="flags" viewBox="0 0 {span.width} 26" aria-hidden="true">{"".join(parts)}</svg>'


def share_strip(data: SessionArrays, word: str) -> str:
    """The share of a word in the readings of all faces along the session, as SVG; full height is a share of 1."""
    # No more bins than observations: an empty bin would look like a gap.
    bins = max(1, min(MAX_BINS, round(data.length / data.sample_interval)))
    edges = np.linspace(data.begin, data.begin + data.length, bins + 1)
    t = data.t[data.reading_observation]
    readings, _ = np.histogram(t, edges)
    word_readings, _ = np.histogram(t[data.reading_word == WORDS.index(word)], edges)
    heights = word_readings / np.maximum(readings, 1) * STRIP_HEIGHT
    bin_width = DRAWING_WIDTH / bins
    steps = "".join(f"V{STRIP_HEIGHT - height:.1f}h{bin_width:.2f}" for height in heights)
    colour = PLOT_STYLES[word].colour if word in PLOT_STYLES else SOFT
    return (
        f'<svg class="strip" viewBox="0 0 {DRAWING_WIDTH} {STRIP_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M0,{STRIP_HEIGHT}{steps}V{STRIP_HEIGHT}z" fill="{colour}"/>'
        f'<path d="M0,{STRIP_HEIGHT - 0.5}h{DRAWING_WIDTH}" stroke="{LINE}"/></svg>'
    )


@dataclass(frozen=True, slots=True)
class PixelRun:
    """Neighbouring columns of a ribbon that show the same word, ``first`` to before ``after``; confidence: mean, 0 to 1."""

    word: str
    first: int
    after: int
    confidence: float


def pixel_runs(data: SessionArrays, lane: int, span: Span) -> Iterator[PixelRun]:
    """Divide a ribbon into runs, from left to right; columns in a gap belong to none.

    Args:
        data: The session.
        lane: Index of the face's lane.
        span: What part of the session is drawn; it has a column for each unit of its width.
    """
    first = span.x(data.t).clip(0, span.width)
    last = span.x(data.ends()).clip(0, span.width)
    covered = np.zeros((span.width, len(WORDS)))
    weighted = np.zeros((span.width, len(WORDS)))
    face = data.lanes[lane]
    for index in np.flatnonzero(last > first):
        word = face.word_index[index]
        for column in range(int(first[index]), min(int(np.ceil(last[index])), span.width)):
            part = min(last[index], column + 1) - max(first[index], column)
            covered[column, word] += part
            weighted[column, word] += part * face.confidence[index]
    # Each column shows the word that fills most of it, or a gap if it is empty for the most part.
    largest, columns = covered.argmax(axis=1), np.arange(span.width)
    words = np.where(covered.sum(axis=1) > 0.5, largest, -1)
    confidence = weighted[columns, largest] / np.maximum(covered[columns, largest], 1e-9)
    edges = np.flatnonzero(np.diff(words)) + 1
    for begin, after in zip([0, *edges.tolist()], [*edges.tolist(), span.width], strict=True):
        if words[begin] >= 0:
            yield PixelRun(WORDS[words[begin]], begin, after, float(confidence[begin:after].mean()))


def opacity(run: PixelRun) -> float:
    """The opacity of a run, 0 to 1: it grows with the confidence, and is lower for neutral."""
    return (MIN_OPACITY + (1 - MIN_OPACITY) * run.confidence) * (NEUTRAL_OPACITY if run.word == "neutral" else 1)


def _filled(word: str, x: int, width: int, height: int, fill_opacity: float) -> str:
    place = f'x="{x}" width="{width}"'
    if word == NOBODY:
        dots = f'stroke="{SOFT}" stroke-width="3" stroke-dasharray="0 8" stroke-linecap="round"'
        return f'<path d="M{x + 2},{height / 2:g} h{max(width - 4, 0)}" {dots}/>'
    if word == UNCLEAR:
        return f'<rect {place} y="{height / 2 - 1:g}" height="2" fill="{SOFT}"/>'
    colour = f'<rect {place} height="{height}" fill="{PLOT_STYLES[word].colour}" fill-opacity="{fill_opacity:.2f}"/>'
    hatch = f'<rect {place} height="{height}" fill="url(#hatch-{word})"/>' if PLOT_STYLES[word].lines else ""
    edge = f'<path d="M{x},0 v{height}" stroke="{PAPER}" stroke-width=".8"/>' if width > 3 and x else ""
    return colour + hatch + edge
