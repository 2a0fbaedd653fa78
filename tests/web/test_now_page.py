"""The page Now in a real browser, whose fake camera films a smiling woman."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import Browser, BrowserType, Locator, Page, expect

from tracker.sources.cameras import Camera
from web.serving import served
from web.tools import Tools

if TYPE_CHECKING:
    from tests.web.conftest import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

BROWSERS_CAMERA: Final = "This browser's camera"
DEMO: Final = "The demo"


def fill_in(page: Page, source: str, often: str = "5 times a second") -> None:
    page.get_by_role("radio", name=source).check()
    page.get_by_label("How often").select_option(often)


def start(page: Page, site: str, source: str) -> None:
    page.goto(site)
    fill_in(page, source)
    page.get_by_role("button", name="Start").click()
    expect(state(page)).to_contain_text("watching · 5 Hz · own face · not saved")


def state(page: Page) -> Locator:
    return page.get_by_role("status")


def painted(canvas: Locator) -> int:
    """How many of a canvas's pixels carry something."""
    script = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
        .filter((value, place) => place % 4 === 3 && value > 0).length"""
    return int(canvas.evaluate(script))


def count(page: Page) -> int:
    """Observations on the page's timeline."""
    return int(page.locator("#count").inner_text().split()[0])


def expect_growth(page: Page) -> None:
    words = page.locator("#count").inner_text()
    expect(page.locator("#count")).not_to_have_text(words)


@pytest.mark.usefixtures("complaints")
def test_the_browsers_camera_from_start_to_stop(page: Page, site: str) -> None:
    """It shows a box and a happy face, the timeline grows, pauses with the camera off, goes on, and stays after the stop."""
    start(page, site, BROWSERS_CAMERA)
    expect(page.locator(".face-look")).to_have_text("looks happy")
    expect(page.locator(".face-head img")).to_have_attribute("src", "/static/vendor/emoji/1f600.svg")
    expect(page.locator(".guess")).to_have_count(3)
    expect(page.locator(".guess").first).to_contain_text("happy")
    assert painted(page.locator("#overlay")) > 500
    assert painted(page.locator("#minute")) > 100
    expect_growth(page)

    page.get_by_role("button", name="Pause").click()
    expect(state(page)).to_contain_text("paused")
    assert page.locator("#local").evaluate("video => video.srcObject") is None
    page.get_by_role("button", name="Resume").click()
    expect(state(page)).to_contain_text("watching")
    expect_growth(page)

    page.get_by_role("button", name="Stop").click()
    expect(state(page)).to_have_text("stopped")
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    assert page.locator("#local").evaluate("video => video.srcObject") is None
    expect(page.locator("#timeline")).to_be_visible()
    expect(page.locator("#whole-words")).to_contain_text("happy")


def test_a_pause_adds_nothing_and_a_reload_loses_nothing(page: Page, site: str) -> None:
    """Reloading in mid-session shows the history again and goes on; while paused it stays as it was."""
    start(page, site, DEMO)
    expect_growth(page)
    before = count(page)
    page.reload()
    expect(page.locator("#count")).to_be_visible()
    assert count(page) >= before
    expect_growth(page)

    page.get_by_role("button", name="Pause").click()
    expect(state(page)).to_contain_text("paused")
    page.reload()
    expect(state(page)).to_contain_text("paused")
    expect(page.locator("#count")).to_be_visible()
    held = count(page)
    page.reload()
    expect(page.locator("#count")).to_have_text(f"{held} observations")


@pytest.mark.usefixtures("complaints")
def test_the_keyboard_is_enough(page: Page, site: str) -> None:
    """From the first Tab to the stop: skip link, choice, start, pause and resume by space, curves, stop."""
    page.goto(site)
    expect(page.get_by_role("radio", name=BROWSERS_CAMERA)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name=BROWSERS_CAMERA)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name=DEMO)).to_be_checked()
    page.keyboard.press("Enter")
    expect(state(page)).to_contain_text("watching")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Space")
    expect(state(page)).to_contain_text("paused")
    page.locator("#main").focus()
    page.keyboard.press("Space")
    expect(state(page)).to_contain_text("watching")
    page.get_by_label("Hide the picture").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Hide the picture")).to_be_checked()
    expect(state(page)).to_contain_text("watching")
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Start")).to_be_focused()


def test_a_refused_camera_is_a_sentence(browser: Browser, site: str) -> None:
    """A person who says no is told how to say yes, and nothing starts."""
    page = browser.new_context(permissions=[]).new_page()
    page.goto(site)
    fill_in(page, BROWSERS_CAMERA)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("did not give its camera. Allow it")
    expect(state(page)).to_have_text("not watching")
    page.context.close()


def test_no_camera_is_a_sentence(browser_type: BrowserType, chromium_args: dict[str, Any], site: str) -> None:
    """Neither machine nor browser has one: both say so, in the place where one was asked for."""
    browser = browser_type.launch(**chromium_args)
    page = browser.new_page()
    page.goto(site)
    expect(page.get_by_role("radio", name="This machine's camera")).to_be_disabled()
    expect(page.get_by_text("None was found. Plug one in")).to_be_visible()
    fill_in(page, BROWSERS_CAMERA)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("found no camera. Plug one in, or choose a file or the demo.")
    browser.close()


def test_a_path_that_leads_nowhere_is_a_sentence(page: Page, site: str) -> None:
    """Typing a path chooses it; what is wrong with it is said, and goes away with the next start."""
    page.goto(site)
    page.get_by_label("Path or address").fill("/nowhere/meeting.mp4")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_have_text("There is no file or folder /nowhere/meeting.mp4. Check the path.")
    expect(state(page)).to_have_text("could not watch")
    fill_in(page, DEMO)
    page.get_by_role("button", name="Start").click()
    expect(state(page)).to_contain_text("watching")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_cameras_are_offered_by_name(page: Page, finding_tools: Tools, camera_list: list[Camera]) -> None:
    """The one that was asked for on the command line is chosen already; one that does not open is told."""
    choices = replace(finding_tools.choices, source="2")
    tools = replace(finding_tools, choices=choices, list_cameras=lambda: camera_list)
    with served(tools, "127.0.0.1", 0) as (address, _):
        page.goto(address.url)
        expect(page.get_by_role("radio", name="This machine's camera")).to_be_checked()
        expect(page.get_by_label("Which camera")).to_have_value("2")
        expect(page.get_by_label("Which camera").get_by_role("option")).to_have_text(
            ["0: Desk camera", "2: OBS Virtual Camera"]
        )
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("alert")).to_contain_text("There is no camera 2.")


def test_a_camera_that_is_pulled_out_pauses(page: Page, site: str) -> None:
    """The browser's camera stops by itself: the session is paused and says why."""
    start(page, site, BROWSERS_CAMERA)
    page.locator("#local").evaluate("video => video.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.get_by_role("alert")).to_contain_text("camera stopped. Check its plug, then press Resume.")
    expect(state(page)).to_contain_text("paused")


def test_two_pages_show_the_same(page: Page, site: str) -> None:
    """A session that one page films with its camera is seen, boxes and picture, on the other; it may be paused there."""
    start(page, site, BROWSERS_CAMERA)
    other = page.context.new_page()
    other.goto(site)
    expect(other.locator(".face-look")).to_have_text("looks happy")
    expect_growth(other)
    # Picture and boxes: at least the whole picture's worth of pixels.
    box = other.locator("#overlay").bounding_box()
    assert box is not None
    assert painted(other.locator("#overlay")) > box["height"] ** 2
    other.get_by_role("button", name="Pause").click()
    expect(state(page)).to_contain_text("paused")


def test_a_hidden_picture_stays_hidden(page: Page, site: str) -> None:
    """Blind mode shows readings and timeline without the picture, and is remembered."""
    start(page, site, DEMO)
    page.get_by_label("Hide the picture").check()
    expect(page.get_by_text("The picture is hidden.")).to_be_visible()
    assert painted(page.locator("#overlay")) == 0
    page.reload()
    expect(page.get_by_label("Hide the picture")).to_be_checked()
    expect_growth(page)
    assert painted(page.locator("#overlay")) == 0


@pytest.mark.usefixtures("complaints")
def test_curves_open_on_demand(page: Page, site: str) -> None:
    """Seven lines with seven different dashes; the single observations come behind them when they are asked for."""
    start(page, site, DEMO)
    page.get_by_text("Curves").click()
    key = page.locator(".u-series:not(.behind)")
    expect(key).to_have_count(8)
    dashes = page.locator(".u-series line").evaluate_all("lines => lines.map(line => line.getAttribute('stroke-dasharray'))")
    assert len(set(dashes)) == 7
    page.get_by_label("Show the single observations").check()
    expect(page.locator(".u-series")).to_have_count(15)
    assert painted(page.locator(".uplot canvas")) > 500


def test_everybody_is_watched_only_knowingly(page: Page, site: str) -> None:
    """Choosing all faces says that they must agree, and readings then name faces by number."""
    page.goto(site)
    fill_in(page, DEMO)
    expect(page.get_by_text("only if they know of it and agree")).to_be_hidden()
    page.get_by_label("Whose faces").select_option("everybody in the picture")
    expect(page.get_by_text("only if they know of it and agree")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(state(page)).to_contain_text("all faces")
    expect(page.get_by_role("heading", name="Face 1")).to_be_visible()


def test_a_server_that_went_away_is_told(page: Page, running: "Running") -> None:
    """The state line is true even then."""
    with running("demo") as (process, address):
        page.goto(address)
        expect(state(page)).to_contain_text("watching")
        process.terminate()
    expect(state(page)).to_have_text("Mien does not answer")
    expect(page.get_by_role("alert")).to_contain_text("Is it still running in its terminal?")


@pytest.mark.parametrize("path", ["/", "/picture"])
def test_the_theme_is_remembered(page: Page, site: str, path: str) -> None:
    """Light by the system, dark by choice, and dark again after a reload."""
    page.goto(site + path)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
