"""Where the faces are between two observations, for pages that asked: one answer at a time, as for pictures."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from tracker.core.records import JsonObject
from tracker.live.events import Event, FacesMoved

MAX_BOXES_HZ: Final = 12
"""As smooth as the preview."""


class FaceBoxes:
    """A page that is slow, hidden or gone never makes a queue: it has to ask each time."""

    def __init__(self, send: Callable[[JsonObject, str], None]) -> None:
        self._send = send
        self._lock = Lock()
        self._waiting: set[str] = set()
        self._next = 0.0

    def ask(self, page: str) -> None:
        """Put a page's name down for the next look."""
        with self._lock:
            self._waiting.add(page)

    def forget(self, page: str) -> None:
        """A page is gone."""
        with self._lock:
            self._waiting.discard(page)

    def consume(self, event: Event) -> None:
        """A look goes to the pages that wait for one, unless the last one was a moment ago."""
        if not isinstance(event, FacesMoved):
            return
        moment = time.monotonic()
        with self._lock:
            if not self._waiting or moment < self._next:
                return
            waiting, self._waiting, self._next = self._waiting, set(), moment + 1 / MAX_BOXES_HZ
        faces: JsonObject = {"faces": [{"id": face, "box": list(box.rounded())} for face, box in event.boxes.items()]}
        for page in waiting:
            self._send(faces, page)
