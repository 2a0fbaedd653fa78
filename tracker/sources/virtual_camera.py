"""Sending a live source's frames to a virtual camera, so that a video call gets the picture while Mien uses the camera."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from threading import TIMEOUT_MAX, Thread
from types import TracebackType
from typing import Any, ClassVar, Final, Protocol, Self

import numpy as np

from tracker.core.errors import SourceError, SourceLost
from tracker.core.face import Observation
from tracker.core.frame import Frame, Source
from tracker.sources.overlay import draw_emoji
from tracker.sources.pacing import RETRY_SECONDS, Mailbox

ANY_DEVICE: Final = "any"
"""The name of the first virtual camera that is free."""
NOMINAL_FPS: Final = 30.0
"""Frames a second as the driver is told, which takes it as a hint: a frame is sent when the camera gives it."""

PYVIRTUALCAM_MISSING: Final = (
    'Handing the picture on needs a package: pip install "pyvirtualcam>=0.15,<1" into Mien\'s environment.'
)
LINUX_ADVICE: Final = (
    "It needs v4l2loopback: sudo apt-get install v4l2loopback-dkms, then sudo modprobe v4l2loopback devices=1 video_nr=10"
    ' card_label="Mien" exclusive_caps=1; the device is then /dev/video10.'
)
WINDOWS_ADVICE: Final = (
    "Install OBS Studio (26 or later), which brings 'OBS Virtual Camera', or Unity Capture, and end what else sends to it."
)
MACOS_ADVICE: Final = (
    "Install OBS Studio (30 or later, macOS 13 or later), press Start Virtual Camera in it once, allow its extension in System"
    " Settings, stop it there again, and try anew."
)
ADVICE_BY_PLATFORM: Final = {"win32": WINDOWS_ADVICE, "darwin": MACOS_ADVICE}


class VirtualCamera(Protocol):
    """The part of pyvirtualcam.Camera that Mien uses; frames are [height, width, 3] BGR."""

    @property
    def device(self) -> str: ...

    def send(self, frame: Any) -> None: ...

    def close(self) -> None: ...


OpenVirtualCamera = Callable[[int, int, str | None], VirtualCamera]
"""Of width and height in pixels and a device, or None for any."""


def open_virtual_camera(width: int, height: int, device: str | None) -> VirtualCamera:
    """Open a virtual camera for BGR frames.

    Args:
        width: Of the frames, in pixels.
        height: Of the frames, in pixels.
        device: The virtual camera's name, or None for the first that is free.

    Raises:
        SourceError: Without pyvirtualcam, or when no driver takes the picture.
    """
    pyvirtualcam = import_pyvirtualcam()
    try:
        camera: VirtualCamera = pyvirtualcam.Camera(width, height, NOMINAL_FPS, fmt=pyvirtualcam.PixelFormat.BGR, device=device)
    except (RuntimeError, OSError) as error:
        raise SourceError(no_driver_message(device, str(error))) from error
    return camera


def import_pyvirtualcam() -> Any:
    """The module pyvirtualcam; SourceError where it is not installed."""
    try:
        import pyvirtualcam
    except ImportError as error:
        raise SourceError(PYVIRTUALCAM_MISSING) from error
    return pyvirtualcam


def no_driver_message(device: str | None, error: str, platform: str = sys.platform) -> str:
    """What a person is told, and can do, when no virtual camera takes the picture.

    Args:
        device: The virtual camera that was asked for, or None for any.
        error: What pyvirtualcam says, a line for each back end.
        platform: As ``sys.platform`` has it.
    """
    subject = f'The virtual camera "{device}" does not take' if device else "No virtual camera takes"
    reason = "; ".join(error.split("\n")).rstrip(".")
    return f"{subject} the picture ({reason}). {ADVICE_BY_PLATFORM.get(platform, LINUX_ADVICE)} See docs/camera.md."


class VirtualCameraSender:
    """Sends the newest frame to a virtual camera from a thread of its own, in the frame's own size.

    It outlives the source: when a camera is lost, the virtual camera keeps its last picture until the camera is back. Entering
    starts the thread, and raises SourceError without pyvirtualcam; leaving closes the virtual camera.
    """

    def __init__(self, device: str = ANY_DEVICE, *, overlay: bool = False, opener: OpenVirtualCamera | None = None) -> None:
        """Remember the device; nothing is opened yet.

        Args:
            device: The virtual camera's name, or ANY_DEVICE.
            overlay: Draw the emoji of the largest face into what is sent.
            opener: Opens the virtual camera; ``open_virtual_camera`` if not given.
        """
        self._device, self._overlay, self._open = None if device == ANY_DEVICE else device, overlay, opener
        self._mailbox = Mailbox[Frame]()
        self._camera: VirtualCamera | None = None
        self._size = (0, 0)
        self._failure: SourceLost | None = None
        self._expression: str | None = None
        self._thread = Thread(target=self._send_frames, name="virtual camera", daemon=True)

    def __enter__(self) -> Self:
        if self._open is None:
            import_pyvirtualcam()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._mailbox.end()
        # A driver that never returns must not hold the program; the thread is a daemon.
        self._thread.join(RETRY_SECONDS)
        if not self._thread.is_alive():
            self._close()

    def offer(self, frame: Frame) -> None:
        """Send a frame, unless a newer one comes before its turn; one thread offers, and never waits for the driver.

        Raises:
            SourceError: When no virtual camera takes the first frame.
            SourceLost: When the driver failed at an earlier frame; the next one is tried again.
        """
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        if self._camera is None:
            # Opened here, so that a missing driver is an error of the first frame; from now on the sending thread owns it.
            self._camera = self._opened(frame.size)
        self._mailbox.put(frame)

    def set_overlay(self, observation: Observation | None) -> None:
        """Show the expression of an observation's largest face in the frames to come, or no expression."""
        readings = observation.readings if observation else ()
        largest = max(readings, key=lambda reading: reading.face.box.area, default=None)
        self._expression = largest.words.expression if largest else None

    def _opened(self, size: tuple[int, int]) -> VirtualCamera:
        """A virtual camera of the frame's (width, height): nothing is scaled."""
        self._size = size
        return (self._open or open_virtual_camera)(*size, self._device)

    def _close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()

    def _send_frames(self) -> None:
        while (frame := self._mailbox.take(TIMEOUT_MAX)) is not None:
            expression = self._expression if self._overlay else None
            try:
                pixels = draw_emoji(frame.pixels, expression) if expression else frame.pixels
                if self._camera is not None and frame.size != self._size:
                    self._camera.close()
                    self._camera = self._opened(frame.size)
                if self._camera is not None:
                    self._camera.send(np.ascontiguousarray(pixels))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next ``offer`` raises it
                self._failure = SourceLost(f"The virtual camera stopped taking the picture ({error}). Mien tries it again.")
                self._close()


def optional_sender(device: str | None, *, overlay: bool = False) -> AbstractContextManager[VirtualCameraSender | None]:
    """A sender for the setting ``hand_on``, or a context of None where that is None."""
    return nullcontext() if device is None else VirtualCameraSender(device, overlay=overlay)


class ForwardingSource:
    """A live source whose frames are all offered to a virtual camera, observed or not."""

    live: ClassVar = True
    sampled: ClassVar = True

    def __init__(self, source: Source, sender: VirtualCameraSender) -> None:
        self._source, self._sender = source, sender

    @property
    def moves(self) -> bool:
        """As the source's own."""
        return self._source.moves

    def __enter__(self) -> Self:
        self._source.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._source.__exit__(kind, error, trace)

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._source:
            self._sender.offer(frame)
            yield frame
