"""Seconds since a session began, by a clock that never jumps and does not stop while the machine sleeps."""

import time
from collections.abc import Callable
from typing import Final

Clock = Callable[[], float]

SLEEPLESS: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""Linux has a clock of its own that counts the time asleep, macOS counts it in this one; Windows in ``time.monotonic``."""


def start_clock() -> Clock:
    """A clock at 0."""
    started = _seconds()
    return lambda: _seconds() - started


def _seconds() -> float:
    return time.monotonic() if SLEEPLESS is None else time.clock_gettime(SLEEPLESS)
