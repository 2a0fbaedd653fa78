"""The page Call in a browser, with the drawn call: who agreed, what is shown of them, a layout that changes, and the modes."""

import re
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.live.test_stillness import HEIGHT, START
from tracker.sources import synthetic_call
from tracker.sources.synthetic_call_script import CALL_PEOPLE, HELD_POSES, pose_at
from tracker.sources.synthetic_person import DrawnPerson, FacePose
from web.storage import Storage

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PARTS: Final = (".call-card", ".call-card .shown", ".call-card .strip", ".card-meaning", ".card-note", ".who", ".controls > *")
"""What must not move while words change."""
SECONDS: Final = 6.0
WIDTHS: Final = (320, 360, 390, 700, 900, 1280)
LONG_NAMES: Final = ("Annabelle", "Benedict", "Chidi", "Dorothy")
"""With these the line about moved tiles has as many letters as it may have."""
TOPS: Final = "cards => cards.map(card => card.getBoundingClientRect().top + scrollY)"
AT_REST: Final = 10.0
"""Seconds from the script's begin in which everybody is at rest."""


@dataclass
class Stage:
    """What the drawn call does, as a test wants it. smiles: who smiles, all others are at rest."""

    smiles: str = ""
    swapped: bool = False

    def order(self, _t: float) -> tuple[DrawnPerson, ...]:
        ana, ben, chidi, dana, emil = CALL_PEOPLE
        return (ana, dana, chidi, ben, emil) if self.swapped else CALL_PEOPLE

    def pose(self, name: str, t: float) -> FacePose:
        return HELD_POSES["smiles"] if name == self.smiles else pose_at(name, t % AT_REST)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(synthetic_call, "call_order", stage.order)
    monkeypatch.setattr(synthetic_call, "pose_at", stage.pose)
    return stage


def start(page: Page, mode: str) -> None:
    page.get_by_label(mode).check()
    page.get_by_label("The demo").check()
    page.get_by_role("button", name="Start the demo").click()
    expect(page.locator(".tile")).to_have_count(5)


def agree(page: Page, tile: int, name: str) -> None:
    page.locator(".tile").nth(tile).click()
    page.get_by_label("Somebody who agreed").fill(name)
    page.get_by_role("button", name="They agreed").click()
    expect(page.locator(".tile").nth(tile)).to_contain_text(name)


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("button", name=name, exact=True))


@pytest.mark.usefixtures("complaints")
def test_a_call_is_followed(page: Page, site: str, stage: Stage, storage: Storage) -> None:
    """Nobody is shown before they agreed; then what a face shows and may mean is, with why; at work it is not."""
    storage.set_retention("30d")
    page.goto(f"{site}/call")
    page.get_by_role("button", name="Share the call's window").click()
    expect(page.get_by_role("alert")).to_contain_text("Say first where you are")
    start(page, "In private")
    expect(page.get_by_text("This is the demo: five drawn people.")).to_be_visible()
    expect(page.locator("#who-words")).to_have_text("Mien looks at nobody yet. Ask, and say here who agreed.")
    expect(page.locator("#chat-words p:visible")).to_contain_text("and what that can mean")
    for tile, name in enumerate(("Ana", "Ben", "Chidi")):
        agree(page, tile, name)
    expect(page.locator("#who-words")).to_have_text("Mien looks at 3 tiles. 2 are covered.")
    expect(page.get_by_role("article")).to_have_count(3)

    meaning_is_told_with_why(page, stage)
    one_person_and_captions(page)
    everybody_is_covered_when_tiles_move(page, stage)
    one_takes_it_back(page)

    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("link", name="Look back at it")).to_have_attribute("href", re.compile("/history/."))
    start(page, "At work or in education")
    expect(page.get_by_role("switch", name="What it may mean")).to_be_hidden()
    expect(page.locator("#work-words")).to_contain_text("What it may mean is left out")
    expect(page.locator("#chat-words p:visible")).not_to_contain_text("and what that can mean")
    page.locator(".tile").first.click()
    page.get_by_role("button", name="This is me").click()
    expect(page.locator(".tile").first).to_contain_text("You")
    page.get_by_role("button", name="Cover it again").click()
    expect(page.locator(".tile").first).to_contain_text("covered")


def meaning_is_told_with_why(page: Page, stage: Stage) -> None:
    """Once the face at rest is known; the evidence stands still in a dialog, which takes what it was."""
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("switch", name="What it may mean").check()
    ben = card(page, "Ben")
    expect(ben.get_by_text("at rest", exact=True)).to_be_visible()
    expect(ben).to_contain_text("Unclear.")
    page.evaluate(START, [PARTS, SECONDS])
    stage.smiles = "Ben"
    expect(ben).to_contain_text("smiles with mouth and eyes")
    expect(ben).to_contain_text("may be amused")
    assert page.evaluate("window.measured")["moved"] == {}
    expect(ben).to_contain_text("or smiling back at somebody")
    expect(ben.get_by_role("img")).to_have_accessible_name("The last 3 min: smiles with mouth and eyes.")
    ben.get_by_role("button", name="why?").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("smiles with mouth and eyes")
    expect(dialog).to_contain_text("nobody has tested how often this is right.")
    dialog.get_by_role("button", name="polite smile").click()
    expect(dialog.get_by_role("status")).to_have_text("Noted: polite smile.")
    page.keyboard.press("Escape")


def one_person_and_captions(page: Page) -> None:
    """By the keyboard alone: everything of one person and back, a pause, one line for each, also on top of the call."""
    card(page, "Ben").get_by_role("button", name="Ben", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Ben")).to_be_focused()
    expect(page.locator("#focus-shown")).to_contain_text("smiles with mouth and eyes")
    expect(page.locator("#focus-readings")).to_contain_text("may be amused")
    expect(page.locator("#cards")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator("#focus-shown")).to_contain_text("paused")
    page.keyboard.press("Space")
    expect(page.locator("#focus-shown")).to_contain_text("smiles")
    page.keyboard.press("Escape")
    expect(card(page, "Ben").get_by_role("button", name="Ben", exact=True)).to_be_focused()
    page.get_by_role("button", name="Captions").press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="Ben")).to_contain_text("smiles with mouth and eyes · may be amused")
    with page.context.expect_page() as opened:
        page.keyboard.press("v")
    view = opened.value
    expect(view.get_by_role("listitem").filter(has_text="Ben")).to_contain_text("may be amused")
    with view.expect_event("close"):
        page.keyboard.press("v")
    page.get_by_role("button", name="Cards").press("Enter")


def everybody_is_covered_when_tiles_move(page: Page, stage: Stage) -> None:
    """Who was where is a suggestion, which one press accepts; nobody is seen before."""
    stage.swapped = True
    expect(page.locator("#who-words")).to_contain_text(
        "Is this right: Ana in row 1, place 1; Chidi in row 1, place 3; Ben in row 2, place 1?"
    )
    expect(card(page, "Ben")).to_contain_text("covered")
    page.get_by_role("button", name="Who is who").click()
    expect(page.locator(".tile").nth(3)).to_contain_text("was Ben before")
    page.get_by_role("button", name="All as suggested").click()
    expect(page.locator(".tile").nth(3)).to_contain_text("Ben")
    expect(page.locator("#who-words")).to_have_text("Mien looks at 3 tiles. 2 are covered.")


def one_takes_it_back(page: Page) -> None:
    """After one question; the others stay."""
    page.get_by_role("button", name="Stop, and delete what there is about Ben").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("deletes at once")
    dialog.get_by_role("button", name="Stop and delete").click()
    expect(card(page, "Ben")).to_have_count(0)
    expect(page.locator(".tile").nth(3)).to_contain_text("covered")
    expect(page.get_by_role("article")).to_have_count(2)


def test_cards_stay_where_they_are_when_tiles_move(
    page: Page, browser: Browser, site: str, stage: Stage, storage: Storage
) -> None:
    """The longest that the line then says has its place before, on phones and on laptops."""
    storage.set_retention("30d")
    page.goto(f"{site}/call")
    start(page, "In private")
    for tile, name in enumerate(LONG_NAMES):
        agree(page, tile, name)
    pages = {width: browser.new_page(viewport={"width": width, "height": HEIGHT}) for width in WIDTHS}
    for each in pages.values():
        each.goto(f"{site}/call")
        expect(each.locator("#who-words")).to_have_text("Mien looks at 4 tiles. 1 is covered.")
        expect(each.get_by_role("article")).to_have_count(4)
    before = {width: each.locator(".call-card").evaluate_all(TOPS) for width, each in pages.items()}
    stage.swapped = True
    for each in pages.values():
        expect(each.locator("#who-words")).to_contain_text("Is this right: Annabelle in row 1, place 1; Dorothy in row 1")
        expect(card(each, "Dorothy")).to_contain_text("covered")
    assert {width: each.locator(".call-card").evaluate_all(TOPS) for width, each in pages.items()} == before
