"""The report: the page stands by itself, prints on one sheet, and has something to say of any session."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace as changed
from playwright.sync_api import Browser
from sqlalchemy.orm import Session as Store

from tests.tracker.exports.conftest import BEGAN
from tests.tracker.exports.recount import Told
from tracker.core.text import PLOT_STYLES
from tracker.exports.from_database import read_session_data
from tracker.exports.session_data import Marker, Pause, SessionData
from tracker.reports.html_report import render_report, report_title, write_report
from tracker.reports.motion_rates import MotionTally, describe_rate
from tracker.reports.personal_range import EarlierSession, EarlierSessions
from tracker.store.testing import MOTION, row

SLOW: Final = "this machine manages 7 a second; counting needs 15"


def test_the_page_loads_nothing_and_runs_nothing(store: Store) -> None:
    """No script, no address, no image: what is in the file is the page."""
    page = render_report(read_session_data(store, "1f0c"))

    assert re.findall(r"<script|<link|<img|<iframe|\bsrc=|\bhref=|https?:|@import|url\((?!#)", page) == []
    assert "default-src 'none'" in page


def test_what_people_wrote_stays_text(store: Store) -> None:
    """A title, a note or a marker with angle brackets is shown as it was typed."""
    page = render_report(read_session_data(store, "1f0c"))

    assert "Stand-up &lt;b&gt;" in page
    assert "Q&amp;A, &quot;&lt;i&gt;&quot;" in page
    assert "<b>" not in page
    assert "<i>" not in page


def test_faces_that_are_there_together_have_a_line_each(store: Store) -> None:
    """Two faces, two ribbons and the pair of the first and last minutes; markers are numbered above."""
    page = render_report(read_session_data(store, "1f0c"))

    assert page.count('class="ribbon"') == 4
    assert ">Face 1</span>" in page
    assert ">Face 2</span>" in page
    began = BEGAN.astimezone()
    gap = f"{began + timedelta(minutes=3):%H:%M:%S} to {began + timedelta(minutes=3, seconds=20):%H:%M:%S}"
    assert gap in re.sub(r"</?data[^>]*>", "", page)


def test_a_face_that_comes_back_under_another_number_stays_one_line(store: Store) -> None:
    """Where there are never two at once, the numbers are one face that went and came back."""
    first = read_session_data(store, "1f0c", 0, 229)
    rows = [changed(row, faces=(changed(row.faces[0], id=1 if row.t < 100 else 2),)) for row in first.rows()]
    page = render_report(SessionData("x", "fake", 2.0, first.started_at, lambda: iter(rows)))

    assert page.count('class="ribbon"') == 3
    assert "Face 1" not in page


@pytest.mark.parametrize("faces", [None, []])
def test_a_session_of_nothing_has_a_page_too(store: Store, faces: Any) -> None:
    """Without an observation, or with nobody in any, it says so."""
    rows = [] if faces is None else [row(n, ()) for n in range(4)]
    page = render_report(SessionData("x", "fake", 2.0, read_session_data(store, "1f0c").started_at, lambda: iter(rows)))

    assert ("Nobody was seen" if rows else "Nothing was observed") in page
    assert "NaN" not in page


def test_each_expression_has_a_hatch_and_a_line_of_its_own() -> None:
    """Without colours, too, the seven differ: by matplotlib's sign and by the lines that pages draw."""
    styles = PLOT_STYLES.values()

    assert len({style.lines for style in styles}) == len(PLOT_STYLES)
    assert len({style.hatch for style in styles}) == len(PLOT_STYLES)


def test_times_are_those_of_the_page(store: Store) -> None:
    """The clock of the person's zone, on the axis, too; of a recording its own time, from the same rows."""
    live = replace(read_session_data(store, "1f0c"), zone=timezone(timedelta(hours=5, minutes=45)))
    page, recorded = render_report(live), render_report(replace(live, recorded=True))

    assert ">15:46:01</data></span><span>Q&amp;A" in page
    assert ">15:46</text>" in page
    assert ">1:01</data></span><span>Q&amp;A" in recorded
    assert ">1:00</text>" in recorded


def test_a_report_to_pass_on_tells_nothing_that_is_left_out(store: Store) -> None:
    """No day, clock, percentage, exact value, source, id or word of the person's, wherever in the file one looks."""
    page = render_report(read_session_data(store, "1f0c"), leave_out=("times", "scores", "notes"))
    told = Told(page)

    seen = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert re.findall(r"%|1f0c|[Ss]tand-up|Two\nlines|Q&amp;A|2026|demo|UTC|\d\d:\d\d", seen.replace('width="100%"', "")) == []
    assert set(told.numbers) <= {"first seconds", "last seconds", "moment window"}
    assert "about 5 minutes long" in page
    assert "The faces looked sad in some, neutral in few and happy in few of the readings. Unclear: few." in page
    assert "Stand-up" in render_report(read_session_data(store, "1f0c"), leave_out=("times", "scores"))


@pytest.fixture
def printed(store: Store, browser: Browser, tmp_path: Path) -> Iterator[bytes]:
    before = [
        EarlierSession(str(n), BEGAN, {"neutral": 90, "happy": 8 + n, "sad": 5, "angry": 2}, same_model=True) for n in range(9)
    ]
    usual = replace(
        read_session_data(store, "1f0c"),
        notes="\n".join(["A line of notes that somebody wrote during the meeting, as people do."] * 6),
        markers=tuple(Marker(20.0 * n, "A marker with a few words") for n in range(1, 9)),
        pauses=tuple(Pause(60.0 * n, 60.0 * n + 15, "paused") for n in range(1, 5)),
    )
    write_report(usual, tmp_path / "report.html", EarlierSessions(tuple(before)))
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    yield page.pdf(prefer_css_page_size=True)
    page.close()


@pytest.mark.browser
def test_it_prints_on_one_page(printed: bytes) -> None:
    """A4, as its style asks for: nothing spills over for two faces, eight markers, six lines of notes and four pauses."""
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_a_report_without_a_title_is_called_by_its_day_on_every_system(store: Store) -> None:
    """Not by a directive that only some systems' strftime has: Windows ends with an error at a day without its zero."""
    untitled = replace(read_session_data(store, "1f0c"), title="", started_at=datetime(2026, 11, 3, 12, tzinfo=UTC))
    assert report_title(untitled) == "Session of 3 November 2026"


def test_no_date_is_written_with_a_directive_that_a_system_lacks(root: Path) -> None:
    """C's own are there on Windows, macOS and Linux; `%-d`, `%e` or `%P` are not."""
    known = set("aAbBcdfHIjmMpSUwWxXyYzZ")
    found = {
        f"{path.relative_to(root)}: {spec}"
        for package in ("tracker", "web", "exporter")
        for path in sorted((root / package).rglob("*.py"))
        for spec in directives(path.read_text(encoding="utf-8"))
        if set(re.findall(r"%(.)", spec)) - known
    }
    assert found == set()


def directives(source: str) -> Iterator[str]:
    """What follows the colon in an f-string, where it is a date's, and what strftime is given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
            spec = "".join(str(part.value) for part in node.format_spec.values if isinstance(part, ast.Constant))
            yield from [spec] if re.search(r"%[^%]", spec) else []
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("strftime", "strptime"):
            yield from (str(given.value) for given in node.args if isinstance(given, ast.Constant))


@pytest.mark.parametrize("seconds", [10, 90])
def test_a_rate_takes_a_minute_of_watched_face(store: Store, seconds: int) -> None:
    """One blink in ten seconds is not six a minute: it is told that the face was watched for too short a time."""
    rows = [
        changed(each, faces=(changed(each.faces[0], motion=changed(MOTION, seconds=0.5, blinks=int(each.t == 1))),))
        for each in read_session_data(store, "1f0c", 0, 100).rows()
        if each.t < seconds
    ]
    page = render_report(SessionData("x", "fake", 2.0, read_session_data(store, "1f0c").started_at, lambda: iter(rows)))

    assert ("not counted: a face was watched for less than a minute" in page) == (seconds < 60)
    assert (" a minute</li>" in page.replace("less than a minute", "")) == (seconds >= 60)


def test_a_face_that_was_watched_for_long_is_not_called_watched_for_short() -> None:
    """Where a busy machine could count blinks for a few seconds of two minutes, the reason is that, not a short session."""
    tally = MotionTally()
    for moment in range(120):
        seen = moment < 5
        tally.add(changed(MOTION, seconds=1.0, blinks=1 if seen else None, away=0.0, reason=None if seen else SLOW))
    told = {rate.name: "".join(map(str, describe_rate(rate))) for rate in tally.rates()}

    assert told["blinks"] == f"not counted: a face was looked at often enough for less than a minute ({SLOW})"
    assert told["away"].endswith(" of the time")
