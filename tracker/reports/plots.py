"""A session as a picture to put elsewhere: ribbons, curves and markers, as PNG or SVG."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
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
"""Of a PNG: 1,600 pixels across."""
MAX_POINTS: Final = 300
"""Means along a curve: more would be thinner than its line."""
TITLE, LABEL = 44, 24
"""Characters of a title that stand before day and length, and of a marker's text that stand above it."""
ROW, ELSE = 0.42, 1.0
"""Inches: of a row, and of all that is no row."""
LINE_STYLES: Final = {UNCLEAR: "-", NOBODY: ":"}
PLOT_SETTINGS: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    # Ids of a drawing's parts are drawn by lot: the same session should give the same file.
    "svg.hashsalt": "mien",
    # What a person wrote is no formula, though it may have two signs of a dollar in it.
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


def write_plot(record: SessionData, path: Path) -> None:
    """Draw a session into a file whose name ends in .png or .svg; UsageError for another."""
    if path.suffix.lower() not in PLOT_FORMATS:
        raise UsageError(f"{path}: a plot's name ends in {' or '.join(PLOT_FORMATS)}.")
    data, svg = aggregate_session(record), path.suffix.lower() == ".svg"
    with matplotlib_settings(PLOT_SETTINGS), atomic_file(path) as part:
        metadata = {"Date": None, "Creator": None} if svg else {}
        found, missing = font_families(
            "".join([report_title(record), phrase_text(report_heading(record, data)), *(mark.text for mark in record.markers)])
        )
        mpl.rcParams["font.sans-serif"] = [*found, *(name for name in mpl.rcParams["font.sans-serif"] if name not in found)]
        if missing and not svg:
            warn_missing_letters(missing)
        ignore_glyph_warnings()
        # An SVG keeps its letters as letters.
        figure = draw_plot(record, data, "" if svg else missing)
        figure.savefig(part, format=path.suffix[1:].lower(), dpi=DPI, facecolor=PAPER, metadata=metadata)


def draw_plot(record: SessionData, data: SessionArrays, missing: str = "") -> Figure:
    """A ribbon a face, and under it a row for each expression: how much of it there was, on average over the faces.

    missing: letters that cannot be drawn, for which dots stand.
    """
    span = Span(data.begin, data.begin + data.length)
    figure = Figure(figsize=(10, ROW * (len(data.lanes) + len(EXPRESSIONS)) + ELSE), layout="constrained")
    rows = figure.subplots(len(data.lanes) + len(EXPRESSIONS), 1, sharex=True).tolist()
    for place, axes in enumerate(rows[: len(data.lanes)]):
        _ribbon(axes, data, place, span)
    _strips(rows[len(data.lanes) :], data)
    for number, mark in enumerate(record.markers, 1):
        for axes in rows:
            axes.axvline(mark.t, color=INK, linewidth=0.7, linestyle=(0, (1, 2)))
        rows[0].annotate(
            f"\N{BLACK DIAMOND} {number} {_short(replace_letters(mark.text, missing), LABEL)}",
            (mark.t, 1),
            xytext=(0, 4),
            textcoords="offset points",
            fontsize=8,
            annotation_clip=False,
        )
    rows[-1].set_xlim(span.begin, span.end)
    rows[-1].xaxis.set_major_locator(FixedLocator(tick_times(span)))
    rows[-1].xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: clock(seconds)))
    name = replace_letters(report_title(record), missing)
    if not name.strip(f" {ELLIPSIS}"):
        name = report_title(replace(record, title=""))
    figure.suptitle(_short(name, TITLE), x=0.01, ha="left", fontsize=13, fontweight="bold")
    figure.text(
        0.99,
        0.985,
        replace_letters(phrase_text(report_heading(record, data)), missing),
        ha="right",
        va="top",
        color=SOFT,
        fontsize=8,
    )
    return figure


def _bare(axes: Axes, name: str) -> None:
    """A row without a scale of its own, its name on the left."""
    axes.set(ylim=(0, 1), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel(name, rotation=0, ha="right", va="center")


def _ribbon(axes: Axes, data: SessionArrays, place: int, span: Span) -> None:
    wide = (span.end - span.begin) / span.width
    for run in pixel_runs(data, place, span):
        begin, length = span.begin + run.first * wide, (run.after - run.first) * wide
        if run.word in PLOT_STYLES:
            look = PLOT_STYLES[run.word]
            axes.add_patch(Rectangle((begin, 0), length, 1, facecolor=look.colour, alpha=opacity(run), linewidth=0))
            if look.hatch:
                axes.add_patch(
                    Rectangle((begin, 0), length, 1, fill=False, hatch=look.hatch, edgecolor=INK, linewidth=0, alpha=0.6)
                )
        else:
            axes.plot([begin, begin + length], [0.5, 0.5], color=SOFT, linewidth=1.2, linestyle=LINE_STYLES[run.word])
    _bare(axes, data.lanes[place].title)


def _strips(rows: list[Axes], data: SessionArrays) -> None:
    middles, means = _means(data)
    counts = data.counts()
    for place, (name, axes) in enumerate(zip(EXPRESSIONS, rows, strict=True)):
        look = PLOT_STYLES[name]
        axes.axhline(0.5, color=LINE, linewidth=0.6)
        axes.fill_between(middles, means[:, place], color=look.colour, alpha=0.9, linewidth=0)
        axes.fill_between(middles, means[:, place], facecolor="none", hatch=look.hatch, edgecolor=INK, linewidth=0, alpha=0.6)
        axes.plot(middles, means[:, place], color=INK, linewidth=0.7)
        _bare(axes, name)
        of_all = f"  {share(counts.get(name, 0) / data.readings)}" if data.readings else ""
        axes.text(1, 0.5, of_all, transform=axes.transAxes, ha="left", va="center", color=SOFT)
    rows[0].text(1, 1.2, "  share", transform=rows[0].transAxes, ha="left", va="center", color=SOFT, fontsize=8)


def _means(data: SessionArrays) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """[POINTS] seconds, [POINTS, 7] means of the smoothed scores; not a number where nobody was seen."""
    edges = np.linspace(data.begin, data.begin + data.length, min(MAX_POINTS, max(len(data.t), 1)) + 1)
    sums, counts = np.zeros((len(edges) - 1, len(EXPRESSIONS))), np.zeros(len(edges) - 1)
    bins = (np.searchsorted(edges, data.t, side="right") - 1).clip(0, len(counts) - 1)
    for lane in data.lanes:
        there = lane.smooth.sum(axis=1) > 0
        np.add.at(sums, bins[there], lane.smooth[there])
        np.add.at(counts, bins[there], 1)
    means = np.full_like(sums, np.nan)
    np.divide(sums, counts[:, None], out=means, where=counts[:, None] > 0)
    return (edges[:-1] + edges[1:]) / 2, means


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}{ELLIPSIS}"
