"""Whose face is followed, as a person says it on the page and pages ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import LOOKS, Heard, dependencies_with
from tracker.core.face import Detection
from tracker.core.frame import Pixels
from tracker.core.geometry import Box
from tracker.testing import FakeClassifier, detection_at
from tracker.vision.analyzer import Analyzer
from web.app import Dashboard
from web.dependencies import Dependencies
from web.serving import served
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import NowPage

POSTER, ME = Box(80, 120, 160, 160), Box(420, 120, 90, 90)
WHOLE = 640
"""Pixels: the width of the drawn face's frames."""

PAINTED = """() => {
    const { width, height } = document.getElementById("overlay");
    return document.getElementById("overlay").getContext("2d").getImageData(width / 2, height / 2, 1, 1).data[3] > 0;
}"""
"""Whether the picture is on the stage."""


class TwoFaces:
    """A large poster and a smaller person, in whole frames alone."""

    def detect(self, pixels: Pixels) -> list[Detection]:
        return [detection_at(POSTER), detection_at(ME)] if pixels.shape[1] == WHOLE else []


@contextmanager
def two_faces(prior: str) -> Iterator[Analyzer]:
    yield Analyzer(TwoFaces(), FakeClassifier(LOOKS))


@pytest.fixture
def dependencies(storage: Storage) -> Dependencies:
    return dependencies_with(storage, two_faces)


def test_a_page_asks_who_is_in_view_and_says_who_it_is(dashboard: Dashboard, heard: Heard) -> None:
    """All boxes, the own one first; the face at a point is followed from then on; a point beside all of them is refused."""
    page = dashboard.socket.test_client(dashboard.app)

    def ask(event: str, *what: Any) -> Any:
        return page.emit(event, *what, callback=True)

    assert "no session is running" in ask("everybody")["error"]
    ask("start", {"source": "fake", "hz": 0})
    heard.wait(lambda: heard.all("observation"))
    assert ask("everybody")["faces"] == [[*POSTER.rounded()], [*ME.rounded()]]
    assert [len(row["faces"]) for row in heard.all("observation")[:1]] == [1]

    assert ask("me", 460, 160) == {"ok": True}
    heard.wait(lambda: heard.all("observation")[-1]["faces"][0]["id"] == 2)
    assert tuple(heard.all("observation")[-1]["faces"][0]["box"]) == ME.rounded()
    assert ask("everybody")["faces"] == [[*ME.rounded()], [*POSTER.rounded()]]

    assert "no face at this place" in ask("me", 300, 20)["error"]
    assert "x of a face" in ask("me", "left", None)["error"]
    assert heard.all("observation")[-1]["faces"][0]["id"] == 2


def test_where_everybody_is_followed_nobody_has_to_be_chosen(dashboard: Dashboard, heard: Heard) -> None:
    """With all faces, a page that says who it is gets a sentence."""
    page = dashboard.socket.test_client(dashboard.app)
    page.emit("start", {"source": "fake", "hz": 0, "faces": "all"}, callback=True)
    heard.wait(lambda: heard.all("observation"))

    answer: Any = page.emit("me", 460, 160, callback=True)
    assert "follows everybody" in answer["error"]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.usefixtures("complaints")
def test_a_person_clicks_on_their_face(now: "NowPage", page: Page, dependencies: Dependencies) -> None:
    """With one click on a face in the picture; or by keyboard, with a button on each, also while the picture is hidden."""
    with served(dependencies, "127.0.0.1", 0) as (address, _):
        now.start(address.url, "The demo")
        followed = page.locator("#own")
        expect(followed).to_be_visible()
        shown = "async () => (await (await fetch('/api/timeline?after=0')).json()).rows.at(-1)?.faces[0]?.id"
        page.wait_for_function(f"async () => (await ({shown})()) === 1")
        page.wait_for_function(PAINTED)
        stage = page.locator("#overlay").bounding_box()
        assert stage is not None
        # The frame, 640 x 480, lies in the middle of a wider stage.
        scale = stage["height"] / 480
        left = (stage["width"] - WHOLE * scale) / 2
        page.locator("#overlay").click(position={"x": left + 465 * scale, "y": 165 * scale})
        page.wait_for_function(f"async () => (await ({shown})()) === 2")

        page.get_by_label("Hide the picture").check()
        page.get_by_role("button", name="Another face is mine").click()
        expect(page.locator(".own-face")).to_have_count(2)
        page.get_by_role("button", name="This is me (1 of 2 from the left)").press("Enter")
        page.wait_for_function(f"async () => (await ({shown})()) === 1")
        expect(page.locator(".own-face")).to_have_count(0)
        expect(page.get_by_role("button", name="Another face is mine")).to_be_focused()
