"""What a session costs, and when watching between observations is suspended."""

import pytest

from tracker.core.errors import UsageError
from tracker.core.records import Load
from tracker.motion.budget import SUSPENSION_SECONDS, MotionBudget, parse_motion_rate
from tracker.motion.load import LoadMeter


def test_the_cost_is_that_of_the_last_seconds() -> None:
    """Two observations of 50 ms and thirteen watched frames of 10 ms a second are 23 % of one core; at first None."""
    meter = LoadMeter()
    meter.add(0.0, 0.05, look=False)
    assert meter.load_at(0.0, 13.0) is None

    for n in range(1, 30 * 15 + 1):
        often = n % 15 in (0, 7)
        meter.add(n / 15, 0.05 if often else 0.01, look=not often)

    assert meter.load_at(30.0, 13.0) == Load(readings=2.0, looks=13.0, core=0.23, wanted=13.0)


def test_watching_that_costs_too_much_is_suspended_for_a_while() -> None:
    """A second of watched frames of 50 ms is too much for half a core: the reason names what it manages, and it tries again."""
    budget = MotionBudget(15.0)
    for n in range(15):
        assert budget.due(n / 15)
        budget.spend(0.05, n / 15)

    assert not budget.due(1.1)
    assert budget.why_not_counted(2.0) == "this machine manages 10 a second; counting needs 15"
    assert budget.due(1.0 + SUSPENSION_SECONDS)


def test_a_recording_waits_however_long_it_takes() -> None:
    """Without a share nothing is suspended."""
    budget = MotionBudget(15.0, share=None)
    for n in range(60):
        budget.spend(1.0, n / 15)

    assert budget.due(5.0)


def test_the_setting_is_a_word_or_a_number() -> None:
    """On, off or a number; anything else is refused with what is allowed."""
    assert [parse_motion_rate(chosen) for chosen in ("on", "off", "20", "True")] == [15.0, 0.0, 20.0, 15.0]
    for wrong in ("often", "61", "-1"):
        with pytest.raises(UsageError, match="on, off or a number"):
            parse_motion_rate(wrong)


def test_a_budget_that_adapts_watches_fewer_frames_and_more_when_it_can() -> None:
    """Eight faces of 20 ms are watched five times a second instead of not at all, and 15 times when five of them left."""
    budget = MotionBudget(15.0, share=0.8, adapts=True)
    rates = []
    for duration in (0.16, 0.04, 1.0):
        for n in range(15):
            budget.spend(duration, n / 15)
        rates.append(budget.wanted_hz(1.0))
    assert rates == [pytest.approx(5), 15, pytest.approx(0.8)]
    assert sum(budget.due(t / 30) for t in range(300)) == 8
