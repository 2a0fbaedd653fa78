"""Zoom's side panel in a real browser, beside a stand-in for Zoom that speaks the documented calls and events."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tracker.live.controller import SessionRequest
from web.app import Dashboard
from web.dependencies import Dependencies
from web.security.access import Access
from web.security.zoom_panel import ZoomPanel
from web.serving import served

if TYPE_CHECKING:
    from tests.web.conftest import Heard

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

STAND_IN: Final = (Path(__file__).parent / "zoomStandIn.js").read_text(encoding="utf-8")
LIBRARY: Final = "**/vendor/zoomAppsSdk.es.js"
TOKEN: Final = "the-token-of-this-test"
OFF, ON = {"media": {"video": {"state": False}}}, {"media": {"video": {"state": True}}}
BECAUSE: Final = "paused: Zoom's video is off"
NATIVE: Final = """
    const listeners = [];
    window.asked = [];
    const webview = {
        addEventListener: (_, listener) => listeners.push(listener),
        postMessage: (text) => {
            const { jsCallId, apiName } = JSON.parse(text);
            window.asked.push(apiName);
            const result = apiName === "config" ? { clientVersion: "6.5.10", unsupportedApis: [] } : { meetingTopic: "Weekly" };
            const told = { type: "apiResponse", data: { jsCallId, result } };
            setTimeout(() => listeners.forEach((listener) => listener({ data: told })));
        },
    };
    window.zoomSays = (name, data) => listeners.forEach((listener) => listener({ data: { type: "event", name, data } }));
    window.chrome = { ...window.chrome, webview };
"""
"""What Zoom's client puts beside a page for its library to speak to, as far as that library shows it."""


@pytest.fixture
def dashboard(dependencies: Dependencies) -> Iterator[Dashboard]:
    """One that serves, with --zoom-panel; it is reached on this machine's own address."""
    with served(dependencies, "127.0.0.1", 0, panel=ZoomPanel.at("https://mien.example.org"), access=Access(TOKEN)) as (
        address,
        dashboard,
    ):
        dashboard.app.config["PANEL_HERE"] = f"{address.url}/panel?token={TOKEN}"
        yield dashboard


@pytest.fixture
def watched(dashboard: Dashboard) -> Dashboard:
    """The same, with a session that began before the panel was opened."""
    dashboard.live.controller.start(SessionRequest("fake", 5.0, "own"))
    return dashboard


class Beside:
    """The panel, and Zoom around it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        page.set_viewport_size({"width": 360, "height": 740})

    def open(self, **plan: Any) -> None:
        """With a Zoom that is like this plan."""
        self.page.route(LIBRARY, lambda route: route.fulfill(body=STAND_IN, content_type="text/javascript"))
        self.page.add_init_script(f"window.zoomPlan = {json.dumps(plan)}")
        self.page.goto(self.address)

    def start(self) -> None:
        self.page.get_by_role("button", name="Try the demo").click()
        expect(self.state).to_contain_text("watching")
        expect(self.page.locator(".guess").first).to_be_visible()

    def says(self, *events: tuple[str, dict[str, Any]]) -> None:
        """Zoom tells of these, one directly after another."""
        self.page.evaluate("events => events.forEach(([name, data]) => zoomSays(name, data))", list(events))

    def asked(self, name: str) -> list[Any]:
        return [call.get("options") for call in self.page.evaluate("zoomCalls") if call["name"] == name]

    @property
    def state(self) -> Locator:
        return self.page.locator("#state-line")

    @property
    def words(self) -> Locator:
        return self.page.locator("#zoom-words")


@pytest.fixture
def beside(page: Page, dashboard: Dashboard) -> Beside:
    return Beside(page, dashboard.app.config["PANEL_HERE"])


@pytest.mark.usefixtures("complaints")
def test_zooms_video_pauses_and_goes_on(beside: Beside, heard: "Heard") -> None:
    """Video off pauses with the reason on the state line, video on goes on; a muted microphone or another camera is nothing."""
    beside.open()
    expect(beside.words).to_have_text("Linked with Zoom. Turning Zoom's video off pauses Mien.")
    (config,) = beside.asked("config")
    used = ["onMyMediaChange", "getMeetingContext", "showNotification", "onRunningContextChange"]
    assert config == {"capabilities": used, "version": "0.16"}
    beside.start()

    beside.says(("onMyMediaChange", {"media": {"audio": {"state": False}}}))
    beside.says(("onMyMediaChange", {"media": {"video": {"width": 1920, "height": 1080}}}))
    beside.says(("onMyMediaChange", OFF))
    expect(beside.state).to_contain_text(BECAUSE)
    beside.says(("onMyMediaChange", {"media": {"video": {"width": 1920, "height": 1080}}}))
    beside.says(("onMyMediaChange", ON))
    expect(beside.state).to_contain_text("watching")
    # The page has no word yet of the pause when the video is back.
    before = len(heard.all("state"))
    beside.says(("onMyMediaChange", OFF), ("onMyMediaChange", ON))
    heard.wait(lambda: any(state["paused_because"] for state in heard.all("state")[before:]))
    heard.wait_for("watching")


@pytest.mark.usefixtures("watched")
def test_a_pause_of_the_persons_own_stays(beside: Beside, heard: "Heard") -> None:
    """Who paused by hand is not woken by Zoom's video; and who goes on in spite of it is not stopped again."""
    beside.open(media={"video": {"state": True}})
    expect(beside.words).to_contain_text("Linked with Zoom")
    beside.page.get_by_role("button", name="Pause").click()
    expect(beside.state).to_contain_text("paused")
    beside.says(("onMyMediaChange", OFF), ("onMyMediaChange", ON))
    beside.page.get_by_label("Title").fill("said afterwards")
    beside.page.get_by_label("Title").press("Enter")
    heard.wait(lambda: heard.all("state")[-1]["title"] == "said afterwards")
    assert (heard.all("state")[-1]["kind"], heard.all("state")[-1]["paused_because"]) == ("paused", "")

    beside.page.get_by_role("button", name="Resume").click()
    expect(beside.state).to_contain_text("watching")
    beside.says(("onMyMediaChange", OFF))
    expect(beside.state).to_contain_text(BECAUSE)
    beside.page.get_by_role("button", name="Resume").click()
    expect(beside.state).to_contain_text("watching")


@pytest.mark.usefixtures("watched")
def test_video_that_is_off_already_pauses_when_the_panel_opens(beside: Beside) -> None:
    """Zoom says at the beginning how its video stands."""
    beside.open(media={"video": {"state": False}})
    expect(beside.state).to_contain_text(BECAUSE)


@pytest.mark.usefixtures("watched")
def test_video_that_is_off_pauses_also_what_is_known_of_later(beside: Beside) -> None:
    """Zoom answers before Mien has said that it watches."""
    held = list[tuple[WebSocketRoute, str | bytes]]()
    known = Event()

    def late(page_side: WebSocketRoute) -> None:
        server = page_side.connect_to_server()
        server.on_message(lambda told: page_side.send(told) if known.is_set() else held.append((page_side, told)))

    beside.page.route_web_socket("**/socket.io/**", late)
    beside.open(media={"video": {"state": False}})
    expect(beside.words).to_contain_text("Linked with Zoom")
    expect(beside.state).to_have_text("connecting")
    known.set()
    for page_side, told in held:
        page_side.send(told)
    expect(beside.state).to_contain_text(BECAUSE)


def test_the_meeting_gives_a_session_without_title_its_name(beside: Beside, watched: Dashboard) -> None:
    """What the person calls it is never written over; the next session gets the meeting's name, in one line of fair length."""
    watched.live.controller.entitle("My own")
    beside.open(topic="Weekly\nmeeting " + "x" * 300)
    title = beside.page.get_by_label("Title")
    expect(title).to_have_value("My own")
    expect(beside.words).to_contain_text("Linked with Zoom")
    beside.page.get_by_role("button", name="Stop").click()
    assert watched.live.controller.state.notes.title == "My own"
    beside.start()
    expect(title).to_have_value(("Weekly meeting " + "x" * 300)[:200])


ALERT: Final = "dispatchEvent(new CustomEvent('mien-alert', { detail: { title: 'A while', text: 'Ten minutes.' } }))"


@pytest.mark.usefixtures("complaints", "watched")
def test_what_zoom_does_not_offer_is_told_softly_until_it_does(beside: Beside) -> None:
    """An old client, no meeting yet, silenced notifications: a line, no alarm. A meeting gives its name, and shows alerts."""
    refused = {"getMeetingContext": "not in a meeting", "showNotification": "10042"}
    beside.open(unsupported=["onMyMediaChange"], refuses=refused, topic="Weekly")
    lacks = "Linked with Zoom. Here it does not pause when its video is off"
    expect(beside.words).to_have_text(f"{lacks}, or learn the meeting's name.")
    beside.page.evaluate(ALERT)
    expect(beside.words).to_have_text(f"{lacks}, or learn the meeting's name, or show alerts as notifications.")
    expect(beside.page.get_by_role("alert")).to_be_hidden()

    beside.page.evaluate("zoomPlan.refuses = {}")
    beside.says(("onRunningContextChange", {"runningContext": "inMeeting"}))
    expect(beside.page.get_by_label("Title")).to_have_value("Weekly")
    beside.page.evaluate(ALERT)
    expect(beside.words).to_have_text(f"{lacks}.")
    assert beside.asked("showNotification") == 2 * [{"type": "info", "title": "A while", "message": "Ten minutes."}]
    assert len(beside.asked("config")) == 2


@pytest.mark.usefixtures("watched")
def test_zooms_own_library_finds_its_client(beside: Beside) -> None:
    """The library that is shipped, beside what a client gives it to speak to: linked, named, paused by an event."""
    beside.page.add_init_script(NATIVE)
    beside.page.goto(beside.address)
    expect(beside.words).to_contain_text("Linked with Zoom")
    expect(beside.page.get_by_label("Title")).to_have_value("Weekly")
    beside.says(("onMyMediaChange", OFF))
    expect(beside.state).to_contain_text(BECAUSE)
    assert set(beside.page.evaluate("asked")) == {"config", "getMeetingContext"}


def test_outside_of_zoom_it_is_the_page_now(beside: Beside) -> None:
    """In any other browser the panel says so and watches; and it asks nobody but Mien."""
    asked: list[str] = []
    beside.page.on("request", lambda request: asked.append(request.url))
    beside.page.goto(beside.address)
    expect(beside.words).to_contain_text("Not linked with Zoom")
    beside.start()
    assert {url.split("/")[2] for url in asked} == {beside.address.split("/")[2]}


def test_without_zooms_library_the_page_works(beside: Beside, watched: Dashboard) -> None:
    """A library that cannot be loaded is told softly; what is seen is shown, and a pause is obeyed."""
    beside.page.route(LIBRARY, lambda route: route.abort())
    beside.page.goto(beside.address)
    expect(beside.words).to_contain_text("Not linked with Zoom")
    expect(beside.page.locator(".guess").first).to_be_visible()
    beside.page.get_by_role("button", name="Pause").click()
    expect(beside.state).to_contain_text("paused")
    assert watched.live.controller.state.kind == "paused"
