"""When frames are taken; threads are led by events, nobody waits for a while."""

import weakref
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from types import TracebackType
from typing import ClassVar, Self

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import pace
from tracker.errors import SourceError, SourceLost
from tracker.frame import Frame
from tracker.pace import Mailbox, Ticks, frames_of, latest, persistent, sample, until

FrameMaker = Callable[..., Frame]
PATIENCE = 30.0
"""Seconds after which a test that waits for an event has failed."""


class Scripted:
    """A source of given frames, which ends with an error if there is one."""

    sampled: ClassVar = True

    def __init__(self, frames: Iterable[Frame], error: Exception | None = None, *, live: bool = False) -> None:
        self._frames, self._error, self.live = frames, error, live
        self.closed = Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.closed.set()

    def __iter__(self) -> Iterator[Frame]:
        yield from self._frames
        if self._error:
            raise self._error


class Absent(Scripted):
    """A source that cannot be opened."""

    def __init__(self) -> None:
        super().__init__([])

    def __enter__(self) -> Self:
        raise SourceError("There is no camera 0.")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost camera is tried again at once."""
    monkeypatch.setattr(pace, "RETRY", 0.0)


def numbers(frames: Iterable[Frame]) -> list[int]:
    return [frame.number for frame in frames]


def test_a_slow_reader_gets_the_newest_frame_next(frame: FrameMaker) -> None:
    """While the reader was busy with frame 0, frames 1 to 9 came: the next one it sees is 9."""
    reader_is_busy, all_came, reader_is_done = Event(), Event(), Event()

    def camera() -> Iterator[Frame]:
        yield frame(number=0)
        reader_is_busy.wait(PATIENCE)
        yield from (frame(number=number) for number in range(1, 10))
        # Asked for another one: the ninth is in the mailbox.
        all_came.set()
        reader_is_done.wait(PATIENCE)

    frames = latest(camera())
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

    frames = latest(camera())
    next(frames)
    reader_is_busy.set()
    assert all_came.wait(PATIENCE)
    assert len(pictures) == 50
    assert [number for number, picture in enumerate(pictures) if picture() is not None] in ([49], [0, 49])
    reader_is_done.set()
    assert numbers(frames) == [49]


@pytest.mark.parametrize("error", [SourceLost("The camera is gone."), ValueError("a mistake in the source")])
def test_an_error_in_the_cameras_thread_is_raised_in_the_reader(frame: FrameMaker, error: Exception) -> None:
    """The last frame is delivered, then the reader learns why no other will come; a bug counts as much as a lost plug."""
    reader_has_first = Event()

    def camera() -> Iterator[Frame]:
        yield frame(number=0)
        reader_has_first.wait(PATIENCE)
        raise error

    frames = latest(camera())
    assert next(frames).number == 0
    reader_has_first.set()
    with pytest.raises(type(error), match=str(error)):
        next(frames)


def test_a_camera_that_falls_silent_is_lost(frame: FrameMaker) -> None:
    """A driver that neither answers nor fails does not hold the reader for ever."""
    forever = Event()

    def camera() -> Iterator[Frame]:
        yield frame(number=0)
        forever.wait(PATIENCE)

    frames = latest(camera(), patience=0.05)
    next(frames)
    with pytest.raises(SourceLost, match="no picture"):
        next(frames)
    forever.set()


def test_closing_the_reader_stops_the_camera(frame: FrameMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who stops reading lets go of the camera: its thread is through when the reader is closed."""
    monkeypatch.setattr(pace, "RETRY", PATIENCE)
    through = Event()

    def camera() -> Iterator[Frame]:
        try:
            while True:
                yield frame()
        finally:
            through.set()

    frames = latest(camera())
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert through.wait(PATIENCE)


def test_a_mailbox_holds_the_last_item_until_the_end() -> None:
    """A new item replaces an old one; what was left before the end is still delivered; then comes None, again and again."""
    box = Mailbox[str]()
    box.put("old")
    box.put("new")
    box.end()

    assert [box.take(0), box.take(0), box.take(0)] == ["new", None, None]


@given(st.floats(0.2, 30), st.lists(st.floats(0.001, 1.0), max_size=60))
def test_no_more_than_hz_frames_come_in_a_second(hz: float, steps: list[float]) -> None:
    """Ticks are used once, missed ticks are not caught up with, and the first moment always counts."""
    ticks, t, used = Ticks(hz), 0.0, []
    for step in [0.0, *steps]:
        t += step
        if ticks.due(t):
            used.append(int(t * hz + 1e-6))

    assert used[0] == 0
    assert used == sorted(set(used))


def test_sampling_takes_the_first_frame_of_each_tick(frame: FrameMaker) -> None:
    """A film of 10 frames a second at 2 Hz gives frames 0, 5, 10, 15; one of 3 frames a second, those that come first."""
    film = [frame(number / 10, number=number) for number in range(20)]
    assert numbers(sample(film, 2)) == [0, 5, 10, 15]

    slow = [frame(number / 3, number=number) for number in range(6)]
    assert numbers(sample(slow, 2)) == [0, 2, 3, 5]


def test_zero_hertz_is_every_frame(frame: FrameMaker) -> None:
    """Nothing is left out, even of frames at the same time."""
    assert numbers(sample([frame(0.0, number=number) for number in range(5)], 0)) == [0, 1, 2, 3, 4]


def test_until_ends_before_the_time(frame: FrameMaker) -> None:
    """A second of a film at 4 Hz is four frames; no limit is all of it."""
    film = [frame(number / 4, number=number) for number in range(8)]

    assert numbers(until(film, 1.0)) == [0, 1, 2, 3]
    assert numbers(until(film, None)) == list(range(8))


def test_a_file_drops_nothing(frame: FrameMaker) -> None:
    """What is not live is read at the reader's own pace, frame by frame."""
    assert numbers(frames_of(Scripted([frame(n / 30, number=n) for n in range(100)]), 0)) == list(range(100))


def test_single_pictures_are_not_sampled(frame: FrameMaker) -> None:
    """A folder's pictures are all looked at, whatever the frequency."""
    pictures = Scripted([frame(0.0, number=n) for n in range(4)])
    pictures.sampled = False  # type: ignore[misc]

    assert numbers(frames_of(pictures, 1)) == [0, 1, 2, 3]


def test_a_lost_camera_comes_back(frame: FrameMaker) -> None:
    """Unplugged, away for two attempts, plugged in again: its frames go on, and the loss was told once."""
    script = [
        Scripted([frame(0.0, number=1)], SourceLost("unplugged")),
        Absent(),
        Absent(),
        Scripted([frame(1.0, number=2)], SourceLost("unplugged again")),
        Scripted([frame(2.0, number=3)]),
    ]
    attempts = iter(script)
    told: list[str] = []

    seen = numbers(persistent(lambda: next(attempts), 0, lambda error: told.append(str(error)), Event()))

    assert seen == [1, 2, 3]
    assert told == ["unplugged", "unplugged again"]
    assert [source.closed.is_set() for source in script] == [True, False, False, True, True]


def test_a_camera_that_was_never_there_is_an_error() -> None:
    """Before the first frame, nothing is tried again: the person mistyped, or has to plug it in."""
    told: list[SourceLost] = []

    with pytest.raises(SourceError, match="no camera"):
        list(persistent(Absent, 0, told.append, Event()))
    assert told == []


def test_who_stops_while_a_camera_is_lost_is_not_kept_waiting(frame: FrameMaker) -> None:
    """The event that ends a session ends the attempts too."""
    stopping, attempts = Event(), iter([Scripted([frame()], SourceLost("unplugged"))])

    def lost(_: SourceLost) -> None:
        stopping.set()

    assert len(list(persistent(lambda: next(attempts), 0, lost, stopping))) == 1


def test_stopping_lets_go_of_the_camera(frame: FrameMaker) -> None:
    """After the event, no frame comes and the source is closed."""
    stopping = Event()
    camera = Scripted((frame(float(n), number=n) for n in range(1000)), live=True)

    for _ in persistent(lambda: camera, 0, lambda _: None, stopping):
        stopping.set()

    assert camera.closed.is_set()
