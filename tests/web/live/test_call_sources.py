"""How a call gets onto the page Call: a window that the browser shares, and a part of the screen, in a real browser."""

import sys
from collections.abc import Iterator
from threading import Event
from types import SimpleNamespace
from typing import Final, Self

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tracker.core.frame import Pixels
from web.app import Dashboard
from web.dependencies import Dependencies
from web.live.socket import WINDOW_AWAY
from web.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

Serving = tuple[str, Dashboard]
NO_PICKER: Final = "delete MediaDevices.prototype.getDisplayMedia"
WATCHING: Final = "watching · 2 Hz"
REFUSING: Final = """MediaDevices.prototype.getDisplayMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"))"""


@pytest.fixture
def serving(dependencies: Dependencies) -> Iterator[Serving]:
    with served(dependencies, "127.0.0.1", 0) as (address, dashboard):
        yield address.url, dashboard


def open_call(page: Page, site: str) -> None:
    page.goto(f"{site}/call")
    page.get_by_label("In private").check()
    expect(page.get_by_role("button", name="Share the call's window")).to_be_visible()


def end_share(page: Page) -> None:
    """As the browser does when the person ends sharing, or the window is closed."""
    page.evaluate("window.shared.getVideoTracks()[0].dispatchEvent(new Event('ended'))")


def come_late(route: Route) -> None:
    """A script that comes half a second after the others."""
    Event().wait(0.5)
    route.continue_()


def test_a_shared_window_from_the_question_to_its_end(page: Page, serving: Serving, complaints: list[str]) -> None:
    """The window is asked for and watched; a pause keeps it; closing it pauses and says why; a reload waits to share again.

    Chromium's fake device stands for the picker and the window: --use-fake-ui-for-media-stream answers the question.
    """
    site, dashboard = serving
    page.add_init_script("""const { getDisplayMedia } = MediaDevices.prototype;
        window.asked = 0;
        MediaDevices.prototype.getDisplayMedia = async function (wish) {
            window.asked += 1;
            window.shared = await getDisplayMedia.call(this, wish);
            return window.shared;
        };""")
    open_call(page, site)
    page.get_by_role("button", name="Share the call's window").click()
    state = page.locator("#state-line")
    expect(state).to_contain_text(WATCHING)
    controller = dashboard.live.controller
    assert controller.state.request is not None
    assert (controller.state.request.source, controller.state.request.faces) == ("window", "all")

    # Paused by hand, the window stays shared and nothing is sent; nobody is asked again.
    page.get_by_role("button", name="Pause").click()
    expect(state).to_contain_text("paused")
    page.get_by_role("button", name="Resume").click()
    expect(state).to_contain_text(WATCHING)
    assert page.evaluate("[window.asked, window.shared.active]") == [1, True]

    end_share(page)
    expect(state).to_contain_text("paused: the shared window was closed")
    expect(page.get_by_role("alert")).to_contain_text("Press Share again to go on.")
    page.get_by_role("button", name="Share again").click()
    expect(state).to_contain_text(WATCHING)

    # Slow: the connection tells of the call before the page's own script has come.
    page.route("**/js/call/call.js", come_late)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(state).to_contain_text(f"paused: {WINDOW_AWAY}")
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Share again").click()
    expect(state).to_contain_text(WATCHING)
    page.get_by_role("button", name="Stop").click()
    expect(state).to_have_text("stopped")
    assert page.evaluate("window.shared.active") is False
    assert complaints == []


@pytest.mark.parametrize(
    ("script", "sentence"), [(NO_PICKER, "This browser shares no windows."), (REFUSING, "Nothing was shared.")]
)
def test_a_window_that_is_not_shared_is_a_sentence(page: Page, serving: Serving, script: str, sentence: str) -> None:
    """A browser that cannot share, and a person who does not, end in a sentence, and nothing begins."""
    site, _ = serving
    page.add_init_script(script)
    open_call(page, site)
    page.get_by_role("button", name="Share the call's window").click()
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.locator("#state-line")).to_have_text("not watching")


class Screen:
    """mss.MSS on one monitor, which shows a gallery of two: gray, with two lighter tiles."""

    monitors: Final = [{"left": 0, "top": 0, "width": 1280, "height": 720}] * 2

    def grab(self, area: dict[str, int]) -> Pixels:
        shot = np.full((720, 1280, 4), 40, np.uint8)
        shot[200:500, 100:600] = shot[200:500, 640:1140] = 200
        left, top = area["left"], area["top"]
        return shot[top : top + area["height"], left : left + area["width"]]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def values(page: Page) -> list[int]:
    """What stands in the four fields."""
    return [int(page.get_by_label(side, exact=True).input_value()) for side in ("Left", "Top", "Width", "Height")]


def touch(page: Page, *points: tuple[float, float]) -> None:
    """A finger goes from point to point."""
    session = page.context.new_cdp_session(page)
    kinds = ["touchStart", *["touchMove"] * (len(points) - 1)]
    for kind, (x, y) in zip(kinds, points, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_part_of_the_screen_is_drawn_and_remembered(
    page: Page, serving: Serving, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    """On a picture of the screen by mouse, finger and numbers, which all follow each other; then that part is watched."""
    monkeypatch.setitem(sys.modules, "mss", SimpleNamespace(MSS=Screen, ScreenShotError=OSError))
    monkeypatch.setattr("tracker.sources.screen.why_no_screen", lambda _: None)
    site, dashboard = serving
    open_call(page, site)
    page.get_by_role("button", name="Choose it on a picture").click()
    picture = page.get_by_alt_text("The screen at this moment")
    expect(picture).to_have_js_property("naturalWidth", 1280)
    assert values(page) == [0, 0, 1280, 720]
    place = picture.bounding_box()
    assert place is not None

    def at(x: float, y: float) -> tuple[float, float]:
        """A pixel of the screen, as a point of the page."""
        return place["x"] + x / 1280 * place["width"], place["y"] + y / 720 * place["height"]

    page.mouse.move(*at(600, 500))
    page.mouse.down()
    page.mouse.move(*at(100, 200), steps=3)
    page.mouse.up()
    # A pixel of the page is more than one of the screen.
    assert values(page) == pytest.approx([100, 200, 500, 300], abs=2)
    touch(page, at(640, 200), at(900, 300), at(1140, 500))
    assert values(page) == pytest.approx([640, 200, 500, 300], abs=2)

    page.get_by_label("Left", exact=True).fill("320")
    page.get_by_label("Width", exact=True).fill("640")
    assert page.locator("#region-box").evaluate("box => [box.style.left, box.style.width]") == ["25%", "50%"]
    page.get_by_label("Top", exact=True).fill("180")
    page.get_by_label("Height", exact=True).fill("360")
    page.get_by_label("Remember it for this app").fill("Zoom")
    page.get_by_role("button", name="Use this part").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Which part of the screen")).to_have_value("320,180,640,360")
    assert picture.get_attribute("src") is None

    page.reload()
    page.get_by_label("Part of the screen of a meeting app").select_option("Zoom")
    page.get_by_role("button", name="Start watching the screen").click()
    expect(page.locator("#state-line")).to_contain_text(WATCHING)
    assert dashboard.live.controller.state.request is not None
    assert dashboard.live.controller.state.request.source == "screen:320,180,640,360"
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#state-line")).to_have_text("stopped")
    page.get_by_label("Part of the screen of a meeting app").select_option("Zoom")
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_label("Part of the screen of a meeting app")).to_be_hidden()

    # Without a screen the numbers can be filled in all the same.
    monkeypatch.setitem(sys.modules, "mss", None)
    page.get_by_role("button", name="Choose it on a picture").click()
    expect(page.get_by_role("alert")).to_contain_text("Watching the screen needs a package")
    complaints.clear()
    page.get_by_label("Width", exact=True).fill("500")
    page.get_by_role("button", name="Use this part").click()
    expect(page.get_by_label("Which part of the screen")).to_have_value("320,180,500,360")
