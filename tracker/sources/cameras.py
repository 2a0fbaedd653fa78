"""Cameras and virtual cameras as sources, by index, device path or name."""

import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import ClassVar, Final, Protocol, Self

import cv2

from tracker.core.clock import Clock
from tracker.core.errors import SourceError, SourceLost
from tracker.core.frame import Frame, now
from tracker.sources.camera_names import Camera, camera_index, find_camera
from tracker.sources.diagnostics import why_camera_fails
from tracker.sources.pixels import read_pixels
from tracker.sources.safe_capture import Capture, SafeCapture

MAX_FAILED_READS: Final = 15
"""So many failed reads in a row are a lost camera: half a second at 30 Hz, while one failure of a driver is forgiven."""
CALL_RESOLUTION: Final = (1280, 720)
"""Width and height that a video call asks of a camera; without a request, OpenCV takes 640x480."""


class CameraCapture(Capture, Protocol):
    """The part of cv2.VideoCapture that Mien uses of a camera."""

    def isOpened(self) -> bool: ...  # noqa: N802 - OpenCV's name


def list_cameras() -> list[Camera]:
    """Every camera and virtual camera by rising index; none is opened."""
    from cv2_enumerate_cameras import enumerate_cameras

    found = enumerate_cameras(_backend())
    return sorted((Camera(entry.index, entry.name, entry.path or "") for entry in found), key=lambda camera: camera.index)


def _backend() -> int:
    """One backend for each platform: with all of them, each camera would be listed once for every backend."""
    backends = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    return backends.get(sys.platform, cv2.CAP_V4L2)


def open_capture(index: int) -> CameraCapture:
    """Open a camera with OpenCV, with a buffer of one frame where the driver allows that."""
    capture = cv2.VideoCapture(index, _backend())
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def open_at_call_resolution(index: int) -> CameraCapture:
    """As ``open_capture``, at CALL_RESOLUTION or the nearest resolution that the camera has."""
    capture = cv2.VideoCapture(index, _backend())
    # Uncompressed, most webcams reach ten frames a second at this size over USB 2.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    for prop, value in zip((cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT), CALL_RESOLUTION, strict=True):
        capture.set(prop, value)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


class CameraSource:
    """Frames of one camera, in the order in which it delivers them.

    Entering raises SourceError when the camera cannot be opened; iterating raises SourceLost when it stops. One thread
    iterates; leaving the context, from any thread, releases the device as soon as no read is under way.
    """

    live: ClassVar = True
    moves: ClassVar = True
    sampled: ClassVar = True

    def __init__(
        self,
        wanted: str,
        clock: Clock,
        *,
        capture: Callable[[int], CameraCapture] | None = None,
        cameras: Callable[[], list[Camera]] | None = None,
    ) -> None:
        """Remember which camera is wanted; nothing is opened yet.

        Args:
            wanted: What ``find_camera`` understands.
            clock: Gives each frame its time, in seconds.
            capture: Opens the device of an index; ``open_capture`` if not given.
            cameras: Lists the cameras of this machine; ``list_cameras`` if not given.
        """
        self._wanted, self._clock = wanted, clock
        self._open: Callable[[int], CameraCapture] = capture or open_capture
        self._cameras: Callable[[], list[Camera]] = cameras or list_cameras

    def __enter__(self) -> Self:
        index = find_camera(self._wanted, [] if camera_index(self._wanted) is not None else self._cameras())
        try:
            capture = self._open(index)
        except Exception as error:  # Whatever a driver's binding raises, the camera does not open.
            raise SourceError(why_camera_fails(index, self._cameras())) from error
        if not capture.isOpened():
            capture.release()
            raise SourceError(why_camera_fails(index, self._cameras()))
        self._capture = SafeCapture(capture)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._capture.release()

    def __iter__(self) -> Iterator[Frame]:
        number = failures = 0
        while failures < MAX_FAILED_READS:
            try:
                pixels = read_pixels(self._capture)
            except SourceLost as error:
                raise SourceLost(f"Camera {self._wanted}: {error} The session goes on when it is back.") from error
            if pixels is None:
                failures += 1
                continue
            yield Frame(pixels, self._clock(), number, now())
            number, failures = number + 1, 0
        raise SourceLost(f"Camera {self._wanted} stopped answering. Check its plug; the session goes on when it is back.")
