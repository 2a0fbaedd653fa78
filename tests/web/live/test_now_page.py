"""The page Now in a real browser, watching the drawn face: history, keyboard, and what is remembered."""

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Page, Route, expect

if TYPE_CHECKING:
    from tests.web.conftest import NowPage, Running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

BROWSERS_CAMERA: Final = "This browser's camera"
DEMO: Final = "The demo"


def test_a_pause_adds_nothing_and_a_reload_loses_nothing(now: "NowPage", page: Page, site: str) -> None:
    """Reloading in mid-session shows the history again and goes on; while paused it stays as it was."""
    now.start(site, DEMO)
    now.expect_growth()
    before = now.count()
    page.reload()
    expect(page.locator("#count")).to_be_visible()
    assert now.count() >= before
    now.expect_growth()

    page.get_by_role("button", name="Pause").click()
    expect(now.state).to_contain_text("paused")
    page.reload()
    expect(now.state).to_contain_text("paused")
    expect(page.locator("#count")).to_be_visible()
    held = now.count()
    page.reload()
    expect(page.locator("#count")).to_have_text(f"{held} observations")


@pytest.mark.usefixtures("complaints")
def test_a_page_whose_script_comes_late_has_the_history_too(now: "NowPage", page: Page, site: str) -> None:
    """The line to the server may be there before the page's own script: nothing that was said by then is missed."""
    now.start(site, DEMO)
    now.expect_growth()
    page.get_by_role("button", name="Pause").click()
    expect(now.state).to_contain_text("paused")
    held: list[Route] = []
    page.route("**/js/live/now.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright takes no built-in
    page.reload(wait_until="commit")
    expect(now.state).to_contain_text("paused")
    held[0].continue_()
    expect(page.locator("#count")).to_be_visible()


@pytest.mark.usefixtures("complaints")
def test_the_keyboard_is_enough(now: "NowPage", page: Page, site: str) -> None:
    """From the first Tab to the stop: skip link, the folded choices, start, pause and resume by space, stop."""
    page.goto(site)
    expect(page.get_by_role("button", name="Start my camera")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start my camera")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name=BROWSERS_CAMERA)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name=DEMO)).to_be_checked()
    page.keyboard.press("Enter")
    expect(now.state).to_contain_text("watching")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.keyboard.press("Space")
    expect(now.state).to_contain_text("paused")
    page.locator("#main").focus()
    page.keyboard.press("Space")
    expect(now.state).to_contain_text("watching")
    page.get_by_label("Hide the picture").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Hide the picture")).to_be_checked()
    expect(now.state).to_contain_text("watching")
    page.get_by_role("button", name="Stop").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ending")).to_be_focused()


def test_start_is_in_sight(page: Page, site: str) -> None:
    """Whoever opens the page for the first time sees one sentence and both buttons, on a small laptop and on a phone."""
    for width, height in ((1280, 600), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site)
        for name in ("Start my camera", "Try the demo"):
            expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
        expect(page.get_by_label("How often")).to_be_hidden()


def test_a_page_opened_after_the_stop_starts_again(now: "NowPage", page: Page, site: str) -> None:
    """Loaded anew when a session is over, it offers its sources, and Start starts."""
    now.start(site, DEMO)
    page.get_by_role("button", name="Stop").click()
    expect(now.state).to_have_text("stopped")
    page.reload()
    expect(page.locator("#cameras-words")).to_contain_text("No camera was found")
    page.get_by_role("button", name="Try the demo").click()
    expect(now.state).to_contain_text("watching")


def test_letters_work_where_start_leaves_the_focus(now: "NowPage", page: Page, site: str) -> None:
    """On a button m and k are the page's keys, as they say; in a field they are letters."""
    now.start(site, DEMO)
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    expect(page.locator(".guess").first).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator("#marking")).to_be_visible()
    page.keyboard.type("mk")
    expect(page.locator("#marking input")).to_have_value("mk")


def test_a_path_that_leads_nowhere_is_a_sentence(now: "NowPage", page: Page, site: str) -> None:
    """Typing a path chooses it; what is wrong with it is said beside Start, in sight and focused, until the next start."""
    page.goto(site)
    now.unfold()
    page.get_by_label("Path or address").fill("/nowhere/meeting.mp4")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no file or folder /nowhere/meeting.mp4")
    expect(page.get_by_role("alert")).to_contain_text("Check the path.")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.locator(".start-buttons + #problem")).to_be_visible()
    expect(now.state).to_have_text("stopped by an error")
    now.fill_in(DEMO)
    page.get_by_role("button", name="Start").click()
    expect(now.state).to_contain_text("watching")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_hidden_picture_stays_hidden(now: "NowPage", page: Page, site: str) -> None:
    """Blind mode shows readings and timeline without the picture, and is remembered."""
    now.start(site, DEMO)
    page.get_by_label("Hide the picture").check()
    expect(page.get_by_text("The picture is hidden.")).to_be_visible()
    assert now.painted(page.locator("#overlay")) == 0
    page.reload()
    expect(page.get_by_label("Hide the picture")).to_be_checked()
    now.expect_growth()
    assert now.painted(page.locator("#overlay")) == 0


def test_everybody_is_watched_only_knowingly(now: "NowPage", page: Page, site: str) -> None:
    """Choosing all faces says that they must agree, and readings then name faces by number."""
    page.goto(site)
    now.fill_in(DEMO)
    expect(page.get_by_text("only if they know of it and agree")).to_be_hidden()
    page.get_by_label("Whose faces").select_option("everybody in the picture")
    expect(page.get_by_text("only if they know of it and agree")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(now.state).to_contain_text("all faces")
    expect(page.get_by_role("heading", name="Face 1")).to_be_visible()


def test_a_server_that_went_away_is_told(now: "NowPage", page: Page, running: "Running") -> None:
    """The state line is true even then."""
    with running("demo") as (process, address):
        page.goto(address)
        expect(now.state).to_contain_text("watching")
        process.terminate()
    expect(now.state).to_have_text("Mien does not answer")
    expect(page.get_by_role("alert")).to_contain_text("Is it still running in its terminal?")


@pytest.mark.parametrize("path", ["/", "/picture"])
def test_the_theme_is_remembered(page: Page, site: str, path: str) -> None:
    """Light by the system, dark by choice, and dark again after a reload; the button says what it switches to."""
    page.goto(site + path)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")


@pytest.mark.usefixtures("complaints")
def test_a_mark_is_on_every_page_and_kept(now: "NowPage", page: Page, site: str) -> None:
    """Pressing m asks what happens at this moment; Enter keeps it; another page, opened later, has it too, and History."""
    page.goto(site)
    page.get_by_role("button", name="Try the demo").click()
    expect(page.locator("#count")).to_be_visible()
    now.keep("until Mien is closed")
    page.locator("#main").focus()
    page.keyboard.press("m")
    expect(page.get_by_label("What happens at")).to_be_focused()
    page.keyboard.type("Questions start (k, m and space are letters here)")
    page.keyboard.press("Enter")
    expect(page.locator("#live-markers li")).to_contain_text("Questions start (k, m and space")
    expect(page.get_by_role("button", name="Mark")).to_be_focused()
    page.get_by_label("Title").fill("Weekly call")
    page.get_by_label("Title").press("Enter")
    page.get_by_label("When it ends").select_option("45")
    other = page.context.new_page()
    other.goto(site)
    expect(other.locator("#live-markers li")).to_contain_text("Questions start")
    expect(other.locator("#whole-words")).to_contain_text("Questions start")
    expect(other.get_by_label("Title")).to_have_value("Weekly call")
    expect(other.get_by_label("When it ends")).to_have_value("45")
    other.close()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Weekly call").click()
    expect(page.locator(".markers li")).to_contain_text("Questions start")
    expect(page.locator("#whole-words")).to_contain_text("Questions start")


def test_the_moment_that_is_asked_about_is_shown(now: "NowPage", page: Page, site: str) -> None:
    """Keys work from a ticked box; "k" shows the held face and Esc closes it, its picture with it; a marker needs no text."""
    now.start(site, DEMO)
    expect(page.locator(".guess").first).to_be_visible()
    box = page.get_by_label("Hide the picture")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    page.keyboard.press("k")
    crop = page.get_by_role("img", name="The face of this moment")
    expect(crop).to_be_visible()
    assert crop.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.keyboard.press("Escape")
    expect(page.locator("#moment")).to_be_hidden()
    expect(crop).to_have_count(0)
    expect(page.get_by_role("button", name="Correct this")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    expect(page.locator("#live-markers li")).to_contain_text("Marker 1")
