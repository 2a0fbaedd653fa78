"""The calibration page: what is shown is kept as one moment, nothing unasked; a resting face is switched on and off."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.web.conftest import NowPage
from tests.web.pages.test_calibration import kept
from tracker.config.model_files import CHECKOUT_MODELS, RELEASED
from tracker.model.classifier import OnnxClassifier
from tracker.personal import baseline
from tracker.personal.refit import fit_baseline
from web.dependencies import Dependencies
from web.storage import Storage

in_browser = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not (CHECKOUT_MODELS / RELEASED).exists(), reason="There is no released model in models/."),
]
TAKEN = "resting face taken into account"


@pytest.fixture
def finding_dependencies(finding_dependencies: Dependencies, request: pytest.FixtureRequest) -> Dependencies:
    """Four seconds instead of ten, if not told otherwise: enough for a few looks on a busy machine."""
    return replace(finding_dependencies, look_seconds=getattr(request, "param", 4.0))


class StartPage:
    """The calibration page, as a person goes through it."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        page.goto(f"{site}/start")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def show(self) -> None:
        self.page.locator("#show").click()

    @property
    def title(self) -> Locator:
        return self.page.locator("#step-title")

    @property
    def words(self) -> Locator:
        return self.page.locator("#step-words")

    @property
    def state(self) -> Locator:
        return self.page.locator("#state-line")


def browser_test(function: Any) -> Any:
    for mark in in_browser:
        function = mark(function)
    return function


@browser_test
def test_a_person_goes_through_the_page(page: Page, site: str, storage: Storage, complaints: list[str]) -> None:
    """Decide, choose the demo, show a resting face, leave one out, learn, switch on, and off again."""
    start = StartPage(page, site)
    expect(page.locator("#show")).to_be_disabled()
    start.press("The demo")
    expect(start.state).to_contain_text("watching")
    start.show()
    expect(page.get_by_role("alert")).to_contain_text("how long")
    page.get_by_label("30 days").check()
    start.press("Save")

    expect(start.title).to_have_text("your resting face")
    start.show()
    expect(page.locator("#left")).to_contain_text("s left")
    # The demo may smile meanwhile.
    keep = page.get_by_role("button", name="Keep it")
    expect(start.words.filter(has_text="Saved: your resting face").or_(keep)).to_be_visible()
    if keep.is_visible():
        expect(page.locator("#asks-words")).to_contain_text("to Mien, not neutral: keep it?")
        keep.click()
    expect(start.words).to_contain_text("Saved: your resting face")
    expect(start.title).to_have_text("happy")
    start.press("Skip")
    expect(start.words).to_have_text("Skipped: happy.")
    expect(start.title).to_have_text("surprised")
    assert {row.said for row in kept(storage)} == {"neutral"}

    start.press("Fit to my resting face")
    expect(page.locator("#fit-results")).to_contain_text(re.compile(r"neutral was read in \d of \d seconds?, with this fit in"))
    expect(page.locator("#fit-words")).to_contain_text(re.compile(r"released model .*resting face.* \d+ samples"))
    assert not baseline.is_on("me")
    start.press("Take it into account from now on")
    expect(start.state).to_contain_text(TAKEN)
    page.goto(f"{site}/settings")
    switch = page.get_by_role("switch", name="Take my resting face into account")
    expect(switch).to_be_checked()
    switch.uncheck()
    expect(page.locator("#resting-words")).to_have_text("No longer taken into account.")
    assert not baseline.is_on("me")
    # Of pressing Start before anything was decided.
    assert "400" in complaints.pop(0)


@pytest.mark.parametrize("finding_dependencies", [600.0], indirect=True)
@browser_test
def test_leaving_ends_what_was_started_here(page: Page, site: str, storage: Storage, complaints: list[str]) -> None:
    """One is stopped, then the page is left in the middle of one: nothing is kept, and Now offers its choices."""
    storage.set_retention("30d")
    start = StartPage(page, site)
    start.press("The demo")
    expect(start.state).to_contain_text("watching")
    start.show()
    stop = page.get_by_role("button", name="Stop, and save nothing")
    expect(stop).to_be_focused()
    stop.click()
    expect(start.words).to_contain_text("Nothing of it was saved")
    start.show()
    expect(stop).to_be_visible()
    page.get_by_role("link", name="Leave").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    expect(start.state).to_contain_text("stopped")
    assert kept(storage) == []


@pytest.fixture
def shown_before(own_settings: None) -> None:
    """Mien knows a resting face, and nothing was switched on."""
    model = OnnxClassifier(CHECKOUT_MODELS / RELEASED)
    crops = np.random.default_rng(1).integers(0, 255, (8, 48, 48), np.uint8)
    fit_baseline("me", [told.features for told in model.classify(crops)], model)


@browser_test
def test_now_tells_when_it_is_on(now: NowPage, site: str, shown_before: None, complaints: list[str]) -> None:
    """Switched on in a running session it holds at once: the state says so, the ribbon has a line and a sentence; and off."""
    now.start(site, "The demo")
    switch = now.page.get_by_role("switch", name="Take my resting face into account")
    expect(switch).not_to_be_checked()
    key = now.page.locator(".band-key")
    expect(key).to_be_hidden()

    switch.check()
    expect(now.state).to_contain_text(TAKEN)
    expect(key).to_be_visible()
    expect(now.page.locator("#whole-words")).to_contain_text("Resting face taken into account from")
    expect(now.page.locator(".chart-minute .chart-resting span")).to_be_visible()

    switch.uncheck()
    expect(now.state).not_to_contain_text(TAKEN)


@browser_test
def test_a_session_that_began_here_ends_with_the_page(page: Page, site: str) -> None:
    """Also when one leaves by the menu, and before the page was told that the session has begun."""

    def without_answers(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(lambda message: None if str(message).startswith("43") else route.send(message))

    page.route_web_socket("**/socket.io/**", without_answers)
    start = StartPage(page, site)
    start.press("The demo")
    expect(start.state).to_contain_text("watching")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Now").click()
    expect(start.state).to_have_text("stopped")
