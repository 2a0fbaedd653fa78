"""The small view beside a call, in both of its windows: picture-in-picture, and one of its own where there is none."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages.test_accessibility import AXE, RULES

if TYPE_CHECKING:
    from tests.web.conftest import NowPage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("window", ["picture-in-picture", "its own"])
@pytest.mark.usefixtures("complaints")
def test_the_small_view(now: "NowPage", page: Page, site: str, window: str) -> None:
    """It opens, shows what the page shows, marks, pauses, stays while Settings are looked at, and closes with its key."""
    if window == "its own":
        page.add_init_script("Object.defineProperty(window, 'documentPictureInPicture', { value: undefined })")
    now.start(site, "This browser's camera")
    now.expect_growth()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Small view").click()
    view = opened.value
    expect(view.locator(".small-word")).to_have_text("looks happy")
    expect(view.locator(".small-ribbon svg .fill").first).to_be_visible()
    expect(page).to_have_title("Happy · Now · Mien")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", "/static/vendor/emoji/1f600.svg")
    view.evaluate(AXE)
    found = view.evaluate("async (rules) => (await axe.run({ runOnly: rules })).violations.map((each) => each.id)", RULES)
    assert found == []

    view.get_by_role("button", name="Mark").click()
    expect(view.get_by_role("status")).to_contain_text("Marked at")
    page.get_by_role("navigation").get_by_role("link", name="Settings").click()
    expect(page.locator(".visited")).to_be_visible()
    view.get_by_role("button", name="Pause").click()
    expect(view.locator(".small-word")).to_contain_text("paused")
    expect(page).to_have_title("Paused · Settings · Mien")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", "/static/icon-paused.svg")
    view.get_by_role("button", name="Resume").click()
    expect(view.locator(".small-word")).to_have_text("looks happy")
    page.frame_locator(".visited").get_by_role("navigation").get_by_role("link", name="Now").click()
    expect(page.locator("#live-markers")).to_contain_text("Marker 1")
    with view.expect_event("close"):
        page.keyboard.press("v")
    expect(page.get_by_role("button", name="Small view")).to_have_attribute("aria-pressed", "false")
