"""Video files, streams, pictures and folders of pictures as sources."""

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
"""Frames a second of a file that does not say: PAL's rate, between those of films and phones."""
MIN_FRAME_SHARE: Final = 0.9
"""A file that gives less than this share of the frames it announces is damaged; some announce a few too many."""
MAX_EMPTY_READS: Final = 250
"""Reads in a row without a picture after which a file has ended. Theora has no picture while nothing moves, for 64 frames and
more."""
UNDECODABLE_CODECS: Final = {b"AV01": "AV1", b"WEBP": "WebP", b"VVC1": "VVC", b"VVCC": "VVC"}
"""By FourCC: what opencv-python 5.0 opens and cannot decode (AV1 only where no graphics card decodes it)."""


class _OpenCvSource:
    """What video files and streams share: a cv2.VideoCapture that is opened on entering and released on leaving."""

    sampled: ClassVar = True
    moves: ClassVar = False

    def __init__(self, address: str) -> None:
        self._address = Address(address)

    def __enter__(self) -> Self:
        try:
            with self._openable_name() as name:
                self._capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG)
        except OSError as error:
            raise SourceError(f"{self._address} cannot be opened under its name ({error.strerror}). Rename it.") from error
        if not self._capture.isOpened():
            raise SourceError(self._why_not_opened())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._capture.release()

    def _openable_name(self) -> AbstractContextManager[str]:
        """The name by which FFmpeg opens it, valid inside the block."""
        raise NotImplementedError

    def _why_not_opened(self) -> str:
        raise NotImplementedError


class VideoSource(_OpenCvSource):
    """Every frame of a video file, at media time.

    Entering raises SourceError when the file cannot be opened, iterating when it opens and holds no picture that can be read.

    Attributes:
        frames: How many frames the file announces, once it is open; 0 when it does not say.
        fps: Frames a second, once it is open; ASSUMED_FPS when the file does not say.
    """

    live: ClassVar = False

    def __init__(self, address: str, report: Callable[[str], None] = lambda _: None) -> None:
        """Remember a file; nothing is opened yet.

        Args:
            address: Its path.
            report: Gets a sentence when the file ends early or cannot be read on.
        """
        super().__init__(address)
        self._report = report
        self.frames, self.fps = 0, ASSUMED_FPS

    def __enter__(self) -> Self:
        super().__enter__()
        width, height = (round(self._capture.get(prop)) for prop in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        if width * height > MAX_FRAME_MEGAPIXELS * 1_000_000:
            self._capture.release()
            raise SourceError(f"{self._address} is too large. {too_large_message(width, height)}")
        self.frames = max(0, round(self._capture.get(cv2.CAP_PROP_FRAME_COUNT) * edit_list_share(Path(self._address.whole))))
        self.fps = self._capture.get(cv2.CAP_PROP_FPS) or ASSUMED_FPS
        return self

    def _openable_name(self) -> AbstractContextManager[str]:
        return openable(Path(self._address.whole))

    def __iter__(self) -> Iterator[Frame]:
        number, t, empty_reads = 0, 0.0, 0
        while empty_reads < MAX_EMPTY_READS:
            try:
                pixels = read_pixels(self._capture)
            except SourceLost as error:
                if not number:
                    raise SourceError(f"{self._address}: {error}") from error
                self._report(f"{self._address}: {error}")
                return
            if pixels is None:
                empty_reads += 1
                continue
            # Some containers give no times, or step back: the frame's number tells the time then.
            media_time = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            t = media_time if number == 0 or media_time > t else max(t, number / self.fps)
            yield Frame(pixels, t, number, now())
            number, empty_reads = number + 1, 0
        if not number:
            raise SourceError(self._why_no_picture())
        if problem := self.describe_early_end(number, t):
            self._report(problem)

    def describe_early_end(self, frames_read: int, last_t: float) -> str:
        """Say whether a file ended early.

        A container often states only one of length and number of frames, and the other is computed from it. So a file is
        complete if it reaches one of the two.

        Args:
            frames_read: How many frames it gave, at least one.
            last_t: Media time of the last one, in seconds.

        Returns:
            A sentence that says what is wrong, or an empty text.
        """
        reached = last_t + last_t / max(1, frames_read - 1)
        if frames_read >= MIN_FRAME_SHARE * self.frames or reached >= MIN_FRAME_SHARE * self.frames / self.fps:
            return ""
        return f"{self._address} gives {frames_read:,} of the {self.frames:,} frames that it announces; it may be damaged."

    def _why_no_picture(self) -> str:
        code = round(self._capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        codec = UNDECODABLE_CODECS.get(code.to_bytes(4, "little").upper())
        if codec == "WebP":
            return f"{self._address} is an animated WebP, which is not read as a video here. Save it as MP4 or GIF."
        if codec:
            return (
                f"{self._address} is encoded as {codec}, for which OpenCV brings no decoder; the file may well be whole."
                f" Convert it: ffmpeg -i {shlex.quote(Path(self._address).name)} -c:v libx264 converted.mp4"
            )
        return f"{self._address} opens and holds no picture; it may be damaged. Try to play it."

    def _why_not_opened(self) -> str:
        if is_audio_only(Path(self._address.whole)):
            return f"{self._address} holds sound and no picture. Choose a recording with a picture."
        return f"{self._address} cannot be opened as a video; it may be damaged. Try to play it, or convert it to MP4."


class StreamSource(_OpenCvSource):
    """Frames of a network stream. Entering raises SourceError when it does not answer, iterating SourceLost when it stops."""

    live: ClassVar = True

    def __init__(self, address: str, clock: Clock) -> None:
        """Remember a stream; nothing is opened yet.

        Args:
            address: An rtsp, rtmp, http or udp address.
            clock: Gives each frame its time, in seconds.

        Raises:
            UsageError: When the address is no text.
        """
        super().__init__(address)
        self._clock = clock
        if not is_text(self._address.whole):
            raise UsageError(f"{self._address} is not an address: write bytes that are not text as escapes such as %E9.")

    def _openable_name(self) -> AbstractContextManager[str]:
        return nullcontext(self._address.whole)

    def __enter__(self) -> Self:
        super().__enter__()
        self._safe_capture = SafeCapture(self._capture)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._safe_capture.release()

    def __iter__(self) -> Iterator[Frame]:
        number = 0
        while True:
            try:
                pixels = read_pixels(self._safe_capture)
            except SourceLost as error:
                raise SourceLost(f"The stream {self._address}: {error}") from error
            if pixels is None:
                raise SourceLost(f"The stream {self._address} stopped. The session goes on when it is back.")
            yield Frame(pixels, self._clock(), number, now())
            number += 1

    def _why_not_opened(self) -> str:
        return f"The stream {self._address} does not answer. Check the address, and that this machine may reach it."


class PictureSource:
    """A picture, or the pictures of a folder by name, one for each second of media time.

    Entering raises SourceError for a folder without pictures; a picture that cannot be read is reported and skipped.

    Attributes:
        paths: The pictures, once it is entered.
    """

    live: ClassVar = False
    sampled: ClassVar = False
    moves: ClassVar = False

    def __init__(self, path: Path, report: Callable[[str], None]) -> None:
        """Remember a picture or a folder; ``report`` gets a sentence for each picture that cannot be read."""
        self._path, self._report = path, report
        self.paths: list[Path] = []

    def __enter__(self) -> Self:
        self.paths = pictures_in(self._path) if self._path.is_dir() else [self._path]
        if not self.paths:
            raise SourceError(f"{self._path} holds no pictures ({', '.join(sorted(PICTURE_SUFFIXES))}).")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is open between two pictures."""

    def __iter__(self) -> Iterator[Frame]:
        for number, path in enumerate(self.paths):
            try:
                picture = open_picture(path)
            except PictureError as error:
                self._report(f"{path}: {error}")
                continue
            yield Frame(picture.pixels, float(number), number, now(), picture.scale)
