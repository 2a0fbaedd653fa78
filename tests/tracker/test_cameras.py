"""Cameras, with a stand-in for the hardware."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tracker.errors import SourceError, SourceLost
from tracker.frame import Pixels
from tracker.sources.cameras import PATIENCE, Camera, CameraSource, find_camera
from tracker.testing import FakeCapture

BUILT_IN, VIRTUAL = Camera(90, "Built-in Camera", "/dev/video90"), Camera(92, "OBS Virtual Camera", "/dev/video92")
CAMERAS = [BUILT_IN, VIRTUAL]
"""At indices that no machine has: the real ones must not be looked at."""


def picture(brightness: int) -> Pixels:
    return np.full((4, 6, 3), brightness, np.uint8)


def clock() -> Iterator[float]:
    t = 0.0
    while True:
        yield t
        t += 0.5


def source(wanted: str, capture: FakeCapture, opened: list[int] | None = None) -> CameraSource:
    def open_fake(index: int) -> FakeCapture:
        if opened is not None:
            opened.append(index)
        return capture

    ticks = clock()
    return CameraSource(wanted, lambda: next(ticks), capture=open_fake, cameras=lambda: CAMERAS)


@pytest.mark.parametrize(
    ("wanted", "index"), [("0", 0), ("7", 7), ("/dev/video92", 92), ("OBS Virtual Camera", 92), ("built", 90), ("camera", 90)]
)
def test_a_camera_is_found_by_index_path_or_name(wanted: str, index: int) -> None:
    """An index and a device path are taken at their word, part of a name in any case means the first that has it."""
    assert find_camera(wanted, CAMERAS) == index


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    """Whoever mistypes sees what they could have meant; whoever has no camera, what else there is."""
    with pytest.raises(SourceError, match=r'no camera called "Logi".*90 "Built-in Camera", 92 "OBS Virtual Camera"'):
        find_camera("Logi", CAMERAS)
    with pytest.raises(SourceError, match="No camera was found"):
        find_camera("Logi", [])


def test_frames_have_numbers_and_the_sessions_time() -> None:
    """Pictures come out as the camera gave them, counted from 0, stamped by the session's clock."""
    opened: list[int] = []
    with source("OBS", FakeCapture([picture(1), picture(2)]), opened) as camera:
        frames = iter(camera)
        first, second = next(frames), next(frames)

    assert opened == [92]
    assert [(frame.number, frame.t, int(frame.pixels.max())) for frame in (first, second)] == [(0, 0.0, 1), (1, 0.5, 2)]


def test_a_hiccup_is_forgiven() -> None:
    """Failed reads between pictures, even many in all, are passed over; frame numbers have no gaps."""
    script: list[Pixels | None] = []
    for brightness in range(5):
        script += [None] * (PATIENCE - 1) + [picture(brightness)]

    with source("0", FakeCapture(script)) as camera:
        frames = iter(camera)
        seen = [next(frames) for _ in range(5)]

    assert [(frame.number, int(frame.pixels.max())) for frame in seen] == [(n, n) for n in range(5)]


def test_a_camera_that_stops_answering_is_lost() -> None:
    """After its last picture, unplugged is not taken for finished."""
    with source("0", FakeCapture([picture(1)])) as camera:
        frames = iter(camera)
        next(frames)
        with pytest.raises(SourceLost, match="Camera 0 stopped answering"):
            next(frames)


def test_a_camera_is_let_go_of_even_after_an_error() -> None:
    """Other programs can have it when we are through, however that came."""
    capture = FakeCapture([picture(1)])
    with pytest.raises(SourceLost), source("0", capture) as camera:
        list(camera)

    assert capture.released


def test_a_camera_that_is_there_but_does_not_open_is_in_use() -> None:
    """The likeliest reason is named, and what to do; the handle is let go of."""
    capture = FakeCapture(opens=False)

    with pytest.raises(SourceError, match=r"Camera 90 is there but does not open. .*Zoom"), source("90", capture):
        pytest.fail("it was entered")
    assert capture.released


def test_a_camera_that_is_not_there_is_missing() -> None:
    """An index that nothing answers to is told with those there are."""
    with pytest.raises(SourceError, match=r"There is no camera 77. Found here: 90"), source("77", FakeCapture(opens=False)):
        pytest.fail("it was entered")


def test_a_camera_that_this_user_may_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A device without permission says which group to join, instead of blaming another program."""
    monkeypatch.setattr(Path, "exists", lambda _: True)
    monkeypatch.setattr("os.access", lambda *_: False)

    with pytest.raises(SourceError, match="usermod -aG video"), source("90", FakeCapture(opens=False)):
        pytest.fail("it was entered")
