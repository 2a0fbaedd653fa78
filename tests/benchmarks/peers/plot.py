"""The plot of the README: each figure of each peer as how many times Mien's it is, on one scale."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from exporter.evaluation.plots import BACKGROUND, BLUE, GREEN, INK, LINE_COLOUR, ORANGE, PLOT_STYLE, PURPLE, SOFT_INK
from tests.benchmarks.peers.results import PeerResult
from tests.benchmarks.peers.table import COLUMNS, MIEN, labelled
from tracker.reports.style import matplotlib_settings

COSTS: Final = {"a frame", "a picture", "a face", "start", "memory", "installed"}
COMPARED: Final = tuple(column for column in COLUMNS if column.title in COSTS)
APART: Final = 0.09
"""Between two peers' points of a figure, of the distance between figures: some peers have the same."""
TICKS: Final = {0.1: "0.1", 0.3: "0.3", 1: "1", 3: "3", 10: "10", 30: "30"}
COLOURS: Final = (ORANGE, PURPLE, GREEN, "#56b4e9", "#e69f00")
"""Of the peers in their order, from Okabe and Ito's palette; Mien is blue."""


def draw(results: Sequence[PeerResult], path: Path) -> None:
    """Write the plot as SVG: left what things cost against Mien's cost, right how often peers are right.

    Raises:
        OSError: The file cannot be written.
    """
    measured = [result for result in results if result.reason is None]
    mien = next((result for result in measured if result.peer == MIEN), None)
    peers = [result for result in measured if result is not mien]
    colours = {MIEN: BLUE} | {peer.peer: COLOURS[number % len(COLOURS)] for number, peer in enumerate(peers)}
    with matplotlib_settings(PLOT_STYLE):
        figure = Figure(figsize=(10, 4.4), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[4, 3])
        for axes in (left, right):
            axes.set_facecolor(BACKGROUND)
        for place, column in enumerate(COMPARED):
            own = None if mien is None else column.value(mien)
            for number, peer in enumerate(peers):
                value = column.value(peer)
                if own and value:
                    height = place + (number - (len(peers) - 1) / 2) * APART
                    left.scatter(value / own, height, s=46, color=colours[peer.peer], zorder=3)
        left.axvline(1, color=BLUE, linewidth=1.6)
        left.set_xscale("log")
        left.set_xticks(list(TICKS), list(TICKS.values()))
        left.minorticks_off()
        left.set_yticks(range(len(COMPARED)), [column.title for column in COMPARED])
        left.set(xlabel="times Mien's (the line); further left is less", ylim=(len(COMPARED) - 0.5, -0.5))
        for place, result in enumerate(measured):
            colour = colours[result.peer]
            left.scatter([], [], s=46, color=colour, label=result.peer)
            for shift, share, marker in ((-0.12, labelled(result), "o"), (0.12, result.votes, "D")):
                if share is not None:
                    low, high = share.interval
                    right.plot([low * 100, high * 100], [place + shift] * 2, color=colour, linewidth=1.2)
                    right.scatter(share.value * 100, place + shift, s=34, color=colour, marker=marker, zorder=3)
        right.set_yticks(range(len(measured)), [result.peer for result in measured])
        right.set(xlabel="% right\n● FER-2013's labels   ◆ votes of ten", ylim=(len(measured) - 0.5, -0.5))
        figure.legend(
            *left.get_legend_handles_labels(), loc="outside lower center", ncols=len(measured), frameon=False, columnspacing=1.2
        )
        for axes in (left, right):
            axes.tick_params(colors=SOFT_INK)
            axes.xaxis.label.set_color(INK)
            axes.grid(color=LINE_COLOUR)
        figure.savefig(path, facecolor=BACKGROUND, metadata={"Date": None, "Creator": None})
