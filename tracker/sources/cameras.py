"""Cameras and virtual cameras, by index, device path or name."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Protocol, Self

import cv2
import numpy as np

from tracker.clock import Clock
from tracker.errors import SourceError, SourceLost
from tracker.frame import Frame, now

PATIENCE: Final = 15
"""So many failed reads in a row are a lost camera: half a second at 30 Hz, and a driver's single hiccup is forgiven."""

IN_USE: Final = (
    "Another program (Zoom, Teams, a browser) probably holds it. Switch the video off there, or let it share a virtual"
    " camera (OBS: Start Virtual Camera) and choose that."
)


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def isOpened(self) -> bool: ...  # noqa: N802 - OpenCV's name

    def read(self) -> tuple[bool, Any]: ...

    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this machine."""

    index: int
    name: str
    path: str


def list_cameras() -> list[Camera]:
    """Every camera and virtual camera, in the order of their indices, none opened."""
    from cv2_enumerate_cameras import enumerate_cameras

    found = enumerate_cameras(_backend())
    return sorted((Camera(entry.index, entry.name, entry.path or "") for entry in found), key=lambda it: it.index)


def _backend() -> int:
    """One backend a platform, or each camera would be listed once for every backend."""
    backends = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    return backends.get(sys.platform, cv2.CAP_V4L2)


def open_capture(index: int) -> Capture:
    """OpenCV's capture, with a buffer of one frame where the driver allows it."""
    capture = cv2.VideoCapture(index, _backend())
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def find_camera(wanted: str, cameras: list[Camera]) -> int:
    """Index of the camera that is meant by "0", "/dev/video2" or a part of its name."""
    if wanted.isdigit():
        return int(wanted)
    if wanted.startswith("/dev/video"):
        return int(wanted.removeprefix("/dev/video"))
    named = [camera.index for camera in cameras if wanted.lower() in camera.name.lower()]
    if not named:
        raise SourceError(f'There is no camera called "{wanted}". {describe(cameras)}')
    return named[0]


def describe(cameras: list[Camera]) -> str:
    """What there is, as a sentence."""
    if not cameras:
        return "No camera was found on this machine: plug one in, or use a video file, a folder of pictures or `fake`."
    return "Found here: " + ", ".join(f'{camera.index} "{camera.name}"' for camera in cameras) + "."


class CameraSource:
    """Frames of one camera, newest first of all; SourceError when it cannot be opened, SourceLost when it stops."""

    live: ClassVar = True
    sampled: ClassVar = True

    def __init__(
        self,
        wanted: str,
        clock: Clock,
        *,
        capture: Callable[[int], Capture] | None = None,
        cameras: Callable[[], list[Camera]] | None = None,
    ) -> None:
        self._wanted, self._clock = wanted, clock
        self._open: Callable[[int], Capture] = capture or open_capture
        self._cameras: Callable[[], list[Camera]] = cameras or list_cameras

    def __enter__(self) -> Self:
        self._index = find_camera(self._wanted, [] if self._wanted.isdigit() else self._cameras())
        self._capture = self._open(self._index)
        if not self._capture.isOpened():
            self._capture.release()
            raise SourceError(self._why())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._capture.release()

    def __iter__(self) -> Iterator[Frame]:
        number = failures = 0
        while failures < PATIENCE:
            taken, pixels = self._capture.read()
            if not taken or pixels is None:
                failures += 1
                continue
            yield Frame(np.asarray(pixels, np.uint8), self._clock(), number, now())
            number, failures = number + 1, 0
        raise SourceLost(f"Camera {self._wanted} stopped answering. Check its plug; the session goes on when it is back.")

    def _why(self) -> str:
        """The likeliest reason that a camera does not open."""
        cameras = self._cameras()
        device = Path(f"/dev/video{self._index}")
        if self._index not in {camera.index for camera in cameras} and not device.exists():
            return f"There is no camera {self._index}. {describe(cameras)}"
        if device.exists() and not os.access(device, os.R_OK | os.W_OK):
            return f'{device} may not be opened by this user. Join its group (`sudo usermod -aG video "$USER"`), log in again.'
        return f"Camera {self._index} is there but does not open. {IN_USE}"
