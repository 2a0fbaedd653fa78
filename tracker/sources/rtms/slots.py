"""The newest picture of each participant, between the thread that receives and the one that looks."""

from collections.abc import Collection
from threading import Condition

from tracker.sources.rtms.happenings import VideoFrame


class FrameSlots:
    """Room for one frame of each participant; a newer one replaces it, so that a slow reader skips frames and never lags.

    Any thread may call. Whose frame waits longest is taken first, so that nobody is passed over.

    Args:
        allowed: As in ``allow_only``.
    """

    def __init__(self, allowed: Collection[int] | None = None) -> None:
        self._allowed = allowed
        self._changed = Condition()
        self._waiting: dict[int, tuple[VideoFrame, float]] = {}
        self._ended = False
        self.replaced = 0
        """Frames that were replaced before anybody took them."""

    def put(self, frame: VideoFrame, t: float) -> None:
        """Leave a frame that arrived at time t."""
        with self._changed:
            if self._ended or (self._allowed is not None and frame.user_id not in self._allowed):
                return
            self.replaced += frame.user_id in self._waiting
            self._waiting[frame.user_id] = (frame, t)
            self._changed.notify()

    def take(self, timeout_s: float) -> tuple[VideoFrame, float] | None:
        """The frame that waits longest and its time; None when there is none within the time-out, or no more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended, timeout_s)
            return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None

    def allow_only(self, user_ids: Collection[int] | None) -> None:
        """Drop what waits of everybody else, and what still comes of them; None allows everybody."""
        with self._changed:
            self._allowed = user_ids
            self._waiting = {
                user_id: each for user_id, each in self._waiting.items() if user_ids is None or user_id in user_ids
            }

    def drop(self, user_id: int) -> None:
        """Drop what waits of one participant."""
        with self._changed:
            self._waiting.pop(user_id, None)

    def clear(self) -> None:
        """Drop what waits of everybody."""
        with self._changed:
            self._waiting.clear()

    def end(self) -> None:
        """No more will come; what waits is dropped, and readers stop waiting."""
        with self._changed:
            self._ended = True
            self._waiting.clear()
            self._changed.notify_all()
