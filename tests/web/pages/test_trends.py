"""The page Trends: weeks of sessions as charts that say how to be read, the same figures as a table, and nobody else's."""

import re
from datetime import timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, expect

from tests.tracker.exports.made import write_session
from tests.web.conftest import ADDRESS
from tests.web.pages.test_accessibility import AXE, NARROW, RULES, WIDE
from tracker.core.frame import now
from web.app import Dashboard
from web.storage import Storage

HERE: Final = {"base_url": ADDRESS.url}


def shown(dashboard: Dashboard) -> str:
    return dashboard.app.test_client().get("/history/trends", **HERE).text


def test_the_figures_are_those_of_the_sessions(dashboard: Dashboard, storage: Storage) -> None:
    """Each week has its bar and its row; a session of the demo, of all faces or of half a year ago has none."""
    for place, ago in enumerate((15, 8, 1)):
        write_session(storage.require(), f"{place}-mine", now() - timedelta(days=ago), 0.4)
    for place, facts in enumerate(({"source": "fake"}, {"faces": "all"}, {"source": "recording:call.mp4"})):
        write_session(storage.require(), f"{place}-other", now() - timedelta(days=22), 0.4, **facts)
    write_session(storage.require(), "long-ago", now() - timedelta(days=180), 0.4)
    page = shown(dashboard)
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page.replace("\N{NARROW NO-BREAK SPACE}", " "))
    watched = [re.findall(r"<td>(.*?)</td>", row) for row in rows if "<td>1</td>" in row]

    assert len(rows) == 12
    assert watched == [["1", "5", "0 %", "0 %", "0 %", "14 %", "23 %", "0 %", "59 %", "4 %"]] * 3
    assert page.count('class="trend-dot"') == 3 * 4
    assert "Too early for a trend" in page
    assert "In no session: angry, disgust, fear, surprise." in page


def test_no_session_is_a_sentence(dashboard: Dashboard) -> None:
    """An empty database has a page that says what will be there."""
    assert "No session of your own face" in shown(dashboard)


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "view"), [("light", WIDE), ("dark", NARROW)])
def test_the_charts_are_for_everybody(browser: Browser, site: str, storage: Storage, scheme: Any, view: Any) -> None:
    """Axe finds nothing here, nor on a week, nor where two sessions are compared; nothing but a table scrolls sideways."""
    for ago in (8, 1):
        write_session(storage.require(), f"{ago}-session", now() - timedelta(days=ago), 0.4)
    context = browser.new_context(color_scheme=scheme, viewport=view)
    page = context.new_page()
    page.goto(f"{site}/history/trends")
    page.get_by_text("The figures").click()
    yesterday = f"{now() - timedelta(days=1):%Y-%m-%d}"
    for address in (None, f"week?of={yesterday}", "compare?session=8-session&session=1-session"):
        if address:
            page.goto(f"{site}/history/{address}")
            expect(page.locator(".session-trend svg").first).to_be_visible()
        page.evaluate(AXE)
        found = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
        violations = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
        assert (address, violations) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= view["width"]
    context.close()
