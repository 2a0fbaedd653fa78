"""Plots: a PNG or an SVG, the same for the same session."""

import html
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from threading import Event, Thread
from typing import Final

import matplotlib as mpl
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from PIL import Image
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.vocabulary import EXPRESSIONS
from tracker.exports.from_database import read_session_data
from tracker.exports.session_data import SessionData
from tracker.reports.aggregate import aggregate_session
from tracker.reports.fonts import warn_missing_letters
from tracker.reports.plots import draw_plot, write_plot
from tracker.reports.style import matplotlib_settings

SOON: Final = 20.0
"""Seconds; only what is broken needs them."""


def test_a_plot_names_each_row_and_marker(store: Store, tmp_path: Path) -> None:
    """An SVG has its words as text: title, faces, expressions, what was noted, the clock; and twice drawn it is the same."""
    first, second = tmp_path / "one.svg", tmp_path / "two.svg"
    session = replace(read_session_data(store, "1f0c"), zone=UTC)
    write_plot(session, first)
    write_plot(session, second)

    told = first.read_text()
    assert all(f">{word}</text>" in told for word in (*EXPRESSIONS, "Face 1", "Face 2", "Stand-up &lt;b&gt;"))
    assert "1 Q&amp;A" in told
    assert ">10:01</text>" in told
    assert told == second.read_text()


def test_a_png_is_a_picture(store: Store, tmp_path: Path) -> None:
    """It opens, and is wide enough for a slide."""
    write_plot(read_session_data(store, "1f0c"), tmp_path / "one.png")

    with Image.open(tmp_path / "one.png") as picture:
        assert picture.size[0] == 1600


def test_two_plots_at_once_do_not_share_a_style() -> None:
    """Matplotlib has one for the process: a second drawing waits for the first, and afterwards all is as it was."""
    before, entered, leave = dict(mpl.rcParams), Event(), Event()

    def draw() -> None:
        with matplotlib_settings({"font.size": 7.0}):
            entered.set()
            leave.wait(SOON)

    second = Thread(target=draw)
    with matplotlib_settings({"font.size": 5.0}):
        second.start()
        assert not entered.wait(0.2)
        assert mpl.rcParams["font.size"] == 5.0
    assert entered.wait(SOON)
    leave.set()
    second.join()
    assert dict(mpl.rcParams) == before


def test_a_plot_of_nothing_is_empty_and_another_kind_is_refused(store: Store, tmp_path: Path) -> None:
    """No observation is no error; a name that ends in .pdf is."""
    nothing = SessionData("x", "fake", 2.0, read_session_data(store, "1f0c").started_at, lambda: iter(()))
    write_plot(nothing, tmp_path / "empty.svg")

    assert (tmp_path / "empty.svg").exists()
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        write_plot(nothing, tmp_path / "one.pdf")


@pytest.fixture
def only_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All fonts that are installed on this machine: one, which knows two words of Japanese."""
    path, letters = tmp_path / "Two Words.ttf", {ord(letter): f"letter{place}" for place, letter in enumerate("会議質問")}
    glyphs, pen = [".notdef", *letters.values()], TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 700))
    pen.lineTo((700, 0))
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap(letters)
    builder.setupGlyf(dict.fromkeys(glyphs, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Two Words", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(path)])
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(font_manager.fontManager.ttflist))
    return path


def noted(store: Store, name: str, text: str) -> SessionData:
    found = read_session_data(store, "1f0c", 60, 62)
    return replace(found, title=name, markers=(replace(found.markers[0], text=text),))


@pytest.mark.usefixtures("only_font")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("name", "text", "dots"),
    [
        ("会議 with Ana", "質問", ""),
        ("会議 週次", "質問 one", "次週"),
        ("週次", "週", "次週"),
        (r"costs $\frac$ or $5", "$x", ""),
    ],
)
def test_letters_that_a_font_has_are_drawn_and_others_told(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, name: str, text: str, dots: str
) -> None:
    """A font of this machine lends its letters; what none has is told once, without boxes or warnings. Nothing is a formula."""
    warn_missing_letters.cache_clear()
    for kind in (".png", ".svg"):
        write_plot(noted(store, name, text), tmp_path / f"one{kind}")

    assert [message.split("has ")[1].split(",")[0] for message in caplog.messages] == ([dots] if dots else [])
    told = html.unescape((tmp_path / "one.svg").read_text(encoding="utf-8"))
    assert f">{name}</text>" in told
    assert f"1 {text}" in told
    assert ("Two Words" in told) == ("会議" in name)


def test_what_no_font_has_becomes_dots(store: Store) -> None:
    """A title of nothing else is the session's day instead, and a marker keeps its number; a long title leaves room."""
    dots = "\N{HORIZONTAL ELLIPSIS}"
    for name, shown in (
        ("会議 with Ana", f"{dots} with Ana"),
        ("会議", "Session of 22 November 2026"),
        ("W" * 60, "W" * 44 + dots),
    ):
        found = noted(store, name, "質問")
        with matplotlib_settings({}):
            figure = draw_plot(found, aggregate_session(found), "会議質問")
        assert figure.get_suptitle() == shown
        assert figure.axes[0].texts[0].get_text() == f"\N{BLACK DIAMOND} 1 {dots}"
