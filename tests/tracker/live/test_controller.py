"""The watch: what a person may ask of it, and what it says while cameras come and go."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import chain, count, repeat, takewhile
from pathlib import Path
from threading import Condition
from threading import Event as Signal
from typing import Any

import cv2
import numpy as np
import pytest

from tracker.core.errors import ModelError, UsageError
from tracker.core.face import Prediction
from tracker.core.frame import Pixels, now
from tracker.core.geometry import Box
from tracker.core.records import ObservationRecord
from tracker.live.controller import Controller, LiveState, SessionRequest
from tracker.live.events import Event, FrameSeen, ObservationMade, StateChanged
from tracker.sources import cameras, picture_faults
from tracker.sources.camera_names import Camera
from tracker.testing import FakeCapture, FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

SOON = 20.0
"""Seconds; only a broken watch needs them."""


class Recorder:
    """A consumer that remembers, and on which a test can wait."""

    def __init__(self) -> None:
        self._changed = Condition()
        self.states: list[LiveState] = []
        self.rows: list[ObservationRecord] = []
        self.frames = 0

    def consume(self, event: Event) -> None:
        with self._changed:
            match event:
                case StateChanged(state=state):
                    self.states.append(state)
                case FrameSeen():
                    self.frames += 1
                case ObservationMade(record=record):
                    self.rows.append(record)
            self._changed.notify_all()

    def wait(self, what: Callable[[], Any]) -> None:
        with self._changed:
            assert self._changed.wait_for(what, SOON), f"states: {[(s.kind, s.message) for s in self.states]}"

    def wait_for(self, kind: str) -> LiveState:
        self.wait(lambda: self.states and self.states[-1].kind == kind)
        return self.states[-1]


class HeldClassifier(FakeClassifier):
    """Says which crop it is at, and goes on when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = Signal(), Signal()

    def classify(self, crops: Any) -> list[Prediction]:
        self.reached.set()
        assert self.go_on.wait(SOON)
        return super().classify(crops)


def analyzers(classifier: FakeClassifier | None = None) -> Callable[[], AbstractContextManager[Analyzer]]:
    @contextmanager
    def opened() -> Iterator[Analyzer]:
        yield Analyzer(FakeDetector([[Box(10, 10, 60, 60)]]), classifier or FakeClassifier())

    return opened


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def watch(recorder: Recorder) -> Iterator[Controller]:
    watch = Controller(analyzers(), [recorder.consume])
    yield watch
    watch.close()


def picture(level: int = 120) -> Pixels:
    return np.full((96, 128, 3), level, np.uint8)


def plug_in(monkeypatch: pytest.MonkeyPatch, *captures: FakeCapture) -> None:
    """Each attempt to open a camera gets the next of these, the last one for ever."""
    left = list(captures)
    monkeypatch.setattr(cameras, "open_capture", lambda _: left.pop(0) if len(left) > 1 else left[0])


def test_a_session_starts_pauses_goes_on_and_stops(watch: Controller, recorder: Recorder) -> None:
    """The states follow what was asked for; while paused no row is added; stopping keeps the timeline."""
    watch.start(SessionRequest("fake", hz=0))
    recorder.wait(lambda: len(recorder.rows) >= 2)
    watch.pause()
    assert watch.state.kind == "paused"
    held = len(watch.timeline.since(0))
    watch.resume()
    recorder.wait(lambda: len(recorder.rows) >= held + 2)
    watch.stop()
    recorder.wait_for("stopped")
    assert [state.kind for state in recorder.states if state.session] == [
        "starting", "watching", "paused", "starting", "watching", "stopped",
    ]  # fmt: skip
    rows = watch.timeline.since(0)
    assert [row.n for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.session for row in rows}) == 1


def test_a_frame_from_before_a_pause_is_no_row_after_it(recorder: Recorder) -> None:
    """Still being judged when the person pauses and goes on again, it neither stands in the timeline nor ends the pause."""
    classifier = HeldClassifier()
    watch = Controller(analyzers(classifier), [recorder.consume])
    watch.start(SessionRequest("fake", hz=0))
    assert classifier.reached.wait(SOON)
    watch.pause()
    went_on = now()
    watch.resume()
    classifier.go_on.set()
    recorder.wait(lambda: recorder.rows)
    watch.close()
    assert recorder.rows[0].at >= went_on - timedelta(milliseconds=1)
    (pause,) = watch.timeline.pauses
    assert (pause.why, pause.end) == ("paused", recorder.rows[0].t)


def test_a_new_start_replaces_the_session_before(watch: Controller, recorder: Recorder) -> None:
    """Starting twice gives a new session with an empty timeline, and nothing of the old one comes after."""
    watch.start(SessionRequest("fake", hz=0))
    first = recorder.wait_for("watching").session
    watch.start(SessionRequest("fake", hz=0))
    recorder.wait(lambda: recorder.states[-1].kind == "watching" and recorder.states[-1].session != first)
    recorder.wait(lambda: any(row.session != first for row in recorder.rows))
    assert {row.session for row in watch.timeline.since(0)} == {recorder.states[-1].session}


def test_a_session_that_was_replaced_while_it_waited_opens_nothing(recorder: Recorder) -> None:
    """Whoever presses Start again and again waits for the newest session alone, not for each one in between."""
    classifier, opened = HeldClassifier(), list[str]()

    @contextmanager
    def open_analyzer() -> Iterator[Analyzer]:
        opened.append("one")
        yield Analyzer(FakeDetector([[Box(10, 10, 60, 60)]]), classifier)

    watch = Controller(open_analyzer, [recorder.consume])
    watch.start(SessionRequest("fake", hz=0))
    assert classifier.reached.wait(SOON)
    for _ in range(3):
        watch.start(SessionRequest("fake", hz=0))
    classifier.go_on.set()
    recorder.wait(lambda: recorder.rows)
    watch.close()
    assert len(opened) == 2


def test_a_frozen_camera_is_told_while_it_lasts(
    watch: Controller, recorder: Recorder, astronaut: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state says so and goes on watching; when the picture moves the sentence is withdrawn."""
    monkeypatch.setattr(picture_faults, "FAULT_SECONDS", 0.05)
    told = Signal()
    moving = (np.roll(astronaut, number % astronaut.shape[1], axis=1) for number in count())
    plug_in(monkeypatch, FakeCapture(chain(takewhile(lambda _: not told.is_set(), repeat(astronaut)), moving)))
    watch.start(SessionRequest("77", hz=0))
    recorder.wait(lambda: recorder.states and recorder.states[-1].message == picture_faults.FROZEN_PICTURE)
    told.set()
    recorder.wait(lambda: recorder.states[-1].message == "")
    assert {state.kind for state in recorder.states} == {"starting", "watching"}


def test_a_source_that_ends_early_says_why(watch: Controller, recorder: Recorder, tmp_path: Path) -> None:
    """Of a folder with broken pictures the first is told and the others are counted; with nothing else in it, it failed."""
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", picture())[1].tobytes())
    for name in ("b.png", "c.png", "d.png"):
        (tmp_path / name).write_text("no picture")
    watch.start(SessionRequest(str(tmp_path)))
    message = recorder.wait_for("finished").message
    assert message.startswith(f"{tmp_path / 'b.png'}: This is not a picture")
    assert message.endswith("And 2 more could not be read.")
    watch.start(SessionRequest(str(tmp_path / "b.png")))
    assert "b.png: This is not a picture" in recorder.wait_for("failed").message


def test_a_missing_camera_is_a_sentence(watch: Controller, recorder: Recorder) -> None:
    """A camera that was never there ends the session with what to do instead."""
    watch.start(SessionRequest("77"))
    message = recorder.wait_for("failed").message
    assert "There is no camera 77" in message
    assert "fake" in message


def test_a_busy_camera_is_a_sentence(watch: Controller, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera that another program holds is called so, with what to switch off."""
    plug_in(monkeypatch, FakeCapture(opens=False))
    monkeypatch.setattr(cameras, "list_cameras", lambda: [Camera(0, "Desk camera", "/dev/none")])
    watch.start(SessionRequest("0"))
    assert "Another program (Zoom" in recorder.wait_for("failed").message


def test_a_lost_camera_comes_back(watch: Controller, recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session says that the camera is lost, goes on by itself when it is back, and keeps what was seen."""
    plug_in(monkeypatch, FakeCapture([picture()] * 3), FakeCapture(opens=False), FakeCapture(repeat(picture())))
    watch.start(SessionRequest("0", hz=0))
    lost = recorder.wait_for("lost")
    assert "stopped answering" in lost.message
    before = watch.timeline.since(0)
    recorder.wait(lambda: recorder.states[-1].kind == "watching" and len(watch.timeline.since(0)) > len(before))
    assert [state.kind for state in recorder.states].count("lost") == 1
    assert watch.timeline.since(0)[: len(before)] == before
    assert {row.session for row in watch.timeline.since(0)} == {lost.session}


def overrun(recorder: Recorder, monkeypatch: pytest.MonkeyPatch, count: int) -> int:
    """Let a camera take so many large frames while the classifier is busy with the first; how many bytes that kept."""
    classifier = HeldClassifier()
    taken, enough = Signal(), Signal()
    kept = 0

    def frames() -> Iterator[Pixels]:
        nonlocal kept
        yield picture()
        assert classifier.reached.wait(SOON)
        tracemalloc.start()
        for _ in range(count):
            yield np.zeros((480, 640, 3), np.uint8)
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        taken.set()
        assert enough.wait(SOON)

    plug_in(monkeypatch, FakeCapture(frames()))
    watch = Controller(analyzers(classifier), [recorder.consume])
    watch.start(SessionRequest("0", hz=0))
    assert taken.wait(SOON)
    classifier.go_on.set()
    recorder.wait(lambda: len(recorder.rows) >= 2)
    enough.set()
    watch.close()
    return kept


def test_the_newest_frame_is_analysed_next(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a slow classifier is at one frame the camera goes on, and the next one analysed is the last one taken."""
    overrun(recorder, monkeypatch, 500)
    assert [row.frame for row in recorder.rows[:2]] == [0, 500]


def test_memory_stays_flat(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of frames that nobody had time for leave no more behind than a few."""
    assert overrun(recorder, monkeypatch, 300) < 5 * 480 * 640 * 3


def test_the_browser_pushes_frames(watch: Controller, recorder: Recorder) -> None:
    """Pictures that the page hands over are observed; what is no picture is passed over."""
    jpeg = cv2.imencode(".jpg", picture())[1].tobytes()
    watch.start(SessionRequest("browser", hz=0))
    recorder.wait(lambda: recorder.states[-1].session)

    watch.push(b"nonsense")
    with recorder._changed:
        while not recorder.rows:
            watch.push(jpeg)
            recorder._changed.wait(0.1)
    assert recorder.rows[0].source == "browser"


def test_a_video_ends_by_itself(watch: Controller, recorder: Recorder, tmp_path: Path) -> None:
    """A file is seen to its end, every frame, and then the session is finished."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 50, (128, 96))
    for level in range(0, 200, 20):
        writer.write(picture(level))
    writer.release()
    watch.start(SessionRequest(str(path), hz=0))
    recorder.wait_for("finished")
    assert [row.frame for row in watch.timeline.since(0)] == list(range(10))


def test_what_cannot_be_opened_fails_with_its_sentence(recorder: Recorder) -> None:
    """A model that is not there is told in the state, not swallowed by the worker thread."""

    def broken() -> AbstractContextManager[Analyzer]:
        raise ModelError("There is no model file.")

    watch = Controller(broken, [recorder.consume])
    watch.start(SessionRequest("fake"))
    assert recorder.wait_for("failed").message == "There is no model file."


def test_asking_for_nonsense_is_refused(watch: Controller) -> None:
    """Pausing nothing, or an impossible frequency, is an error of use with a sentence."""
    with pytest.raises(UsageError, match="nothing to pause"):
        watch.pause()
    with pytest.raises(UsageError, match="observations a second"):
        SessionRequest("fake", hz=-1)
    with pytest.raises(UsageError, match="Choose a source"):
        SessionRequest(" ")
