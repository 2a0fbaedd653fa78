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
    """An index and a device path are taken literally; of a name, the beginning or a part is enough, in any case."""
    assert find_camera(wanted, CAMERAS) == index


def test_an_unknown_name_lists_the_cameras_that_exist() -> None:
    """A mistyped name is answered with the cameras of this machine; without any camera, with other sources."""
    with pytest.raises(SourceError, match=r'no camera called "Logi".*90 "Built-in Camera", 92 "OBS Virtual Camera"'):
        find_camera("Logi", CAMERAS)
    with pytest.raises(SourceError, match="No camera was found"):
        find_camera("Logi", [])


def test_a_whole_name_wins_over_a_beginning_and_that_over_a_part() -> None:
    """The exact name selects its camera, also where other names contain it."""
    cameras = [Camera(1, "My OBS", ""), Camera(2, "OBS Virtual Camera", ""), Camera(3, "obs virtual camera 2", "")]

    assert find_camera("OBS Virtual Camera", cameras) == 2
    assert find_camera("my", cameras) == 1
    assert find_camera("camera 2", cameras) == 3


@pytest.mark.parametrize("wanted", ["camera", "CAMERA"])
def test_a_name_that_fits_several_cameras_is_refused(wanted: str) -> None:
    """Mien does not guess: it names the cameras that fit, with their numbers."""
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
    """Virtual cameras are marked in the list, and no real camera is taken for one."""
    assert Camera(91, name, "").virtual is virtual


def test_a_device_without_hardware_is_virtual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Linux itself knows, whatever the device is called."""
    (tmp_path / "video91").mkdir()
    monkeypatch.setattr(camera_names, "VIRTUAL_DEVICES_FOLDER", tmp_path)

    assert Camera(91, "Front door", "/dev/video91").virtual
    assert not Camera(92, "Front door", "/dev/video92").virtual


def test_frames_have_numbers_and_the_sessions_time() -> None:
    """Frames are as the camera gave them, counted from 0, with times of the session's clock."""
    opened: list[int] = []
    with source("OBS", FakeCapture([picture(1), picture(2)]), opened) as camera:
        frames = iter(camera)
        first, second = next(frames), next(frames)

    assert opened == [92]
    assert [(frame.number, frame.t, int(frame.pixels.max())) for frame in (first, second)] == [(0, 0.0, 1), (1, 0.5, 2)]


def test_single_failed_reads_are_skipped() -> None:
    """Failed reads between pictures are skipped, however many in all; frame numbers have no gaps."""
    script: list[Pixels | None] = []
    for brightness in range(5):
        script += [None] * (MAX_FAILED_READS - 1) + [picture(brightness)]

    with source("0", FakeCapture(script)) as camera:
        frames = iter(camera)
        seen = [next(frames) for _ in range(5)]

    assert [(frame.number, int(frame.pixels.max())) for frame in seen] == [(n, n) for n in range(5)]


def test_a_camera_that_stops_answering_is_lost() -> None:
    """An unplugged camera ends with SourceLost, not as if it had finished."""
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
    """Infrared cameras and frame grabbers deliver other forms than webcams; each becomes a BGR frame."""
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
    """Whatever its driver does, SourceLost says so in a sentence, and the camera is opened again later."""
    with source("0", capture) as camera, pytest.raises(SourceLost, match=f"Camera 0.*{sentence}"):
        next(iter(camera))


def test_a_driver_that_raises_on_opening_is_a_source_error() -> None:
    """It is handled like a camera that does not open."""

    def raising(_: int) -> FakeCapture:
        raise cv2.error("VIDEOIO: no such device")

    with pytest.raises(SourceError, match="There is no camera 77"), CameraSource("77", float, capture=raising, cameras=list):
        pytest.fail("it was entered")


def test_a_camera_is_released_even_after_an_error() -> None:
    """Other programs can use it afterwards."""
    capture = FakeCapture([picture(1)])
    with pytest.raises(SourceLost), source("0", capture) as camera:
        list(camera)

    assert capture.released


def test_a_camera_that_is_there_but_does_not_open_is_in_use() -> None:
    """The error names the likeliest reason and what to do; the handle is released."""
    capture = FakeCapture(opens=False)

    with pytest.raises(SourceError, match=r"Camera 90 is there but does not open. .*Zoom"), source("90", capture):
        pytest.fail("it was entered")
    assert capture.released


def test_a_camera_that_is_not_there_is_missing() -> None:
    """An index without a camera is answered with the cameras of this machine."""
    with pytest.raises(SourceError, match=r"There is no camera 77. Found here: 90"), source("77", FakeCapture(opens=False)):
        pytest.fail("it was entered")


def test_a_camera_that_this_user_may_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without permission the error names the group to join, instead of blaming another program."""
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
def test_the_advice_is_for_the_persons_own_system(platform: str, way: str) -> None:
    """The error names the settings as this system calls them."""
    assert way in why_camera_fails(90, CAMERAS, platform)


def test_the_program_that_holds_the_camera_is_named(tmp_path: Path) -> None:
    """Where the system says which program has the device open, the error names it; processes of other users are skipped."""
    for number, name, device in (("41", "zoom", "/dev/video90"), ("42", "bash", "/dev/null")):
        (tmp_path / number / "fd").mkdir(parents=True)
        (tmp_path / number / "fd" / "3").symlink_to(device)
        (tmp_path / number / "comm").write_text(name + "\n", encoding="utf-8")
    (tmp_path / "43").mkdir()

    assert list(processes_using(Path("/dev/video90"), tmp_path)) == ["zoom (process 41)"]
