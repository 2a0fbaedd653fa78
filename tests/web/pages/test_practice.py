"""The practice page: how a face reads and what its parts show, and nothing of it stored."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.web.conftest import ADDRESS
from tracker.store import schema
from web.app import Dashboard
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import Heard


def stored_sessions(storage: Storage) -> int:
    with storage.reading() as store:
        return store.scalar(select(func.count()).select_from(schema.Session)) or 0


def test_practice_is_never_stored(dashboard: Dashboard, heard: "Heard", storage: Storage) -> None:
    """Whatever was decided, before or meanwhile; leaving ends it, as does a browser that crashes, but no ordinary session."""
    storage.set_retention("30d")
    page: Any = dashboard.socket.test_client(dashboard.app)
    client = dashboard.app.test_client()
    practice = {"source": "fake", "hz": 0, "practice": True}
    assert not page.emit("rest", callback=True)["ok"]
    page.emit("start", practice, callback=True)
    heard.wait(lambda: heard.all("practice"))
    assert heard.all("state")[-1]["practice"]
    assert heard.all("state")[-1]["saving"] == "practice, nothing is saved"
    assert page.emit("rest", callback=True)["ok"]
    dashboard.live.retention_decided()
    client.post("/api/practice/leave", base_url=ADDRESS.url)
    heard.wait_for("stopped")
    heard.wait(lambda: client.get("/api/timeline", base_url=ADDRESS.url).json["rows"] == [])  # type: ignore[index]
    page.emit("start", practice, callback=True)
    heard.wait_for("watching")
    other: Any = dashboard.socket.test_client(dashboard.app)
    other.disconnect()
    assert dashboard.live.controller.state.active
    page.disconnect()
    heard.wait_for("stopped")
    page = dashboard.socket.test_client(dashboard.app)
    page.emit("start", {"source": "fake", "hz": 0}, callback=True)
    heard.wait_for("watching")
    assert "End it on the page Now first" in page.emit("start", practice, callback=True)["error"]
    client.post("/api/practice/leave", base_url=ADDRESS.url)
    assert dashboard.live.controller.state.active
    dashboard.live.controller.close()
    dashboard.live.recorder.close()
    assert stored_sessions(storage) == 1


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("complaints")
def test_somebody_practises(page: Page, site: str, storage: Storage) -> None:
    """Pick an expression, rest, and read what the face shows, in sight and by ear; the page left, the session is over."""
    storage.set_retention("30d")
    page.goto(f"{site}/settings")
    page.get_by_role("link", name="practise").click()
    page.get_by_role("radio", name="surprised").check()
    expect(page.locator("#picked-shown")).to_contain_text("brows are raised")
    page.get_by_role("button", name="The demo").click()
    expect(page.locator("#face-words")).to_contain_text("being measured")
    expect(page.get_by_role("button", name="End")).to_be_focused()
    expect(page.locator("#face-words")).to_contain_text("than at rest")
    expect(page.locator("#read-words")).to_contain_text("Mien reads:")
    expect(page.locator("#picked-words")).to_contain_text("in this practice")
    expect(page.locator("#announcer")).to_contain_text(re.compile("Mien reads|No face"))
    page.get_by_role("link", name="Now", exact=True).click()
    expect(page.locator("#state-line")).to_have_text("stopped")
    assert stored_sessions(storage) == 0
