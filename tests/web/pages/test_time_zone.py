"""Times and days are the person's: in their browser's zone on every page, by the rules that held at each date."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, expect

import web.pages.calendar
import web.pages.trends
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row
from web.app import Dashboard
from web.storage import Storage

OURS = "http://127.0.0.1:8765"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MONDAY = datetime(2026, 10, 18, 22, 30, tzinfo=UTC)
"""Half past midnight in Berlin, where summer time ends a week later."""


def keep(storage: Storage, began: datetime) -> None:
    with Recorder(storage.require(), beginning("night-session", source="0", started_at=began)) as recorder:
        for n in range(2 * 45):
            recorder.write(row(n, began=began))


@pytest.fixture
def in_winter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets this machine's zone for a test, in November."""

    def move(name: str) -> None:
        for module in (web.pages.calendar, web.pages.trends):
            monkeypatch.setattr(module, "now", lambda: NOW)
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="This system's zone cannot be set for one process.")
@pytest.mark.parametrize(("machine", "browser"), [("Europe/Berlin", ""), ("UTC", "Europe/Berlin"), ("UTC", "Nowhere/../x")])
def test_a_night_in_summer_time_lies_in_its_own_week(
    machine: str, browser: str, dashboard: Dashboard, storage: Storage, in_winter: Callable[[str], None]
) -> None:
    """A Monday at 00:30, asked for in winter: its day, square and week are the Monday's where the person is."""
    in_winter(machine)
    keep(storage, MONDAY)
    client = dashboard.app.test_client()
    client.set_cookie("mien-zone", browser, domain="127.0.0.1")
    day, clock, week = "Sunday, 18 October", "22:30", "12 Oct 2026"
    if "Europe/Berlin" in (machine, browser):
        day, clock, week = "Monday, 19 October", "00:30", "19 Oct 2026"

    history = client.get("/history", base_url=OURS).text
    assert f'<h2 class="h2" id="day-{"2026-10-19" if clock == "00:30" else "2026-10-18"}-title">{day} 2026</h2>' in history
    assert f"{day} 2026: 1 minute" in history
    assert f"Session at {clock}" in history
    found = client.get("/history/trends", base_url=OURS).text
    assert f'<th scope="row">{week}</th><td>1</td>' in found


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_browser_elsewhere_reads_one_zone(new_context: Callable[..., BrowserContext], site: str, storage: Storage) -> None:
    """From the first page on: what the server wrote and what the scripts write are both told in New York's time."""
    keep(storage, MONDAY)
    there = MONDAY.astimezone(ZoneInfo("America/New_York"))
    page = new_context(timezone_id="America/New_York").new_page()
    page.goto(f"{site}/history/night-session")
    expect(page.locator("#name")).to_have_text(f"Session at {there:%H:%M}")
    expect(page.locator("#whole-from")).to_have_text(f"{there:%H:%M:%S}")
    with page.expect_download() as started:
        page.get_by_role("link", name="Table (CSV)").click()
    assert f"{there:%Y-%m-%d-%H%M}" in started.value.suggested_filename
    page.goto(f"{site}/history")
    expect(page.locator(".day h2")).to_have_text(f"{there:%A}, {there.day} {there:%B %Y}")
