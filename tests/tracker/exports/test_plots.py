"""Plots: a PNG or an SVG, the same for the same session."""

from pathlib import Path
from threading import Event, Thread
from typing import Final

import matplotlib as mpl
import pytest
from PIL import Image
from sqlalchemy.orm import Session as Store

from tracker.errors import UsageError
from tracker.exports.plots import plot
from tracker.exports.record import Record
from tracker.exports.style import styled
from tracker.store.tables import record
from tracker.vocabulary import EXPRESSIONS

SOON: Final = 20.0
"""Seconds; only what is broken needs them."""


def test_a_plot_names_each_row_and_marker(store: Store, tmp_path: Path) -> None:
    """An SVG has its words as text: title, faces, the seven expressions, what was noted; and twice drawn it is the same."""
    first, second = tmp_path / "one.svg", tmp_path / "two.svg"
    plot(record(store, "1f0c"), first)
    plot(record(store, "1f0c"), second)

    told = first.read_text()
    assert all(f">{word}</text>" in told for word in (*EXPRESSIONS, "Face 1", "Face 2", "Stand-up &lt;b&gt;"))
    assert "1 Q&amp;A" in told
    assert told == second.read_text()


def test_a_png_is_a_picture(store: Store, tmp_path: Path) -> None:
    """It opens, and is wide enough for a slide."""
    plot(record(store, "1f0c"), tmp_path / "one.png")

    with Image.open(tmp_path / "one.png") as picture:
        assert picture.size[0] == 1600


def test_two_plots_at_once_do_not_share_a_style() -> None:
    """Matplotlib has one for the process: a second drawing waits for the first, and afterwards all is as it was."""
    before, entered, leave = dict(mpl.rcParams), Event(), Event()

    def draw() -> None:
        with styled({"font.size": 7.0}):
            entered.set()
            leave.wait(SOON)

    second = Thread(target=draw)
    with styled({"font.size": 5.0}):
        second.start()
        assert not entered.wait(0.2)
        assert mpl.rcParams["font.size"] == 5.0
    assert entered.wait(SOON)
    leave.set()
    second.join()
    assert dict(mpl.rcParams) == before


def test_a_plot_of_nothing_is_empty_and_another_kind_is_refused(store: Store, tmp_path: Path) -> None:
    """No observation is no error; a name that ends in .pdf is."""
    nothing = Record("x", "fake", 2.0, record(store, "1f0c").started_at, lambda: iter(()))
    plot(nothing, tmp_path / "empty.svg")

    assert (tmp_path / "empty.svg").exists()
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        plot(nothing, tmp_path / "one.pdf")
