"""The prior is a setting of the page: of the next session, and of the pictures that are there; nothing is restarted."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import pytest
from playwright.sync_api import Page, expect

from tracker.config.settings import Settings
from tracker.core.errors import UsageError
from tracker.core.frame import Pixels
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.security.gate import Address
from web.storage import Storage

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.web.conftest import Heard, NowPage

ADDRESS = Address("127.0.0.1", 8765)
in_browser = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


class Opened:
    """Analyzers that know of no prior but tell which were asked for."""

    def __init__(self) -> None:
        self.priors: list[str] = []

    @contextmanager
    def __call__(self, prior: str) -> Iterator[Analyzer]:
        if prior == "sunny":
            raise UsageError("No prior is called 'sunny'.")
        self.priors.append(prior)
        yield Analyzer(FakeDetector(), FakeClassifier())
        self.priors.append(f"{prior} closed")


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def dependencies(opened: Opened, storage: Storage) -> Dependencies:
    """Started with ``--prior 0.25``."""
    return Dependencies(opened, opened, list, replace(Settings(), prior="0.25"), storage)


def upload(dashboard: Dashboard, pixels: Pixels, **form: str) -> "TestResponse":
    data: dict[str, Any] = {"picture": (io.BytesIO(cv2.imencode(".png", pixels)[1].tobytes()), "a.png"), **form}
    return dashboard.app.test_client().post("/api/picture", data=data, base_url=ADDRESS.url)


def test_a_session_has_the_prior_it_was_started_with(dashboard: Dashboard, heard: "Heard", opened: Opened) -> None:
    """Asked for by the page, else that of the settings; every page is told which."""
    page = dashboard.socket.test_client(dashboard.app)
    for asked, expected in ({"prior": "natural"}, "natural"), ({}, "0.25"):
        page.emit("start", {"source": "fake", "hz": 0, **asked}, callback=True)
        heard.wait_for("watching")
        assert opened.priors[-1] == expected
        assert heard.all("state")[-1]["prior"] == expected


def test_an_unknown_prior_is_a_sentence(dashboard: Dashboard, heard: "Heard", opened: Opened, cat: Pixels) -> None:
    """Live it is told in the state, for a picture in the answer; what comes after works as before."""
    dashboard.socket.test_client(dashboard.app).emit("start", {"source": "fake", "prior": "sunny"}, callback=True)
    heard.wait_for("failed")
    assert heard.all("state")[-1]["message"] == "No prior is called 'sunny'."

    assert upload(dashboard, cat, prior="balanced").status_code == 200
    answer = upload(dashboard, cat, prior="sunny")
    assert (answer.status_code, answer.json) == (400, {"error": "No prior is called 'sunny'."})
    assert upload(dashboard, cat, prior="balanced").status_code == 200
    assert opened.priors == ["balanced", "balanced closed", "balanced"]


def test_another_prior_opens_another_analyzer_and_the_same_does_not(dashboard: Dashboard, opened: Opened, cat: Pixels) -> None:
    """One is open at a time, and the answer says whose it is; without a word it is that of the settings."""
    told = [(upload(dashboard, cat, **form).json or {})["prior"] for form in ({}, {}, {"prior": "1"}, {"prior": "1"}, {})]

    assert told == ["0.25", "0.25", "1", "1", "0.25"]
    assert opened.priors == ["0.25", "0.25 closed", "1", "1 closed", "0.25"]


def test_the_prior_moves_what_is_shown(finding_dependencies: Dependencies, astronaut: Pixels) -> None:
    """With the released model a balanced prior leaves less for neutral and happy than a natural one."""
    dashboard = create_app(finding_dependencies, ADDRESS)
    natural, balanced = (
        (upload(dashboard, astronaut, prior=prior).json or {})["faces"][0]["scores"] for prior in ("natural", "balanced")
    )
    dashboard.close()

    assert natural["happy"] > balanced["happy"]
    assert natural["disgust"] < balanced["disgust"]


@pytest.mark.parametrize(
    ("prior", "chosen", "number"), [("default", "default", "0.5"), ("0.25", "number", "0.25"), ("live", "live", "0.5")]
)
def test_the_page_begins_with_the_setting(dependencies: Dependencies, prior: str, chosen: str, number: str) -> None:
    """Both pages offer first what Mien was started with, be it a name, a number, or a name of the model file's."""
    dashboard = create_app(replace(dependencies, settings=Settings(prior=prior)), ADDRESS)
    for path in ("/", "/picture"):
        page = dashboard.app.test_client().get(path, base_url=ADDRESS.url).text
        assert f'<option value="{chosen}" selected>' in page
        assert f'value="{number}" autocomplete="off" required' in page
    dashboard.close()


class TestInABrowser:
    """As a person does it."""

    pytestmark = in_browser

    @pytest.fixture
    def dependencies(self, finding_dependencies: Dependencies) -> Dependencies:
        return finding_dependencies

    def test_pictures_are_judged_again(self, page: Page, site: str, picture_file: "Path", complaints: list[str]) -> None:
        """Another prior gives the picture another answer in its place, which says so; an impossible number is not sent."""
        page.goto(f"{site}/picture")
        page.get_by_label("Choose pictures").set_input_files(picture_file)
        expect(page.locator(".face-expression")).to_have_text("looks happy")
        expect(page.locator(".result")).not_to_contain_text("Prior")
        expect(page.get_by_role("spinbutton")).to_be_hidden()

        page.get_by_label("Rare expressions", exact=True).select_option("balanced")
        expect(page.locator(".result")).to_contain_text("Prior: balanced.")
        page.get_by_label("Rare expressions", exact=True).select_option("a number")
        expect(page.locator(".result")).to_contain_text("Prior: 0.5.")
        number = page.get_by_role("spinbutton")
        number.fill("7")
        number.press("Tab")
        expect(page.get_by_text("From 0 to 1.5.")).to_be_visible()
        number.fill("1.25")
        number.press("Tab")
        expect(page.locator(".result")).to_contain_text("Prior: 1.25.")
        expect(page.locator(".result .face")).to_have_count(1)
        expect(page.locator(".result .box")).to_have_count(1)
        assert complaints == []

    def test_the_state_line_tells_the_prior(self, now: "NowPage", page: Page, site: str, complaints: list[str]) -> None:
        """A session with another prior than the default says so as long as it runs."""
        page.goto(site)
        now.fill_in("The demo")
        page.get_by_label("Rare expressions", exact=True).select_option("natural")
        page.get_by_role("button", name="Start").click()
        expect(now.state).to_contain_text("own face · prior natural · not saved")
        page.get_by_role("button", name="Stop").click()
        page.get_by_label("Rare expressions", exact=True).select_option("default for live")
        page.get_by_role("button", name="Start").click()
        expect(now.state).to_contain_text("own face · not saved")
        assert complaints == []
