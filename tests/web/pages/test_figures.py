"""One figure has one value: an awkward session, counted again in plain Python from its table, beside all that tells of it.

Two hours at one observation in five seconds: pauses, one of them from before the question of retention, a silence, a part that
was erased, a second face, faces that could not be read, an empty chair, and a clock that is set by an hour in the middle.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from tests.tracker.exports.recount import Told
from tracker.cli import main
from tracker.core import text
from tracker.core.frame import now as this_moment
from tracker.core.records import FaceRecord, ObservationRecord, QualityRecord, whole_milliseconds
from tracker.health.queries import session_samples
from tracker.live.timeline import Timeline, Why
from tracker.store import session_queries
from tracker.store.partial_erase import erase_part
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row
from tracker.store.timeline_query import query_timeline
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import NowPage

STEP: Final = 5.0
EARLY, PAUSED, LOST, SILENT, ERASED = (100, 160), (1000, 1600), (1700, 1750), (2000, 2100), (6000, 6295)
NOBODY, DARK, UNSURE, TOGETHER = (3000, 4000), (4000, 4500), (4500, 4600), (5000, 5500)
CLOCK_SET, SELDOM, END = 5200, 6500, 7500
WORDS: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "unclear")
Run = Callable[..., str]


def face(number: int, word: str, reason: str | None = None) -> FaceRecord:
    return replace(row(1, (number,)).faces[0], expression=word, quality=QualityRecord.of(reason))


def within(part: tuple[float, float], t: float) -> bool:
    return part[0] <= t < part[1]


def rows(began: datetime) -> list[ObservationRecord]:
    """What was observed, before a part of it was erased."""
    made = []
    for t in range(0, END, int(STEP)):
        if any(part[0] < t < part[1] for part in (EARLY, PAUSED, LOST, SILENT)):
            continue
        word = "disgust" if t == SELDOM else "neutral" if t % 3 else "happy"
        faces = [face(1, word)]
        if within(NOBODY, t):
            faces = []
        elif within(DARK, t):
            faces = [face(1, "unclear", "too dark")]
        elif within(UNSURE, t):
            faces = [face(1, "unclear")]
        elif within(TOGETHER, t):
            faces.append(face(2, "sad"))
        at = began + timedelta(seconds=t, hours=t >= CLOCK_SET)
        made.append(
            ObservationRecord(session="s", t=float(t), at=whole_milliseconds(at), frame=t, source="0", faces=tuple(faces))
        )
    return made


@pytest.fixture
def awkward(storage: Storage) -> Timeline:
    """Stored; and as the page Now had it in the end, before a part was erased."""
    began, live = this_moment() - timedelta(days=1), Timeline()
    pauses: dict[float, Why] = {PAUSED[0]: "paused", LOST[0]: "lost", END - STEP: "paused"}
    with Recorder(storage.require(), beginning("awkward-session", source="0", hz=1 / STEP, started_at=began)) as recorder:
        # Over before the person said for how long things are kept.
        recorder.paused(*EARLY, "paused")
        for each in rows(began):
            live.append(each)
            recorder.write(each)
            if each.t == EARLY[0]:
                live.pause("paused")
            if each.t in pauses:
                live.pause(pauses[each.t])
                recorder.pause(pauses[each.t])
        recorder.end()
    return live


@pytest.fixture
def run(storage: Storage) -> Run:
    """A command on this test's database."""
    database = storage.require()

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["sessions", "--db", str(database.url), *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout.replace("\N{NARROW NO-BREAK SPACE}", " ")

    return run


@dataclass
class Counted:
    """The figures, from a table alone."""

    observations: int
    shares: dict[str, float]
    readings: int
    nobody: float
    unreadable: float
    seconds: float
    watched: float
    gaps: list[tuple[float, float]]


def count(path: Path) -> Counted:
    table = list(csv.DictReader(path.open(encoding="utf-8")))
    read = [each for each in table if each["id"]]
    t = sorted({float(each["t"]) for each in table if each["frame"]})
    seen = {float(each["t"]) for each in read}
    pauses = [(float(each["t"]), float(each["until"] or t[-1])) for each in table if each["pause"]]
    usual = median(after - before for before, after in pairwise(t))
    watched, gaps = usual, []
    for before, after in pairwise(t):
        paused = any(before < end and begin < after for begin, end in pauses)
        gap = paused or after - before > max(2.5 * usual, 1.5)
        watched += usual if gap else after - before
        gaps += [(before + usual, after)] if gap and before + usual < after else []
    said = Counter(each["expression"] for each in read)
    return Counted(
        observations=len(t), shares={word: said[word] / len(read) for word in WORDS if said[word]}, readings=len(read),
        nobody=(len(t) - len(seen)) / len(t), unreadable=sum(bool(each["reason"]) for each in read) / len(read),
        seconds=t[-1] - t[0] + usual, watched=watched, gaps=gaps,
    )  # fmt: skip


def percent(share: float) -> str:
    return "< 1 %" if 0 < share < 0.005 else f"{int(share * 100 + 0.5)} %"


def in_words(counted: Counted) -> str:
    """As every page says it."""
    ranked = sorted(counted.shares.items(), key=lambda pair: -pair[1])
    told = ", ".join(f"{word} {percent(share)}" for word, share in ranked)
    return f"Of {counted.readings:,} readings of 2 faces: {told}. {beside(counted)}"


def beside(counted: Counted) -> str:
    unreadable = f"Unreadable: {percent(counted.unreadable)} of all readings (too dark)."
    return f"{unreadable} Nobody there: {percent(counted.nobody)} of {counted.observations:,} observations."


def plain(text: str) -> str:
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.browser
def test_every_place_tells_the_same(awkward: Timeline, storage: Storage, run: Run, page: Page, site: str) -> None:
    """List, calendar, page, trends, report, Health and command line, each beside the recount of the table."""
    database = storage.require()
    folder = Path(str(database.url.database)).parent
    with database.session() as store:
        stored = session_queries.session_detail(store, "awkward-session").summary.figures
    assert awkward.figures(1 / STEP).as_dict() == stored.as_dict()
    erase_part(database, "awkward-session", *ERASED)
    run("export", "awkward-session", "--output", str(folder / "a.csv"))
    run("report", "awkward-session", "--output", str(folder / "a.html"))
    want = count(folder / "a.csv")
    length, minutes = "2:05:00", str(int(want.watched / 60 + 0.5))
    assert (want.seconds, want.shares["disgust"] < 0.005) == (END, True)
    assert want.watched < END - 60 - 600 - 50 - 100 - 295 + 5 * STEP

    listed = json.loads(run("--json"))
    assert (listed["observations"], listed["seconds"], listed["watched"]) == (want.observations, END, want.watched)
    assert listed["shares"] == {word: round(share, 4) for word, share in want.shares.items()}
    assert (listed["nobody"], listed["unreadable"]) == (round(want.nobody, 4), round(want.unreadable, 4))
    first, second = sorted(want.shares.items(), key=lambda pair: -pair[1])[:2]
    assert run().strip().endswith(f"{length}  0 - {first[0]} {percent(first[1])}, {second[0]} {percent(second[1])}")

    week = next(each for each in json.loads(run("trends", "--json"))["weeks"] if each["sessions"])
    assert (week["minutes"], week["shares"]) == (round(want.watched / 60, 1), dict.fromkeys(WORDS, 0.0) | listed["shares"])
    with database.session() as store:
        seen = session_samples(store, this_moment() - timedelta(days=2), this_moment())
        gaps = [(gap.begin, gap.end) for gap in query_timeline(store, "awkward-session", points=50).gaps]
    assert seen.failed == pytest.approx(want.unreadable)
    assert seen.unclear == pytest.approx((want.shares["unclear"] - want.unreadable) / (1 - want.unreadable))
    assert gaps == [*want.gaps, (END, END)]
    in_report(Told((folder / "a.html").read_text(encoding="utf-8")), want, length)
    on_pages(page, site, want, length, minutes)


def in_report(told: Told, want: Counted, length: str) -> None:
    numbers = told.numbers
    assert (numbers["length"], numbers["readings"], numbers["observations"]) == (END, want.readings, want.observations)
    assert {word: numbers[f"share {word}"] for word in want.shares} == pytest.approx(want.shares, abs=1e-4)
    assert (numbers["nobody"], numbers["unreadable"]) == pytest.approx((want.nobody, want.unreadable), abs=1e-4)
    ends = [numbers.get(f"gap {place} end") for place in range(1, len(want.gaps) + 2)]
    assert [numbers[f"gap {place}"] for place in range(1, len(want.gaps) + 2)] == [*(begin for begin, _ in want.gaps), END]
    assert ends == [*(end for _, end in want.gaps), None]
    words = {name: plain(words) for name, words in told.words.items()}
    assert {word: words[f"share {word}"] for word in want.shares} == {word: percent(part) for word, part in want.shares.items()}
    assert (words["length"], words["nobody"]) == (length, percent(want.nobody))
    assert (words["readings"], words["observations"]) == (f"{want.readings:,}", f"{want.observations:,}")


def on_pages(page: Page, site: str, want: Counted, length: str, minutes: str) -> None:
    page.goto(f"{site}/history")
    expect(page.locator(".share-words")).to_have_text(in_words(want))
    expect(page.locator(".history-head .soft")).to_contain_text(f"{length} long")
    expect(page.locator(".calendar td[title]")).to_have_attribute("title", re.compile(rf": {minutes} minutes$"))
    page.goto(f"{site}/history/trends")
    cells = page.locator(".trend-table tbody tr").filter(has_text=percent(want.shares["happy"])).locator("td")
    assert [plain(cell.text_content() or "") for cell in cells.all()] == [
        "1",
        minutes,
        *(percent(want.shares.get(word, 0.0)) for word in WORDS),
    ]
    page.goto(f"{site}/history/awkward-session")
    expect(page.locator("#whole-words")).to_have_text(in_words(want))
    expect(page.locator("#count")).to_have_text(f"{want.observations:,} observations")
    expect(page.locator("#legend-of")).to_have_text(f"Shares of {want.readings:,} readings of 2 faces. {beside(want)}")
    expect(page.locator("main")).to_contain_text(f"{length} long")
    expect(page.locator("#gaps")).to_have_text(re.compile(r"; paused from [\d:]+ to the end\.$"))
    legend = dict(plain(text).split("\n") for text in page.locator("#legend li").all_inner_texts() if "\n" in text)
    assert legend == {word: percent(want.shares[word]) if word in want.shares else "\N{EN DASH}" for word in WORDS}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("complaints")
def test_what_is_shown_at_the_end_is_what_history_shows(now: "NowPage", page: Page, site: str, storage: Storage) -> None:
    """A live session with a pause from before the question: its last figures on Now are those of its page in History."""
    now.start(site, "The demo")
    now.expect_growth()
    page.get_by_role("button", name="Pause").click()
    expect(now.state).to_contain_text("paused")
    # Longer than an observation speaks for, however quickly the page answers: a shorter pause is no gap.
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Resume").click()
    expect(now.state).to_contain_text("watching")
    page.evaluate("fetch('/api/retention', {method: 'POST', body: new URLSearchParams({retention: 'forever'})})")
    expect(now.state).to_contain_text("saved for ever")
    now.expect_growth()
    page.get_by_role("button", name="Stop").click()
    expect(now.state).to_contain_text("stopped")
    summary = stored_session(page, storage)
    expect(page.locator("#count")).to_have_text(f"{summary.observations} observations")
    shown = figures_on(page)
    page.goto(f"{site}/history/{summary.id}")
    expect(page.locator("#count")).to_be_visible()
    assert figures_on(page) == shown
    assert summary.figures.watched < summary.figures.seconds


def stored_session(page: Page, storage: Storage) -> session_queries.SessionSummary:
    """The only session, once it is stored to its end, which the page does not wait for."""
    while True:
        with storage.reading() as store:
            sessions = session_queries.list_sessions(store)
        if sessions and sessions[0].ended_at is not None:
            return sessions[0]
        page.wait_for_timeout(50)


def figures_on(page: Page) -> list[str]:
    parts = ("#count", "#legend", "#legend-of", "#whole-words")
    for part in parts:
        expect(page.locator(part)).not_to_be_empty()
    return [plain(page.locator(part).text_content() or "") for part in parts]


@pytest.mark.browser
def test_pages_write_numbers_as_the_server_does(page: Page, site: str) -> None:
    """Shares, lengths and counts, at the edges of their rounding too, are the same text from format.js as from text.py."""
    shares = sorted({0.0, 1.0, 0.0012, 0.0049, 0.005, 0.125, 0.5, 0.545, 0.994, 0.995, 0.9999, *(n / 200 for n in range(201))})
    seconds = [0, 0.4, 0.9995, 59.9999, 60, 3599.4, 3600, 7499.5, 7499.9999999, 7500.0, 36_000]
    numbers = [0, 1, 999, 1000, 14_688, 1_234_567]
    page.goto(f"{site}/history")
    script = """async ([shares, seconds, numbers]) => {
        const { formatCount, formatDuration, formatPercent } = await import("/static/js/shared/format.js");
        return [shares.map(formatPercent), seconds.map(formatDuration), numbers.map(formatCount)];
    }"""
    told: Any = page.evaluate(script, [shares, seconds, numbers])
    assert told == [list(map(text.share, shares)), list(map(text.clock, seconds)), list(map(text.number, numbers))]
    assert [text.share(0.0), text.share(1.0), text.share(0.9999)] == [
        f"0{text.THIN}%",
        f"100{text.THIN}%",
        text.sure(1.0),
    ]
