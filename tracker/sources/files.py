"""Frames of video files, streams, pictures and folders of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

import cv2
import numpy as np

from tracker.address import Address
from tracker.clock import Clock
from tracker.errors import PictureError, SourceError, SourceLost
from tracker.folders import pictures_in
from tracker.frame import Frame, now
from tracker.picture import PICTURE_SUFFIXES, read_picture
from tracker.sources.held import Held
from tracker.sources.pixels import next_pixels

ASSUMED_FPS: Final = 25.0
"""For files that do not say; PAL's rate, between film and phone."""
CUT_OFF: Final = 0.9
"""A file that gives less than this share of the frames it tells of is damaged; what some tell is a few off."""


class _Capture:
    """A cv2.VideoCapture that is opened late and always released."""

    sampled: ClassVar = True
    moves: ClassVar = False

    def __init__(self, address: str) -> None:
        self._address = Address(address)

    def __enter__(self) -> Self:
        self._capture = cv2.VideoCapture(self._address.whole, cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise SourceError(self._refusal())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._capture.release()

    def _refusal(self) -> str:
        raise NotImplementedError


class VideoFile(_Capture):
    """Every frame of a recording, at media time."""

    live: ClassVar = False

    def __init__(self, address: str, tell: Callable[[str], None] = lambda _: None) -> None:
        """Tell: gets a sentence when the file ends early."""
        super().__init__(address)
        self._tell = tell

    @property
    def frames(self) -> int:
        """How many the file says it has, 0 when it does not say."""
        return max(0, round(self._capture.get(cv2.CAP_PROP_FRAME_COUNT)))

    @property
    def fps(self) -> float:
        """Frames a second, as the file says or as we assume."""
        return self._capture.get(cv2.CAP_PROP_FPS) or ASSUMED_FPS

    def __iter__(self) -> Iterator[Frame]:
        fps = self.fps
        number, last = 0, 0.0
        while True:
            taken, pixels = self._capture.read()
            if not taken:
                self._look_back(number)
                return
            # Some containers give no times, or step back: the frame's number tells the time then.
            told = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            last = told if number == 0 or told > last else max(last, number / fps)
            yield Frame(np.asarray(pixels, np.uint8), last, number, now())
            number += 1

    def _look_back(self, number: int) -> None:
        """Tell of a file that ended early."""
        if not number:
            self._tell(f"{self._address} opens and holds no picture; it may be damaged. Try to play it.")
        elif number < CUT_OFF * self.frames:
            self._tell(f"{self._address} gives {number:,} of the {self.frames:,} frames it tells of; it may be damaged.")

    def _refusal(self) -> str:
        return f"{self._address} cannot be opened as a video; it may be damaged. Try to play it, or convert it to MP4."


class Stream(_Capture):
    """The newest frame of an rtsp or http address."""

    live: ClassVar = True

    def __init__(self, address: str, clock: Clock) -> None:
        super().__init__(address)
        self._clock = clock

    def __enter__(self) -> Self:
        super().__enter__()
        self._held = Held(self._capture)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._held.release()

    def __iter__(self) -> Iterator[Frame]:
        number = 0
        while True:
            try:
                pixels = next_pixels(self._held)
            except SourceLost as error:
                raise SourceLost(f"The stream {self._address}: {error}") from error
            if pixels is None:
                raise SourceLost(f"The stream {self._address} stopped. The session goes on when it is back.")
            yield Frame(pixels, self._clock(), number, now())
            number += 1

    def _refusal(self) -> str:
        return f"The stream {self._address} does not answer. Check the address, and that this machine may reach it."


class Pictures:
    """A picture, or those of a folder by name, one a second of media time; what cannot be read is told and skipped."""

    live: ClassVar = False
    sampled: ClassVar = False
    moves: ClassVar = False

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        self._path, self._tell = path, tell
        self.paths: list[Path] = []

    def __enter__(self) -> Self:
        self.paths = pictures_in(self._path) if self._path.is_dir() else [self._path]
        if not self.paths:
            raise SourceError(f"{self._path} holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))}).")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is held."""

    def __iter__(self) -> Iterator[Frame]:
        for number, path in enumerate(self.paths):
            try:
                yield Frame(read_picture(path), float(number), number, now())
            except PictureError as error:
                self._tell(f"{path}: {error}")
