"""The calm scores."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.face import FaceId
from tracker.core.scores import Scores
from tracker.live.smoothing import FORGET_SECONDS, Smoother

ME, YOU = FaceId(1), FaceId(2)


def happy(share: float) -> Scores:
    return Scores(("happy", "neutral"), (share, 1 - share))


def shown(smoother: Smoother, share: float, t: float, who: FaceId = ME) -> float:
    """The calm share of happiness."""
    return smoother.smooth(who, happy(share), t).values[0]


def test_the_first_reading_is_believed() -> None:
    """There is nothing to average with yet."""
    assert shown(Smoother(1.0), 0.7, 12.0) == 0.7


@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.0])
def test_the_time_constant_is_in_seconds(seconds: float) -> None:
    """After one time constant, a sudden change has come through to 1 - 1/e."""
    smoother = Smoother(seconds)
    shown(smoother, 0.0, 10.0)

    assert shown(smoother, 1.0, 10.0 + seconds) == pytest.approx(1 - 1 / math.e)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.2, 5))
def test_the_calm_is_the_same_at_2_and_at_20_hertz(shares: list[float], seconds: float) -> None:
    """A face that changes every half second is shown the same at each half second, however often it is looked at."""
    slow, fast = Smoother(seconds), Smoother(seconds)
    shown(slow, 0.5, 0.0)
    shown(fast, 0.5, 0.0)
    for half, share in enumerate(shares):
        for step in range(1, 10):
            shown(fast, share, (half + step / 10) / 2)

        end = (half + 1) / 2
        assert shown(slow, share, end) == pytest.approx(shown(fast, share, end), abs=1e-9)


@given(st.sets(st.integers(1, 99)), st.floats(0.2, 5))
def test_dropped_frames_change_nothing(kept: set[int], seconds: float) -> None:
    """Whichever frames of a steady look are dropped, the end of it is shown the same."""
    whole, gappy = Smoother(seconds), Smoother(seconds)
    shown(whole, 0.0, 0.0)
    shown(gappy, 0.0, 0.0)
    for step in range(1, 100):
        shown(whole, 1.0, step / 100)
        if step in kept:
            shown(gappy, 1.0, step / 100)

    assert shown(whole, 1.0, 1.0) == pytest.approx(shown(gappy, 1.0, 1.0), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 4)), min_size=1, max_size=20), st.floats(0, 5))
def test_the_average_never_leaves_what_was_read(readings: list[tuple[float, float]], seconds: float) -> None:
    """Calm scores lie between the least and the most that was read."""
    smoother, t = Smoother(seconds), 0.0
    shares = [share for share, _ in readings]
    for share, wait in readings:
        t += wait
        assert min(shares) - 1e-9 <= shown(smoother, share, t) <= max(shares) + 1e-9


def test_each_face_has_a_memory_of_its_own() -> None:
    """What one person shows does not colour another's scores."""
    smoother = Smoother(10.0)
    shown(smoother, 1.0, 0.0, ME)

    assert shown(smoother, 0.0, 0.1, YOU) == 0.0
    assert shown(smoother, 1.0, 0.2, ME) == 1.0


def test_after_a_long_absence_a_face_starts_anew() -> None:
    """What somebody showed before they left says nothing of now; a short look away is bridged."""
    smoother = Smoother(10.0)
    shown(smoother, 1.0, 0.0)
    assert shown(smoother, 0.0, FORGET_SECONDS) > 0.5

    assert shown(smoother, 0.0, 2 * FORGET_SECONDS + 0.1) == 0.0


def test_no_smoothing_is_a_choice() -> None:
    """At 0 seconds, the newest reading is all there is."""
    smoother = Smoother(0.0)
    shown(smoother, 1.0, 0.0)

    assert shown(smoother, 0.25, 0.1) == 0.25
