"""A page that stands still: while words and shares change, nothing on Now moves.

``pytest -m long tests/web/live/test_stillness.py -s`` measures one drawn face and four for a minute at five widths; what
it prints stands in docs/architecture.md.
"""

import json
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Browser, Page, expect

if TYPE_CHECKING:
    from tests.web.conftest import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEIGHT: Final = 844
PARTS: Final = (
    "#timeline", "#stage", ".controls", ".controls > *", "#readings", "#readings .face-title", ".face-head", ".face-expression",
    ".face-more", ".face-note", ".guess", ".guess .bar", ".guess-number", ".person", ".person-ribbon", "#session-title",
    ".footer",
)  # fmt: skip
"""What must not move: the timeline, the readings with all their parts, and what stands between them."""
MEASURE: Final = """([parts, seconds]) => new Promise((resolve) => {
    const moved = {};
    const first = new Map();
    const until = performance.now() + 1000 * seconds;
    let looks = 0;
    const look = () => {
        looks += 1;
        for (const part of parts) document.querySelectorAll(`main ${part}, body > ${part}`).forEach((element, place) => {
            const { left, top } = element.getBoundingClientRect();
            const key = `${part} ${place}`;
            if (!first.has(key)) first.set(key, [left, top + scrollY]);
            const [x, y] = first.get(key);
            const distance = Math.max(Math.abs(left - x), Math.abs(top + scrollY - y));
            if (distance > 0) moved[key] = Math.max(moved[key] ?? 0, distance);
        });
        if (performance.now() < until) requestAnimationFrame(look);
        else resolve({ moved, looks, parts: first.size });
    };
    look();
})"""
"""Looks at every frame that the browser paints; CSS pixels by which each part was away from its first place, if it was."""
START: Final = "async ([parts, seconds]) => { window.measured = (" + MEASURE + ")([parts, seconds]); }"

START_MEETING: Final = """async () => {
    const { socket } = await import("/static/js/shared/socket.js");
    await socket.emitWithAck("start", { source: "fake:meeting", hz: 2, faces: "all" });
}"""


def opened(browser: Browser, address: str, width: int) -> Page:
    """A page of that width on which the first reading and the timeline stand."""
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    page.goto(address)
    expect(page.locator("#timeline")).to_be_visible()
    expect(page.locator(".legend li")).to_have_count(9)
    expect(page.locator(".face-more:visible").first).not_to_be_empty()
    return page


def measured(pages: list[Page], seconds: float) -> list[dict[str, int | dict[str, float]]]:
    """Of all pages at the same time: which parts moved how far, how often it was looked, and at how many parts."""
    for page in pages:
        page.evaluate(START, [PARTS, seconds])
    return [page.evaluate("window.measured") for page in pages]


@pytest.mark.timeout(120)
def test_nothing_moves_while_words_change(browser: Browser, running: "Running") -> None:
    """Expressions change, a face leaves and comes back, shares grow: for some seconds, on a phone and on a laptop."""
    with running("demo") as (_, address):
        pages = [opened(browser, address, width) for width in (390, 1280)]
        assert [each["moved"] for each in measured(pages, 6)] == [{}, {}]


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("demo", ["own face", "meeting"])
def test_nothing_moves_for_a_minute(browser: Browser, running: "Running", demo: str) -> None:
    """The whole measure, at the widths of phones, tablets, laptops and large screens."""
    widths = (390, 700, 900, 1280, 1920)
    with running("demo") as (_, address):
        if demo == "meeting":
            opened(browser, address, widths[0]).evaluate(START_MEETING)
        pages = [opened(browser, address, width) for width in widths]
        found = dict(zip(widths, measured(pages, 60), strict=True))
    print(json.dumps({"demo": demo, "widths": found}))
    assert {width: each["moved"] for width, each in found.items()} == {width: {} for width in widths}
