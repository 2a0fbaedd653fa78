"""The pictures of a model card, drawn from scores alone: no face is in them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from tracker.reports.style import matplotlib_settings

GROUND, INK, SOFT, LINE = "#fffefb", "#1e2225", "#585e64", "#dedbd2"
"""As on Mien's pages; the ground is painted, so that a card reads the same on a dark page."""
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
"""Okabe and Ito's: colour-blind eyes tell them apart."""
STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    # Ids of a drawing's parts are drawn by lot: the same scores should give the same file.
    "svg.hashsalt": "mien",
    "font.size": 10.0,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.titlesize": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}
LOOKS: Final = {"shown": BLUE, "ferplus": GREEN, "fer2013": ORANGE, "wide": PURPLE}
FEWEST: Final = 10
"""Pictures that a bin needs to be drawn: of fewer, the share that is right is mostly chance."""
TRUTHS: Final = {"FER+ majority": "what most voters saw"}
"""Whom what is shown is judged against, in words."""
DARK: Final = 0.55
"""From this share on a cell of the confusion is so dark that its number is written in white."""


def draw(scores: Mapping[str, Any], folder: Path) -> list[Path]:
    """``confusion``, ``reliability``, ``coverage`` and ``prior`` as SVG files in a folder."""
    with matplotlib_settings(STYLE):
        figures = {
            "confusion": confusion(scores["shown"]),
            "reliability": reliability(scores),
            "coverage": coverage(scores),
            "prior": prior(scores["curves"]),
        }
        return [_save(figure, folder / f"{name}.svg") for name, figure in figures.items()]


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, facecolor=GROUND, metadata={"Date": None, "Creator": None})
    return path


def _figure(width: float, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """Inches; the layout leaves room for labels."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False, sharey=True)[0].tolist()
    for each in axes:
        each.set_facecolor(GROUND)
    return figure, axes


def confusion(shown: Mapping[str, Any]) -> Figure:
    """Rows are what is true, in percent of the row."""
    figure, (axes,) = _figure(6.4, 5.0)
    counts, labels = np.array(shown["confusion"]), list(shown["recall"])
    totals = counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, None]
    paper = LinearSegmentedColormap.from_list("paper", [GROUND, BLUE])
    # Drawn cell by cell, where imshow would put a bitmap into the file.
    axes.pcolor(shares, cmap=paper, vmin=0, vmax=1)
    axes.invert_yaxis()
    for row, column in np.ndindex(*shares.shape):
        value = shares[row, column]
        axes.text(
            column + 0.5, row + 0.5, f"{value * 100:.0f}", ha="center", va="center", color="white" if value >= DARK else INK
        )
    middles = np.arange(len(labels)) + 0.5
    axes.set_xticks(middles, labels)
    axes.set_yticks(middles, [f"{label} ({total:,})" for label, total in zip(labels, totals, strict=True)])
    axes.set(xlabel="what Mien shows", ylabel=f"{TRUTHS.get(shown['against'], 'what the labels say')} (pictures)")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return figure


def reliability(scores: Mapping[str, Any]) -> Figure:
    """A panel for each part: calibrated points lie on the diagonal; the larger, the more pictures."""
    parts = {name: points for name in LOOKS if (points := scores["curves"]["reliability"].get(name))}
    figure, panels = _figure(7.6, 2.9, len(parts))
    for axes, (name, points) in zip(panels, parts.items(), strict=True):
        drawn = [point for point in points if point["n"] >= FEWEST]
        confidence, accuracy, counts = _columns(drawn, "confidence", "accuracy", "n")
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
        axes.plot(confidence, accuracy, color=LOOKS[name], linewidth=1)
        # The area tells the share of pictures; no point is so small that it is lost.
        sizes = 12 + 300 * counts / max(counts.sum(), 1)
        axes.scatter(confidence, accuracy, s=sizes, color=LOOKS[name], clip_on=False, zorder=3)
        axes.set(title=f"{name}, error {percent(scores[name]['ece'])}", xlabel="confidence", xlim=(0, 1), ylim=(0, 1))
        axes.set_xticks([0, 0.5, 1])
        _percent(axes)
    panels[0].set_ylabel("share that is right")
    return figure


def coverage(scores: Mapping[str, Any]) -> Figure:
    """How much more often the surest readings are right, and where ``unclear`` begins."""
    figure, (axes,) = _figure(6.4, 3.6)
    part, accuracy = _columns(scores["curves"]["coverage"], "coverage", "accuracy")
    axes.plot(part, accuracy, color=BLUE, marker="o", markersize=4)
    clear = scores["abstention"]
    axes.scatter([clear["coverage"]], [clear["accuracy"]], s=70, marker="D", color=ORANGE, zorder=3)
    threshold, share, right = (percent(clear[key]) for key in ("threshold", "coverage", "accuracy"))
    words = f"said aloud from {threshold} confidence:\n{share} of the faces, {right} of them right"
    axes.annotate(words, (clear["coverage"], clear["accuracy"]), xytext=(-8, -34), textcoords="offset points", ha="right")
    axes.set(xlabel="share of the faces that are answered, the surest first", ylabel="share that is right", xlim=(0, 1.02))
    _percent(axes)
    return figure


def prior(curves: Mapping[str, Any]) -> Figure:
    """Each point a tau: to the right the rare are recognised more often, downwards all together are less often right."""
    figure, (axes,) = _figure(6.4, 4.2)
    points = {point["tau"]: point for point in curves["prior"]}
    recall, accuracy = _columns(curves["prior"], "uar", "accuracy")
    axes.plot(recall, accuracy, color=BLUE, marker="o", markersize=4, linewidth=1)
    for number, (tau, words) in enumerate(named_taus(curves).items()):
        place = (points[tau]["uar"], points[tau]["accuracy"])
        axes.scatter(*place, s=70, marker="D", color=ORANGE, zorder=3)
        # Into the middle of the picture from either side of it; two on the left, where the curve is flat, by turns.
        offset, side = ((8, -20 if number % 2 else 12), "left") if place[0] < recall.mean() else ((-10, -12), "right")
        axes.annotate(f"{words}, tau {tau:g}", place, xytext=offset, textcoords="offset points", ha=side)
    axes.set(xlabel="unweighted mean recall of the seven expressions", ylabel="share that is right")
    axes.margins(x=0.06, y=0.12)
    _percent(axes)
    return figure


def named_taus(curves: Mapping[str, Any]) -> dict[float, str]:
    """The taus that have a name, by rising tau; one may have two."""
    names: dict[float, list[str]] = {}
    for name, tau in [("natural", 0.0), *curves["defaults"].items(), ("balanced", 1.0)]:
        names.setdefault(float(tau), []).append(name)
    return {tau: " and ".join(names[tau]) for tau in sorted(names)}


def _columns(points: list[dict[str, Any]], *keys: str) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    return [np.array([point[key] for point in points], np.float64) for key in keys]


def percent(share: float | None) -> str:
    """As Mien writes it everywhere: 83.2 %."""
    return "-" if share is None else f"{share * 100:.1f} %"


def _percent(axes: Axes) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
