"""The clock is a label: set forward and back in the middle of a session, it moves nothing on a page."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from tests.web.conftest import NowPage
from tests.web.pages.test_history_page import decide
from tests.web.pages.test_zoom_select import drag
from tests.web.recordings.test_recordings_page import film
from tracker.core import frame
from tracker.core.frame import Pixels
from tracker.core.records import ObservationRecord
from tracker.store.recorder import Recorder
from tracker.store.source_label import RECORDING_PREFIX
from tracker.store.testing import BEGAN, beginning, row
from web.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

HOUR: Final = timedelta(hours=1)
SECONDS: Final = 120
LABELS: Final = ("#whole-from", "#whole-to", "#minute-from", "#minute-to")


def set_back_and_forth(n: int) -> ObservationRecord:
    """Two a second: the clock goes an hour forward after 40 seconds, and two back after 80."""
    made = row(n)
    wrong = timedelta(0) if n < 80 else HOUR if n < 160 else -HOUR
    return replace(made, at=made.at + wrong)


def keep(storage: Storage, source: str = "0") -> None:
    """Two minutes with a marker at 0:50 and a pause from 1:30 to 1:40."""
    with Recorder(storage.require(), beginning("set-session", source=source)) as recorder:
        for n in range(2 * SECONDS):
            if 180 <= n < 200:
                continue
            recorder.write(set_back_and_forth(n))
            if n == 179:
                recorder.pause()
        recorder.mark("a joke", t=50.0, at=BEGAN + HOUR)


def by_the_clock(t: float) -> str:
    return f"{(BEGAN + timedelta(seconds=t)).astimezone():%H:%M:%S}"


def by_itself(t: float) -> str:
    return f"{t // 60:.0f}:{t % 60:02.0f}"


@pytest.mark.parametrize("recorded", [False, True], ids=["live", "recording"])
def test_a_stored_session_is_laid_out_by_its_own_seconds(
    page: Page, site: str, storage: Storage, complaints: list[str], *, recorded: bool
) -> None:
    """Ribbons, marks, what is bare, zooming and erasing a part, all on two minutes; a recording is told from 0:00 on."""
    keep(storage, f"{RECORDING_PREFIX}a.mp4" if recorded else "0")
    told = by_itself if recorded else by_the_clock
    page.goto(f"{site}/history/set-session")
    expect(page.locator("#whole-from")).to_have_text(told(0))
    assert [page.locator(each).inner_text() for each in LABELS] == [told(t) for t in (0, SECONDS, SECONDS - 60, SECONDS)]
    expect(page.locator("#gaps")).to_have_text(f"Gaps: paused from {told(90)} to {told(100)}.")
    expect(page.locator("[data-markers] time")).to_have_text(told(50))
    expect(page.locator("#whole-words")).to_contain_text("a joke")
    # From 90 to 100 of 120 seconds.
    gap = page.locator("#whole-drawing .gap").first.bounding_box()
    plot = page.locator("#whole").bounding_box()
    assert gap is not None
    assert plot is not None
    assert [gap["x"] - plot["x"], gap["width"]] == pytest.approx([0.75 * plot["width"], plot["width"] / 12], abs=5)

    page.get_by_text("Erase a part…").click()
    with page.expect_response(lambda answer: "ribbon?" in answer.url) as fetched:
        drag(page, page.locator("#whole"), 0.25, 0.5)
    assert fetched.value.json()["from"] == pytest.approx(SECONDS / 4, abs=2)
    expect(page.locator("#minute-title")).to_contain_text("In full: ")
    # Dragged over to a pixel; the fields show what is asked for, of a full minute without its seconds.
    typed = [page.get_by_label("From").input_value(), page.get_by_label("To", exact=True).input_value()]
    page.get_by_role("button", name="Erase this part").click()
    words = page.locator("#erase-dialog-words")
    expect(words).to_contain_text("1 marker")
    first, last = re.findall(r"[\d:]*\d", words.inner_text())[:2]
    for field, said, t in zip(typed, (first, last), (SECONDS / 4, SECONDS / 2), strict=True):
        assert said.startswith(field.rpartition("T")[2])
        assert said in [told(t + off) for off in (-1, 0, 1)]
    with page.expect_navigation():
        page.get_by_role("button", name="Erase", exact=True).click()
    expect(page.locator(".erased")).to_contain_text(f"Erased: {first} to {last}.")
    assert complaints == []


class SetClock(datetime):
    """The computer's clock, ``wrong`` by so much."""

    wrong = timedelta(0)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.wrong


def test_a_clock_that_is_set_moves_nothing_that_runs(
    page: Page, site: str, now: NowPage, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    """An hour back, then two forward: the timeline grows by seconds, and a limit of half an hour does not end the session."""
    monkeypatch.setattr(frame, "datetime", SetClock)
    monkeypatch.setattr(SetClock, "wrong", timedelta(0))
    now.start(site, "The demo")
    expect(page.locator("#count")).to_contain_text("observations")
    for wrong in (-HOUR, HOUR):
        monkeypatch.setattr(SetClock, "wrong", wrong)
        now.expect_growth()
        now.expect_growth()
    page.locator("#session-limit").select_option("30")
    now.expect_growth()
    expect(now.state).to_contain_text("watching")
    page.get_by_role("button", name="Stop").click()
    began, ended = (datetime.fromisoformat(f"2026-01-01T{page.locator(each).inner_text()}") for each in LABELS[:2])
    # The axis ends at a round time, some minutes on at most.
    assert (ended - began) % timedelta(days=1) < timedelta(minutes=10)
    assert page.locator("#elapsed").inner_text().split(" · ")[1].startswith("0:")
    assert complaints == []


def test_a_video_on_now_is_told_by_its_own_time(
    site: str, now: NowPage, tmp_path: Path, astronaut: Pixels, complaints: list[str]
) -> None:
    """From 0:00 on while it plays, and afterwards in History, where it is a recording: no clock tells what a file shows."""
    page = now.page
    page.goto(site)
    decide(page, "30 days")
    now.fill_in("A file or an address")
    page.get_by_label("Path or address").fill(str(film(tmp_path / "a.avi", astronaut, 2)))
    page.get_by_role("button", name="Start").click()
    expect(now.state).to_have_text("finished")
    expect(page.locator("#whole-from")).to_have_text("0:00")
    expect(page.locator("#whole-to")).to_have_text("0:02")
    page.get_by_role("link", name="History").click()
    expect(page.locator(".history-entry")).to_contain_text(re.compile(r"watched at \d\d:\d\d · .* · recording a\.avi"))
    page.locator(".history-title a").click()
    expect(page.locator("#whole-to")).to_have_text("0:02")
    assert complaints == []
