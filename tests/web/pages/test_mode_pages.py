"""Where do you use Mien? Asked on the pages that watch others, answered once, in a real browser."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from web.storage import Storage

QUESTION = "Where do you use Mien?"


@pytest.mark.browser
def test_who_watches_others_is_asked_once(page: Page, site: str, storage: "Storage", complaints: list[str]) -> None:
    """Recordings ask when everybody is chosen; the answer holds on Now, and is changed in Settings."""
    page.goto(f"{site}/history/recordings")
    asked = page.get_by_label(QUESTION)
    expect(asked).to_be_hidden()
    page.get_by_label("Whose faces").select_option("everybody in the picture")
    expect(asked).to_have_value("")
    expect(page.locator("#mode-words")).to_contain_text("Until you answer it is so, too.")
    asked.select_option("in private")
    expect(page.locator("#mode-words")).to_have_text("From the next session, picture or recording on: in private.")
    assert storage.mode == "private"

    page.goto(site)
    page.get_by_text("Other sources, how often").click()
    page.get_by_label("Whose faces").select_option("everybody in the picture")
    expect(page.get_by_label(QUESTION)).to_have_value("private")

    page.goto(f"{site}/settings")
    page.get_by_label(QUESTION).select_option("at work or in education")
    expect(page.locator("#mode-words")).to_contain_text("at work or in education")
    assert (storage.mode, complaints) == ("work", [])
