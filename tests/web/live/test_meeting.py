"""A meeting from beginning to end: watched by several browsers, with everything that happens in one, and told afterwards."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.tracker.exports.recount import Entry, Recount, Told

if TYPE_CHECKING:
    from tests.web.conftest import NowPage, Running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROWSERS_CAMERA: Final = "This browser's camera"
HZ: Final = 2
ROOM_TO_BREATHE: Final = 24_000
"""Kilobytes: what a process may have grown by after its first minute. 8 hours at a tenth of this would be a leak of 1 GB."""
OFTEN: Final = {1: "once a second", 2: "twice a second"}


def wait_until(page: Page, minutes: int, tens: int = 0) -> None:
    """Until the session's own clock on the page says so, for ten seconds."""
    expect(page.locator("#elapsed")).to_contain_text(f"· {minutes}:{tens}", timeout=(minutes + 2) * 60_000)


def resident(pid: int) -> int:
    """Kilobytes that a process holds."""
    (line,) = re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(line)


def mark(page: Page, text: str) -> None:
    page.locator("#main").focus()
    page.keyboard.press("m")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#live-markers")).to_contain_text(text)


def interrupted(page: Page, now: "NowPage") -> None:
    """A pause by hand, then a camera that is pulled out and comes back; ten seconds each."""
    page.get_by_role("button", name="Pause").click()
    expect(now.state).to_contain_text("paused")
    page.wait_for_timeout(10_000)
    page.get_by_role("button", name="Resume").click()
    expect(now.state).to_contain_text("watching")
    wait_until(page, 1, 3)
    page.locator("#local").evaluate("video => video.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(now.state).to_contain_text("paused: the browser's camera stopped")
    page.wait_for_timeout(10_000)
    page.get_by_role("button", name="Resume").click()
    expect(now.state).to_contain_text("watching")


def all_tell_the_same(pages: list[Page], address: str) -> int:
    """How many observations there were, once every page tells of all of them, and all the same of the session."""
    rows = pages[0].request.get(f"{address}/api/timeline").json()["rows"]
    for page in pages:
        expect(page.locator("#count")).to_have_text(f"{len(rows)} observations")
    told = [[page.locator(part).inner_text() for part in ("#legend", "#whole-words")] for page in pages]
    assert told == [told[0]] * len(pages)
    return len(rows)


@pytest.mark.meeting
@pytest.mark.parametrize(
    "minutes",
    [
        pytest.param(4, marks=[pytest.mark.long, pytest.mark.timeout(900)]),
        pytest.param(30, marks=[pytest.mark.long, pytest.mark.timeout(3000)]),
    ],
)
def test_a_meeting(now: "NowPage", browser: Browser, running: "Running", minutes: int, tmp_path: Path) -> None:
    """All browsers tell the same of it, one that came late and a sleeper; memory is flat; its report is its export."""
    page = now.page
    with running() as (process, address):
        begin(now, address, minutes)
        other, sleeper = (browser.new_context().new_page() for _ in range(2))
        for each in (other, sleeper):
            each.goto(address)
            expect(each.locator("#count")).to_be_visible()
        mark(page, "it begins")
        wait_until(page, 1)
        before = resident(process.pid)
        interrupted(page, now)
        devtools = sleeper.context.new_cdp_session(sleeper)
        devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
        # More than a minute, for which Socket.IO does not wait: the page has to come back by itself.
        late = browser.new_context().new_page()
        late.goto(address)
        expect(late.locator("#live-markers")).to_contain_text("it begins")
        wait_until(page, 3)
        devtools.send("Page.setWebLifecycleState", {"state": "active"})
        mark(page, "questions")
        expect(page.locator("#state-line")).to_contain_text("stopped at its limit", timeout=minutes * 60_000)
        grown = resident(process.pid) - before

        count = all_tell_the_same([page, other, late, sleeper], address)
        # A machine that is busy with other tests skips some, as it should.
        assert count > HZ * 60 * minutes / 4
        assert grown < ROOM_TO_BREATHE
        rows, report = taken_along(page, tmp_path)
    assert sum("faces" in row for row in rows) == count
    assert "questions" in report
    told, counted = Told(report).numbers, Recount(rows, []).everything()
    assert {"marker 2", "gap 2 end", "longest happy"} <= told.keys()
    # The report rounds to a millisecond: where an even number of steps has a half of one as its median, it is half a one off.
    assert told == pytest.approx(counted, abs=6e-4)


def begin(now: "NowPage", address: str, minutes: int) -> None:
    """A session of this browser's camera that is kept, has a title, and ends by itself."""
    page = now.page
    page.goto(address)
    now.fill_in(BROWSERS_CAMERA, OFTEN[HZ])
    page.get_by_role("button", name="Start").click()
    now.keep("for 24 hours")
    expect(page.locator("#count")).to_be_visible()
    page.get_by_label("Title").fill("A meeting")
    page.get_by_label("Title").press("Enter")
    ask_for_limit(page, minutes)


def ask_for_limit(page: Page, minutes: int) -> None:
    """One that the page does not offer by itself."""
    page.get_by_label("When it ends").evaluate(
        "(select, minutes) => { select.append(new Option(minutes, minutes)); select.value = minutes;"
        " select.dispatchEvent(new Event('change')); }",
        str(minutes),
    )
    expect(page.get_by_label("When it ends")).to_have_value(str(minutes))


def taken_along(page: Page, folder: Path) -> tuple[list[Entry], str]:
    """The session as JSON lines and as a report, as History gives them."""
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="A meeting").click()
    for name in ("JSON lines", "Printable report"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        download.value.save_as(folder / name)
    rows = [json.loads(line) for line in (folder / "JSON lines").read_text().splitlines()]
    return rows, (folder / "Printable report").read_text()
