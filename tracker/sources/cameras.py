"""Cameras and virtual cameras, by index, device path or name."""

import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, ClassVar, Final, Protocol, Self

import cv2

from tracker.core.clock import Clock
from tracker.core.errors import SourceError, SourceLost
from tracker.core.frame import Frame, now
from tracker.sources.camera_names import Camera, camera_index, describe_cameras, find_camera
from tracker.sources.diagnostics import why_camera_fails
from tracker.sources.pixels import read_pixels
from tracker.sources.safe_capture import SafeCapture

__all__ = [
    "Camera",
    "CameraSource",
    "Capture",
    "describe_cameras",
    "find_camera",
    "list_cameras",
    "open_at_call_resolution",
    "open_capture",
]

MAX_FAILED_READS: Final = 15
"""So many failed reads in a row are a lost camera: half a second at 30 Hz, and a driver's single hiccup is forgiven."""


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def isOpened(self) -> bool: ...  # noqa: N802 - OpenCV's name

    def read(self) -> tuple[bool, Any]: ...

    def release(self) -> None: ...


def list_cameras() -> list[Camera]:
    """Every camera and virtual camera, in the order of their indices, none opened."""
    from cv2_enumerate_cameras import enumerate_cameras

    found = enumerate_cameras(_backend())
    return sorted((Camera(entry.index, entry.name, entry.path or "") for entry in found), key=lambda it: it.index)


CALL_RESOLUTION: Final = (1280, 720)
"""What a call would ask a camera for; left alone, OpenCV takes 640x480."""


def open_at_call_resolution(index: int) -> Capture:
    """``open_capture`` at a call's size, or the nearest that the camera has."""
    capture = cv2.VideoCapture(index, _backend())
    # Uncompressed, most webcams reach ten frames a second at this size over USB 2.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    for what, value in zip((cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT), CALL_RESOLUTION, strict=True):
        capture.set(what, value)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def _backend() -> int:
    """One backend a platform, or each camera would be listed once for every backend."""
    backends = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    return backends.get(sys.platform, cv2.CAP_V4L2)


def open_capture(index: int) -> Capture:
    """OpenCV's capture, with a buffer of one frame where the driver allows it."""
    capture = cv2.VideoCapture(index, _backend())
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


class CameraSource:
    """Frames of one camera, newest first of all; SourceError when it cannot be opened, SourceLost when it stops."""

    live: ClassVar = True
    moves: ClassVar = True
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
        self._index = find_camera(self._wanted, [] if camera_index(self._wanted) is not None else self._cameras())
        try:
            capture = self._open(self._index)
        except Exception as error:  # Whatever a driver's binding raises, the camera does not open.
            raise SourceError(why_camera_fails(self._index, self._cameras())) from error
        if not capture.isOpened():
            capture.release()
            raise SourceError(why_camera_fails(self._index, self._cameras()))
        self._held = SafeCapture(capture)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._held.release()

    def __iter__(self) -> Iterator[Frame]:
        number = failures = 0
        while failures < MAX_FAILED_READS:
            try:
                pixels = read_pixels(self._held)
            except SourceLost as error:
                raise SourceLost(f"Camera {self._wanted}: {error} The session goes on when it is back.") from error
            if pixels is None:
                failures += 1
                continue
            yield Frame(pixels, self._clock(), number, now())
            number, failures = number + 1, 0
        raise SourceLost(f"Camera {self._wanted} stopped answering. Check its plug; the session goes on when it is back.")
