"""What makes the pages calm: themes that are legible, text sizes, stillness, keys to switch off, few spoken words."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tracker.core.vocabulary import EXPRESSIONS
from web.page_constants import style_sheet

AXE_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TEXT, SIGN = 4.5, 3.0
"""Least contrast by WCAG 2.2, 1.4.3 and 1.4.11."""
GROUNDS: Final = ["ground", "panel"]
TONES: Final = ["tone-on", "tone-hold", "tone-bad", "tone-off"]
THEMES: Final = {"light": ["light"], "dark": ["dark"], "dim": ["dark", "dim"], "mono": ["light", "mono"]}
"""The blocks of tokens that hold in each theme, the later before the earlier."""


def tokens(root: Path, theme: str) -> dict[str, str]:
    """Every colour of a theme as #rrggbb."""
    sheets = (style_sheet(), (root / "web" / "static" / "tokens.css").read_text())
    selectors = [":root", *(rf'\[data-(?:bs-)?theme="{name}"\]' for name in THEMES[theme])]
    blocks = [re.search(rf"(?m)^{selector} {{$(.*?)^}}", css, re.DOTALL) for css in sheets for selector in selectors]
    found = {name: value for block in blocks if block for name, value in re.findall(r"--([\w-]+): (#\w+);", block[1])}
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:]) for name, value in found.items()
    }


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_legible_in_every_theme(root: Path, theme: str) -> None:
    """4.5:1 for whatever is written, on every ground that it is written on."""
    found = tokens(root, theme)
    pairs = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in (*GROUNDS, "track")]
    pairs += [("ink", "alarm-ground"), ("on-accent", "accent"), ("on-accent", "accent-strong")]

    assert {
        pair: contrast(*(found[name] for name in pair)) for pair in pairs if contrast(*(found[name] for name in pair)) < TEXT
    } == {}


@pytest.mark.parametrize("theme", ["dim", "mono"])
def test_signs_are_seen_in_the_calm_themes(root: Path, theme: str) -> None:
    """3:1 for swatches, dots and edges, on the ground and on a panel."""
    found = tokens(root, theme)
    pairs = [(sign, ground) for sign in (*EXPRESSIONS, "contempt", "edge", *TONES) for ground in GROUNDS]

    assert {
        pair: contrast(*(found[name] for name in pair)) for pair in pairs if contrast(*(found[name] for name in pair)) < SIGN
    } == {}


def test_monochrome_has_no_hue(root: Path) -> None:
    """Each colour is a grey, and the greys of the seven expressions differ."""
    found = tokens(root, "mono")

    assert {name: value for name, value in found.items() if len({value[1:3], value[3:5], value[5:7]}) > 1} == {}
    assert len({found[name] for name in EXPRESSIONS}) == len(EXPRESSIONS)


@pytest.mark.browser
@pytest.mark.usefixtures("complaints")
def test_choices_hold_at_once_and_on_every_page(page: Page, site: str) -> None:
    """Theme, size, stillness and numbers are chosen in Settings, kept, and there before another page is painted."""
    page.goto(f"{site}/settings")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    for label, words in [
        ("Theme", "dim: dark and warm"),
        ("Text size", "larger"),
        ("Motion", "none"),
        ("Readings", "words and bars, no numbers"),
    ]:
        page.get_by_label(label, exact=True).select_option(words)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > 1.3 * before
    page.goto(f"{site}/picture")
    chosen = page.evaluate("({ ...document.documentElement.dataset })")
    assert {"theme": "dim", "bsTheme": "dark", "text": "larger", "motion": "still", "shown": "words"}.items() <= chosen.items()
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.btn')).transitionDuration)") == 0
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dim")


@pytest.mark.browser
def test_without_hue_expressions_differ_by_their_hatching(page: Page, site: str) -> None:
    """The hatches that drawings refer to differ, and are drawn in the theme without hue alone; neutral has none."""
    page.goto(f"{site}/health")
    lines = page.locator(".defs pattern path").evaluate_all("lines => lines.map((line) => line.getAttribute('d'))")
    assert len(set(lines)) == len(lines) == len(EXPRESSIONS) - 1
    drawn = """theme => {
        document.documentElement.dataset.theme = theme;
        document.body.insertAdjacentHTML("beforeend", "<svg class='trend-drawing'><path class='hatch'></path></svg>");
        return getComputedStyle(document.querySelector(".trend-drawing .hatch")).display;
    }"""
    assert [page.evaluate(drawn, theme) for theme in ("light", "mono")] == ["none", "inline"]


@pytest.mark.browser
@pytest.mark.usefixtures("complaints")
def test_the_keys_are_listed_and_can_be_switched_off(page: Page, site: str) -> None:
    """? lists them, Escape closes the list and gives the focus back; not while typing, and not once they are off."""
    page.goto(site)
    keys = page.get_by_role("dialog", name="Keys")
    page.get_by_role("button", name="Dark").focus()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.get_by_role("button", name="Dark")).to_be_focused()
    page.get_by_text("Other sources, how often").click()
    page.get_by_label("Path or address").focus()
    page.keyboard.press("?")
    expect(page.get_by_label("Path or address")).to_have_value("?")
    expect(keys).to_be_hidden()
    page.goto(f"{site}/settings")
    page.get_by_label("Single-key shortcuts").select_option("off")
    page.get_by_role("button", name="Dark").focus()
    page.keyboard.press("?")
    expect(keys).to_be_hidden()


@pytest.mark.browser
def test_no_single_key_works_on_now_once_they_are_off(page: Page, site: str) -> None:
    """Space neither pauses nor is it told on the button; switched on again, it does."""
    page.add_init_script("localStorage.setItem('keys', 'off')")
    page.goto(site)
    page.get_by_role("button", name="Try the demo").click()
    expect(page.locator(".guess").first).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("m")
    expect(page.locator("#marking")).to_be_hidden()
    expect(page.locator("#mark kbd")).to_be_hidden()
    page.evaluate("localStorage.setItem('keys', 'on'); dispatchEvent(new Event('themechosen'))")
    page.keyboard.press("m")
    expect(page.locator("#marking")).to_be_visible()


@pytest.mark.browser
def test_a_reading_is_spoken_on_now(page: Page, site: str) -> None:
    """A polite region of its own says what the page shows."""
    page.goto(site)
    page.get_by_role("button", name="Try the demo").click()
    expect(page.locator("#announcer[aria-live=polite]")).to_have_text(re.compile(r"^(looks \w+|unclear|nobody there)\.$"))


FOCUS: Final = """async () => {
    const { onRedraw, redraw } = await import("/static/js/shared/redraw.js");
    const main = document.querySelector("main");
    const button = main.appendChild(document.createElement("button"));
    button.append("soon gone");
    button.focus();
    onRedraw(() => button.remove());
    redraw();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return document.activeElement.id;
}"""


@pytest.mark.browser
def test_focus_is_not_lost_on_redraw(page: Page, site: str) -> None:
    """What had it and was taken away gives it to the part around it, not to the top of the page."""
    page.goto(f"{site}/health")
    assert page.evaluate(FOCUS) == "main"


@pytest.mark.browser
def test_forced_colours_keep_the_signs(page: Page, site: str) -> None:
    """In the system's high contrast the swatches keep their fill, and bars get a frame."""
    page.emulate_media(forced_colors="active")
    page.goto(site)
    page.get_by_role("button", name="Try the demo").click()
    expect(page.locator(".guess").first).to_be_visible()
    expect(page.locator(".legend [data-expression=neutral]")).to_be_attached()
    fill = "name => getComputedStyle(document.querySelector(`.legend [data-expression=${name}]`)).backgroundColor"
    assert len({page.evaluate(fill, name) for name in EXPRESSIONS}) == len(EXPRESSIONS)
    assert page.evaluate("getComputedStyle(document.querySelector('.bar')).borderTopStyle") == "solid"
