"""A source whose frames come as JPEG files from a page: of its camera, or of a window that is shared with it."""

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
    """Frames that the page pushes; only the newest waits, and one that cannot be decoded is skipped.

    ``push`` and ``close`` may be called from any thread; one thread iterates.

    Args:
        clock: Gives each frame its time, in seconds.
        moves: Whether the pictures are a camera's; a window may show the same for long.
    """

    live: ClassVar = True
    sampled: ClassVar = True

    def __init__(self, clock: Clock, *, moves: bool = True) -> None:
        self._clock, self._moves = clock, moves
        self._mailbox = Mailbox[bytes]()

    @property
    def moves(self) -> bool:
        return self._moves

    def push(self, jpeg: bytes) -> None:
        """Hand over the bytes of a JPEG file; they replace a picture that nobody has read yet."""
        self._mailbox.put(jpeg)

    def close(self) -> None:
        """End the reader's loop."""
        self._mailbox.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield each picture as a frame.

        Raises:
            SourceLost: When no picture comes for LOST_AFTER_SECONDS.
        """
        number, sender = 0, "The camera" if self._moves else "The page with the shared window"
        while (jpeg := self._mailbox.take(LOST_AFTER_SECONDS, sender)) is not None:
            try:
                pixels = read_picture(jpeg)
            except PictureError as error:
                logging.getLogger(__name__).info("A picture from the browser was skipped: %s", error)
                continue
            yield Frame(pixels, self._clock(), number, now())
            number += 1
