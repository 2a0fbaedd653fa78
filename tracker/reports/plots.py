"""Draws a session's trend into a PNG or SVG file, with the same numbers as pages and reports have."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tracker.core.errors import UsageError
from tracker.core.text import GROUND, INK, LINE, NOBODY, PAPER, PLOT_STYLES, SHOWN_OR_NOBODY, SOFT, share
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.exports.files import atomic_file
from tracker.exports.session_data import SessionData
from tracker.reports.aggregate import SessionArrays, aggregate_session
from tracker.reports.fonts import ELLIPSIS, font_families, ignore_glyph_warnings, replace_letters, warn_missing_letters
from tracker.reports.html_report import page_span, report_heading, report_title, session_trend
from tracker.reports.sentences import phrase_text
from tracker.reports.style import matplotlib_settings
from tracker.reports.time_axis import ticks
from tracker.reports.trend import Floats, Trend, pixel_runs
from tracker.reports.trend_svg import STACK, Span

PLOT_FORMATS: Final = (".png", ".svg")
DPI: Final = 160
"""Dots an inch of a PNG: the figure is 1,600 pixels wide."""
MAX_TITLE_CHARACTERS: Final = 44
"""The title shares its line with day and length."""
MAX_MARKER_CHARACTERS: Final = 24
FIGURE_INCHES: Final = 10.0
"""Width of the figure."""
SHARES_ROWS: Final = 3
"""So many rows high are the stacked shares."""
ROW_INCHES: Final = 0.42
"""Height of a row."""
MARGIN_INCHES: Final = 1.0
"""Height of title and axis together."""
LINE_STYLES: Final = {UNCLEAR: "-", NOBODY: ":"}
PLOT_SETTINGS: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    # Without a fixed salt the ids in an SVG are random; the same session should give the same file.
    "svg.hashsalt": "mien",
    # Two dollar signs in what a person wrote do not make it a formula.
    "text.parse_math": False,
    "axes.facecolor": "none",
    "font.size": 9.0,
    "hatch.linewidth": 0.6,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}


def write_plot(session: SessionData, path: Path) -> None:
    """Draw a session into a file. Any thread may call; drawings wait for each other.

    Args:
        session: The session; its rows are read once.
        path: A name that ends in .png or .svg; an existing file is replaced.

    Raises:
        UsageError: The name has another ending.
        MienError: The file cannot be written.
    """
    if path.suffix.lower() not in PLOT_FORMATS:
        raise UsageError(f"{path}: a plot's name ends in {' or '.join(PLOT_FORMATS)}.")
    data, svg = aggregate_session(session), path.suffix.lower() == ".svg"
    with matplotlib_settings(PLOT_SETTINGS), atomic_file(path) as part:
        metadata = {"Date": None, "Creator": None} if svg else {}
        texts = [report_title(session), phrase_text(report_heading(session, data)), *(each.text for each in session.markers)]
        families, missing = font_families("".join(texts))
        others = (name for name in mpl.rcParams["font.sans-serif"] if name not in families)
        mpl.rcParams["font.sans-serif"] = [*families, *others]
        if missing and not svg:
            warn_missing_letters(missing)
        ignore_glyph_warnings()
        # An SVG keeps text as text, for the fonts of whoever opens it.
        figure = draw_plot(session, data, "" if svg else missing)
        figure.savefig(part, format=path.suffix[1:].lower(), dpi=DPI, facecolor=PAPER, metadata=metadata)


def draw_plot(session: SessionData, data: SessionArrays, missing: str = "") -> Figure:
    """Draw the trend: the stacked shares, a ribbon for each face, and a row for each expression with its share.

    Args:
        session: The session, for title, source and markers.
        data: The same session, already read.
        missing: Letters that no font has; an ellipsis is drawn in their place.
    """
    span, trend = page_span(data), session_trend(data)
    ratios = [SHARES_ROWS, *[1] * (len(data.lanes) + len(EXPRESSIONS))]
    figure = Figure(figsize=(FIGURE_INCHES, ROW_INCHES * sum(ratios) + MARGIN_INCHES), layout="constrained")
    rows = figure.subplots(len(ratios), 1, sharex=True, height_ratios=ratios).tolist()
    _draw_shares(rows[0], trend)
    for index, axes in enumerate(rows[1 : 1 + len(data.lanes)]):
        _draw_ribbon(axes, data, index, span)
    _draw_lanes(rows[1 + len(data.lanes) :], data, trend)
    for gap in trend.gaps:
        for axes in rows:
            axes.axvspan(gap.begin, gap.end, facecolor=GROUND, edgecolor=SOFT, linestyle=":", linewidth=0.7, zorder=3)
    for number, marker in enumerate(session.markers, 1):
        for axes in rows:
            axes.axvline(marker.t, color=INK, linewidth=0.7, linestyle=(0, (1, 2)))
        rows[0].annotate(
            f"\N{BLACK DIAMOND} {number} {_shortened(replace_letters(marker.text, missing), MAX_MARKER_CHARACTERS)}",
            (marker.t, 1),
            xytext=(0, 4),
            textcoords="offset points",
            fontsize=8,
            annotation_clip=False,
        )
    marks = list(ticks(session, span))
    rows[-1].set_xticks([t for t, _ in marks], [label for _, label in marks])
    rows[-1].set_xlim(span.begin, span.end)
    name = replace_letters(report_title(session), missing)
    if not name.strip(f" {ELLIPSIS}"):
        name = report_title(replace(session, title=""))
    figure.suptitle(_shortened(name, MAX_TITLE_CHARACTERS), x=0.01, ha="left", fontsize=13, fontweight="bold")
    figure.text(
        0.99,
        0.985,
        replace_letters(phrase_text(report_heading(session, data)), missing),
        ha="right",
        va="top",
        color=SOFT,
        fontsize=8,
    )
    return figure


def _label_row(axes: Axes, name: str) -> None:
    """Remove the vertical scale of a row, and write its name on the left."""
    axes.set(ylim=(0, 1), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel(name, rotation=0, ha="right", va="center")


def _draw_ribbon(axes: Axes, data: SessionArrays, lane: int, span: Span) -> None:
    """As on a page: the word's colour, as high as it was sure; two where it changes; dots for nobody, else a thin line."""
    columns = int(span.width)
    edges = np.linspace(span.begin, span.end, columns + 1)
    for run in pixel_runs(data.as_readings, data.lanes[lane].face, span.begin, span.end, columns):
        within = edges[run.first : run.after + 1]
        if run.changing:
            for place, word in enumerate(sorted(run.changing, key=STACK.index)):
                _fill(axes, within, run.confidence * place / 2, run.confidence * (place + 1) / 2, word)
        elif run.word in PLOT_STYLES:
            _fill(axes, within, np.zeros(len(run.confidence)), run.confidence, run.word)
        else:
            axes.plot([within[0], within[-1]], [0.5, 0.5], color=SOFT, linewidth=1.2, linestyle=LINE_STYLES[run.word])
    _label_row(axes, data.lanes[lane].title)


def _draw_shares(axes: Axes, trend: Trend) -> None:
    """The shares of a bin on top of each other, as pages and reports have them."""
    upper = np.zeros(len(trend.edges) - 1)
    for word in STACK:
        lower, upper = upper, upper + trend.shares[:, SHOWN_OR_NOBODY.index(word)]
        _fill(axes, trend.edges, lower, upper, word)
    _label_row(axes, "shares")


def _draw_lanes(rows: list[Axes], data: SessionArrays, trend: Trend) -> None:
    """One expression a row: the line is its share, filled is how sure it was; above it is its half of the changing time."""
    counts = data.counts()
    for name, axes in zip(EXPRESSIONS, rows, strict=True):
        index = SHOWN_OR_NOBODY.index(name)
        share_line = np.where(trend.watched > 0, trend.shares[:, index], np.nan)
        _fill(axes, trend.edges, np.zeros(len(share_line)), trend.confident_shares[:, index], name)
        shares = trend.shares[:, index]
        _fill(axes, trend.edges, shares, shares + trend.changing_shares[:, index], name)
        axes.stairs(share_line, trend.edges, color=INK, linewidth=0.7)
        _label_row(axes, name)
        share_of_readings = f"  {share(counts.get(name, 0) / data.readings)}" if data.readings else ""
        axes.text(1, 0.5, share_of_readings, transform=axes.transAxes, ha="left", va="center", color=SOFT)
    rows[0].text(1, 1.2, "  share", transform=rows[0].transAxes, ha="left", va="center", color=SOFT, fontsize=8)


def _fill(axes: Axes, edges: Floats, lower: Floats, upper: Floats, word: str) -> None:
    """A stepped area in a word's colour and hatch."""
    if not (upper > lower).any():
        return
    colour = {UNCLEAR: LINE, NOBODY: "none"}.get(word) or PLOT_STYLES[word].colour
    hatch = {UNCLEAR: "", NOBODY: "."}.get(word) if word not in PLOT_STYLES else PLOT_STYLES[word].hatch
    axes.stairs(upper, edges, baseline=lower, fill=True, facecolor=colour, linewidth=0)
    if hatch:
        axes.stairs(
            upper, edges, baseline=lower, fill=True, facecolor="none", hatch=hatch, edgecolor=INK, linewidth=0, alpha=0.6
        )


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}{ELLIPSIS}"
