"""Keeping, History, Health and Settings in a real browser: upload, correct, look back, fit, and take it all back."""

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.tracker.exports.made import write_session
from tests.web.conftest import NowPage
from tracker.core.frame import now as current_time

if TYPE_CHECKING:
    from web.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


def decide(page: Page, choice: str) -> None:
    """In Settings how long results are kept, from a page to which this comes back."""
    here = page.url
    page.goto(urljoin(here, "/settings"))
    page.get_by_label(choice).check()
    with page.expect_response("**/api/retention"):
        page.get_by_role("button", name="Save", exact=True).click()
    page.goto(here)


def upload(page: Page, site: str, file: Path) -> None:
    page.goto(f"{site}/picture")
    page.get_by_label("Choose pictures").set_input_files(file)
    expect(page.locator(".face-expression")).to_be_visible()


def test_a_session_is_looked_back_at(page: Page, site: str, now: NowPage, complaints: list[str]) -> None:
    """Asked once, stored as it runs, found in the history with its ribbon, renamed, taken along, and erased."""
    page.goto(site)
    decide(page, "30 days")
    now.fill_in("The demo")
    page.get_by_role("button", name="Start").click()
    expect(now.state).to_contain_text("watching · 5 Hz · own face · saved 30 days")
    expect(page.locator("#count")).to_have_text(re.compile(r"^\d\d+ observations"))
    page.get_by_role("button", name="Stop").click()
    expect(now.state).to_have_text("stopped")

    page.get_by_role("link", name="History").click()
    expect(page.locator(".history-entry")).to_have_count(1)
    page.locator(".history-title a").click()
    expect(page.locator("#whole")).to_be_visible()
    expect(page.locator("#whole-drawing .fill").first).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Weekly meeting")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Weekly meeting")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Table (CSV)").click()
    table = started.value.path().read_text(encoding="utf-8")
    assert table.startswith("session,")
    assert started.value.suggested_filename.startswith("weekly-meeting-")
    assert complaints == []


def test_what_was_typed_is_there_after_leaving(page: Page, site: str, now: NowPage, complaints: list[str]) -> None:
    """The title of a running session through a reload, title and notes of a stored one through a link, with no Save pressed."""
    page.goto(site)
    decide(page, "30 days")
    now.fill_in("The demo")
    page.get_by_role("button", name="Start").click()
    now.expect_growth()
    title = page.locator("#session-title")
    title.press_sequentially("Weekly")
    page.reload()
    expect(title).to_have_value("Weekly")
    page.get_by_role("button", name="Stop").click()
    expect(now.state).to_have_text("stopped")

    page.get_by_role("link", name="History").click()
    page.locator(".history-title a", has_text="Weekly").click()
    expect(page.locator("#whole")).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Weekly meeting")
    page.get_by_label("Notes", exact=True).press_sequentially("Too long.")
    page.get_by_role("link", name="History").click()
    page.locator(".history-title a", has_text="Weekly meeting").click()
    expect(page.get_by_label("Notes", exact=True)).to_have_value("Too long.")

    expect(page.locator("#whole")).to_be_visible()
    page.get_by_label("Notes", exact=True).press_sequentially(" Much.")
    expect(page.locator("#about-words")).to_have_text("Saved.")
    assert complaints == []


def test_sessions_are_selected_to_compare_and_to_erase(
    page: Page, site: str, storage: "Storage", complaints: list[str]
) -> None:
    """Two of them beside each other, each with its trend; any number together; a sort takes effect when it is chosen."""
    for ago in (3, 2, 1):
        write_session(storage.require(), f"{ago}-session", current_time() - timedelta(days=ago), 0.4)
    page.goto(f"{site}/history")
    compare, erase = page.get_by_role("button", name="Compare two"), page.get_by_role("button", name="Erase…")
    page.get_by_label("Sort").select_option("Oldest first")
    expect(page.locator(".history-entry").first).to_have_attribute("data-session", "3-session")
    expect(erase).to_be_disabled()
    boxes = page.get_by_role("checkbox", name="Select Stand-up")
    boxes.nth(0).check()
    expect(compare).to_be_disabled()
    boxes.nth(1).check()
    compare.click()
    expect(page.locator(".session-trend svg")).to_have_count(2)

    page.goto(f"{site}/history")
    boxes.nth(0).check()
    boxes.nth(2).check()
    erase.click()
    expect(page.locator("#erase-dialog-words")).to_contain_text(
        "This erases 2 sessions with their timelines, markers and notes."
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Erase", exact=True).click()
    expect(page.locator(".history-entry")).to_have_count(1)
    expect(page.locator(".history-entry")).to_have_attribute("data-session", "2-session")
    assert complaints == []


def test_a_correction_is_kept_seen_and_undone(page: Page, site: str, picture_file: Path, complaints: list[str]) -> None:
    """Two clicks: it stands in the history, where it can be changed, and in the model's health; Undo takes it out of both."""
    page.goto(f"{site}/picture")
    decide(page, "until I erase it")
    upload(page, site, picture_file)
    page.get_by_role("button", name="surprise").click()
    expect(page.locator(".verdict-answer")).to_contain_text("Saved as surprise")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()

    other = page.context.new_page()
    other.goto(f"{site}/history/pictures")
    entry = other.locator(".history-entry")
    expect(entry).to_contain_text("you said: surprise")
    entry.get_by_text("Change what face 1 shows").click()
    entry.get_by_label("Face 1 actually shows").select_option("sad")
    entry.get_by_role("button", name="Save").click()
    expect(entry.get_by_role("status")).to_contain_text("Saved as sad")
    expect(entry).to_contain_text("you said: sad")
    entry.get_by_role("button", name="Take back").click()
    expect(entry).to_contain_text("you said: surprise")
    other.goto(f"{site}/health")
    expect(other.locator(".health-first")).to_contain_text("There is 1 verdict so far")

    undo.click()
    expect(page.locator(".verdict-answer")).to_contain_text("Taken back")
    other.goto(f"{site}/history/pictures")
    expect(other.locator(".history-entry")).not_to_contain_text("you said")
    assert complaints == []


def test_a_live_moment_is_corrected(page: Page, site: str, now: NowPage, complaints: list[str]) -> None:
    """One key holds the newest moment; the verdict on it counts, and the session goes on meanwhile."""
    now.start(site, "The demo")
    expect(page.locator(".guess").first).to_be_visible()
    page.locator("h1").click(force=True)
    page.keyboard.press("k")
    expect(page.locator("#moment")).to_be_visible()
    # The third of the seven, on a keyboard.
    page.keyboard.press("3")
    expect(page.locator("#moment .verdict-answer")).to_contain_text("Saved as fear")
    now.expect_growth()
    page.get_by_role("button", name="Stop").click()
    page.goto(f"{site}/health")
    expect(page.locator(".health-first")).to_contain_text("There is 1 verdict so far")
    assert complaints == []


def test_everything_is_erased(page: Page, site: str, picture_file: Path, storage: "Storage", complaints: list[str]) -> None:
    """It asks first, Keep is what Enter means, and then nothing is left."""
    page.goto(f"{site}/picture")
    decide(page, "until I erase it")
    upload(page, site, picture_file)
    page.get_by_role("button", name="That's right, save").click()
    expect(page.locator(".verdict-answer")).to_contain_text("Saved")
    page.goto(f"{site}/settings")
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    page.goto(f"{site}/history/pictures")
    expect(page.locator(".history-entry")).to_have_count(1)
    page.goto(f"{site}/settings")
    page.get_by_role("button", name="Erase everything").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Erase", exact=True).click()
    page.goto(f"{site}/history/pictures")
    expect(page.get_by_text("No picture has been recorded yet.")).to_be_visible()
    assert complaints == []
