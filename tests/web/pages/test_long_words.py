"""A word of two hundred letters - a title, a note, the name of a file, a camera or a person - widens no page and no report."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from msgspec import structs
from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.conftest import NowPage
from tracker.exports.from_database import read_session_data
from tracker.reports.html_report import render_report
from tracker.sources.camera_names import Camera
from tracker.store import session_queries
from tracker.store.recorder import Recorder
from tracker.store.testing import BEGAN, JUDGE, beginning, row
from web.dependencies import Dependencies
from web.serving import served
from web.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WORD: Final = "W" * 200
PERSON: Final = "W" * 40
"""No longer name is taken."""
WIDTHS: Final = (1200, 400)
TOO_WIDE: Final = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    const parts = [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > wide + 1);
    return parts.map((part) => `${part.tagName} ${part.id} ${part.className} ${part.textContent.trim().slice(0, 20)}`);
}"""


@pytest.fixture
def wordy(finding_dependencies: Dependencies, storage: Storage, tmp_path: Path) -> Iterator[str]:
    """A dashboard that has such words wherever one may come from outside."""
    storage.set_retention("forever")
    judge = structs.replace(JUDGE, person=PERSON)
    for uuid, source in (("wordy-session", f"recording:/{WORD}/{WORD}.mp4"), ("live-session", WORD)):
        with Recorder(storage.require(), beginning(uuid, source=source, judge=judge)) as kept:
            for n in range(80):
                kept.write(row(n))
            kept.entitle(WORD)
            kept.mark(WORD, 2.0, BEGAN)
    storage.write(lambda store: session_queries.set_notes(store, "wordy-session", WORD))
    dependencies = replace(finding_dependencies, list_cameras=lambda: [Camera(0, WORD, f"/dev/{WORD}")])
    with served(replace(dependencies, settings=replace(dependencies.settings, person=PERSON)), "127.0.0.1", 0) as (address, _):
        yield address.url


def test_no_page_is_widened(wordy: str, page: Page, now: NowPage, tmp_path: Path) -> None:
    """On a wide window and on a narrow one, with what was kept, what runs and what went wrong."""
    picture, video = tmp_path / f"{WORD}.png", tmp_path / f"{WORD}.mp4"
    Image.new("RGB", (64, 64)).save(picture)
    video.write_bytes(b"no video")
    found: dict[str, list[str]] = {}

    def look(where: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if parts := page.evaluate(TOO_WIDE):
                found[f"{where} at {width}"] = parts

    page.goto(f"{wordy}/history/recordings")
    page.get_by_label("Path").fill(str(video))
    page.locator("form [type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("cannot be")
    look("recordings")
    page.goto(f"{wordy}/picture")
    page.locator("input[type=file]").first.set_input_files(picture)
    expect(page.locator(".result-title")).to_contain_text(WORD)
    look("picture")
    for address in (
        "/history",
        "/history/wordy-session",
        "/history/live-session",
        "/history/pictures",
        "/history/trends",
        "/health",
        "/settings",
        "/start",
        "/api",
    ):
        answer = page.goto(wordy + address)
        assert answer is not None
        assert answer.ok, address
        look(address)
    page.goto(wordy)
    now.fill_in("The demo")
    page.get_by_role("button", name="Start").click()
    expect(now.state).to_contain_text("watching")
    page.locator("#session-title").fill(WORD[:120])
    look("now")
    page.get_by_role("button", name="Stop").click()
    now.unfold()
    page.get_by_role("radio", name="file").first.check()
    look("now, stopped")
    assert found == {}


def test_the_report_is_not_widened(storage: Storage, wordy: str, page: Page) -> None:
    """Title, notes, markers, and the name of the source."""
    with storage.reading() as store:
        page.set_content(render_report(read_session_data(store, "wordy-session")))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(TOO_WIDE) == []
