"""When a resting face was on, which is known by the wall clock, placed in a session, which goes by its own seconds."""

from datetime import UTC, datetime, timedelta

import pytest

from web.pages.resting_face import ranges_in_session

BEGAN = datetime(2026, 11, 26, 10, tzinfo=UTC)
HOUR = 3600.0


def showed(t: float) -> datetime:
    """The wall clock, which is set an hour forward after a minute."""
    return BEGAN + timedelta(seconds=t + (HOUR if t > 60 else 0))


@pytest.mark.parametrize(
    ("on", "off", "told"),
    [
        (-500, -400, []),
        (-500, None, [(0, None)]),
        (10, 20, [(10, 20)]),
        (40, HOUR + 90, [(40, 90)]),
        (HOUR + 90, None, [(90, None)]),
        (HOUR + 90, 9 * HOUR, [(90, None)]),
        (2 * HOUR, None, []),
    ],
)
def test_a_clock_that_was_set_moves_no_band(on: float, off: float | None, told: list[tuple[float, float | None]]) -> None:
    """Each end lies at the second at which the clock showed it; what was on before or after the session alone is not told."""
    moments = [(showed(t), float(t)) for t in range(121)]
    end = None if off is None else BEGAN + timedelta(seconds=off)
    assert ranges_in_session([(BEGAN + timedelta(seconds=on), end)], moments) == told


def test_a_recording_is_told_whole() -> None:
    """All its seconds were looked at in one moment: either the resting face was on then, or not."""
    moments = [(BEGAN, float(t)) for t in range(60)]
    minute = timedelta(minutes=1)
    assert ranges_in_session([(BEGAN - minute, BEGAN + minute)], moments) == [(0, None)]
    assert ranges_in_session([(BEGAN + minute, None)], moments) == []
