"""How often faces are watched between two observations, and when that is suspended because the machine does not keep up."""

from collections import deque
from statistics import median
from typing import Final

from tracker.core.errors import UsageError
from tracker.sources.pacing import RateLimiter

DEFAULT_MOTION_HZ: Final = 15.0
"""Frames a second: a blink lasts 0.1 to 0.4 s (Soukupova and Cech, 2016), so that even the shortest shows on one frame."""
MIN_COUNTING_HZ: Final = 13.5
"""Frames a second from which blinks, nods and talking are counted: cameras that promise 15 give a few less."""
MAX_MOTION_HZ: Final = 60.0
MAX_CORE_SHARE: Final = 0.5
"""Of one core that watching may take: the other half is for observations, preview and store."""
CALL_CORE_SHARE: Final = 0.8
"""The same of a call, where each face costs as much, and nods need ten frames a second: four or five faces reach that."""
COST_SAMPLES: Final = 15
"""Watched frames whose median duration is the cost: one second of them."""
SUSPENSION_SECONDS: Final = 60.0
"""After this time watching is tried again: whatever kept the machine busy may be over."""


def parse_motion_rate(value: str) -> float:
    """Read the setting ``motion``.

    Args:
        value: ``on``, ``off`` or a number, as a person writes it.

    Returns:
        Watched frames a second, 0 to MAX_MOTION_HZ; 0 is off.

    Raises:
        UsageError: When it is none of these.
    """
    known = {"on": DEFAULT_MOTION_HZ, "true": DEFAULT_MOTION_HZ, "off": 0.0, "false": 0.0}
    try:
        hz = known[value.lower()] if value.lower() in known else float(value)
    except ValueError:
        hz = -1.0
    if not 0 <= hz <= MAX_MOTION_HZ:
        raise UsageError(f"motion is on, off or a number of frames a second, up to {MAX_MOTION_HZ:.0f}, not {value!r}.")
    return hz


def motion_budget(setting: str, *, live: bool) -> "MotionBudget":
    """The budget for the setting ``motion``; a recording has no limit on time, a live session has MAX_CORE_SHARE."""
    return MotionBudget(parse_motion_rate(setting), MAX_CORE_SHARE if live else None)


class MotionBudget:
    """Says which frames are watched, and watches fewer or none for a while when it costs too much. One thread uses it.

    Attributes:
        hz: Watched frames a second that are asked for; 0 is none.
        manageable_hz: While watching is suspended, how many a second the machine could manage; else None.
    """

    def __init__(self, hz: float, share: float | None = MAX_CORE_SHARE, *, adapts: bool = False) -> None:
        """Begin with watching allowed.

        Args:
            hz: Watched frames a second; 0 is none.
            share: Of one core that watching may take, 0 to 1; None is no limit.
            adapts: Whether it watches as many frames as the share allows; else, where that is too few, none for a while.
        """
        self.hz, self._share, self._adapts = hz, share, adapts
        self._rate = hz
        self._rate_limiter = RateLimiter(hz)
        self._durations: deque[float] = deque(maxlen=COST_SAMPLES)
        self._suspended_until = 0.0
        self.manageable_hz: int | None = None

    def wanted_hz(self, t: float) -> float:
        """Watched frames a second that are asked for at time t (seconds): 0 while watching is suspended."""
        return 0.0 if self.manageable_hz is not None and t < self._suspended_until else self._rate

    def due(self, t: float) -> bool:
        """Whether to watch a frame of time t (seconds); asking uses up the tick."""
        if self.wanted_hz(t) <= 0:
            return False
        self.manageable_hz = None
        return self._rate_limiter.due(t)

    def spend(self, seconds: float, t: float) -> None:
        """Account for a watched frame of time t that took so many seconds."""
        self._durations.append(seconds)
        if self._share is None or len(self._durations) < COST_SAMPLES:
            return
        duration = median(self._durations)
        if self._adapts:
            self._rate = min(self.hz, self._share / duration)
            self._rate_limiter = RateLimiter(self._rate)
            self._durations.clear()
        elif duration * self.hz > self._share:
            self.manageable_hz, self._suspended_until = int(self._share / duration), t + SUSPENSION_SECONDS
            self._durations.clear()

    def why_not_counted(self, hz: float) -> str:
        """Why nothing is counted of a face that is watched at ``hz`` frames a second, as a short phrase.

        It stands under blinks, nods, shakes and talking alike.
        """
        rate = (
            f"watched at {hz:.0f} Hz" if self.manageable_hz is None else f"this machine manages {self.manageable_hz} a second"
        )
        return f"{rate}; counting needs {DEFAULT_MOTION_HZ:.0f}"
