"""Cameras, with a stand-in for the hardware."""

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np
import pytest

from tracker.core.errors import SourceError, SourceLost
from tracker.core.frame import Pixels
from tracker.sources import camera_names
from tracker.sources.camera_names import Camera, find_camera
from tracker.sources.cameras import MAX_FAILED_READS, CameraSource
from tracker.sources.diagnostics import processes_using, why_camera_fails
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
    ("wanted", "index"),
    [("0", 0), ("7", 7), ("/dev/video92", 92), ("OBS Virtual Camera", 92), ("built", 90), ("obs", 92), ("in camera", 90)],
)
def test_a_camera_is_found_by_index_path_or_name(wanted: str, index: int) -> None:
    """An index and a device path are taken at their word; the beginning or a part of a name does, in any case of letters."""
    assert find_camera(wanted, CAMERAS) == index


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    """Whoever mistypes sees what they could have meant; whoever has no camera, what else there is."""
    with pytest.raises(SourceError, match=r'no camera called "Logi".*90 "Built-in Camera", 92 "OBS Virtual Camera"'):
        find_camera("Logi", CAMERAS)
    with pytest.raises(SourceError, match="No camera was found"):
        find_camera("Logi", [])


def test_a_whole_name_goes_before_a_beginning_and_that_before_a_part() -> None:
    """Whoever gives the exact name gets that camera, also where others have it in theirs."""
    cameras = [Camera(1, "My OBS", ""), Camera(2, "OBS Virtual Camera", ""), Camera(3, "obs virtual camera 2", "")]

    assert find_camera("OBS Virtual Camera", cameras) == 2
    assert find_camera("my", cameras) == 1
    assert find_camera("camera 2", cameras) == 3


@pytest.mark.parametrize("wanted", ["camera", "CAMERA"])
def test_a_name_that_fits_several_is_asked_back(wanted: str) -> None:
    """Mien does not guess which camera is meant: it names those that fit, with their numbers."""
    with pytest.raises(SourceError, match=r'fits several cameras: 90 "Built-in Camera", 92 "OBS .*or the number'):
        find_camera(wanted, CAMERAS)


@pytest.mark.parametrize(
    ("name", "virtual"),
    [
        ("OBS Virtual Camera", True),
        ("Unity Video Capture", True),
        ("Dummy video device (0x0000)", True),
        ("Integrated Camera: Integrated C", False),
        ("Jobst Webcam", False),
    ],
)
def test_virtual_cameras_are_marked_by_name(name: str, virtual: bool) -> None:
    """The list tells a program's picture from a lens, and no lens is taken for a program."""
    assert Camera(91, name, "").virtual is virtual


def test_what_no_hardware_stands_behind_is_virtual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On Linux the system itself knows, whatever somebody called it."""
    (tmp_path / "video91").mkdir()
    monkeypatch.setattr(camera_names, "VIRTUAL_DEVICES_FOLDER", tmp_path)

    assert Camera(91, "Front door", "/dev/video91").virtual
    assert not Camera(92, "Front door", "/dev/video92").virtual


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
        script += [None] * (MAX_FAILED_READS - 1) + [picture(brightness)]

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


GREEN = np.full((4, 6, 3), (0, 200, 0), np.uint8)


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        (GREEN[..., 1], (200, 200, 200)),
        (GREEN[..., 1:2], (200, 200, 200)),
        (np.dstack([GREEN, GREEN[..., 0]]), (0, 200, 0)),
        (np.full((4, 6, 2), 128, np.uint8), (130, 130, 130)),
        (np.full((4, 6), 1000, np.uint16), (250, 250, 250)),
        (np.full((4, 6, 3), 50_000, np.uint16), (195, 195, 195)),
    ],
    ids=["gray", "gray, one channel", "BGRA", "YUYV", "10 bits", "16 bits of colour"],
)
def test_whatever_form_a_driver_gives_is_read(given: Pixels, seen: tuple[int, ...]) -> None:
    """Infrared cameras and grabbers give other pictures than webcams; each becomes a frame like any other."""
    with source("0", FakeCapture([given])) as camera:
        frame = next(iter(camera))

    assert frame.pixels.shape == (4, 6, 3)
    assert tuple(map(int, frame.pixels[2, 3])) == seen


class Broken(FakeCapture):
    """A driver whose binding raises."""

    def read(self) -> tuple[bool, Pixels | None]:
        raise cv2.error("VIDEOIO: no buffer")


@pytest.mark.parametrize(
    ("capture", "sentence"),
    [
        (FakeCapture(repeat(np.zeros((0, 0, 3), np.uint8))), "stopped answering"),
        (FakeCapture([np.zeros((4, 6, 7), np.uint8)]), r"a form that Mien does not know: \(4, 6, 7\)"),
        (FakeCapture([np.zeros((4, 6, 3), np.float32)]), "float32"),
        (FakeCapture([np.zeros((4, 5, 2), np.uint8)]), r"a form that Mien does not know: \(4, 5, 2\)"),
        (FakeCapture([np.broadcast_to(np.uint8(0), (16_000, 16_000, 3))]), "16,000 x 16,000 pixels; at most 36"),
        (Broken(), "could not be fetched .*no buffer"),
    ],
    ids=["0x0", "7 channels", "float", "half a pair of YUYV", "giant", "raises"],
)
def test_a_camera_that_gives_no_picture_is_lost(capture: FakeCapture, sentence: str) -> None:
    """Told in a sentence and opened again later, whatever it is that its driver does."""
    with source("0", capture) as camera, pytest.raises(SourceLost, match=f"Camera 0.*{sentence}"):
        next(iter(camera))


def test_a_driver_that_raises_when_it_is_opened_is_a_sentence() -> None:
    """As one that does not open."""

    def raising(_: int) -> FakeCapture:
        raise cv2.error("VIDEOIO: no such device")

    with pytest.raises(SourceError, match="There is no camera 77"), CameraSource("77", float, capture=raising, cameras=list):
        pytest.fail("it was entered")


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


@pytest.mark.parametrize(
    ("platform", "way"),
    [
        ("win32", "Advanced, allow multiple apps"),
        ("darwin", "System Settings > Privacy & Security > Camera"),
        ("linux", "stuck"),
    ],
)
def test_the_way_out_is_that_of_the_system(platform: str, way: str) -> None:
    """A camera that does not open is explained in the words of the settings a person will look for."""
    assert way in why_camera_fails(90, CAMERAS, platform)


def test_who_holds_the_camera_is_named(tmp_path: Path) -> None:
    """Where the system tells which program has the device open, nobody has to guess; others' processes stay closed."""
    for number, name, device in (("41", "zoom", "/dev/video90"), ("42", "bash", "/dev/null")):
        (tmp_path / number / "fd").mkdir(parents=True)
        (tmp_path / number / "fd" / "3").symlink_to(device)
        (tmp_path / number / "comm").write_text(name + "\n", encoding="utf-8")
    (tmp_path / "43").mkdir()

    assert list(processes_using(Path("/dev/video90"), tmp_path)) == ["zoom (process 41)"]
