"""A capture that is released only when nobody reads from it."""

from threading import Lock
from typing import Any, Protocol


class Readable(Protocol):
    """What of cv2.VideoCapture is needed here."""

    def read(self) -> tuple[bool, Any]: ...

    def release(self) -> None: ...


class SafeCapture:
    """Reads in one thread, is released from another.

    OpenCV ends the whole process when a capture is released in the middle of a read, and a stalled network stream reads for
    half a minute: then whoever reads releases it afterwards.
    """

    def __init__(self, capture: Readable) -> None:
        self._capture = capture
        self._reading = Lock()
        self._over = False

    def read(self) -> tuple[bool, Any]:
        """Whether there was a picture, and the picture; none any more once it was released."""
        with self._reading:
            found = (False, None) if self._over else self._capture.read()
        if self._over:
            self.release()
            return False, None
        return found

    def release(self) -> None:
        """At once, or when the read that is under way returns."""
        self._over = True
        if self._reading.acquire(blocking=False):
            try:
                self._capture.release()
            finally:
                self._reading.release()
