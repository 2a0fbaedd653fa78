"""When frames are taken: at a set frequency, and again after a camera was lost."""

from collections.abc import Callable, Iterable, Iterator
from threading import Event, current_thread
from types import TracebackType
from typing import ClassVar, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.errors import SourceError, SourceLost
from tracker.core.frame import Frame, WaitingSource
from tracker.sources import pacing
from tracker.sources.pacing import RateLimiter, frames_until, paced_frames, reconnecting_frames, sample_frames

FrameMaker = Callable[..., Frame]


class Scripted:
    """A source of given frames, which ends with an error if there is one."""

    sampled: ClassVar = True
    moves: ClassVar = False

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


class Patient(WaitingSource):
    """Gives one frame, and remembers in which thread."""

    live: ClassVar = True
    sampled: ClassVar = True
    moves: ClassVar = True

    def __init__(self, frame: Frame) -> None:
        self._frame, self.thread = frame, ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def __iter__(self) -> Iterator[Frame]:
        self.thread = current_thread().name
        yield self._frame


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost camera is tried again at once."""
    monkeypatch.setattr(pacing, "RETRY_SECONDS", 0.0)


def numbers(frames: Iterable[Frame]) -> list[int]:
    return [frame.number for frame in frames]


@given(st.floats(0.2, 30), st.lists(st.floats(0.001, 1.0), max_size=60))
def test_no_more_than_hz_frames_come_in_a_second(hz: float, steps: list[float]) -> None:
    """A tick is used once, missed ticks are skipped, and the first moment is always due."""
    ticks, t, used = RateLimiter(hz), 0.0, []
    for step in [0.0, *steps]:
        t += step
        if ticks.due(t):
            used.append(int(t * hz + 1e-6))

    assert used[0] == 0
    assert used == sorted(set(used))


def test_sampling_takes_the_first_frame_of_each_tick(frame: FrameMaker) -> None:
    """10 frames a second at 2 Hz give frames 0, 5, 10, 15; 3 frames a second give the first one after each tick."""
    film = [frame(number / 10, number=number) for number in range(20)]
    assert numbers(sample_frames(film, 2)) == [0, 5, 10, 15]

    slow = [frame(number / 3, number=number) for number in range(6)]
    assert numbers(sample_frames(slow, 2)) == [0, 2, 3, 5]


def test_zero_hertz_is_every_frame(frame: FrameMaker) -> None:
    """Nothing is left out, even of frames at the same time."""
    assert numbers(sample_frames([frame(0.0, number=number) for number in range(5)], 0)) == [0, 1, 2, 3, 4]


def test_until_ends_before_the_time(frame: FrameMaker) -> None:
    """One second at 4 Hz is four frames; without a limit all frames come."""
    film = [frame(number / 4, number=number) for number in range(8)]

    assert numbers(frames_until(film, 1.0)) == [0, 1, 2, 3]
    assert numbers(frames_until(film, None)) == list(range(8))


def test_a_file_drops_nothing(frame: FrameMaker) -> None:
    """A source that is not live is read at the reader's own pace, frame by frame."""
    assert numbers(paced_frames(Scripted([frame(n / 30, number=n) for n in range(100)]), 0)) == list(range(100))


def test_single_pictures_are_not_sampled(frame: FrameMaker) -> None:
    """All pictures of a folder come, whatever the frequency."""
    pictures = Scripted([frame(0.0, number=n) for n in range(4)])
    pictures.sampled = False  # type: ignore[misc]

    assert numbers(paced_frames(pictures, 1)) == [0, 1, 2, 3]


def test_a_lost_camera_comes_back(frame: FrameMaker) -> None:
    """Unplugged, absent for two attempts, plugged in again: its frames go on, and the loss is reported once."""
    script = [
        Scripted([frame(0.0, number=1)], SourceLost("unplugged")),
        Absent(),
        Absent(),
        Scripted([frame(1.0, number=2)], SourceLost("unplugged again")),
        Scripted([frame(2.0, number=3)]),
    ]
    attempts = iter(script)
    told: list[str] = []

    seen = numbers(reconnecting_frames(lambda: next(attempts), 0, lambda error: told.append(str(error)), Event()))

    assert seen == [1, 2, 3]
    assert told == ["unplugged", "unplugged again"]
    assert [source.closed.is_set() for source in script] == [True, False, False, True, True]


def test_a_camera_that_was_never_there_is_an_error() -> None:
    """Before the first frame nothing is tried again: the person mistyped, or has to plug it in."""
    told: list[SourceLost] = []

    with pytest.raises(SourceError, match="no camera"):
        list(reconnecting_frames(Absent, 0, told.append, Event()))
    assert told == []


def test_a_stop_while_a_camera_is_lost_takes_effect_at_once(frame: FrameMaker) -> None:
    """The event that ends a session ends the attempts too."""
    stopping, attempts = Event(), iter([Scripted([frame()], SourceLost("unplugged"))])

    def lost(_: SourceLost) -> None:
        stopping.set()

    assert len(list(reconnecting_frames(lambda: next(attempts), 0, lost, stopping))) == 1


def test_stopping_closes_the_camera(frame: FrameMaker) -> None:
    """After the event, no frame comes and the source is closed."""
    stopping = Event()
    camera = Scripted((frame(float(n), number=n) for n in range(1000)), live=True)

    for _ in reconnecting_frames(lambda: camera, 0, lambda _: None, stopping):
        stopping.set()

    assert camera.closed.is_set()


def test_a_source_that_waits_for_its_frames_is_read_directly(frame: FrameMaker) -> None:
    """No reader's thread and no time-out stand between: however long it waits, it is not lost, and no frame is replaced."""
    source = Patient(frame(number=7))
    assert numbers(paced_frames(source, 0)) == [7]
    assert source.thread == current_thread().name
