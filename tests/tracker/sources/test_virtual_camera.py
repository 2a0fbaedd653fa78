"""Frames sent to a virtual camera, with a stand-in for its driver."""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import cycle
from queue import Queue
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tracker.core.errors import SourceError, SourceLost, UsageError
from tracker.core.frame import Frame, Pixels, now
from tracker.core.geometry import Box
from tracker.live.controller import STILL_HANDED_ON, Controller, LiveState
from tracker.live.events import Event as LiveEvent
from tracker.live.events import ObservationMade, StateChanged
from tracker.live.session import Session
from tracker.live.state import SessionRequest
from tracker.sources import factory
from tracker.sources.camera_names import Camera
from tracker.sources.factory import choose_source
from tracker.sources.overlay import draw_emoji
from tracker.sources.virtual_camera import ForwardingSource, VirtualCameraSender, no_driver_message
from tracker.testing import FakeCapture, FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

SOON = 20.0
"""Seconds; only a broken hand-on needs them."""


class Driver:
    """The part of pyvirtualcam that is used: what was opened, and what was sent."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.opened: list[tuple[int, int, str | None]] = []
        self.sent = Queue[Pixels]()
        self.closed = 0
        self.PixelFormat = SimpleNamespace(BGR="BGR")

    def Camera(self, width: int, height: int, _: float, *, fmt: str, device: str | None) -> Any:  # noqa: N802
        if self.trouble is not None:
            raise self.trouble
        self.opened.append((width, height, device))
        return SimpleNamespace(device=device or "/dev/video10", send=self.send, close=self.close)

    def send(self, pixels: Pixels) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.sent.put(pixels)

    def close(self) -> None:
        self.closed += 1

    def next(self) -> Pixels:
        return self.sent.get(timeout=SOON)


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    found = Driver()
    monkeypatch.setitem(sys.modules, "pyvirtualcam", found)
    return found


def picture(brightness: int, width: int = 6, height: int = 4) -> Pixels:
    return np.full((height, width, 3), brightness, np.uint8)


def frame(pixels: Pixels, number: int = 0) -> Frame:
    return Frame(pixels, float(number), number, now())


@pytest.mark.parametrize("trouble", [RuntimeError("gone"), ValueError("unexpected frame shape")])
def test_whatever_the_driver_raises_the_sender_goes_on(driver: Driver, trouble: Exception) -> None:
    """A frame that it refuses is reported with the next frame, and the one after that is sent."""
    with VirtualCameraSender() as handing:
        handing.offer(frame(picture(1)))
        driver.next()
        driver.trouble = trouble
        handing.offer(frame(picture(2)))
        while handing._failure is None and handing._thread.is_alive():
            handing._thread.join(0.01)
        driver.trouble = None
        with pytest.raises(SourceLost, match="stopped taking the picture"):
            handing.offer(frame(picture(3)))
        handing.offer(frame(picture(4)))
        assert driver.next()[0, 0, 0] == 4


def offer_many(handing: VirtualCameraSender, count: int) -> None:
    for number in range(1, count):
        handing.offer(frame(picture(number % 256), number))


@pytest.mark.parametrize(("wanted", "device"), [("/dev/video10", "/dev/video10"), ("any", None)])
def test_each_frame_is_sent_unchanged(driver: Driver, wanted: str, device: str | None) -> None:
    """The call gets the camera's pixels in their own size, on the named device or the first that is free."""
    pixels = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    with VirtualCameraSender(wanted) as handing:
        handing.offer(frame(pixels))
        assert np.array_equal(driver.next(), pixels)

    assert driver.opened == [(64, 48, device)]
    assert driver.closed == 1


def test_another_size_opens_another_camera(driver: Driver) -> None:
    """Nothing is scaled: where a stream changes its size, the virtual camera changes it too."""
    with VirtualCameraSender() as handing:
        for number, size in enumerate([(6, 4), (8, 6)]):
            handing.offer(frame(picture(number, *size), number))
            assert driver.next().shape == (size[1], size[0], 3)

    assert [opened[:2] for opened in driver.opened] == [(6, 4), (8, 6)]
    assert driver.closed == 2


def test_a_slow_driver_gets_the_newest_frame(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """It neither delays the camera nor lags behind it: frames in between are skipped."""
    sending, go_on = Event(), Event()

    def slow(pixels: Pixels) -> None:
        sending.set()
        assert go_on.wait(SOON)
        driver.sent.put(pixels)

    monkeypatch.setattr(driver, "send", slow)
    with VirtualCameraSender() as handing:
        # The sender waits in the driver; a camera thread must not wait with it.
        handing.offer(frame(picture(0)))
        assert sending.wait(SOON)
        camera = Thread(target=offer_many, args=[handing, 9], daemon=True)
        camera.start()
        camera.join(SOON)
        assert not camera.is_alive()
        go_on.set()
        assert [int(driver.next().max()) for _ in range(2)] == [0, 8]


def test_a_driver_that_fails_is_tried_again(driver: Driver) -> None:
    """It is reported as a loss, so that the session opens it again."""
    with VirtualCameraSender() as handing:
        handing.offer(frame(picture(0)))
        driver.next()
        driver.trouble = RuntimeError("No such device")
        with pytest.raises(SourceLost, match=r"stopped taking the picture \(No such device\)"):
            offer_many(handing, 100_000)
        driver.trouble = None
        handing.offer(frame(picture(2)))
        assert int(driver.next().max()) == 2


@pytest.mark.parametrize(
    ("platform", "way"),
    [("linux", "modprobe v4l2loopback devices=1"), ("win32", "OBS Studio .26 or later"), ("darwin", "OBS Studio .30 or later")],
)
def test_without_a_driver_the_error_says_how_to_get_one(platform: str, way: str) -> None:
    """The sentence is for the person's own system, with the driver's message."""
    with pytest.raises(SourceError, match=f"{way}.*docs/camera.md"):
        raise SourceError(no_driver_message(None, "'v4l2loopback' backend: no device", platform))


def test_a_missing_driver_stops_the_start(driver: Driver) -> None:
    """The error names the device that was asked for."""
    driver.trouble = RuntimeError("'x' backend: gone")
    with (
        VirtualCameraSender("Front") as handing,
        pytest.raises(SourceError, match=r'"Front" does not take the picture \(.x. backend: gone\)'),
    ):
        handing.offer(frame(picture(0)))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it; no camera is opened."""
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(SourceError, match=r'pip install "pyvirtualcam'), VirtualCameraSender():
        pytest.fail("it was entered")


def test_only_real_cameras_are_sent(driver: Driver, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, virtual cameras and the browser's camera, which Mien does not own, are refused."""
    monkeypatch.setattr(factory, "list_cameras", lambda: [Camera(7, "Lens", ""), Camera(8, "OBS Virtual Camera", "")])
    handing = VirtualCameraSender()
    with pytest.raises(UsageError, match="Only a live picture"):
        choose_source(str(tmp_path), float, print, handing)
    with pytest.raises(UsageError, match='"OBS Virtual Camera" is a virtual camera: the call can choose it'):
        choose_source("obs", float, print, handing)
    with pytest.raises(UsageError, match="source browser"):
        SessionRequest("browser", hand_on="any")
    assert isinstance(choose_source("lens", float, print, handing), ForwardingSource)
    assert not driver.opened


def analyzer() -> Analyzer:
    return Analyzer(FakeDetector([[Box(10, 10, 60, 60)]]), FakeClassifier({"happy": 1.0}))


def test_an_emoji_is_drawn_only_on_request(driver: Driver) -> None:
    """The others in a call see an expression only where the person wants it, and only while there is a face."""
    pixels = picture(200, 160, 120)
    said = Session(analyzer(), faces="own", smoothing=0).observe(frame(pixels))
    for overlay, wanted in ((False, pixels), (True, draw_emoji(pixels, "happy"))):
        with VirtualCameraSender(overlay=overlay) as handing:
            handing.set_overlay(said)
            handing.offer(frame(pixels))
            assert np.array_equal(driver.next(), wanted)
            handing.set_overlay(None)
            handing.offer(frame(pixels))
            assert np.array_equal(driver.next(), pixels)
    assert not np.array_equal(draw_emoji(pixels, "happy"), pixels)


class Listener:
    """Receives the session's events."""

    def __init__(self) -> None:
        self.states, self.rows = Queue[LiveState](), Queue[Any]()

    def consume(self, event: LiveEvent) -> None:
        match event:
            case StateChanged(state=state):
                self.states.put(state)
            case ObservationMade(record=record):
                self.rows.put(record)

    def until(self, kind: str) -> LiveState:
        while (state := self.states.get(timeout=SOON)).kind != kind:
            pass
        return state


def test_a_pause_does_not_freeze_the_call(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pause the camera stays open and is sent, nothing is observed, and the state says so; a stop closes both."""

    def film() -> Iterator[Pixels]:
        for brightness in cycle(range(100)):
            Event().wait(0.01)
            yield picture(brightness, 160, 120)

    capture = FakeCapture(film())
    monkeypatch.setattr(factory, "open_at_call_resolution", lambda _: capture)
    monkeypatch.setattr(factory, "list_cameras", lambda: [Camera(90, "Lens", "")])
    listener = Listener()
    watch = Controller(lambda: nullcontext(analyzer()), [listener.consume])
    watch.start(SessionRequest("90", hz=0, hand_on="any"))
    listener.rows.get(timeout=SOON)

    watch.pause()
    state = listener.until("paused")
    assert (state.message, state.as_dict()["hand_on"]) == (STILL_HANDED_ON, "any")
    driver.sent.queue.clear()
    observed = listener.rows.qsize()
    for _ in range(10):
        driver.next()
    assert capture.isOpened()
    assert listener.rows.qsize() == observed

    watch.resume()
    listener.until("watching")
    watch.close(SOON)
    assert (capture.isOpened(), driver.closed) == (False, 1)
