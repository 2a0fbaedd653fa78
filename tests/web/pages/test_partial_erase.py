"""A part of a stored session is erased from its page: chosen on its timeline or typed, told, asked for, gone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages.test_accessibility import AXE, NARROW, RULES
from tests.web.pages.test_zoom_select import drag
from tracker.store.recorder import Recorder
from tracker.store.testing import BEGAN, beginning, row
from tracker.store.timeline_query import query_timeline
from web.app import Dashboard
from web.storage import Storage

OURS = "http://127.0.0.1:8765"
SECONDS = 600
CLOCKS = r"\d\d:\d\d:\d\d to \d\d:\d\d:\d\d"


def fill(storage: Storage) -> None:
    """Ten minutes at two a second, with a marker in the middle."""
    with Recorder(storage.require(), beginning("part-session")) as recorder:
        for n in range(2 * SECONDS):
            recorder.write(row(n))
        recorder.mark("a joke", t=300.0, at=BEGAN + timedelta(seconds=300))


def times(storage: Storage) -> list[float]:
    with storage.reading() as store:
        return query_timeline(store, "part-session").t


def test_what_lies_in_a_part_is_told_and_erased(dashboard: Dashboard, storage: Storage) -> None:
    """By the session's seconds; the page tells afterwards from when to when."""
    fill(storage)
    client = dashboard.app.test_client()
    address = "/api/sessions/part-session/moment?from=290&to=309.5"
    assert client.get(address, base_url=OURS).json == {"what": "40 readings, 1 marker"}
    assert len(times(storage)) == 2 * SECONDS
    assert client.delete(address, base_url=OURS, headers={"Origin": OURS}).json == {"ok": True}
    assert [t for t in times(storage) if 290 <= t < 310] == []
    assert len(times(storage)) == 2 * SECONDS - 40
    began = BEGAN.astimezone()
    clock = [f"{began + timedelta(seconds=seconds):%H:%M:%S}" for seconds in (290, 310)]
    assert f"Erased: {clock[0]} to {clock[1]}." in client.get("/history/part-session", base_url=OURS).text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Say which part"),
        ("?from=1", "Say which part"),
        ("?from=soon&to=5", "from is a number of seconds, not 'soon'"),
        ("?from=1&to=nan", "to is a number of seconds, not 'nan'"),
        ("?from=-inf&to=5", "from is a number of seconds"),
        ("?from=9&to=5", "ends before it begins"),
        ("?from=700&to=800", "Nothing is kept of that part"),
    ],
)
def test_a_part_that_is_none_is_refused(dashboard: Dashboard, storage: Storage, query: str, words: str) -> None:
    """With a sentence, asked or erased, and nothing goes."""
    fill(storage)
    client = dashboard.app.test_client()
    for ask in (client.get, client.delete):
        refused = ask(f"/api/sessions/part-session/moment{query}", base_url=OURS, headers={"Origin": OURS})
        assert (refused.status_code, words in refused.text) == (400, True)
    assert len(times(storage)) == 2 * SECONDS


@pytest.fixture
def session(page: Page, site: str, storage: Storage) -> Page:
    fill(storage)
    page.goto(f"{site}/history/part-session")
    expect(page.locator("#whole")).to_be_visible()
    return page


def at(t: float) -> str:
    """A moment of the session, as a field for day and time takes it."""
    return (BEGAN.astimezone() + timedelta(seconds=t)).strftime("%Y-%m-%dT%H:%M:%S")


def seconds(field: str) -> float:
    """Of the session, as a field for day and time has them here."""
    return (datetime.fromisoformat(field).astimezone(UTC) - BEGAN).total_seconds()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_is_looked_at_closely_is_erased(session: Page, storage: Storage, complaints: list[str]) -> None:
    """Dragged over on the ribbon it stands in the fields; it is asked for with what goes, and the page shows the gap."""
    begin, end = session.get_by_label("From"), session.get_by_label("To", exact=True)
    session.get_by_text("Erase a part…").click()
    assert [seconds(field.input_value()) for field in (begin, end)] == [0, SECONDS]
    drag(session, session.locator("#whole"), 0.45, 0.55)
    expect(session.locator("#minute-title")).to_contain_text("In full: ")
    first, last = (seconds(field.input_value()) for field in (begin, end))
    assert [first, last] == pytest.approx([270, 330], abs=5)
    session.get_by_role("button", name="Erase this part").click()
    words = session.locator("#erase-dialog-words")
    expect(words).to_contain_text(re.compile(rf"^This erases {CLOCKS} of this session: 1\d\d readings, 1 marker\."))
    session.get_by_role("button", name="Keep").click()
    assert len(times(storage)) == 2 * SECONDS
    session.get_by_role("button", name="Erase this part").click()
    with session.expect_navigation():
        session.get_by_role("button", name="Erase", exact=True).click()
    expect(session.locator(".erased")).to_contain_text(re.compile(rf"Erased: {CLOCKS}\."))
    left = times(storage)
    expect(session.locator("#count")).to_have_text(f"{len(left):,} observations")
    assert [t for t in left if first <= t <= last] == []
    assert len(left) == pytest.approx(2 * (SECONDS - (last - first)), abs=2)
    expect(session.get_by_text("No markers.")).to_be_visible()
    # A gap as any other.
    expect(session.locator("#whole-drawing .gap-word").first).to_have_text("erased")
    assert complaints == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_goes_by_keyboard_and_says_what_is_wrong(session: Page, storage: Storage, complaints: list[str]) -> None:
    """Times typed; none, the wrong way round, and where nothing is, each with a sentence and nothing erased."""
    summary = session.get_by_text("Erase a part…")
    # It is there once the timeline is.
    expect(summary).to_be_visible()
    summary.focus()
    session.keyboard.press("Enter")
    begin, end = session.get_by_label("From"), session.get_by_label("To", exact=True)
    alert = session.locator("#partial-erase-problem")
    for first, last, sentence in (
        ("", at(5), "Give both times"),
        (at(60), at(50), "ends before it begins"),
        (at(7000), at(7100), "Nothing is kept of that part"),
    ):
        begin.fill(first)
        end.fill(last)
        end.press("Enter")
        expect(alert).to_contain_text(sentence)
        # What follows from a refusal is the sentence, not a line in the console.
        assert all("400" in line for line in complaints)
        complaints.clear()
    begin.fill(at(0))
    end.fill(at(60))
    end.press("Enter")
    expect(alert).to_be_hidden()
    expect(session.get_by_role("button", name="Keep")).to_be_focused()
    session.keyboard.press("Tab")
    with session.expect_navigation():
        session.keyboard.press("Enter")
    expect(session.locator(".erased")).to_be_visible()
    assert times(storage)[0] == 60.5
    assert complaints == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_form_is_for_everybody(session: Page) -> None:
    """Open, with a sentence of what is wrong: axe finds nothing, and nothing sticks out of a narrow screen."""
    session.get_by_text("Erase a part…").click()
    session.get_by_label("From").fill("")
    session.get_by_role("button", name="Erase this part").click()
    expect(session.locator("#partial-erase-problem")).to_be_visible()
    session.evaluate(AXE)
    found = session.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
    session.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    assert session.evaluate("document.documentElement.scrollWidth") <= 360
