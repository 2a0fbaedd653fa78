"""The report: every number can be counted again from the export, and the page stands by itself."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session as Store

from tracker.exports.files import export
from tracker.exports.looks import LOOKS
from tracker.exports.record import Record
from tracker.exports.report import report, write_report
from tracker.store.tables import record
from tracker.vocabulary import EXPRESSIONS


class Numbers(HTMLParser):
    """The values of a page's <data> elements by their names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, float] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            told = dict(attrs)
            self.found[str(told["title"])] = float(told["value"] or "nan")


def rows_of(store: Store, folder: Path) -> list[dict[str, str]]:
    export(record(store, "1f0c"), folder / "session.csv", "csv")
    with (folder / "session.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_number_can_be_counted_again_from_the_export(store: Store, tmp_path: Path) -> None:
    """Readings, shares, reasons, absence, first and last minutes: the CSV gives them all, and no other is there."""
    rows = rows_of(store, tmp_path)
    observed, read = {row["t"] for row in rows if row["frame"]}, [row for row in rows if row["id"]]
    words = Counter(row["expression"] for row in read)
    counted: dict[str, float] = {"readings": len(read), "observations": len(observed)}
    counted |= {f"share {word}": count / len(read) for word, count in words.items()}
    counted |= {reason: many / len(read) for reason, many in Counter(row["reason"] for row in read if row["reason"]).items()}
    counted["nobody"] = len([row for row in rows if row["frame"] and not row["id"]]) / len(observed)
    for name, start, stop in (("first", 0, 60), ("last", 240, 300)):
        inside = Counter(row["expression"] for row in read if start <= float(row["t"]) < stop)
        counted |= {f"{name} {word}": count / inside.total() for word, count in inside.items()}
    for word, (begin, end) in stretches(read).items():
        counted |= {f"longest {word}": end - begin, f"longest {word} from": begin}

    found = Numbers(report(record(store, "1f0c"))).found
    told = {name: value for name, value in found.items() if name.startswith("moment ")}
    assert {name: value for name, value in found.items() if name not in told} == pytest.approx(counted, abs=1e-4)
    assert told
    moment_by_moment(told, read)


def moment_by_moment(told: dict[str, float], read: list[dict[str, str]]) -> None:
    """Each moment's mixes are means of the first face's smoothed scores, twenty seconds before and after it."""
    judged = [row for row in read if row["id"] == "1" and not row["reason"]]
    for name in (each for each in told if each.split()[1:] == [each.split()[-1]]):
        t = told[name]
        mixes = []
        for when, begin, end in (("before", t - 20, t), ("after", t, t + 20)):
            rows = [row for row in judged if begin <= float(row["t"]) < end]
            mixes.append({word: sum(float(row[f"smooth_{word}"]) for row in rows) / len(rows) for word in EXPRESSIONS})
            shown = {key.split()[-1]: value for key, value in told.items() if key.startswith(f"{name} {when} ")}
            assert shown == pytest.approx({word: mixes[-1][word] for word in shown}, abs=2e-4)
        apart = sum(abs(mixes[0][word] - mixes[1][word]) for word in EXPRESSIONS) / 2
        assert told[f"{name} difference"] == pytest.approx(apart, abs=2e-4)
        if f"{name} from marker" in told:
            assert told[f"{name} from marker"] == pytest.approx(t - 61.0, abs=1e-3)


def stretches(read: list[dict[str, str]]) -> dict[str, tuple[float, float]]:
    """Each expression's longest run on one face; an observation at 2 Hz speaks for half a second, more than 1.5 s is a gap."""
    longest: dict[str, tuple[float, float]] = {}
    for _, face in groupby(sorted(read, key=lambda row: (row["id"], float(row["t"]))), lambda row: row["id"]):
        run: tuple[str, float, float] | None = None
        for row in face:
            t, word = float(row["t"]), row["expression"]
            begin = run[1] if run and run[0] == word and t - run[2] <= 1.5 else t
            run = (word, begin, t)
            if t + 0.5 - begin > longest.get(word, (0, 0))[1] - longest.get(word, (0, 0))[0]:
                longest[word] = (begin, t + 0.5)
    return longest


def test_the_page_loads_nothing_and_runs_nothing(store: Store) -> None:
    """No script, no address, no image: what is in the file is the page."""
    page = report(record(store, "1f0c"))

    assert re.findall(r"<script|<link|<img|<iframe|\bsrc=|\bhref=|https?:|@import|url\((?!#)", page) == []
    assert "default-src 'none'" in page


def test_what_people_wrote_stays_text(store: Store) -> None:
    """A title, a note or a marker with angle brackets is shown as it was typed."""
    page = report(record(store, "1f0c"))

    assert "Stand-up &lt;b&gt;" in page
    assert "Q&amp;A, &quot;&lt;i&gt;&quot;" in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_faces_that_are_there_together_have_a_line_each(store: Store) -> None:
    """Two faces, two ribbons and the pair of the first and last minutes; markers are numbered above."""
    page = report(record(store, "1f0c"))

    assert page.count('class="ribbon"') == 4
    assert ">Face 1</span>" in page
    assert ">Face 2</span>" in page
    assert "3:00 to 3:20" in page


def test_a_face_that_comes_back_under_another_number_stays_one_line(store: Store) -> None:
    """Where there are never two at once, the numbers are one face that went and came back."""
    first = record(store, "1f0c", 0, 229)
    rows = list(first.rows())
    for row in rows:
        row["faces"][0]["id"] = 1 if row["t"] < 100 else 2
    page = report(Record("x", "fake", 2.0, first.started_at, lambda: iter(rows)))

    assert page.count('class="ribbon"') == 3
    assert "Face 1" not in page


@pytest.mark.parametrize("faces", [None, []])
def test_a_session_of_nothing_has_a_page_too(store: Store, faces: Any) -> None:
    """Without an observation, or with nobody in any, it says so."""
    rows = [] if faces is None else [{"t": t / 2, "faces": []} for t in range(4)]
    page = report(Record("x", "fake", 2.0, record(store, "1f0c").started_at, lambda: iter(rows)))

    assert "Nobody was seen" in page
    assert "NaN" not in page


def test_colours_are_those_of_the_page(root: Path) -> None:
    """One colour an expression, on the screen and on paper."""
    tokens = (root / "web" / "static" / "tokens.css").read_text()
    light = dict(re.findall(r"--(\w+): (#\w{6});", tokens.split("}")[0]))

    assert {name: look.colour for name, look in LOOKS.items()} == {name: light[name] for name in LOOKS}
    assert len({look.hatch for look in LOOKS.values()}) == len({look.dashes for look in LOOKS.values()}) == len(LOOKS)


@pytest.fixture
def printed(store: Store, browser: Browser, tmp_path: Path) -> Iterator[bytes]:
    write_report(record(store, "1f0c"), tmp_path / "report.html")
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    yield page.pdf(prefer_css_page_size=True)
    page.close()


@pytest.mark.browser
def test_it_prints_on_one_page(printed: bytes) -> None:
    """A4, as its style asks for: nothing spills over for a session with a marker, notes and a pause."""
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
