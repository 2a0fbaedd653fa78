"""How often a session looks between two observations, and when it gives that up because the machine does not keep up."""

from collections import deque
from statistics import median
from typing import Final

from tracker.core.errors import UsageError
from tracker.sources.pacing import RateLimiter

NEEDED: Final = 15.0
"""Frames a second: a blink lasts 0.1 to 0.4 s (Soukupova and Cech, 2016), and at 15 Hz the shortest of them shows on one."""
ENOUGH: Final = 13.5
"""Cameras and timers that promise 15 a second give a few less."""
MOST: Final = 60.0
SHARE: Final = 0.5
"""Of one core that looking may take: the other half is for observations, preview and store."""
TRIAL: Final = 15
"""Looks by whose median it is judged: one second of them."""
AGAIN: Final = 60.0
"""Seconds after which it is tried again: whatever kept the machine busy may be over."""


def looks_a_second(chosen: str) -> float:
    """What the setting ``motion`` says: on, off or a number of looks a second; 0 is off."""
    known = {"on": NEEDED, "true": NEEDED, "off": 0.0, "false": 0.0}
    try:
        hz = known[chosen.lower()] if chosen.lower() in known else float(chosen)
    except ValueError:
        hz = -1.0
    if not 0 <= hz <= MOST:
        raise UsageError(f"motion is on, off or a number of looks a second up to {MOST:.0f}, not {chosen!r}.")
    return hz


def budget_of(chosen: str, *, live: bool) -> "Budget":
    """For the setting ``motion``; a recording waits, however long looking takes."""
    return Budget(looks_a_second(chosen), SHARE if live else None)


class Budget:
    """When to look, as long as it can be afforded; ``share`` of one core, or None where time does not matter."""

    def __init__(self, hz: float, share: float | None = SHARE) -> None:
        self.hz, self._share = hz, share
        self._ticks = RateLimiter(hz)
        self._taken: deque[float] = deque(maxlen=TRIAL)
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
        if self._share is None or len(self._taken) < TRIAL:
            return
        usual = median(self._taken)
        if usual * self.hz > self._share:
            self.manages, self._again = int(self._share / usual), t + AGAIN
            self._taken.clear()

    def why_not(self, rate: float) -> str:
        """Why blinks cannot be counted, of a face that is watched at ``rate`` frames a second."""
        had = f"watched at {rate:.0f} Hz" if self.manages is None else f"this machine manages {self.manages} a second"
        return f"{had}; blinks need {NEEDED:.0f}"
