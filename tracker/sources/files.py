"""Frames of video files, streams, pictures and folders of them."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

import cv2

from tracker.core.address import Address, is_text
from tracker.core.clock import Clock
from tracker.core.errors import PictureError, SourceError, SourceLost, UsageError
from tracker.core.frame import Frame, now
from tracker.core.image_files import PICTURE_SUFFIXES, open_picture
from tracker.core.labelled_folders import pictures_in
from tracker.core.paths import openable
from tracker.sources.containers import edit_list_share, is_audio_only
from tracker.sources.pixels import MAX_FRAME_MEGAPIXELS, read_pixels, too_large_message
from tracker.sources.safe_capture import SafeCapture

ASSUMED_FPS: Final = 25.0
"""For files that do not say; PAL's rate, between film and phone."""
MIN_FRAME_SHARE: Final = 0.9
"""A file that gives less than this share of the frames it tells of is damaged; what some tell is a few off."""
MAX_EMPTY_READS: Final = 250
"""So many reads in a row without a picture are the end: Theora has none where nothing moves, for 64 frames and more."""
WEBP: Final = "WebP"
UNDECODABLE_CODECS: Final = {b"AV01": "AV1", b"WEBP": WEBP, b"VVC1": "VVC", b"VVCC": "VVC"}
"""By FourCC: what opencv-python 5.0 opens and cannot decode; AV1 only on a machine whose graphics card does."""


class _Capture:
    """A cv2.VideoCapture that is opened late and always released."""

    sampled: ClassVar = True
    moves: ClassVar = False

    def __init__(self, address: str) -> None:
        self._address = Address(address)

    def __enter__(self) -> Self:
        try:
            with self._name() as name:
                self._capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG)
        except OSError as error:
            raise SourceError(f"{self._address} cannot be opened under its name ({error.strerror}). Rename it.") from error
        if not self._capture.isOpened():
            raise SourceError(self._refusal())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._capture.release()

    def _name(self) -> AbstractContextManager[str]:
        """What FFmpeg opens, while the block runs."""
        raise NotImplementedError

    def _refusal(self) -> str:
        raise NotImplementedError


class VideoSource(_Capture):
    """Every frame of a recording, at media time."""

    live: ClassVar = False

    def __init__(self, address: str, tell: Callable[[str], None] = lambda _: None) -> None:
        """Tell: gets a sentence when the file ends early."""
        super().__init__(address)
        self._tell = tell
        # How many the file says that it shows, 0 when it does not say, and how many a second, or as we assume: once it is open.
        self.frames, self.fps = 0, ASSUMED_FPS

    def __enter__(self) -> Self:
        super().__enter__()
        width, height = (round(self._capture.get(what)) for what in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > MAX_FRAME_MEGAPIXELS * 1_000_000:
            self._capture.release()
            raise SourceError(f"{self._address} is too large. {too_large_message(width, height)}")
        self.frames = max(0, round(self._capture.get(cv2.CAP_PROP_FRAME_COUNT) * edit_list_share(Path(self._address.whole))))
        self.fps = self._capture.get(cv2.CAP_PROP_FPS) or ASSUMED_FPS
        return self

    def _name(self) -> AbstractContextManager[str]:
        return openable(Path(self._address.whole))

    def __iter__(self) -> Iterator[Frame]:
        number, last, misses = 0, 0.0, 0
        while misses < MAX_EMPTY_READS:
            try:
                pixels = read_pixels(self._capture)
            except SourceLost as error:
                self._tell(f"{self._address}: {error}")
                return
            if pixels is None:
                misses += 1
                continue
            # Some containers give no times, or step back: the frame's number tells the time then.
            told = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            last = told if number == 0 or told > last else max(last, number / self.fps)
            yield Frame(pixels, last, number, now())
            number, misses = number + 1, 0
        if complaint := self.complaint(number, last):
            self._tell(complaint)

    def complaint(self, number: int, last: float) -> str:
        """What is wrong with a file that gave so many frames, the last one at so many seconds, as a sentence; or nothing.

        What a file says of its frames is often guessed from its length, and its length from its frames: one of them is enough.
        """
        if not number:
            return self._without_picture()
        reached = last + last / max(1, number - 1)
        if number >= MIN_FRAME_SHARE * self.frames or reached >= MIN_FRAME_SHARE * self.frames / self.fps:
            return ""
        return f"{self._address} gives {number:,} of the {self.frames:,} frames it tells of; it may be damaged."

    def _without_picture(self) -> str:
        code = round(self._capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        codec = UNDECODABLE_CODECS.get(code.to_bytes(4, "little").upper())
        if codec == WEBP:
            return f"{self._address} is an animated WebP, which is not read as a video here. Save it as MP4 or GIF."
        if codec:
            return (
                f"{self._address} is encoded as {codec}, for which OpenCV brings no decoder; the file may well be whole."
                f" Convert it: ffmpeg -i {shlex.quote(Path(self._address).name)} -c:v libx264 converted.mp4"
            )
        return f"{self._address} opens and holds no picture; it may be damaged. Try to play it."

    def _refusal(self) -> str:
        if is_audio_only(Path(self._address.whole)):
            return f"{self._address} holds sound and no picture. Choose a recording with a picture."
        return f"{self._address} cannot be opened as a video; it may be damaged. Try to play it, or convert it to MP4."


class StreamSource(_Capture):
    """The newest frame of an rtsp or http address."""

    live: ClassVar = True

    def __init__(self, address: str, clock: Clock) -> None:
        super().__init__(address)
        self._clock = clock
        if not is_text(self._address.whole):
            raise UsageError(f"{self._address} is no address: write what is no text in it as %E9, say.")

    def _name(self) -> AbstractContextManager[str]:
        return nullcontext(self._address.whole)

    def __enter__(self) -> Self:
        super().__enter__()
        self._held = SafeCapture(self._capture)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._held.release()

    def __iter__(self) -> Iterator[Frame]:
        number = 0
        while True:
            try:
                pixels = read_pixels(self._held)
            except SourceLost as error:
                raise SourceLost(f"The stream {self._address}: {error}") from error
            if pixels is None:
                raise SourceLost(f"The stream {self._address} stopped. The session goes on when it is back.")
            yield Frame(pixels, self._clock(), number, now())
            number += 1

    def _refusal(self) -> str:
        return f"The stream {self._address} does not answer. Check the address, and that this machine may reach it."


class PictureSource:
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
                picture = open_picture(path)
            except PictureError as error:
                self._tell(f"{path}: {error}")
                continue
            yield Frame(picture.pixels, float(number), number, now(), picture.scale)
