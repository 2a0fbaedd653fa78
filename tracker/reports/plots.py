"""Draws a session into a PNG or SVG file: ribbons, curves of the shares, markers."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter

from tracker.core.errors import UsageError
from tracker.core.text import INK, LINE, NOBODY, PAPER, PLOT_STYLES, SOFT, clock, share
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.exports.files import atomic_file
from tracker.exports.session_data import SessionData
from tracker.reports.aggregate import SessionArrays, aggregate_session
from tracker.reports.fonts import ELLIPSIS, font_families, ignore_glyph_warnings, replace_letters, warn_missing_letters
from tracker.reports.html_report import report_heading, report_title
from tracker.reports.sentences import phrase_text
from tracker.reports.style import matplotlib_settings
from tracker.reports.svg import Span, opacity, pixel_runs, tick_times

PLOT_FORMATS: Final = (".png", ".svg")
DPI: Final = 160
"""Dots an inch of a PNG: the figure is 1,600 pixels wide."""
MAX_POINTS: Final = 300
"""The most points of a curve: more would be closer together than its line is thick."""
MAX_TITLE_CHARACTERS: Final = 44
"""The title shares its line with day and length."""
MAX_MARKER_CHARACTERS: Final = 24
FIGURE_INCHES: Final = 10.0
"""Width of the figure."""
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
    """Draw a ribbon for each face, and below them a row for each expression with its mean smoothed score over all faces.

    Args:
        session: The session, for title, source and markers.
        data: The same session, already read.
        missing: Letters that no font has; an ellipsis is drawn in their place.
    """
    span = Span(data.begin, data.begin + data.length)
    height = ROW_INCHES * (len(data.lanes) + len(EXPRESSIONS)) + MARGIN_INCHES
    figure = Figure(figsize=(FIGURE_INCHES, height), layout="constrained")
    rows = figure.subplots(len(data.lanes) + len(EXPRESSIONS), 1, sharex=True).tolist()
    for index, axes in enumerate(rows[: len(data.lanes)]):
        _draw_ribbon(axes, data, index, span)
    _draw_curves(rows[len(data.lanes) :], data)
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
    rows[-1].set_xlim(span.begin, span.end)
    rows[-1].xaxis.set_major_locator(FixedLocator(tick_times(span)))
    rows[-1].xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: clock(seconds)))
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
    column_seconds = (span.end - span.begin) / span.width
    for run in pixel_runs(data, lane, span):
        begin, length = span.begin + run.first * column_seconds, (run.after - run.first) * column_seconds
        if run.word in PLOT_STYLES:
            style = PLOT_STYLES[run.word]
            axes.add_patch(Rectangle((begin, 0), length, 1, facecolor=style.colour, alpha=opacity(run), linewidth=0))
            if style.hatch:
                axes.add_patch(
                    Rectangle((begin, 0), length, 1, fill=False, hatch=style.hatch, edgecolor=INK, linewidth=0, alpha=0.6)
                )
        else:
            axes.plot([begin, begin + length], [0.5, 0.5], color=SOFT, linewidth=1.2, linestyle=LINE_STYLES[run.word])
    _label_row(axes, data.lanes[lane].title)


def _draw_curves(rows: list[Axes], data: SessionArrays) -> None:
    """Draw the curve of each expression into its row: means of at most MAX_POINTS bins, none in a bin without a face."""
    edges = np.linspace(data.begin, data.begin + data.length, min(MAX_POINTS, max(len(data.t), 1)) + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    sums, faces = np.zeros((len(middles), len(EXPRESSIONS))), np.zeros(len(middles))
    bins = (np.searchsorted(edges, data.t, side="right") - 1).clip(0, len(middles) - 1)
    for lane in data.lanes:
        there = lane.smoothed.sum(axis=1) > 0
        np.add.at(sums, bins[there], lane.smoothed[there])
        np.add.at(faces, bins[there], 1)
    means = np.full_like(sums, np.nan)
    np.divide(sums, faces[:, None], out=means, where=faces[:, None] > 0)
    counts = data.counts()
    for index, (name, axes) in enumerate(zip(EXPRESSIONS, rows, strict=True)):
        style = PLOT_STYLES[name]
        axes.axhline(0.5, color=LINE, linewidth=0.6)
        axes.fill_between(middles, means[:, index], color=style.colour, alpha=0.9, linewidth=0)
        axes.fill_between(middles, means[:, index], facecolor="none", hatch=style.hatch, edgecolor=INK, linewidth=0, alpha=0.6)
        axes.plot(middles, means[:, index], color=INK, linewidth=0.7)
        _label_row(axes, name)
        share_of_readings = f"  {share(counts.get(name, 0) / data.readings)}" if data.readings else ""
        axes.text(1, 0.5, share_of_readings, transform=axes.transAxes, ha="left", va="center", color=SOFT)
    rows[0].text(1, 1.2, "  share", transform=rows[0].transAxes, ha="left", va="center", color=SOFT, fontsize=8)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}{ELLIPSIS}"
