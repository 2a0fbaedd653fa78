"""Seconds since a session began, by a clock that never jumps."""

import time
from collections.abc import Callable

Clock = Callable[[], float]


def start_clock() -> Clock:
    """A clock at 0."""
    started = time.monotonic()
    return lambda: time.monotonic() - started
