"""The moving picture beside the readings: small, and only for pages that asked for the next one."""

import io
from collections.abc import Callable, Mapping
from math import ceil
from typing import Final

from PIL import Image

from tracker.core.frame import Frame, Pixels
from tracker.live.events import Event, FrameSeen
from web.live.page_requests import PageRequests

PREVIEW_SIZE: Final = (640, 480)
"""Pixels across and down, at most: as large as the page shows it."""
JPEG_QUALITY: Final = 70
MAX_PREVIEW_HZ: Final = 10
"""Smooth enough to recognise oneself; each picture costs the worker some milliseconds."""


class Preview:
    """Consumes a session's events; ``requests`` has the pages that wait."""

    def __init__(self, send: Callable[[Mapping[str, int | bytes], str], None]) -> None:
        self._send = send
        self.requests = PageRequests(MAX_PREVIEW_HZ)

    def consume(self, event: Event) -> None:
        """A frame goes to the pages that wait for one."""
        if isinstance(event, FrameSeen):
            self.offer(event.frame)

    def offer(self, frame: Frame) -> None:
        """Send a frame to whoever waits, unless the last one was a moment ago."""
        if not (pages := self.requests.take()):
            return
        width, height = frame.whole_size
        picture: dict[str, int | bytes] = {"width": width, "height": height, "jpeg": small_jpeg(frame.pixels)}
        for page in pages:
            self._send(picture, page)


def small_jpeg(pixels: Pixels, most: tuple[int, int] = PREVIEW_SIZE) -> bytes:
    """A [height, width, 3] BGR picture as a JPEG of at most so many pixels across and down, of a few dozen kilobytes."""
    height, width = pixels.shape[:2]
    # By a whole number: a quarter of the time that a finer measure takes.
    image = Image.fromarray(pixels).reduce(max(ceil(width / most[0]), ceil(height / most[1])))
    blue, green, red = image.split()
    target = io.BytesIO()
    Image.merge("RGB", (red, green, blue)).save(target, "JPEG", quality=JPEG_QUALITY)
    return target.getvalue()
