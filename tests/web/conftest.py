"""Dashboards for tests: one without a browser, one that serves, and the fake camera that Chromium films with."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Condition
from typing import Any, Final

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tracker.compose import open_analyzer
from tracker.config.model_files import CHECKOUT_MODELS, RELEASED, landmarker_model
from tracker.config.settings import Settings
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.sources.camera_names import Camera
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from tracker.vision.landmarker import Landmarker
from web.app import Dashboard, create_app
from web.dependencies import Dependencies, OpenAnalyzer
from web.live.socket import LiveSocket
from web.security.gate import Address
from web.serving import served
from web.storage import Storage

SOON: Final = 30.0
"""Seconds; only what is broken needs them, or a machine that is very busy."""
ADDRESS: Final = Address("127.0.0.1", 8765)
LOOKS: Final = {"happy": 0.9, "surprise": 0.07, "neutral": 0.03}

expect.set_options(timeout=SOON * 1000)


@contextmanager
def made_up(prior: str) -> Iterator[Analyzer]:
    """Always one face, always happy: quick, for tests that are not about faces."""
    yield Analyzer(FakeDetector([[Box(10, 10, 60, 60)]]), FakeClassifier(LOOKS))


@contextmanager
def finding(prior: str) -> Iterator[Analyzer]:
    """Finds real faces; the released model judges them where it is, else all are happy."""
    if (CHECKOUT_MODELS / RELEASED).exists():
        with open_analyzer(Settings(prior=prior), "picture") as analyzer:
            yield analyzer
        return
    with Landmarker(landmarker_model(), max_faces=10) as landmarker:
        yield Analyzer(landmarker, FakeClassifier(LOOKS))


def dependencies_with(storage: Storage, analyzers: OpenAnalyzer, **choices: Any) -> Dependencies:
    return Dependencies(analyzers, analyzers, list, replace(Settings(), **choices), storage)


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's settings, alerts or recordings but this test's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """A database of this test's own."""
    return Storage(f"sqlite:///{tmp_path / 'mien.db'}")


@pytest.fixture
def dependencies(storage: Storage) -> Dependencies:
    """No cameras, and faces that are made up."""
    return dependencies_with(storage, made_up)


@pytest.fixture
def dashboard(dependencies: Dependencies) -> Iterator[Dashboard]:
    """For test clients: nothing listens."""
    dashboard = create_app(dependencies, ADDRESS)
    yield dashboard
    dashboard.close()


class Heard:
    """What pages are told, on which a test can wait."""

    def __init__(self, live: LiveSocket) -> None:
        self._changed, self._emit = Condition(), live.emit
        self.events: list[tuple[str, Any, str | None]] = []

    def emit(self, event: str, data: Any = None, room: str | None = None) -> None:
        self._emit(event, data, room=room)
        with self._changed:
            self.events.append((event, data, room))
            self._changed.notify_all()

    def all(self, event: str) -> list[Any]:
        return [data for name, data, _ in self.events if name == event]

    def wait(self, what: Callable[[], Any]) -> None:
        with self._changed:
            assert self._changed.wait_for(what, SOON), [(name, data) for name, data, _ in self.events if name == "state"]

    def wait_for(self, kind: str) -> None:
        self.wait(lambda: any(state["kind"] == kind for state in self.all("state")[-1:]))


@pytest.fixture
def heard(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> Heard:
    heard = Heard(dashboard.live)
    monkeypatch.setattr(dashboard.live, "emit", heard.emit)
    return heard


@pytest.fixture
def motion() -> str:
    """Movement is not watched, which costs 15 looks a second while a page is tested; ``parametrize`` says otherwise."""
    return "off"


@pytest.fixture
def finding_dependencies(storage: Storage, motion: str) -> Dependencies:
    """No cameras, but eyes for real faces."""
    return dependencies_with(storage, finding, motion=motion)


@pytest.fixture
def site(finding_dependencies: Dependencies) -> Iterator[str]:
    """The address of a dashboard that answers."""
    with served(finding_dependencies, "127.0.0.1", 0) as (address, _):
        yield address.url


@pytest.fixture
def mien() -> str:
    """The command of this environment."""
    return str(Path(sys.executable).with_name("mien"))


Running = Callable[..., AbstractContextManager[tuple[subprocess.Popen[str], str]]]


@pytest.fixture
def running(mien: str, tmp_path: Path) -> Running:
    """Starts a command that serves, and gives its process and its address."""

    @contextmanager
    def run(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        command = [mien, *arguments, "--no-browser", "--no-token", "--port", "0", "--db", f"sqlite:///{tmp_path / 'mien.db'}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout
                (address,) = re.findall(r"http://[\d.:]+", process.stdout.readline())
                yield process, address
            finally:
                process.kill()

    return run


@pytest.fixture
def browser_context_args() -> dict[str, Any]:
    """The person lets the page use the camera."""
    return {"permissions": ["camera"], "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def picture_file(astronaut: Pixels, tmp_path: Path) -> Path:
    path = tmp_path / "astronaut.png"
    cv2.imwrite(str(path), np.asarray(astronaut))
    return path


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser's console said of errors, which is nothing unless a test empties the list."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield said
    assert said == []


@pytest.fixture
def camera_list() -> list[Camera]:
    return [Camera(0, "Desk camera", "/dev/video0"), Camera(2, "OBS Virtual Camera", "/dev/video2")]


PAINTED_PIXELS: Final = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    .filter((value, place) => place % 4 === 3 && value > 0).length"""


class NowPage:
    """The page Now, as a person handles and reads it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def unfold(self) -> None:
        """Open what is folded at first: the other sources, and how they are watched."""
        if self.page.locator("#more-choices").get_attribute("open") is None:
            self.page.get_by_text("Other sources, how often").click()

    def fill_in(self, source: str, often: str = "5 times a second") -> None:
        self.unfold()
        self.page.get_by_role("radio", name=source).check()
        self.page.get_by_label("How often").select_option(often)

    def start(self, site: str, source: str) -> None:
        self.page.goto(site)
        self.fill_in(source)
        self.page.get_by_role("button", name="Start").click()
        expect(self.state).to_contain_text("watching · 5 Hz · own face · not saved")

    @property
    def state(self) -> Locator:
        return self.page.locator("#state-line")

    def keep(self, choice: str) -> None:
        """Answer how long results are kept, in the line under what is watched."""
        self.page.get_by_label("Not saved. Keep results").select_option(choice)
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_label("Not saved. Keep results")).to_be_hidden()

    def count(self) -> int:
        """Observations on the timeline."""
        return int(self.page.locator("#count").inner_text().split()[0])

    def expect_growth(self) -> None:
        words = self.page.locator("#count").inner_text()
        expect(self.page.locator("#count")).not_to_have_text(words)

    @staticmethod
    def painted(canvas: Locator) -> int:
        """How many of a canvas's pixels carry something."""
        return int(canvas.evaluate(PAINTED_PIXELS))

    def expect_painted(self, canvas: Locator, more_than: float) -> None:
        """Wait until more pixels of a canvas than that carry something; a page draws a moment after it has what it draws."""
        drawn = f"([canvas, least]) => ({PAINTED_PIXELS})(canvas) > least"
        canvas.page.wait_for_function(drawn, arg=[canvas.element_handle(), more_than])


@pytest.fixture
def now(page: Page) -> NowPage:
    return NowPage(page)
