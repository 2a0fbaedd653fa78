"""When frames are taken: only the newest of a camera, at a set frequency, and again after a camera was lost."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from math import floor
from threading import Condition, Event, Thread
from typing import Final, Generic, TypeVar

from tracker.core.errors import SourceError, SourceLost
from tracker.core.frame import Frame, Source

Item = TypeVar("Item")

LOST_AFTER_SECONDS: Final = 10.0
"""Seconds without a frame after which a camera counts as lost; V4L2's own time-out in OpenCV is as long."""
RETRY_SECONDS: Final = 1.0
"""Seconds between attempts to open a lost camera again."""


class Mailbox(Generic[Item]):
    """Room for one item: a new one replaces the one that nobody fetched."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._item: Item | None = None
        self._end: BaseException | None = None
        self._ended = False

    def put(self, item: Item) -> None:
        """Leave an item; the one before it is gone."""
        with self._changed:
            self._item = item
            self._changed.notify_all()

    def end(self, error: BaseException | None = None) -> None:
        """No more will come; an error is raised in the reader."""
        with self._changed:
            self._end, self._ended = error, True
            self._changed.notify_all()

    def take(self, patience: float) -> Item | None:
        """The newest item, waiting for one; None at the end; SourceLost when none comes for so many seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._item is not None or self._ended, patience):
                raise SourceLost(f"The camera has sent no picture for {patience:.0f} seconds.")
            item, self._item = self._item, None
            if item is None and self._end is not None:
                raise self._end
            return item


def newest_frames(source: Iterable[Frame], patience: float = LOST_AFTER_SECONDS) -> Iterator[Frame]:
    """Frames of a source that runs in a thread of its own: always the newest, so a slow reader skips and never lags."""
    mailbox, stopping = Mailbox[Frame](), Event()

    def read() -> None:
        try:
            for frame in source:
                if stopping.is_set():
                    break
                mailbox.put(frame)
            mailbox.end()
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader raises it
            mailbox.end(error)

    thread = Thread(target=read, name="camera", daemon=True)
    thread.start()
    try:
        while (frame := mailbox.take(patience)) is not None:
            yield frame
    finally:
        stopping.set()
        # A driver that never returns must not hold the program; the thread is a daemon.
        thread.join(RETRY_SECONDS)


class RateLimiter:
    """A clock of so many hertz: due at the first moment at or after each tick, and always at 0 Hz.

    Ticks that passed while nobody looked are skipped, not caught up with.
    """

    def __init__(self, hz: float) -> None:
        self._hz, self._next = hz, 0.0

    def due(self, t: float) -> bool:
        """Whether a tick has come by time t (seconds), which uses it up."""
        if self._hz <= 0:
            return True
        if t < self._next:
            return False
        self._next = (floor(t * self._hz + 1e-6) + 1) / self._hz
        return True


def sample_frames(frames: Iterable[Frame], hz: float) -> Iterator[Frame]:
    """The first frame at or after each tick of a clock of so many hertz; all of them at 0."""
    ticks = RateLimiter(hz)
    return (frame for frame in frames if ticks.due(frame.t))


def frames_until(frames: Iterable[Frame], seconds: float | None) -> Iterator[Frame]:
    """Frames up to a time."""
    for frame in frames:
        if seconds is not None and frame.t >= seconds:
            return
        yield frame


def paced_frames(source: Source, hz: float) -> Iterator[Frame]:
    """An opened source at its own pace: newest first if it is live, sampled unless it is single pictures."""
    frames = newest_frames(source) if source.live else iter(source)
    return sample_frames(frames, hz if source.sampled else 0)


def reconnecting_frames(
    open_source: Callable[[], Source],
    hz: float,
    lost: Callable[[SourceLost], None],
    stopping: Event,
    *,
    seen: bool = False,
) -> Iterator[Frame]:
    """Frames until the source ends or ``stopping`` is set; a source that was lost is opened again until it comes back.

    What goes wrong before the first frame is raised: a camera that was never there is not a lost one. ``seen`` says that
    it was there earlier. ``lost`` is told once a loss, not at every attempt to open it again.
    """
    told = False
    while not stopping.is_set():
        try:
            with open_source() as source, closing(paced_frames(source, hz)) as frames:  # type: ignore[type-var]
                for frame in frames:
                    if stopping.is_set():
                        return
                    seen, told = True, False
                    yield frame
        except SourceError as error:
            if not seen:
                raise
            if not told:
                lost(error if isinstance(error, SourceLost) else SourceLost(str(error)))
                told = True
            stopping.wait(RETRY_SECONDS)
        else:
            return
