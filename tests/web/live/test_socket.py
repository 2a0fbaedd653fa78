"""The live connection: what pages may ask, what they hear, and whose camera it is."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image

from tracker.core.errors import OUR_MISTAKE
from tracker.core.face import FaceId
from tracker.core.frame import Frame, now
from tracker.core.geometry import Box
from tracker.live.events import FacesMoved
from tracker.model.correction import LogitCorrection, PersonalFit
from web.app import Dashboard
from web.live.preview import Preview
from web.live.socket import CAMERA_AWAY, WINDOW_AWAY
from web.pages.verdicts import live_faces

if TYPE_CHECKING:
    from flask_socketio import SocketIOTestClient

    from tests.web.conftest import Heard

    Connect = Callable[[], SocketIOTestClient]

OK = {"ok": True}


@pytest.fixture
def connect(dashboard: Dashboard) -> "Connect":
    return lambda: dashboard.socket.test_client(dashboard.app)


def ask(page: "SocketIOTestClient", event: str, *what: Any) -> Any:
    return page.emit(event, *what, callback=True)


def rows(dashboard: Dashboard, after: int = 0) -> Any:
    answer = dashboard.app.test_client().get(f"/api/timeline?after={after}", base_url="http://localhost:8765")
    return answer.json


def jpeg() -> bytes:
    return cv2.imencode(".jpg", np.full((96, 128, 3), 120, np.uint8))[1].tobytes()


def test_a_new_page_learns_how_things_stand(dashboard: Dashboard, heard: "Heard", connect: "Connect") -> None:
    """A page that comes late is told the state at once, and finds all rows so far."""
    assert connect().get_received()[0]["args"][0]["kind"] == "idle"
    assert ask(connect(), "start", {"source": "fake", "hz": 0, "faces": "own"}) == OK
    heard.wait(lambda: len(heard.all("observation")) >= 3)
    state = connect().get_received()[0]["args"][0]
    assert (state["kind"], state["source"], state["faces"]) == ("watching", "fake", "own")
    told = rows(dashboard)
    assert told["session"] == state["session"]
    assert [row["n"] for row in told["rows"]][:3] == [1, 2, 3]


def test_every_page_hears_everything(heard: "Heard", connect: "Connect") -> None:
    """What one page starts, the other sees: the same states and the same numbered rows."""
    one, other = connect(), connect()
    ask(one, "start", {"source": "fake", "hz": 0})
    heard.wait(lambda: len(heard.all("observation")) >= 2)
    for page in (one, other):
        events = page.get_received()
        assert "watching" in [event["args"][0]["kind"] for event in events if event["name"] == "state"]
        observed = [event["args"][0] for event in events if event["name"] == "observation"]
        assert [row["n"] for row in observed[:2]] == [1, 2]
        assert observed[0]["faces"][0]["expression"] == "happy"


def test_pause_resume_stop(dashboard: Dashboard, heard: "Heard", connect: "Connect") -> None:
    """Pausing adds no rows, resuming adds more, stopping keeps what there was."""
    page = connect()
    ask(page, "start", {"source": "fake", "hz": 0})
    heard.wait(lambda: heard.all("observation"))
    assert ask(page, "pause") == OK
    held = len(rows(dashboard)["rows"])
    assert dashboard.live.controller.state.kind == "paused"
    assert ask(page, "resume") == OK
    heard.wait(lambda: len(heard.all("observation")) > held)
    assert ask(page, "stop") == OK
    heard.wait_for("stopped")
    assert len(rows(dashboard)["rows"]) > held
    assert rows(dashboard, after=held)["rows"][0]["n"] == held + 1


@pytest.mark.parametrize("event", ["pause", "resume", "stop"])
def test_nothing_to_obey_is_a_sentence(connect: "Connect", event: str) -> None:
    """Asking an idle watch for anything but a start is answered with why not."""
    answer = ask(connect(), event)
    assert not answer["ok"]
    assert "no session is running" in answer["error"]


@pytest.mark.parametrize(
    "wanted",
    [
        None, "fake", [], {}, {"source": 0}, {"source": ""}, {"source": "fake", "hz": "2"}, {"source": "fake", "hz": -1},
        {"source": "fake", "hz": float("nan")}, {"source": "fake", "faces": "everybody"}, {"source": "fake", "faces": ["own"]},
    ],
)  # fmt: skip
def test_a_start_that_makes_no_sense_is_refused(dashboard: Dashboard, connect: "Connect", wanted: Any) -> None:
    """Whatever a page sends, it starts nothing but what was meant, and gets a sentence."""
    answer = ask(connect(), "start", wanted)
    assert not answer["ok"]
    assert answer["error"].endswith(".")
    assert dashboard.live.controller.state.kind == "idle"


def test_faces_are_followed_between_observations(dashboard: Dashboard, heard: "Heard", connect: "Connect") -> None:
    """A page that asks is told once where they are at the next look; who does not ask hears nothing."""
    page, _ = connect(), connect()
    assert ask(page, "look", "faces") == OK
    controller = dashboard.live.controller
    for _ in range(2):
        controller._events.publish(FacesMoved({FaceId(1): Box(10.04, 20, 30, 40)}))
    assert [(data, room is not None) for name, data, room in heard.events if name == "faces"] == [
        ({"faces": [{"id": 1, "box": [10, 20, 30, 40]}]}, True)
    ]


def test_a_camera_that_is_not_there_is_told_in_the_state(heard: "Heard", connect: "Connect") -> None:
    """The start is obeyed, and the state then says what is wrong and what to do."""
    assert ask(connect(), "start", {"source": "77"}) == OK
    heard.wait_for("failed")
    assert "There is no camera 77" in heard.all("state")[-1]["message"]


def test_a_pages_own_camera_is_observed(heard: "Heard", connect: "Connect") -> None:
    """Pictures that the page pushes become observations, each acknowledged."""
    page = connect()
    ask(page, "start", {"source": "browser", "hz": 0})
    heard.wait(lambda: heard.all("state")[-1]["session"])
    with heard._changed:
        for _ in range(300):
            assert ask(page, "frame", jpeg()) == OK
            if heard._changed.wait_for(lambda: heard.all("observation"), 0.1):
                break
    assert heard.all("observation")[0]["source"] == "browser"


def test_another_pages_camera_is_not(connect: "Connect", heard: "Heard") -> None:
    """Only the page that gave its camera may push pictures; whoever resumes the session takes it over."""
    giver, other = connect(), connect()
    ask(giver, "start", {"source": "browser", "hz": 0})
    assert not ask(other, "frame", jpeg())["ok"]
    assert ask(giver, "frame", jpeg()) == OK
    ask(giver, "pause")
    assert ask(other, "resume")["ok"]
    assert ask(other, "frame", jpeg()) == OK
    assert "no longer" in ask(giver, "frame", jpeg())["error"]
    assert not ask(other, "frame", "not bytes")["ok"]


@pytest.mark.parametrize(("source", "away"), [("browser", CAMERA_AWAY), ("window", WINDOW_AWAY)])
def test_a_page_that_closes_takes_its_camera_along(
    dashboard: Dashboard, heard: "Heard", connect: "Connect", source: str, away: str
) -> None:
    """The session of a browser's camera, or of a shared window, is paused when its page goes, and not when another one does."""
    giver, other = connect(), connect()
    assert ask(giver, "start", {"source": source, "hz": 0})["camera"]
    other.disconnect()
    assert dashboard.live.controller.state.kind != "paused"
    giver.disconnect()
    heard.wait_for("paused")
    state = heard.all("state")[-1]
    assert state["camera_away"]
    assert state["paused_because"] == away
    assert [each.why for each in dashboard.live.controller.timeline.pauses] == ["lost"]


def test_the_page_with_the_camera_comes_back(heard: "Heard", connect: "Connect") -> None:
    """A page that is loaded again goes on by itself, once for each key; a pause by hand is ended by hand alone."""
    giver = connect()
    key = ask(giver, "start", {"source": "browser", "hz": 0})["camera"]
    giver.disconnect()
    heard.wait_for("paused")
    again, copy = connect(), connect()
    answer = ask(again, "reclaim", key)
    heard.wait_for("starting")
    assert ask(again, "frame", jpeg()) == OK
    assert "no longer" in ask(copy, "reclaim", key)["error"]
    assert ask(again, "frame", jpeg()) == OK
    ask(again, "pause")
    again.disconnect()
    assert ask(copy, "reclaim", answer["camera"])["ok"]
    assert (heard.all("state")[-1]["kind"], heard.all("state")[-1]["camera_away"]) == ("paused", False)


def test_a_camera_of_the_machine_outlives_the_page(dashboard: Dashboard, heard: "Heard", connect: "Connect") -> None:
    """Closing the page does not stop a session that needs no page."""
    page = connect()
    ask(page, "start", {"source": "fake", "hz": 0})
    heard.wait_for("watching")
    page.disconnect()
    assert dashboard.live.controller.state.kind == "watching"


def test_a_mistake_of_ours_is_answered(dashboard: Dashboard, connect: "Connect", monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks on the way, the page hears of it: it would wait, and its camera send nothing more."""
    monkeypatch.setattr(dashboard.live.controller, "stop", lambda: 1 / 0)
    assert ask(connect(), "stop") == {"ok": False, "error": OUR_MISTAKE}


def test_a_moment_is_the_word_of_the_fit_that_judged_it(
    dashboard: Dashboard, heard: "Heard", connect: "Connect", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another fit takes effect between a reading and its verdict: the verdict names the one that judged."""
    fits = {
        n: PersonalFit("me", n, now(), "verdicts", "x", 0.0, 7, LogitCorrection(np.zeros((7, 4)), np.zeros(7))) for n in (1, 2)
    }
    monkeypatch.setattr("web.live.socket.fit_to_apply", lambda *_: fits[1])
    page = connect()
    ask(page, "start", {"source": "browser", "hz": 0})
    heard.wait(lambda: heard.all("state")[-1]["session"])
    dashboard.live.fit_changed()
    with heard._changed:
        while not heard._changed.wait_for(lambda: heard.all("observation"), 0.1):
            assert ask(page, "frame", jpeg()) == OK
    monkeypatch.setattr("web.live.socket.fit_to_apply", lambda *_: fits[2])
    dashboard.live.fit_changed()

    snapshot = dashboard.live.controller.snapshot
    assert snapshot is not None
    assert [face.provenance.fit for face in live_faces(snapshot)] == [1]


def test_a_preview_comes_only_when_asked(heard: "Heard", connect: "Connect") -> None:
    """One picture for each time a page looks, small enough, in the frame's own measure, and to that page alone."""
    looking, other = connect(), connect()
    ask(looking, "start", {"source": "fake", "hz": 0})
    heard.wait(lambda: len(heard.all("observation")) >= 3)
    assert heard.all("preview") == []
    assert ask(looking, "look") == OK
    heard.wait(lambda: heard.all("preview"))
    shown = heard.all("preview")[0]
    assert (shown["width"], shown["height"]) == (640, 480)
    seen = len(heard.all("observation"))
    heard.wait(lambda: len(heard.all("observation")) >= seen + 3)
    assert len(heard.all("preview")) == 1
    assert not [event for event in other.get_received() if event["name"] == "preview"]


def test_a_preview_is_small_and_true_in_colour() -> None:
    """A large frame is shrunk to 640 pixels and keeps its colours, which OpenCV has the other way round."""
    sent: list[Any] = []
    preview = Preview(lambda picture, page: sent.append((picture, page)))
    blue = np.zeros((1080, 1920, 3), np.uint8)
    blue[..., 0] = 250
    frame = Frame(blue, 0.0, 0, now())
    preview.offer(frame)
    preview.requests.ask("one")
    preview.requests.ask("two")
    preview.requests.forget("two")
    preview.offer(frame)
    preview.offer(frame)
    ((picture, page),) = sent
    image = Image.open(io.BytesIO(picture["jpeg"]))
    assert (page, image.size, picture["width"], picture["height"]) == ("one", (640, 360), 1920, 1080)
    pixel = image.getpixel((300, 200))
    assert isinstance(pixel, tuple)
    assert (pixel[0] < 50, pixel[2] > 200) == (True, True)
