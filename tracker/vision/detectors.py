"""What detects faces, and several of these that search many small pictures at once, each in a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

from tracker.core.clock import Clock, start_clock
from tracker.core.face import Detection
from tracker.core.frame import Pixels

PICTURES_PER_DETECTOR: Final = 4
"""A further detector is opened, and used, once there are so many pictures for each: MediaPipe takes about 15 ms for one, and
half a second is between two observations of a meeting. An opened landmark model takes about 50 MB."""


class Detector(Protocol):
    """Detects the faces of a picture."""

    def detect(self, pixels: Pixels) -> list[Detection]:
        """Detect the faces of a [height, width, 3] BGR picture, in its pixels, largest first."""


OpenDetector = Callable[[], AbstractContextManager[Detector]]
Item = TypeVar("Item")
Result = TypeVar("Result")


class DetectorPool:
    """The detector of the calling thread, and helpers beside it; a context manager that belongs to that thread.

    A helper is a thread that opens a detector of its own, uses it and closes it. None is opened before it is needed. Leaving
    the context closes all detectors but the caller's own one, and ends their threads.
    """

    def __init__(self, own: Detector, helpers: Sequence[OpenDetector] = ()) -> None:
        """Make a pool, in which no helper is open yet.

        Args:
            own: The calling thread's.
            helpers: Each opens the detector of one helper, in the helper's thread.
        """
        self.own = own
        self._unopened = list(helpers)
        self._helpers: list[_Helper] = []
        self._opened = ExitStack()
        self._helped = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._helpers.clear()
        self._opened.close()

    def search_each(self, search: Callable[[Detector, Item], Result], items: Sequence[Item]) -> list[Result]:
        """Search each item once, in the calling thread and in the helpers' at the same time.

        Args:
            search: Searches one item with the detector of the thread in which it is called. It may read what the caller's
                thread owns, and change nothing.
            items: In any order.

        Returns:
            The results, in the order of the items.

        Raises:
            Exception: Whatever opening a helper's detector raises, or ``search``, in any of the threads. No thread is still
                searching then.
        """
        if not items:
            return []
        helpers = self._helpers_for(len(items))
        waiting: SimpleQueue[tuple[int, Item] | None] = SimpleQueue()
        # An end for each thread.
        for entry in (*enumerate(items), *[None] * (1 + len(helpers))):
            waiting.put(entry)
        results: dict[int, Result] = {}

        def search_waiting(detector: Detector) -> float:
            elapsed = start_clock()
            for number, item in iter(waiting.get, None):
                results[number] = search(detector, item)
            return elapsed()

        started = [helper.start(search_waiting) for helper in helpers]
        try:
            search_waiting(self.own)
        finally:
            wait(started)
        self._helped += sum(each.result() for each in started)
        return [results[number] for number in range(len(items))]

    def start_work_clock(self) -> Clock:
        """A clock at 0 of work in seconds: the time that passes, and the time for which helpers search meanwhile."""
        elapsed, helped = start_clock(), self._helped
        return lambda: elapsed() + self._helped - helped

    def _helpers_for(self, pictures: int) -> "list[_Helper]":
        """Those that are worth their while for so many pictures; the first time, they are opened."""
        count = max(0, pictures // PICTURES_PER_DETECTOR - 1)
        while self._unopened and len(self._helpers) < count:
            self._helpers.append(self._opened.enter_context(_Helper(self._unopened.pop())))
        return self._helpers[:count]


class _Helper:
    """A detector that one thread opens, uses and closes."""

    def __init__(self, open_detector: OpenDetector) -> None:
        self._thread, self._opened = ThreadPoolExecutor(1, "detector"), ExitStack()
        self._detector = self._thread.submit(lambda: self._opened.enter_context(open_detector()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._thread:
            self._thread.submit(self._opened.close).result()

    def start(self, work: Callable[[Detector], Result]) -> Future[Result]:
        """Begin work in the helper's thread, once its detector is open."""
        return self._thread.submit(lambda: work(self._detector.result()))
