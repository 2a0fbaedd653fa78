"""Frames that somebody hands over as JPEG: the camera of a browser."""

import logging
from collections.abc import Iterator
from types import TracebackType
from typing import ClassVar, Self

from tracker.core.clock import Clock
from tracker.core.errors import PictureError
from tracker.core.frame import Frame, now
from tracker.core.image_files import read_picture
from tracker.sources.pacing import LOST_AFTER_SECONDS, Mailbox


class BrowserSource:
    """The newest picture that was pushed; one that cannot be read is passed over."""

    live: ClassVar = True
    moves: ClassVar = True
    sampled: ClassVar = True

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._mailbox = Mailbox[bytes]()

    def push(self, jpeg: bytes) -> None:
        """Hand over a picture; from any thread."""
        self._mailbox.put(jpeg)

    def close(self) -> None:
        """No more will come: the reader's loop ends."""
        self._mailbox.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        number = 0
        while (jpeg := self._mailbox.take(LOST_AFTER_SECONDS)) is not None:
            try:
                pixels = read_picture(jpeg)
            except PictureError as error:
                logging.getLogger(__name__).info("A picture from the browser was passed over: %s", error)
                continue
            yield Frame(pixels, self._clock(), number, now())
            number += 1
