"""A capture that may be released from another thread than the one that reads it."""

from threading import Lock
from typing import Any, Protocol


class Capture(Protocol):
    """The part of cv2.VideoCapture that reads and releases."""

    def read(self) -> tuple[bool, Any]: ...

    def release(self) -> None: ...


class SafeCapture:
    """A capture that is released only while nobody reads it.

    OpenCV ends the whole process when a capture is released during a read, and a read of a stalled network stream takes half a
    minute: in that case the reading thread releases the capture when its read returns.
    """

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._reading = Lock()
        self._released = False

    def read(self) -> tuple[bool, Any]:
        """Read the next picture, as cv2.VideoCapture does; ``(False, None)`` once the capture was released."""
        with self._reading:
            result = (False, None) if self._released else self._capture.read()
        if self._released:
            self.release()
            return False, None
        return result

    def release(self) -> None:
        """Release the capture at once, or when the read that is under way returns; from any thread, and without waiting."""
        self._released = True
        if self._reading.acquire(blocking=False):
            try:
                self._capture.release()
            finally:
                self._reading.release()
