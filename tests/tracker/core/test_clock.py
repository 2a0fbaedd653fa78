"""A session's clock, by which everything inside it is placed."""

import time

import pytest

from tracker.core.clock import start_clock


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="This system's own clock counts the time asleep.")
def test_the_clock_goes_on_while_the_machine_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour with the lid closed, which the processor does not count, is an hour of the session: what it tells stays true."""
    awake = {time.CLOCK_MONOTONIC: 100.0, time.CLOCK_BOOTTIME: 100.0}
    monkeypatch.setattr(time, "monotonic", lambda: awake[time.CLOCK_MONOTONIC])
    monkeypatch.setattr(time, "clock_gettime", awake.__getitem__)
    elapsed = start_clock()
    awake |= {time.CLOCK_MONOTONIC: 101.0, time.CLOCK_BOOTTIME: 3701.0}
    assert elapsed() == 3601
