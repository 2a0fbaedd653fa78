"""How often a session looks between two observations, and when it gives that up because the machine does not keep up."""

from collections import deque
from statistics import median
from typing import Final

from tracker.core.errors import UsageError
from tracker.sources.pacing import RateLimiter

DEFAULT_MOTION_HZ: Final = 15.0
"""Frames a second: a blink lasts 0.1 to 0.4 s (Soukupova and Cech, 2016), and at 15 Hz the shortest of them shows on one."""
MIN_COUNTING_HZ: Final = 13.5
"""Cameras and timers that promise 15 a second give a few less."""
MAX_MOTION_HZ: Final = 60.0
MAX_CORE_SHARE: Final = 0.5
"""Of one core that looking may take: the other half is for observations, preview and store."""
JUDGED_SAMPLES: Final = 15
"""Looks by whose median it is judged: one second of them."""
SUSPENSION_SECONDS: Final = 60.0
"""Seconds after which it is tried again: whatever kept the machine busy may be over."""


def parse_motion_rate(chosen: str) -> float:
    """What the setting ``motion`` says: on, off or a number of looks a second; 0 is off."""
    known = {"on": DEFAULT_MOTION_HZ, "true": DEFAULT_MOTION_HZ, "off": 0.0, "false": 0.0}
    try:
        hz = known[chosen.lower()] if chosen.lower() in known else float(chosen)
    except ValueError:
        hz = -1.0
    if not 0 <= hz <= MAX_MOTION_HZ:
        raise UsageError(f"motion is on, off or a number of looks a second up to {MAX_MOTION_HZ:.0f}, not {chosen!r}.")
    return hz


def motion_budget(chosen: str, *, live: bool) -> "MotionBudget":
    """For the setting ``motion``; a recording waits, however long looking takes."""
    return MotionBudget(parse_motion_rate(chosen), MAX_CORE_SHARE if live else None)


class MotionBudget:
    """When to look, as long as it can be afforded; ``share`` of one core, or None where time does not matter."""

    def __init__(self, hz: float, share: float | None = MAX_CORE_SHARE) -> None:
        self.hz, self._share = hz, share
        self._ticks = RateLimiter(hz)
        self._taken: deque[float] = deque(maxlen=JUDGED_SAMPLES)
        self._again = 0.0
        self.manages: int | None = None

    def wanted(self, t: float) -> float:
        """Looks a second that are asked for at time t: none while it is given up."""
        return 0.0 if self.manages is not None and t < self._again else self.hz

    def due(self, t: float) -> bool:
        """Whether to look at a frame of time t (seconds)."""
        if self.wanted(t) <= 0:
            return False
        self.manages = None
        return self._ticks.due(t)

    def spend(self, seconds: float, t: float) -> None:
        """A look at time t took so long; a second of those that take too long ends them for a while."""
        self._taken.append(seconds)
        if self._share is None or len(self._taken) < JUDGED_SAMPLES:
            return
        usual = median(self._taken)
        if usual * self.hz > self._share:
            self.manages, self._again = int(self._share / usual), t + SUSPENSION_SECONDS
            self._taken.clear()

    def why_not(self, rate: float) -> str:
        """Why blinks cannot be counted, of a face that is watched at ``rate`` frames a second."""
        had = f"watched at {rate:.0f} Hz" if self.manages is None else f"this machine manages {self.manages} a second"
        return f"{had}; blinks need {DEFAULT_MOTION_HZ:.0f}"
