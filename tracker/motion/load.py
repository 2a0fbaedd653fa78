"""What a session costs: how often it observes and looks, and how much of one core that takes."""

from collections import deque
from typing import Final

LOAD_WINDOW_SECONDS: Final = 10.0
"""Seconds over which it is told."""
MIN_LOAD_SECONDS: Final = 2.0
"""Seconds before which nothing can be said."""

Effort = dict[str, float]


class LoadMeter:
    """The last seconds' work."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._work: deque[tuple[float, bool, float]] = deque()

    def add(self, t: float, seconds: float, *, look: bool) -> None:
        """An observation, or a look, of time t that took so many seconds."""
        self._began = t if self._began is None else self._began
        self._work.append((t, look, seconds))
        while t - self._work[0][0] > LOAD_WINDOW_SECONDS:
            self._work.popleft()

    def told(self, t: float) -> Effort | None:
        """``readings`` and ``looks`` a second, and ``core``, the share of one core (1 = all of it); None at first."""
        if self._began is None or t - self._began < MIN_LOAD_SECONDS:
            return None
        span = min(LOAD_WINDOW_SECONDS, t - self._began)
        # Half-open, or the first would count for the time before it, too.
        work = [(look, seconds) for when, look, seconds in self._work if when > t - span]
        looks = sum(look for look, _ in work)
        core = sum(seconds for _, seconds in work) / span
        return {
            "readings": round((len(work) - looks) / span, 1),
            "looks": round(looks / span, 1),
            "core": round(core, 3),
        }
