"""Where announcements of Zoom's streams arrive, by webhook or event WebSocket, for the session that watches Zoom."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from tracker.sources.rtms.announcements import Announcement, Announcements, StreamStarted, StreamStopped
from tracker.sources.rtms.words import REVOKED

MAX_RECEIVED: Final = 100
"""Streams whose permission may still be taken back after their end."""


class AnnouncementInbox:
    """Hands each announcement to the session that watches Zoom. Any thread may call.

    A stream that began before the session did is remembered until it ends. Who received a stream is remembered, too: Zoom may
    take the permission back when the session is over.

    Attributes:
        announcements: Tells copies apart; whoever puts something in asks it first.
    """

    def __init__(self) -> None:
        self.announcements = Announcements()
        self._lock = Lock()
        self._running: StreamStarted | None = None
        self._reader: Callable[[Announcement], None] | None = None
        self._purges = OrderedDict[str, Callable[[], None]]()

    def put(self, announcement: Announcement) -> None:
        """One announcement, which is no copy; returns once a permission that was taken back has had its effect."""
        purge = None
        with self._lock:
            if isinstance(announcement, StreamStarted):
                self._running = announcement
            elif isinstance(announcement, StreamStopped):
                self._forget(announcement.stream_id)
                purge = self._purges.get(announcement.stream_id) if announcement.reason == REVOKED else None
            if self._reader is not None:
                self._reader(announcement)
        if purge is not None:
            purge()

    def received(self, stream_id: str, purge: Callable[[], None]) -> None:
        """A stream is received. purge: deletes what was kept of it, at any time, also more than once; it must not raise."""
        with self._lock:
            self._purges[stream_id] = purge
            if len(self._purges) > MAX_RECEIVED:
                self._purges.popitem(last=False)

    def ended(self, stream_id: str) -> None:
        """A stream is over, as its own connection told."""
        with self._lock:
            self._forget(stream_id)

    @contextmanager
    def read_by(self, reader: Callable[[Announcement], None]) -> Iterator[None]:
        """Within the block ``reader`` gets each announcement, and first that of a stream that runs already.

        reader: Called in whatever thread brings it; it must neither block nor raise.
        """
        with self._lock:
            self._reader = reader
            if self._running is not None:
                reader(self._running)
        try:
            yield
        finally:
            with self._lock:
                if self._reader == reader:
                    self._reader = None

    def _forget(self, stream_id: str) -> None:
        if self._running is not None and self._running.stream_id == stream_id:
            self._running = None
