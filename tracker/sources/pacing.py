"""When frames are taken: the newest frame alone of a live source, at a set frequency, and again after a camera was lost."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from math import floor
from threading import Condition, Event, Thread
from typing import Final, Generic, TypeVar

from tracker.core.errors import SourceError, SourceLost
from tracker.core.frame import Frame, Source, WaitingSource

Item = TypeVar("Item")

LOST_AFTER_SECONDS: Final = 10.0
"""Without a frame for so long, a camera counts as lost; V4L2's own time-out in OpenCV is as long."""
RETRY_SECONDS: Final = 1.0
"""Between two attempts to open a lost camera."""


class Mailbox(Generic[Item]):
    """Room for one item, shared by threads: a new item replaces one that nobody has taken."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._item: Item | None = None
        self._error: BaseException | None = None
        self._ended = False

    def put(self, item: Item) -> None:
        """Leave an item; the one before it is dropped."""
        with self._changed:
            self._item = item
            self._changed.notify_all()

    def end(self, error: BaseException | None = None) -> None:
        """Announce that no more items will come; an error is raised by ``take``."""
        with self._changed:
            self._error, self._ended = error, True
            self._changed.notify_all()

    def take(self, timeout_seconds: float, sender: str = "The camera") -> Item | None:
        """Take the newest item, waiting for one.

        Args:
            timeout_seconds: How long is waited.
            sender: Who should send it, as an error's sentence begins.

        Returns:
            The item, or None when there will be none.

        Raises:
            SourceLost: When none comes within the time-out.
            BaseException: The error that ``end`` was given.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._item is not None or self._ended, timeout_seconds):
                raise SourceLost(f"{sender} has sent no picture for {timeout_seconds:.0f} seconds.")
            item, self._item = self._item, None
            if item is None and self._error is not None:
                raise self._error
            return item


def newest_frames(source: Iterable[Frame], timeout_seconds: float = LOST_AFTER_SECONDS) -> Iterator[Frame]:
    """Yield the newest frame of a source that is read by a thread of its own: a slow reader skips frames and never lags.

    Raises:
        SourceLost: When no frame comes within the time-out.
        Exception: Whatever the source raises.
    """
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
        while (frame := mailbox.take(timeout_seconds)) is not None:
            yield frame
    finally:
        stopping.set()
        # A driver that never returns must not hold the program; the thread is a daemon.
        thread.join(RETRY_SECONDS)


class RateLimiter:
    """A clock of so many hertz: due at the first moment at or after each tick, and always at 0 Hz.

    Ticks that passed while nobody asked are skipped.
    """

    def __init__(self, hz: float) -> None:
        self._hz, self._next = hz, 0.0

    def due(self, t: float) -> bool:
        """Whether a tick has come by time t (seconds); asking uses the tick up."""
        if self._hz <= 0:
            return True
        if t < self._next:
            return False
        self._next = (floor(t * self._hz + 1e-6) + 1) / self._hz
        return True


def sample_frames(frames: Iterable[Frame], hz: float) -> Iterator[Frame]:
    """Yield the first frame at or after each tick of a clock of so many hertz; every frame at 0."""
    ticks = RateLimiter(hz)
    return (frame for frame in frames if ticks.due(frame.t))


def frames_until(frames: Iterable[Frame], seconds: float | None) -> Iterator[Frame]:
    """Yield the frames before a time in seconds of the session; None is no limit."""
    for frame in frames:
        if seconds is not None and frame.t >= seconds:
            return
        yield frame


def paced_frames(source: Source, hz: float) -> Iterator[Frame]:
    """Yield the frames of an opened source: the newest if it is live, at ``hz`` unless it gives single pictures."""
    frames = newest_frames(source) if source.live and not isinstance(source, WaitingSource) else iter(source)
    return sample_frames(frames, hz if source.sampled else 0)


def reconnecting_frames(
    open_source: Callable[[], Source],
    hz: float,
    lost: Callable[[SourceLost], None],
    stopping: Event,
    *,
    seen: bool = False,
) -> Iterator[Frame]:
    """Yield frames until the source ends; a source that was lost is opened again until it comes back.

    Args:
        open_source: Makes the source anew for each attempt; it is entered and left here.
        hz: Frames a second; 0 is every frame.
        lost: Called once for each loss, not for each attempt to open the source again.
        stopping: Ends the iteration when it is set.
        seen: Whether the source has given a frame before.

    Raises:
        SourceError: When the source fails before its first frame: a camera that was never there is not a lost one.
    """
    reported = False
    while not stopping.is_set():
        try:
            with open_source() as source, closing(paced_frames(source, hz)) as frames:  # type: ignore[type-var]
                for frame in frames:
                    if stopping.is_set():
                        return
                    seen, reported = True, False
                    yield frame
        except SourceError as error:
            if not seen:
                raise
            if not reported:
                lost(error if isinstance(error, SourceLost) else SourceLost(str(error)))
                reported = True
            stopping.wait(RETRY_SECONDS)
        else:
            return
