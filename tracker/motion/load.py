"""What a session costs: how often it observes and watches faces, and how much of one core that takes."""

from collections import deque
from typing import Final

from tracker.core.records import Load

LOAD_WINDOW_SECONDS: Final = 10.0
"""Over which the load is measured."""
MIN_LOAD_SECONDS: Final = 2.0
"""Before this time nothing can be said."""


class LoadMeter:
    """Measures the work of a session's last seconds; one thread uses it."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._work: deque[tuple[float, bool, float]] = deque()

    def add(self, t: float, seconds: float, *, look: bool) -> None:
        """Account for a frame.

        Args:
            t: Its time, in seconds of the session.
            seconds: How long the work on it took.
            look: Whether it was only watched for movement, between two observations.
        """
        self._began = t if self._began is None else self._began
        self._work.append((t, look, seconds))
        while t - self._work[0][0] > LOAD_WINDOW_SECONDS:
            self._work.popleft()

    def load_at(self, t: float, wanted_hz: float) -> Load | None:
        """The load of the seconds before time t; None at the beginning.

        Args:
            t: Seconds of the session.
            wanted_hz: Watched frames a second that are asked for, which the load repeats.
        """
        if self._began is None or t - self._began < MIN_LOAD_SECONDS:
            return None
        span = min(LOAD_WINDOW_SECONDS, t - self._began)
        # Half-open, or the first frame would count for the time before it, too.
        work = [(look, seconds) for when, look, seconds in self._work if when > t - span]
        looks = sum(look for look, _ in work)
        core = sum(seconds for _, seconds in work) / span
        return Load(
            readings=round((len(work) - looks) / span, 1), looks=round(looks / span, 1), core=round(core, 3), wanted=wanted_hz
        )
