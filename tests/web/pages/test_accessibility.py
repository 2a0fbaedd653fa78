"""Pages for everybody: axe-core finds nothing, nothing overflows a narrow screen, focus is seen, motion can be stilled."""

import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS: Final = """async (rules) =>
    (await axe.run({ runOnly: rules, resultTypes: ["violations"], selectors: false })).violations"""
"""What axe finds, without working out what it says of parts that are right."""
RULES_OF_LOOKS: Final = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
"""The rules whose answer may change with colours and the size of text."""
NARROW: Final[ViewportSize] = {"width": 360, "height": 740}
WIDE: Final[ViewportSize] = {"width": 1280, "height": 900}

LOOKS: Final = ({"theme": "light"}, {"theme": "dark"})
CALM: Final = ({"theme": "dim", "text": "larger"}, {"theme": "mono", "text": "larger"})
CHOOSE: Final = """looks => {
    for (const [name, choice] of Object.entries(looks)) localStorage.setItem(name, choice);
    dispatchEvent(new Event("themechosen"));
    return Object.fromEntries(Object.keys(looks).map((name) => [name, document.documentElement.dataset[name]]));
}"""

Opened = Callable[..., Iterator[Page]]


def idle(page: Page, site: str, _: list[Path]) -> None:
    page.goto(site)
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def watching(page: Page, site: str, files: list[Path]) -> None:
    idle(page, site, files)
    page.get_by_role("button", name="Try the demo").click()
    expect(page.locator(".guess").first).to_be_visible()
    expect(page.locator("#whole-drawing svg")).to_be_visible()


def ended(page: Page, _site: str, _: list[Path]) -> None:
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#ending")).to_be_focused()
    page.get_by_text("Export", exact=True).click()


def trouble(page: Page, site: str, files: list[Path]) -> None:
    idle(page, site, files)
    page.get_by_text("Other sources, how often").click()
    page.get_by_label("Path or address").fill("/nowhere.mp4")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_be_visible()


def picture(page: Page, site: str, files: list[Path]) -> None:
    page.goto(f"{site}/picture")
    page.get_by_label("Choose pictures").set_input_files(files)
    expect(page.locator("#progress")).to_contain_text(" read.")


def said(page: Page, _site: str, _: list[Path]) -> None:
    page.get_by_role("button", name="sad").first.click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def settings(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/settings")
    page.get_by_label("until I erase it").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("button", name="Keep")).to_be_visible()


def choices(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/settings")
    expect(page.get_by_role("button", name="Erase everything")).to_be_visible()


def past(page: Page, site: str, files: list[Path]) -> None:
    page.goto(f"{site}/settings")
    page.get_by_label("until I erase it").check()
    with page.expect_response("**/api/retention"):
        page.get_by_role("button", name="Save", exact=True).click()
    picture(page, site, files)
    said(page, site, files)
    page.goto(site)
    page.get_by_role("button", name="Try the demo").click()
    expect(page.locator(".guess").first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    page.goto(f"{site}/history")
    expect(page.locator(".history-entry")).to_have_count(1)


def uploads(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/history/pictures")


def session(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/history")
    page.locator(".history-title a").click()
    expect(page.locator("#whole")).to_be_visible()


def trends(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/history/trends")


def health(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/health")


def recording(page: Page, site: str, files: list[Path]) -> None:
    page.goto(f"{site}/history/recordings")
    page.get_by_label("Or choose a file").set_input_files(files[1])
    page.get_by_role("button", name="Analyse").click()
    expect(page.locator(".problem").get_by_text("The copy was removed")).to_be_visible()


def start(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/start")
    page.get_by_role("button", name="The demo").click()
    expect(page.locator("#show")).to_be_enabled()
    page.get_by_role("button", name="Skip").click()
    expect(page.locator("#step-words")).to_contain_text("Skipped")


def practice(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/practice")
    page.get_by_role("button", name="The demo").click()
    expect(page.locator("#read-words")).to_contain_text("Mien reads:")


def call(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/call")
    page.get_by_label("In private").check()
    page.get_by_label("The demo").check()
    page.get_by_role("button", name="Start the demo").click()
    page.locator(".tile").first.click()
    page.get_by_label("Somebody who agreed").fill("Ana-who-has-a-name-of-sixty-letters-without-one-single-space")
    page.get_by_role("button", name="They agreed").click()
    page.get_by_role("switch", name="What it may mean").check()
    expect(page.locator(".meaning-words")).to_contain_text("Unclear")
    page.locator(".tile").nth(1).click()


def scripts(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/settings")
    page.get_by_role("link", name="the addresses").click()
    expect(page.get_by_role("heading", name="For scripts")).to_be_visible()


def glossary(page: Page, site: str, _: list[Path]) -> None:
    page.goto(f"{site}/glossary")
    page.get_by_text("When it is told").first.click()


State = Callable[[Page, str, list[Path]], None]
JOURNEYS: Final[tuple[tuple[State, ...], ...]] = (
    (idle, trouble),
    (watching, ended),
    (picture, said),
    (choices, settings),
    (past, uploads, session, trends, health),
    (start, practice),
    (call,),
    (recording,),
    (scripts, glossary),
)
"""States that a person comes to one after the other; what was kept in the first is there in the others."""
TELLING: Final = (watching, said, session, health, choices, practice, call)
"""The states that between them show every kind of part: axe looks at them in the calm themes, too."""


@pytest.fixture
def opened(browser: Browser, site: str, picture_file: Path, tmp_path: Path) -> Iterator[Opened]:
    """Opens a page of the dashboard in one of its states."""
    text = tmp_path / "a-file-with-a-long-name-that-is-no-picture.png"
    text.write_text("this is no picture")
    contexts = []

    def open_page(*states: State, **looks: Any) -> Iterator[Page]:
        context = browser.new_context(**looks)
        contexts.append(context)
        page = context.new_page()
        for state in states:
            state(page, site, [picture_file, text])
            yield page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("states", JOURNEYS, ids=lambda states: "-".join(state.__name__ for state in states))
def test_every_state_is_for_everybody(opened: Opened, states: tuple[State, ...]) -> None:
    """Nothing overflows at 360 pixels, and axe finds no violation of WCAG 2.2 AA, contrast included, in light and dark themes.

    In states that between them show every kind of part, axe looks also at the calm themes with large text.
    """
    for state, page in zip(states, opened(*states, viewport=NARROW, reduced_motion="reduce"), strict=True):
        assert overflowing(page) == [], state.__name__
        page.set_viewport_size(WIDE)
        page.evaluate(AXE)
        for looks in (*LOOKS, *(CALM if state in TELLING else ())):
            assert page.evaluate(CHOOSE, looks) == looks
            rules = RULES if looks == LOOKS[0] else RULES_OF_LOOKS
            violations = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in page.evaluate(VIOLATIONS, rules)]
            assert (state.__name__, looks, violations) == (state.__name__, looks, [])
        page.evaluate("localStorage.clear()")
        page.set_viewport_size(NARROW)


def overflowing(page: Page) -> list[str]:
    """Whether the page scrolls sideways, and parts that stick out of it, but for a table in a frame that scrolls by itself."""
    return list(
        page.evaluate("""() => {
            const scrolls = document.documentElement.scrollWidth > 360 ? ["the page scrolls sideways"] : [];
            const parts = [...document.querySelectorAll("main *:not(.scroll *), header *")].filter((part) =>
                part.getBoundingClientRect().right > 361 && getComputedStyle(part).visibility !== "hidden");
            return [...scrolls, ...parts.map((part) => part.outerHTML.slice(0, 80))];
        }""")
    )


def test_focus_is_always_seen(opened: Opened) -> None:
    """Whatever Tab reaches carries a thick outline of its own colour, in light and dark themes."""
    page = next(opened(watching, viewport=WIDE))
    outline = """() => { const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return [outlineStyle, parseFloat(outlineWidth), document.activeElement.outerHTML.slice(0, 60)]; }"""
    for looks in LOOKS:
        page.evaluate(CHOOSE, looks)
        page.evaluate("document.activeElement.blur()")
        for _ in range(12):
            page.keyboard.press("Tab")
            style, width, what = page.evaluate(outline)
            # After the last element comes the browser's own frame, and then the first.
            assert (style, width >= 3) == ("solid", True) or what.startswith("<body"), what


def test_motion_can_be_stilled(opened: Opened) -> None:
    """Fades last 150 ms at most, and none is left for those who asked for reduced motion."""
    durations = "parseFloat(getComputedStyle(document.querySelector('.bar-fill')).transitionDuration)"
    page = next(opened(picture))
    assert 0 < page.evaluate(durations) <= 0.15
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(durations) == 0


def test_ribbons_have_words(opened: Opened) -> None:
    """What the ribbons show in colour is there as a sentence, and the key says the whole session in numbers."""
    page = next(opened(watching))
    for name in ("Last minute", "Whole session"):
        expect(page.get_by_role("img", name=re.compile(rf"{name} \w+ .*%"))).to_be_visible()
    expect(page.get_by_role("list", name="Share of the readings").get_by_role("listitem")).to_have_count(9)
