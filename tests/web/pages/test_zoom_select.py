"""A stored session's trend in a real browser: pointed at, clicked, dragged over, and the same by keys and buttons."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace
from playwright.sync_api import Locator, Page, expect

from tracker.core.records import ObservationRecord
from tracker.core.vocabulary import EXPRESSIONS
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row
from web.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

HZ, MANY = 5.0, 9000
FLASH: Final = MANY // 2 + 1
"""One observation of surprise, in the middle: a fifth of a second of half an hour."""

LAY_OUT: Final = """shown => new Promise((resolve) => {
    document.querySelector("main").hidden = !shown;
    dispatchEvent(new Event("resize"));
    requestAnimationFrame(() => requestAnimationFrame(resolve));
})"""
"""Hides or shows what is on the page, as while it is captured, and waits until that was painted."""


def calm(n: int) -> ObservationRecord:
    """Neutral, but for the flash."""
    made = row(n, hz=HZ)
    word = "surprise" if n == FLASH else "neutral"
    scores = {name: 0.7 if name == word else 0.05 for name in EXPRESSIONS}
    face = replace(made.faces[0], expression=word, scores=scores, smooth=scores, motion=None)
    return replace(made, faces=(face,))


@pytest.fixture(scope="module")
def long_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a session of half an hour."""
    path = tmp_path_factory.mktemp("long") / "mien.db"
    with Database(f"sqlite:///{path}") as database, Recorder(database, beginning("long-session", hz=HZ), most=MANY) as recorder:
        for n in range(MANY):
            recorder.write(calm(n))
        recorder.end()
        assert recorder.flush(60)
    return path


@pytest.fixture
def kept(long_session: Path, tmp_path: Path) -> None:
    """That session in the database of this test, which is not open yet."""
    shutil.copy(long_session, tmp_path / "mien.db")


@pytest.fixture
def session(kept: None, page: Page, site: str) -> Page:
    """That session's page."""
    page.goto(f"{site}/history/long-session")
    expect(page.locator("#whole")).to_be_visible()
    return page


def drag(page: Page, over: Locator, begin: float, end: float) -> None:
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + begin * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=4)
    page.mouse.up()


def test_a_part_is_shown_in_full(session: Page, complaints: list[str]) -> None:
    """Dragged over, every observation of it is there, the flash among them; then a part of that; double-click goes back."""
    title, words = session.locator("#minute-title"), session.locator("#minute-words")
    expect(session.locator("#count")).to_have_text(f"{MANY:,} observations")
    expect(session.locator("#whole-words")).to_contain_text("surprise < 1 %")
    expect(words).not_to_contain_text("surprise")
    drag(session, session.locator("#whole"), 0.49, 0.51)
    expect(words).to_contain_text("surprise")
    expect(title).to_have_text(re.compile(r"^In full: [\d:]+ to [\d:]+, 1[78]\d observations$"))
    expect(session.locator("#whole-title")).to_have_text(re.compile(r"^[\d:]+ to [\d:]+, of [\d:]+ to [\d:]+$"))

    drag(session, session.locator("#minute"), 0.6, 0.9)
    expect(words).not_to_contain_text("surprise")
    session.locator("#whole").dblclick(position={"x": 5, "y": 5})
    expect(title).to_have_text("Last minute")
    expect(session.locator("#whole-title")).to_have_text("Whole session")
    assert complaints == []


def test_a_moment_is_pointed_at_and_looked_at(session: Page, complaints: list[str]) -> None:
    """The pointer says when, what and how sure; a click, or Enter, shows the minute around; a line follows a video."""
    whole, said = session.locator("#whole"), session.locator("#chart-words")
    whole.hover(position={"x": 30, "y": 30})
    expect(said).to_have_text(re.compile(r"^[\d:]+ to [\d:]+: neutral 100\s%, on average 70\s% sure$"))
    box = whole.bounding_box()
    assert box
    whole.click(position={"x": box["width"] / 2, "y": 30})
    title, words = session.locator("#minute-title"), session.locator("#minute-words")
    expect(title).to_contain_text("In full: ")
    expect(words).to_contain_text("surprise")
    # A video beside it is at the middle, then outside of the minute.
    lines = session.locator(".chart-playing")
    for t, is_hidden in ((900, [False, False]), (450, [True, False])):
        session.evaluate("async t => (await import('/static/js/timeline/timeline.js')).showPlaying(t)", t)
        assert [line.is_hidden() for line in lines.all()] == is_hidden
    assert lines.last.evaluate("line => line.style.translate") == "25cqw"
    whole.focus()
    session.keyboard.press("End")
    expect(whole).to_have_attribute("aria-valuetext", re.compile("neutral"))
    session.keyboard.press("Enter")
    expect(words).not_to_contain_text("surprise")
    assert complaints == []


def test_buttons_do_without_dragging(session: Page, complaints: list[str]) -> None:
    """Zoom in, later, zoom out and back, by keyboard alone; no trend is asked for while the page is not laid out."""
    title = session.locator("#minute-title")
    closer = session.get_by_role("button", name="Zoom in")
    expect(closer).to_be_visible()
    closer.focus()
    for times in ("4,5", "2,2"):
        session.keyboard.press("Enter")
        expect(title).to_contain_text(times)
    middle = session.locator("#minute-from").inner_text()
    session.get_by_role("button", name="Later").press("Enter")
    expect(session.locator("#minute-from")).not_to_have_text(middle)
    session.get_by_role("button", name="Zoom out").press("Enter")
    expect(title).to_contain_text("4,5")
    session.get_by_role("button", name="Whole session").press("Enter")
    expect(title).to_have_text("Last minute")

    asked: list[str] = []
    session.on("request", lambda request: asked.append(request.url))
    session.evaluate(LAY_OUT, False)
    with session.expect_request("**/trend?width=*"):
        session.set_viewport_size({"width": 700, "height": 900})
        session.evaluate(LAY_OUT, True)
    assert [url for url in asked if "width=0" in url] == []
    assert complaints == []


def test_shares_are_those_of_the_list(page: Page, site: str, storage: Storage) -> None:
    """Half the time nobody is there: what the face showed is shared out over the other half, on the page as in History."""
    with Recorder(storage.require(), beginning("half-session", hz=HZ)) as recorder:
        for n in range(800):
            shown = calm(FLASH if n % 4 == 1 else 0).faces
            recorder.write(replace(row(n, (), hz=HZ), faces=shown if n % 2 else ()))
        recorder.end()
    page.goto(f"{site}/history")
    told = "Of 400 readings: surprise 50 %, neutral 50 %. Nobody there: 50 % of 800 observations."
    expect(page.locator(".share-words")).to_have_text(told)
    page.goto(f"{site}/history/half-session")
    expect(page.locator("#whole-words")).to_have_text(told)


def test_bare_stretches_are_told(page: Page, site: str, storage: Storage, complaints: list[str]) -> None:
    """A pause and a lost camera are named with their times."""
    with Recorder(storage.require(), beginning("broken-session", hz=2.0)) as recorder:
        for n in range(100):
            if 20 <= n < 40 or 60 <= n < 80:
                continue
            recorder.write(row(n, hz=2.0))
            if n in {19, 59}:
                recorder.pause("paused" if n == 19 else "lost")
        recorder.end()
    page.goto(f"{site}/history/broken-session")
    gaps = page.locator("#gaps")
    expect(gaps).to_have_text(
        re.compile(r"Gaps: paused from \d\d:00:10 to \d\d:00:20; camera lost from \d\d:00:30 to \d\d:00:40\.")
    )
    assert complaints == []
