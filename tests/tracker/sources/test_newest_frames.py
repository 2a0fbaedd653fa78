"""The newest frame of a camera alone; threads are led by events, without sleeps."""

import weakref
from collections.abc import Callable, Iterator
from threading import Event

import numpy as np
import pytest

from tracker.core.errors import SourceLost
from tracker.core.frame import Frame
from tracker.sources import pacing
from tracker.sources.pacing import Mailbox, newest_frames

FrameMaker = Callable[..., Frame]
PATIENCE = 30.0
"""Seconds after which a test that waits for an event has failed."""


def test_a_slow_reader_gets_the_newest_frame_next(frame: FrameMaker) -> None:
    """While the reader was busy with frame 0, frames 1 to 9 came: the next frame it gets is 9."""
    reader_is_busy, all_came, reader_is_done = Event(), Event(), Event()

    def camera() -> Iterator[Frame]:
        yield frame(number=0)
        reader_is_busy.wait(PATIENCE)
        yield from (frame(number=number) for number in range(1, 10))
        # Asked for another one: the ninth is in the mailbox.
        all_came.set()
        reader_is_done.wait(PATIENCE)

    frames = newest_frames(camera())
    assert next(frames).number == 0
    reader_is_busy.set()
    assert all_came.wait(PATIENCE)
    assert next(frames).number == 9
    reader_is_done.set()
    assert list(frames) == []


def test_skipped_frames_take_no_memory(frame: FrameMaker) -> None:
    """However many frames a busy reader misses, at most one waits."""
    reader_is_busy, all_came, reader_is_done = Event(), Event(), Event()
    pictures: list[weakref.ref[np.ndarray]] = []

    def taken(number: int) -> Frame:
        pixels = np.zeros((48, 64, 3), np.uint8)
        pictures.append(weakref.ref(pixels))
        return frame(pixels=pixels, number=number)

    def camera() -> Iterator[Frame]:
        yield taken(0)
        reader_is_busy.wait(PATIENCE)
        for number in range(1, 50):
            yield taken(number)
        all_came.set()
        reader_is_done.wait(PATIENCE)

    frames = newest_frames(camera())
    next(frames)
    reader_is_busy.set()
    assert all_came.wait(PATIENCE)
    assert len(pictures) == 50
    assert [number for number, picture in enumerate(pictures) if picture() is not None] in ([49], [0, 49])
    reader_is_done.set()
    assert [frame.number for frame in frames] == [49]


@pytest.mark.parametrize("error", [SourceLost("The camera is gone."), ValueError("a mistake in the source")])
def test_an_error_in_the_cameras_thread_is_raised_in_the_reader(frame: FrameMaker, error: Exception) -> None:
    """The last frame is delivered, then the error is raised, whether a lost camera or a bug."""
    reader_has_first = Event()

    def camera() -> Iterator[Frame]:
        yield frame(number=0)
        reader_has_first.wait(PATIENCE)
        raise error

    frames = newest_frames(camera())
    assert next(frames).number == 0
    reader_has_first.set()
    with pytest.raises(type(error), match=str(error)):
        next(frames)


def test_a_camera_without_frames_for_too_long_is_lost(frame: FrameMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver that neither answers nor fails does not hold the reader for ever."""
    monkeypatch.setattr(pacing, "RETRY_SECONDS", 0.0)
    forever = Event()

    def camera() -> Iterator[Frame]:
        yield frame(number=0)
        forever.wait(PATIENCE)

    frames = newest_frames(camera(), timeout_seconds=0.05)
    next(frames)
    with pytest.raises(SourceLost, match="no picture"):
        next(frames)
    forever.set()


def test_closing_the_reader_stops_the_camera(frame: FrameMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the reader is closed, the camera's thread has ended."""
    monkeypatch.setattr(pacing, "RETRY_SECONDS", PATIENCE)
    through = Event()

    def camera() -> Iterator[Frame]:
        try:
            while True:
                yield frame()
        finally:
            through.set()

    frames = newest_frames(camera())
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert through.wait(PATIENCE)


def test_a_mailbox_holds_the_last_item_until_the_end() -> None:
    """A new item replaces an old one; the last item before the end is delivered; after it comes None every time."""
    box = Mailbox[str]()
    box.put("old")
    box.put("new")
    box.end()

    assert [box.take(0), box.take(0), box.take(0)] == ["new", None, None]
