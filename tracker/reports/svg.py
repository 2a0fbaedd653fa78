"""Draws the report's SVG around the trend: axes, numbered markers, swatches, and each drawing as a picture of its own."""

from collections.abc import Sequence
from html import escape
from typing import Final

from tracker.core.text import INK, LINE, PLOT_STYLES
from tracker.core.vocabulary import UNCLEAR
from tracker.exports.session_data import Marker
from tracker.reports.aggregate import SessionArrays
from tracker.reports.trend import Trend, pixel_runs
from tracker.reports.trend_svg import LANE_HEIGHT, Span, gap_marks, lane, ribbon, stacked_shares

DRAWING_WIDTH: Final = 1000
"""The page's width in SVG units; on A4 six of them are a millimetre. Heights below are in the same units."""
RIBBON_HEIGHT: Final = 28
REPORT_SHARES_HEIGHT: Final = 76
"""Lower than on a page: a report of a usual meeting fits one sheet."""


def swatch(word: str) -> str:
    """An SVG sample of an expression's colour and hatch; word: an expression or unclear."""
    fill = LINE if word == UNCLEAR else PLOT_STYLES[word].colour
    hatch = f'<rect width="24" height="16" fill="url(#hatch-{word})"/>' if word != UNCLEAR and PLOT_STYLES[word].lines else ""
    return (
        f'<svg class="swatch" viewBox="0 0 24 16" aria-hidden="true"><rect width="24" height="16" fill="{fill}"/>{hatch}</svg>'
    )


def shares_drawing(trend: Trend, span: Span, ends_at: float) -> str:
    """The stacked shares along the session; ends_at: as in ``trend_svg``."""
    content = stacked_shares(trend, span, 0, REPORT_SHARES_HEIGHT, ends_at)
    return _stretched(_svg("trend", span.width, REPORT_SHARES_HEIGHT, content))


def lane_drawing(trend: Trend, word: str, span: Span, ends_at: float) -> str:
    """The share of a word along the session: the line, and filled how confident it was; full height is a share of 1."""
    drawing = _svg("strip", span.width, LANE_HEIGHT, lane(trend, word, span, 0, height=LANE_HEIGHT, ends_at=ends_at))
    return _stretched(drawing)


def ribbon_drawing(data: SessionArrays, index: int, span: Span, label: str) -> str:
    """Draw what a face shows over time.

    Args:
        data: The session.
        index: Of the face's lane.
        span: What part of the session is drawn.
        label: Says to screen readers what the drawing is.
    """
    readings = data.as_readings
    runs = pixel_runs(readings, data.lanes[index].face, span.begin, span.end, int(span.width))
    gaps = gap_marks(data.figures.gaps, span, 0, RIBBON_HEIGHT)
    drawing = _svg("ribbon", span.width, RIBBON_HEIGHT, ribbon(runs, span, 0, RIBBON_HEIGHT) + gaps)
    return drawing.replace('aria-hidden="true"', f'role="img" aria-label="{escape(label)}"', 1)


def _stretched(drawing: str) -> str:
    """It fills the height that a style sheet gives it, whatever the width."""
    return drawing.replace("<svg ", '<svg preserveAspectRatio="none" ', 1)


def _svg(name: str, width: float, height: float, content: str) -> str:
    return f'<svg class="{name}" viewBox="0 0 {width:g} {height:g}" aria-hidden="true">{content}</svg>'


def marker_flags(markers: Sequence[Marker], span: Span) -> str:
    """The markers above a ribbon, as SVG: diamonds with the markers' numbers from 1."""
    parts = []
    for number, marker in enumerate(markers, 1):
        x = span.x(marker.t)
        side, shift = ("end", -9) if x > span.width - 40 else ("start", 9)
        parts.append(f'<path d="M{x:.1f},4 l6,7 -6,7 -6,-7 z" fill="{INK}"/><path d="M{x:.1f},18 v8" stroke="{INK}"/>')
        parts.append(f'<text x="{x + shift:.1f}" y="16" text-anchor="{side}">{number}</text>')
    return f'<svg class="flags" viewBox="0 0 {span.width:g} 26" aria-hidden="true">{"".join(parts)}</svg>'
