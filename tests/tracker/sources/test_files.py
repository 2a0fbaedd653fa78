"""Video files and folders of pictures, written here by OpenCV."""

import io
import re
import struct
import wave
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tracker.core.errors import SourceError
from tracker.core.frame import Pixels, Source
from tracker.sources.cameras import CameraSource
from tracker.sources.factory import choose_source
from tracker.sources.files import PictureSource, StreamSource, VideoSource
from tracker.sources.synthetic import SyntheticSource

FRAMES, FPS = 25, 12.5
STEP = 10
"""Gray levels between one frame and the next: more than a codec's error."""


def gray(level: int) -> Pixels:
    return np.full((48, 64, 3), level, np.uint8)


def told_nothing(sentence: str) -> None:
    pytest.fail(f"told {sentence!r}")


@pytest.fixture(scope="module", params=[("mp4v", ".mp4"), ("MJPG", ".avi")], ids=["mp4", "avi"])
def video(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds that become lighter, frame by frame."""
    codec, suffix = request.param
    path = tmp_path_factory.mktemp("video") / f"film{suffix}"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), FPS, (64, 48))
    for number in range(FRAMES):
        writer.write(gray(number * STEP))
    writer.release()
    return path


def test_every_frame_of_a_video_comes_in_order(video: Path) -> None:
    """Nothing is dropped and nothing comes twice."""
    with VideoSource(str(video)) as source:
        frames = list(source)

    assert [frame.number for frame in frames] == list(range(FRAMES))
    assert [round(float(frame.pixels.mean()) / STEP) for frame in frames] == list(range(FRAMES))


def test_the_time_of_a_video_is_its_own(video: Path) -> None:
    """Media time rises from 0 by the frame rate, however fast the file is read."""
    with VideoSource(str(video)) as source:
        times = [frame.t for frame in source]

    assert times[0] == 0
    assert all(before < after for before, after in pairwise(times))
    assert times == pytest.approx([number / FPS for number in range(FRAMES)], abs=0.5 / FPS)


class WithoutTimes:
    """A capture of three frames at 4 a second, of a container that gives no time for the second and third."""

    def __init__(self, *_: object) -> None:
        self._read = 0

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return True

    def get(self, what: int) -> float:
        return 4.0 if what == cv2.CAP_PROP_FPS else 0.0

    def read(self) -> tuple[bool, Pixels]:
        self._read += 1
        return self._read <= 3, gray(0)

    def release(self) -> None:
        """Nothing is held."""


def test_a_video_without_times_is_timed_by_its_frame_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some containers say no times, or always the same: the frame's number tells the time then."""
    monkeypatch.setattr(cv2, "VideoCapture", WithoutTimes)

    with VideoSource("film.raw") as source:
        assert [frame.t for frame in source] == [0.0, 0.25, 0.5]


def test_a_video_can_be_read_again(video: Path) -> None:
    """Opened again, it starts at its first frame."""
    source = VideoSource(str(video))
    for _ in range(2):
        with source:
            assert next(iter(source)).number == 0


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    path = tmp_path / "film.mp4"
    path.write_text("not a film")

    with pytest.raises(SourceError, match=r"film\.mp4 cannot be opened as a video"), VideoSource(str(path)):
        pytest.fail("it was entered")


def test_a_video_that_ends_early_is_reported(tmp_path: Path) -> None:
    """Half a file is read as far as it goes, and the report says how far that is."""
    path, told = tmp_path / "film.avi", list[str]()
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (64, 48))
    for number in range(FRAMES):
        writer.write(gray(number * STEP))
    writer.release()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with VideoSource(str(path), told.append) as source:
        read = len(list(source))
    assert 0 < read < FRAMES
    assert told == [f"{path} gives {read} of the {FRAMES} frames that it announces; it may be damaged."]


def av1(path: Path) -> Path:
    """Three pictures of AV1 in IVF, the simplest container: its frame is what an AVIF picture holds."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(buffer, "AVIF")
    _, _, unit = buffer.getvalue().partition(b"mdat")
    header = struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, b"AV01", 64, 48, 25, 1, 3, 0)
    path.write_bytes(header + b"".join(struct.pack("<IQ", len(unit), number) + unit for number in range(3)))
    return path


def cut(path: Path) -> Path:
    """Two seconds whose edit list presents the second one alone, as after cutting without re-encoding."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), FPS, (64, 48))
    for number in range(FRAMES):
        writer.write(gray(number * STEP))
    writer.release()
    data = bytearray(path.read_bytes())
    clocks = [struct.unpack_from(">I", data, data.index(kind) + 16)[0] for kind in (b"mvhd", b"mdhd")]
    struct.pack_into(">Ii", data, data.index(b"elst") + 12, clocks[0], clocks[1])
    path.write_bytes(data)
    return path


def animated(path: Path) -> Path:
    pictures = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=50)
    return path


def sound(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    return path


def sound_in_mp4(path: Path) -> Path:
    """The boxes that say so, and no more."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(content), kind) + content

    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"soun" + bytes(13))))
    path.write_bytes(box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", track))
    return path


def giant(path: Path) -> Path:
    """A video whose header claims 16,000 pixels each way."""
    cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (64, 48)).release()
    path.write_bytes(path.read_bytes().replace(struct.pack("<ii", 64, 48), struct.pack("<ii", 16_000, 16_000)))
    return path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda folder: av1(folder / "my film.ivf"),
            r"encoded as AV1.*may well be whole.*ffmpeg -i 'my film\.ivf' -c:v libx264",
        ),
        (lambda folder: animated(folder / "film.webp"), "an animated WebP, which is not read as a video here"),
        (lambda folder: sound(folder / "film.mp4"), "holds sound and no picture"),
        (lambda folder: sound_in_mp4(folder / "film.m4a"), "holds sound and no picture"),
        (lambda folder: giant(folder / "film.avi"), "16,000 x 16,000 pixels; at most 36 megapixels"),
    ],
    ids=["AV1", "WebP", "WAVE", "sound in MP4", "16,000 x 16,000"],
)
def test_a_healthy_file_is_not_called_damaged(make: Callable[[Path], Path], sentence: str, tmp_path: Path) -> None:
    """The report says why Mien cannot read a file that is whole, and what to do."""
    told: list[str] = []
    try:
        with choose_source(str(make(tmp_path)), lambda: 0.0, told.append) as source:
            assert list(source) == []
    except SourceError as error:
        told.append(str(error))

    (told_once,) = told
    assert re.search(sentence, told_once)
    assert "damaged" not in told_once


def test_a_clip_that_was_cut_without_re_encoding_is_whole(tmp_path: Path) -> None:
    """Its header also counts frames that only the decoder needs; their absence is not reported."""
    with VideoSource(str(cut(tmp_path / "film.mp4")), told_nothing) as source:
        levels = [round(float(frame.pixels.mean()) / STEP) for frame in source]
        promised = source.frames

    assert levels == list(range(FRAMES - len(levels), FRAMES))
    assert len(levels) == pytest.approx(FPS, abs=1)
    assert promised == pytest.approx(FPS, abs=1)


class Seldom(WithoutTimes):
    """A screen recording: 93 frames by its length, of which three exist; where nothing moved, a read gives nothing."""

    TIMES = (0, *[None] * 60, 1500, *[None] * 29, 3000)

    def get(self, what: int) -> float:
        now = self.TIMES[min(self._read, len(self.TIMES)) - 1]
        return {cv2.CAP_PROP_FPS: 30.0, cv2.CAP_PROP_FRAME_COUNT: 93.0, cv2.CAP_PROP_POS_MSEC: now or 0.0}.get(what, 0.0)

    def read(self) -> tuple[bool, Pixels]:
        self._read += 1
        return self._read <= len(self.TIMES) and self.TIMES[self._read - 1] is not None, gray(0)


def test_a_video_with_few_frames_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read without a picture is not the end, and a video that reaches its last second is not damaged."""
    monkeypatch.setattr(cv2, "VideoCapture", Seldom)

    with VideoSource("film.ogv", told_nothing) as source:
        assert [frame.t for frame in source] == [0.0, 1.5, 3.0]


def test_a_video_without_a_picture_cannot_be_watched(tmp_path: Path) -> None:
    """A file that a program created and never wrote to."""
    path = tmp_path / "film.avi"
    cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (64, 48)).release()
    sentence = f"{path} opens and holds no picture; it may be damaged. Try to play it."
    with VideoSource(str(path), told_nothing) as source, pytest.raises(SourceError, match=re.escape(sentence)):
        list(source)


def test_a_stream_that_does_not_answer_is_a_source_error() -> None:
    """An address without a server is an error at once, not an endless wait."""
    # Port 9 of this very machine: refused without leaving it.
    stream = StreamSource("http://127.0.0.1:9/live", lambda: 0.0)

    with pytest.raises(SourceError, match="does not answer"), stream:
        pytest.fail("it was entered")


def test_broken_pictures_are_reported_and_skipped(tmp_path: Path) -> None:
    """The others come by name, one for each second of media time, numbered by their place in the folder."""
    for name in ("c.png", "a.PNG"):
        cv2.imwrite(str(tmp_path / name), gray(90))
    (tmp_path / "b.jpg").write_text("no picture")
    (tmp_path / "notes.txt").write_text("no picture either, and none is expected")
    told: list[str] = []

    with PictureSource(tmp_path, told.append) as source:
        frames = [(frame.number, frame.t) for frame in source]

    assert frames == [(0, 0.0), (2, 2.0)]
    (sentence,) = told
    assert str(tmp_path / "b.jpg") in sentence


def test_a_picture_as_a_source_is_read_as_a_picture(tmp_path: Path) -> None:
    """It is upright as its EXIF says, which the video reader would ignore; an animation is read as a video."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (64, 48)).save(tmp_path / "photo.JPE", "JPEG", exif=exif)
    pictures = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    pictures[0].save(tmp_path / "moving.gif", save_all=True, append_images=pictures[1:], duration=50)

    with choose_source(str(tmp_path / "photo.JPE"), lambda: 0.0, told_nothing) as source:
        (frame,) = source

    assert frame.size == (48, 64)
    assert isinstance(choose_source(str(tmp_path / "moving.gif"), lambda: 0.0, told_nothing), VideoSource)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    """An empty folder is an error, not a short session."""
    with pytest.raises(SourceError, match="holds no pictures"), PictureSource(tmp_path, told_nothing):
        pytest.fail("it was entered")


@pytest.mark.parametrize(
    ("wanted", "kind", "live", "sampled"),
    [
        ("0", CameraSource, True, True),
        ("/dev/video2", CameraSource, True, True),
        ("OBS Virtual Camera", CameraSource, True, True),
        ("fake", SyntheticSource, True, True),
        ("rtsp://camera.local/live", StreamSource, True, True),
        ("HTTP://camera.local/live", StreamSource, True, True),
        ("{folder}", PictureSource, False, False),
        ("{folder}/film.mp4", VideoSource, False, True),
    ],
)
def test_a_persons_word_means_a_source(wanted: str, kind: type[Source], live: bool, sampled: bool, tmp_path: Path) -> None:
    """Index, device, name, `fake`, address, folder and file are distinguished, and nothing is opened yet.

    Cameras and streams are live, so that frames are dropped rather than late; single pictures are not sampled.
    """
    (tmp_path / "film.mp4").touch()

    source = choose_source(wanted.format(folder=tmp_path), lambda: 0.0, told_nothing)

    assert type(source) is kind
    assert (source.live, source.sampled) == (live, sampled)


@pytest.mark.parametrize("wanted", ["film.mp4", "no/such/folder", "/no/such/folder"])
def test_a_path_that_does_not_exist_is_named_as_a_path(wanted: str) -> None:
    """A mistyped path is not taken for the name of a camera."""
    with pytest.raises(SourceError, match=f"no file or folder {wanted}"):
        choose_source(wanted, lambda: 0.0, told_nothing)


def test_a_home_folder_may_be_abbreviated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is expanded where no shell has done so, as in a settings file."""
    (tmp_path / "film.mp4").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert isinstance(choose_source("~/film.mp4", lambda: 0.0, told_nothing), VideoSource)
