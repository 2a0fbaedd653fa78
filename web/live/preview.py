"""The moving picture beside the readings: small, and only for pages that asked for the next one."""

import io
import time
from collections.abc import Callable
from math import ceil
from threading import Lock
from typing import Any, Final

from PIL import Image

from tracker.core.frame import Frame, Pixels

WIDTH, HEIGHT = 640, 480
"""At most: as large as the page shows it."""
QUALITY: Final = 70
PER_SECOND: Final = 10
"""Smooth enough to recognise oneself; each costs the worker some milliseconds."""


class Preview:
    """A page asks for one picture at a time, so one that is slow, hidden or gone never makes a queue."""

    def __init__(self, send: Callable[[dict[str, Any], str], None]) -> None:
        self._send = send
        self._lock = Lock()
        self._waiting: set[str] = set()
        self._next = 0.0

    def ask(self, page: str) -> None:
        """Put a page's name down for the next frame."""
        with self._lock:
            self._waiting.add(page)

    def forget(self, page: str) -> None:
        """A page is gone."""
        with self._lock:
            self._waiting.discard(page)

    def offer(self, frame: Frame) -> None:
        """A frame came: whoever waits gets it, unless the last one was a moment ago."""
        moment = time.monotonic()
        with self._lock:
            if not self._waiting or moment < self._next:
                return
            waiting, self._waiting, self._next = self._waiting, set(), moment + 1 / PER_SECOND
        width, height = frame.whole_size
        picture = {"width": width, "height": height, "jpeg": small_jpeg(frame.pixels)}
        for page in waiting:
            self._send(picture, page)


def small_jpeg(pixels: Pixels, most: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """A [height, width, 3] BGR picture as a JPEG of at most so many pixels across and down, of a few dozen kilobytes."""
    height, width = pixels.shape[:2]
    # By a whole number: a quarter of the time that a finer measure takes.
    image = Image.fromarray(pixels).reduce(max(ceil(width / most[0]), ceil(height / most[1])))
    blue, green, red = image.split()
    target = io.BytesIO()
    Image.merge("RGB", (red, green, blue)).save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
