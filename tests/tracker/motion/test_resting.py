"""A face at rest is measured robustly, and learnt from its still seconds alone."""

import pytest

from tracker.motion.resting import MIN_CHANGE, MIN_REST_SECONDS, RestingRange, RestLearner


def learnt(values: list[float], hz: float = 4) -> dict[str, RestingRange]:
    learner = RestLearner(["brows", "lids"], restless=["lids"])
    for n, value in enumerate(values):
        learner.add(n / hz, (value, float(n % 2)))
    return learner.ranges


def test_a_movement_now_and_then_does_not_widen_rest() -> None:
    """A face that smiles for a fifth of the time has the same rest as one that never does."""
    assert RestingRange.of([0.1] * 8 + [0.7] * 2) == RestingRange.of([0.1] * 10) == RestingRange(0.1, 0.0)


def test_more_than_rest_is_more_than_a_still_face_does() -> None:
    """The threshold is twice the spread, and never less than the least change."""
    assert RestingRange(0.1, 0.1).threshold() == pytest.approx(0.2)
    assert RestingRange(0.1, 0.0).threshold() == MIN_CHANGE
    assert RestingRange(0.1, 0.1).threshold(0.3) == pytest.approx(0.3)


def test_only_still_seconds_count() -> None:
    """Seconds in which a value moves teach nothing, unless it moves at rest, too; single pictures that jump are no movement."""
    still, moving = [0.1] * 4, [0.1, 0.3, 0.1, 0.3]

    assert learnt(still * MIN_REST_SECONDS) == {}
    assert learnt(still * (MIN_REST_SECONDS + 1))["brows"].middle == pytest.approx(0.1)
    assert learnt(moving * 3 * MIN_REST_SECONDS) == {}

    single = [0.1, 0.1, 0.1, 0.4]
    assert learnt(single * (MIN_REST_SECONDS + 1))["brows"].middle == pytest.approx(0.1)

    learner = RestLearner(["brows"])
    for n in range(100):
        learner.add(n / 4, (0.1,))
        if n % 3 == 0:
            learner.interrupt()
    assert not learner.known
