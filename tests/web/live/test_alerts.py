"""Alerts in a real browser: asked for in Settings, given on every page, kept as markers, and none unless wanted."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tracker.core.errors import UsageError
from tracker.live.alert_settings import NO_ALERTS, AlertSettings, load_alert_settings, save_alert_settings
from tracker.live.alerts import MARKER_PREFIX, Alert
from web.app import Dashboard
from web.dependencies import Dependencies
from web.serving import served

if TYPE_CHECKING:
    from tests.web.conftest import NowPage

ANGRY = {"what": "angry", "seconds": 120, "words": ""}


def test_there_are_none_until_somebody_wants_them(dashboard: Dashboard) -> None:
    """Off, and no list; what is asked for is kept for the next start."""
    client = dashboard.app.test_client()
    base = {"base_url": "http://localhost:8765"}
    assert client.get("/api/cues", **base).json == {"on": False, "cues": [], "trouble": ""}
    told: Any = client.post("/api/cues", json={"on": True, "cues": [ANGRY]}, **base).json
    assert told["cues"][0]["sentence"] == "For 2 minutes your face has looked angry."
    assert load_alert_settings() == AlertSettings(on=True, cues=(Alert("angry", 120),))


@pytest.mark.parametrize(
    "given", [None, [], {"on": True}, {"on": "yes", "cues": []}, {"on": True, "cues": [{"what": "guilty"}]}]
)
def test_what_is_no_list_of_alerts_changes_nothing(dashboard: Dashboard, given: Any) -> None:
    """It is refused with a sentence, and those before stay."""
    save_alert_settings(AlertSettings(on=True, cues=(Alert("sad", 60),)))
    answer = dashboard.app.test_client().post("/api/cues", json=given, base_url="http://localhost:8765")
    assert answer.status_code == 400
    assert "alert" in answer.text.lower()
    assert load_alert_settings().cues == (Alert("sad", 60),)


def test_a_spoilt_file_is_told_and_does_not_keep_mien_from_starting(tmp_path: Path, dependencies: Dependencies) -> None:
    """Settings names the file; nothing of it is overwritten until the person changes something."""
    save_alert_settings(NO_ALERTS)
    (file,) = tmp_path.rglob("cues.json")
    file.write_text("{")
    with pytest.raises(UsageError, match=r"cues\.json"):
        load_alert_settings()
    with served(dependencies, "127.0.0.1", 0) as (_, dashboard):
        assert str(file) in dashboard.live.alerts.trouble
    assert file.read_text() == "{"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_alert_from_the_wish_to_the_strip(now: "NowPage", page: Page, site: str, complaints: list[str]) -> None:
    """Asked for in Settings, it comes to every page while a face smiles; it can be dismissed, and is a marker."""
    page.goto(f"{site}/settings")
    page.get_by_role("radio", name="24 hours").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("switch", name="Give me alerts").check()
    page.get_by_role("button", name="Add an alert").click()
    page.get_by_label("What to notice").select_option("happy")
    page.get_by_label("Seconds").fill("5")
    page.get_by_label("Your own sentence").fill("Five seconds of a smile.")
    page.get_by_role("button", name="Show me").click()
    expect(page.locator("#alert-words")).to_have_text("Five seconds of a smile.")
    expect(page.locator("#alert-words")).to_be_in_viewport()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#alert-strip")).to_be_hidden()

    page.reload()
    expect(page.get_by_label("Your own sentence")).to_have_value("Five seconds of a smile.")
    other = page.context.new_page()
    other.goto(site)
    type(now)(other).fill_in("This browser's camera", "every 2 seconds")
    other.get_by_role("button", name="Start").click()
    expect(other.locator(".face-expression")).to_have_text("looks happy")
    expect(page.locator("#alert-words")).to_have_text("Five seconds of a smile.", timeout=90_000)
    expect(other.locator("#alert-announced")).to_have_text("Five seconds of a smile.")
    other.get_by_role("button", name="Stop").click()
    other.get_by_role("link", name="History").click()
    other.locator(".history-title a").first.click()
    expect(other.locator(".markers li")).to_contain_text(f"{MARKER_PREFIX}Five seconds of a smile.")
    assert complaints == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_notification_tells_who_sees_none_of_the_pages(page: Page, site: str) -> None:
    """Of two pages one is in sight, and its strip says it; when neither is, the desktop says it, once."""
    page.context.add_init_script("""window.told = [];
        Object.defineProperty(document, "hidden", { get: () => window.unseen ?? false });
        window.leave = () => { window.unseen = true; document.dispatchEvent(new Event("visibilitychange")); };
        window.Notification = class {
            static permission = "granted";
            constructor(title, { body, tag }) { told.push([title, body, tag]); console.info("notified"); }
        };""")
    other = page.context.new_page()
    for each in (page, other):
        each.goto(site)
        expect(each.locator("#state-line")).to_have_text("not watching")

    def give(words: str) -> None:
        page.evaluate(
            """words => fetch("/api/cues/shown", { method: "POST", headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ what: "happy", seconds: 5, words }) })""",
            words,
        )
        expect(page.locator("#alert-words")).to_have_text(words)

    page.evaluate("leave()")
    give("The first.")
    other.evaluate("leave()")
    with page.expect_console_message(lambda said: said.text == "notified"):
        give("The second.")
    assert page.evaluate("told") == [["Mien", "The second.", "mien-alert"]]


def test_alerts_are_kept_readable(tmp_path: Path) -> None:
    """A person may look at their file: it has their words and ours."""
    save_alert_settings(AlertSettings(on=True, cues=(Alert("sad", 60, "Wasser?"),)), tmp_path)
    told = json.loads((tmp_path / "cues.json").read_text())
    assert told == {"on": True, "cues": [{"what": "sad", "seconds": 60.0, "words": "Wasser?", "sentence": "Wasser?"}]}
