"""Pages that ask for one answer at a time, so that one that is slow, hidden or gone never makes a queue."""

import time
from threading import Lock


class PageRequests:
    """The pages that wait for the next answer; any thread may call each method."""

    def __init__(self, max_hz: float) -> None:
        """max_hz: answers a second, at most."""
        self._seconds = 1 / max_hz
        self._lock = Lock()
        self._waiting: set[str] = set()
        self._next = 0.0

    def ask(self, page: str) -> None:
        """Put a page's name down for the next answer."""
        with self._lock:
            self._waiting.add(page)

    def forget(self, page: str) -> None:
        """A page is gone."""
        with self._lock:
            self._waiting.discard(page)

    def take(self) -> set[str]:
        """The pages that are answered now, which no longer wait then; none if the last answer was a moment ago."""
        moment = time.monotonic()
        with self._lock:
            if not self._waiting or moment < self._next:
                return set()
            waiting, self._waiting, self._next = self._waiting, set(), moment + self._seconds
        return waiting
