"""The plots of a model card, drawn from scores alone: they show no face."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from exporter.evaluation.scores import Abstention, CoveragePoint, Curves, DataEvaluation, ShownScores
from tracker.reports.style import matplotlib_settings

BACKGROUND, INK, SOFT_INK, LINE_COLOUR = "#fffefb", "#1e2225", "#585e64", "#dedbd2"
"""As on Mien's pages; the background is painted, so that a card looks the same on a dark page."""
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
"""From Okabe and Ito's palette, which colour-blind people can tell apart."""
PLOT_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    # Without a salt the ids in an SVG are random; the same scores should give the same file.
    "svg.hashsalt": "mien",
    "font.size": 10.0,
    "text.color": INK,
    "axes.edgecolor": LINE_COLOUR,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE_COLOUR,
    "grid.linewidth": 0.7,
    "xtick.color": SOFT_INK,
    "ytick.color": SOFT_INK,
}
PART_COLOURS: Final = {"shown": BLUE, "ferplus": GREEN, "fer2013": ORANGE, "wide": PURPLE}
MIN_BIN_PICTURES: Final = 10
"""A bin with fewer pictures is not drawn: which share of them is right is mostly chance."""
TRUTH_LABELS: Final = {"FER+ majority": "what most voters saw"}
"""What the shown expressions were scored against -> the label of the axis."""
WHITE_TEXT_FROM: Final = 0.55
"""A cell of the confusion matrix with this share or more is so dark that its number is white."""


def draw_plots(scores: DataEvaluation, folder: Path) -> list[Path]:
    """Write ``confusion.svg``, ``reliability.svg``, ``coverage.svg`` and ``prior.svg`` into a folder, and return their paths.

    Raises:
        OSError: A file cannot be written.
    """
    with matplotlib_settings(PLOT_STYLE):
        figures = {
            "confusion": confusion(scores.shown),
            "reliability": reliability(scores),
            "coverage": coverage(scores.curves.coverage, scores.abstention),
            "prior": prior(scores.curves),
        }
        paths = []
        for name, figure in figures.items():
            path = folder / f"{name}.svg"
            figure.savefig(path, facecolor=BACKGROUND, metadata={"Date": None, "Creator": None})
            paths.append(path)
    return paths


def _figure(width: float, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """A figure with panels side by side; width and height in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False, sharey=True)[0].tolist()
    for each in axes:
        each.set_facecolor(BACKGROUND)
    return figure, axes


def confusion(shown: ShownScores) -> Figure:
    """The confusion matrix in percent of each row; a row is a true expression."""
    figure, (axes,) = _figure(6.4, 5.0)
    counts, labels = np.array(shown.confusion), list(shown.recall)
    totals = counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, None]
    colours = LinearSegmentedColormap.from_list("paper", [BACKGROUND, BLUE])
    # One shape a cell, because imshow would put a bitmap into the file.
    axes.pcolor(shares, cmap=colours, vmin=0, vmax=1)
    axes.invert_yaxis()
    for row, column in np.ndindex(*shares.shape):
        value = shares[row, column]
        colour = "white" if value >= WHITE_TEXT_FROM else INK
        axes.text(column + 0.5, row + 0.5, f"{value * 100:.0f}", ha="center", va="center", color=colour)
    middles = np.arange(len(labels)) + 0.5
    axes.set_xticks(middles, labels)
    axes.set_yticks(middles, [f"{label} ({total:,})" for label, total in zip(labels, totals, strict=True)])
    axes.set(xlabel="what Mien shows", ylabel=f"{TRUTH_LABELS.get(shown.against, 'what the labels say')} (pictures)")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return figure


def reliability(scores: DataEvaluation) -> Figure:
    """Accuracy against confidence, a panel for each part of the model; larger points stand for more pictures."""
    names = [name for name in PART_COLOURS if scores.curves.reliability.get(name)]
    figure, panels = _figure(7.6, 2.9, len(names))
    for axes, name in zip(panels, names, strict=True):
        points = [point for point in scores.curves.reliability[name] if point.n >= MIN_BIN_PICTURES]
        confidence = _numbers(point.confidence for point in points)
        accuracy = _numbers(point.accuracy for point in points)
        counts = _numbers(point.n for point in points)
        axes.plot([0, 1], [0, 1], color=SOFT_INK, linewidth=1, linestyle=(0, (4, 3)))
        axes.plot(confidence, accuracy, color=PART_COLOURS[name], linewidth=1)
        # The area of a point shows its share of the pictures; even the smallest can be seen.
        sizes = 12 + 300 * counts / max(counts.sum(), 1)
        axes.scatter(confidence, accuracy, s=sizes, color=PART_COLOURS[name], clip_on=False, zorder=3)
        error = percent(scores.parts[name].ece)
        axes.set(title=f"{name}, error {error}", xlabel="confidence", xlim=(0, 1), ylim=(0, 1))
        axes.set_xticks([0, 0.5, 1])
        _show_percent(axes)
    panels[0].set_ylabel("share that is right")
    return figure


def coverage(points: Sequence[CoveragePoint], clear: Abstention) -> Figure:
    """Accuracy of the most confident readings, and the threshold below which a reading is ``unclear``."""
    figure, (axes,) = _figure(6.4, 3.6)
    axes.plot(
        _numbers(point.coverage for point in points),
        _numbers(point.accuracy for point in points),
        color=BLUE,
        marker="o",
        markersize=4,
    )
    x, y = _numbers([clear.coverage, clear.accuracy])
    axes.scatter(x, y, s=70, marker="D", color=ORANGE, zorder=3)
    threshold, share, right = map(percent, (clear.threshold, clear.coverage, clear.accuracy))
    words = f"said aloud from {threshold} confidence:\n{share} of the faces, {right} of them right"
    axes.annotate(words, (x, y), xytext=(-8, -34), textcoords="offset points", ha="right")
    axes.set(xlabel="share of the faces that are answered, the surest first", ylabel="share that is right", xlim=(0, 1.02))
    _show_percent(axes)
    return figure


def prior(curves: Curves) -> Figure:
    """Accuracy against unweighted recall, a point for each tau; taus with a name are labelled."""
    figure, (axes,) = _figure(6.4, 4.2)
    recall = _numbers(point.uar for point in curves.prior)
    accuracy = _numbers(point.accuracy for point in curves.prior)
    axes.plot(recall, accuracy, color=BLUE, marker="o", markersize=4, linewidth=1)
    taus = [point.tau for point in curves.prior]
    for number, (tau, words) in enumerate(named_taus(curves).items()):
        index = taus.index(tau)
        place = (recall[index], accuracy[index])
        axes.scatter(*place, s=70, marker="D", color=ORANGE, zorder=3)
        # Labels point to the middle of the plot; on the left, where the curve is flat, they alternate above and below it.
        offset, side = ((8, -20 if number % 2 else 12), "left") if place[0] < recall.mean() else ((-10, -12), "right")
        axes.annotate(f"{words}, tau {tau:g}", place, xytext=offset, textcoords="offset points", ha=side)
    axes.set(xlabel="unweighted mean recall of the seven expressions", ylabel="share that is right")
    axes.margins(x=0.06, y=0.12)
    _show_percent(axes)
    return figure


def named_taus(curves: Curves) -> dict[float, str]:
    """Tau -> its name, by rising tau; a tau with two names has both."""
    names: dict[float, list[str]] = {}
    defaults = curves.defaults
    for name, tau in (("natural", 0.0), ("live", defaults.live), ("picture", defaults.picture), ("balanced", 1.0)):
        names.setdefault(tau, []).append(name)
    return {tau: " and ".join(names[tau]) for tau in sorted(names)}


def percent(share: float | None) -> str:
    """A share as Mien writes it everywhere, 83.2 %; "-" for None."""
    return "-" if share is None else f"{share * 100:.1f} %"


def _numbers(values: Iterable[float | None]) -> npt.NDArray[np.float64]:
    """None becomes NaN, which is not drawn."""
    return np.array(list(values), np.float64)


def _show_percent(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
