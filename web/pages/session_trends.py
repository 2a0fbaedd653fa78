"""The trends of several sessions under each other, on one scale of hours: what the template history-trends.html draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tracker.core.text import clock
from web.pages.history import SessionEntry

TICK_STEP_SECONDS: Final = (60, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800)
"""The distances that ticks may have."""
MAX_TICKS: Final = 6
"""So many labels fit a narrow screen."""


@dataclass(frozen=True, slots=True)
class SessionTrends:
    """Sessions with an observation, in their order.

    Attributes:
        entries: the sessions.
        seconds: what the full width stands for: the length of the longest.
        ticks: (place in percent of the width, label) of the time since a session's beginning.
    """

    entries: list[SessionEntry]
    seconds: float
    ticks: list[tuple[float, str]]


def session_trends(entries: Sequence[SessionEntry]) -> SessionTrends:
    """Sessions on one scale; those without an observation are left out."""
    observed = [each for each in entries if each.summary.observations]
    seconds = max((each.summary.figures.seconds for each in observed), default=0.0)
    step = next((step for step in TICK_STEP_SECONDS if seconds / step <= MAX_TICKS), TICK_STEP_SECONDS[-1])
    ticks = [(100 * t / seconds, clock(t)) for t in range(0, int(seconds) + 1, step)] if seconds else []
    return SessionTrends(observed, seconds, ticks)
