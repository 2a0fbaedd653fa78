"""The browser's camera goes on being watched: through other pages, a reload, a lost connection and a second tab."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Page, expect

from tracker.live.events import Event, StateChanged
from web.dependencies import Dependencies
from web.live.socket import CAMERA_AWAY
from web.serving import served

if TYPE_CHECKING:
    from tests.web.conftest import NowPage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

KEEP_SOCKETS: Final = """const { WebSocket } = window;
    window.WebSocket = class extends WebSocket { constructor(...of) { super(...of); window.lastSocket = this; } };"""
"""So that a test can cut the live connection."""


def reasons_of(event: Event) -> Iterator[str]:
    """Why the session is paused, as pages show it."""
    if isinstance(event, StateChanged) and event.state.kind == "paused":
        yield event.state.because


def look_at_other_pages(page: Page, site: str) -> None:
    """Settings, History, back with the browser's own button, and to Now with its link."""
    visited = page.frame_locator(".visited")
    page.get_by_role("navigation").get_by_role("link", name="Settings").click()
    expect(page).to_have_url(f"{site}/settings")
    expect(page).to_have_title(re.compile("Settings · Mien$"))
    visited.get_by_role("navigation").get_by_role("link", name="History").click()
    expect(page).to_have_url(f"{site}/history")
    page.go_back()
    expect(visited.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
    visited.get_by_role("navigation").get_by_role("link", name="Now").click()
    expect(page).to_have_url(f"{site}/")
    expect(page.locator(".visited")).to_have_count(0)


def test_the_watch_goes_on(now: "NowPage", page: Page, finding_dependencies: Dependencies, complaints: list[str]) -> None:
    """Settings, History and back, five seconds offline and a second tab make no gap; a reload and a cut say why, and go on."""
    page.add_init_script(KEEP_SOCKETS)
    with served(finding_dependencies, "127.0.0.1", 0) as (address, dashboard):
        reasons = set[str]()
        dashboard.live.controller.subscribe(lambda event: reasons.update(reasons_of(event)))
        now.start(address.url, "This browser's camera")
        timeline = dashboard.live.controller.timeline
        visited = page.frame_locator(".visited")
        now.expect_growth()

        look_at_other_pages(page, address.url)
        now.expect_growth()

        # Offline, and a second tab.
        page.context.set_offline(True)
        page.wait_for_timeout(5000)
        page.context.set_offline(False)
        now.expect_growth()
        # Icons that it asked for meanwhile.
        complaints.clear()
        other = page.context.new_page()
        other.goto(address.url)
        type(now)(other).expect_growth()
        other.close()
        now.expect_growth()
        assert timeline.pauses == []

        # A reload, of a visited page at that, and a connection that is cut.
        page.get_by_role("navigation").get_by_role("link", name="Settings").click()
        expect(page).to_have_url(f"{address.url}/settings")
        page.reload()
        expect(visited.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
        expect(now.state).to_contain_text("watching")
        visited.get_by_role("navigation").get_by_role("link", name="Now").click()
        now.expect_growth()
        page.evaluate("window.lastSocket.close()")
        expect(now.state).to_contain_text("does not answer")
        expect(now.state).to_contain_text("watching")
        now.expect_growth()
        assert [each.why for each in timeline.pauses] == ["lost", "lost"]
        assert reasons == {CAMERA_AWAY}
        complaints.clear()

        # What was chosen is remembered, and after Stop nothing goes on by itself.
        page.get_by_role("button", name="Stop").click()
        expect(now.state).to_have_text("stopped")
        page.reload()
        now.unfold()
        expect(page.get_by_role("radio", name="This browser's camera")).to_be_checked()
        expect(page.get_by_label("How often")).to_have_value("5")
        expect(now.state).to_have_text("stopped")
