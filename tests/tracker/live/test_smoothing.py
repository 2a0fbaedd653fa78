"""The average scores, and the word that is shown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.face import FaceId
from tracker.core.scores import Doubt, Scores
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.live.smoothing import FORGET_SECONDS, WAIT_SHARE_OF_TIME_CONSTANT, Smoothed, Smoother

ME, YOU = FaceId(1), FaceId(2)
NEVER = 0.99
"""A threshold that no frame here reaches, so that the word never changes and the average never begins anew."""
SURE = 0.75


def happy(share: float) -> Scores:
    return Scores(("happy", "neutral"), (share, 1 - share))


def shown(smoother: Smoother, share: float, t: float, who: FaceId = ME) -> float:
    """The calm share of happiness."""
    return smoother.smooth(who, happy(share), t).scores.values[0]


def said(**probabilities: float) -> Scores:
    """A frame's scores; what is left goes to the other expressions in equal parts."""
    rest = (1 - sum(probabilities.values())) / (len(EXPRESSIONS) - len(probabilities))
    return Scores.of(EXPRESSIONS, [probabilities.get(name, rest) for name in EXPRESSIONS])


def follow(frames: list[Scores], hz: float = 10, smoother: Smoother | None = None) -> list[Smoothed]:
    """What is shown at each of the frames."""
    smoother = smoother or Smoother(1.0, SURE)
    return [smoother.smooth(ME, frame, number / hz) for number, frame in enumerate(frames)]


def words(frames: list[Scores], hz: float = 10) -> list[str]:
    return [shown.words.expression for shown in follow(frames, hz)]


def test_the_first_reading_is_believed() -> None:
    """There is nothing to average with yet."""
    assert shown(Smoother(1.0, NEVER), 0.7, 12.0) == 0.7


@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.0])
def test_the_time_constant_is_in_seconds(seconds: float) -> None:
    """After one time constant, a sudden change has come through to 1 - 1/e."""
    smoother = Smoother(seconds, NEVER)
    shown(smoother, 0.1, 10.0)

    assert shown(smoother, 0.9, 10.0 + seconds) == pytest.approx(0.1 + 0.8 * (1 - 1 / math.e))


@given(st.lists(st.floats(0.1, 0.9), min_size=1, max_size=12), st.floats(0.2, 5))
def test_the_calm_is_the_same_at_2_and_at_20_hertz(shares: list[float], seconds: float) -> None:
    """A face that changes every half second is shown the same at each half second, however often it is looked at."""
    slow, fast = Smoother(seconds, NEVER), Smoother(seconds, NEVER)
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
    whole, gappy = Smoother(seconds, NEVER), Smoother(seconds, NEVER)
    shown(whole, 0.1, 0.0)
    shown(gappy, 0.1, 0.0)
    for step in range(1, 100):
        shown(whole, 0.9, step / 100)
        if step in kept:
            shown(gappy, 0.9, step / 100)

    assert shown(whole, 0.9, 1.0) == pytest.approx(shown(gappy, 0.9, 1.0), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 4)), min_size=1, max_size=20), st.floats(0, 5))
def test_the_average_never_leaves_what_was_read(readings: list[tuple[float, float]], seconds: float) -> None:
    """Calm scores lie between the least and the most that was read."""
    smoother, t = Smoother(seconds, NEVER), 0.0
    shares = [share for share, _ in readings]
    for share, wait in readings:
        t += wait
        assert min(shares) - 1e-9 <= shown(smoother, share, t) <= max(shares) + 1e-9


def test_each_face_has_a_memory_of_its_own() -> None:
    """What one person shows does not colour another's scores."""
    smoother = Smoother(10.0, NEVER)
    shown(smoother, 0.9, 0.0, ME)

    assert shown(smoother, 0.1, 0.1, YOU) == 0.1
    assert shown(smoother, 0.9, 0.2, ME) == pytest.approx(0.9)


def test_after_a_long_absence_a_face_starts_anew() -> None:
    """What somebody showed before they left says nothing of now; a short look away is bridged."""
    smoother = Smoother(10.0, NEVER)
    shown(smoother, 0.9, 0.0)
    assert shown(smoother, 0.1, FORGET_SECONDS) > 0.5

    assert shown(smoother, 0.1, 2 * FORGET_SECONDS + 0.1) == 0.1


def test_no_smoothing_is_a_choice() -> None:
    """At 0 seconds, each frame is shown as it is."""
    frames = [said(happy=0.8), said(sad=0.76), said(sad=0.5)]

    calm = follow(frames, smoother=Smoother(0.0, SURE))

    assert [shown.words.expression for shown in calm] == ["happy", "sad", UNCLEAR]
    assert [shown.scores for shown in calm] == frames


def test_the_word_stays_until_another_one_holds() -> None:
    """Frames that are only just sure have to last; a few of them change nothing."""
    neutral, happy = said(neutral=0.9), said(happy=0.76)
    wait = math.ceil(WAIT_SHARE_OF_TIME_CONSTANT * 0.96 * 10)

    assert words([neutral] * 3 + [happy] * (wait - 1) + [neutral] * 3) == ["neutral"] * (wait + 5)
    assert words([neutral] * 3 + [happy] * 9) == ["neutral"] * (wait + 2) + ["happy"] * (10 - wait)


@pytest.mark.parametrize("hz", [2, 5, 10])
def test_the_surer_frames_are_the_sooner_they_are_shown(hz: float) -> None:
    """Certain frames are shown at once; others after a part of the wait that goes by their mean doubt, at any frequency."""
    for probability in (1.0, 0.95, 0.85, 0.76):
        due = WAIT_SHARE_OF_TIME_CONSTANT * (1 - probability) / (1 - SURE)
        shown = words([said(neutral=1.0), *[said(happy=probability)] * 10], hz)
        assert shown.index("happy") == max(1, math.ceil(due * hz - 1e-6))


def test_a_new_word_begins_a_new_average() -> None:
    """It is made of the frames that changed the word, which has their confidence; before, the old word's falls."""
    calm = follow([said(neutral=0.9)] * 10 + [said(happy=0.85)] * 10)
    changed = next(number for number, shown in enumerate(calm) if shown.words.expression == "happy")

    falling = [shown.words.confidence for shown in calm[9:changed]]
    assert len(falling) > 2
    assert falling == sorted(falling, reverse=True)
    assert calm[changed].words.confidence == pytest.approx(0.85)
    assert calm[changed].scores.values == pytest.approx(said(happy=0.85).values)


def test_unclear_frames_make_a_face_unclear_when_they_last() -> None:
    """A blink does not; after the wait it says why, and which guess is likeliest."""
    unsure, between = said(sad=0.3, fear=0.25), said(sad=0.5, neutral=0.45)

    assert words([said(neutral=0.9)] * 5 + [unsure] * 3 + [said(neutral=0.9)]) == ["neutral"] * 9
    for frame, why in ((unsure, Doubt.UNSURE), (between, Doubt.BETWEEN)):
        last = follow([said(neutral=0.9)] * 5 + [frame] * 8)[-1]
        assert (last.words.expression, last.words.doubt) == (UNCLEAR, why)
        assert last.words.confidence == pytest.approx(max(frame.values))


def test_frames_that_agree_on_nothing_are_called_changing() -> None:
    """Each of them is sure, but of something else than the one before."""
    last = follow([said(neutral=0.9)] + [said(happy=0.76), said(surprise=0.76)] * 4)[-1]

    assert (last.words.expression, last.words.doubt) == (UNCLEAR, Doubt.CHANGING)


@given(st.lists(st.tuples(st.sampled_from(EXPRESSIONS), st.floats(0.4, 1), st.floats(0.05, 2)), min_size=1, max_size=30))
def test_a_word_is_shown_only_while_frames_say_it(frames: list[tuple[str, float, float]]) -> None:
    """A frame of the last wait was sure of the shown word, whatever else was seen; a certain frame is shown at once."""
    smoother, t, told = Smoother(1.0, SURE), 0.0, dict[str, float]()
    for word, probability, step in frames:
        t += step
        if probability >= SURE:
            told[word] = t
        found = smoother.smooth(ME, said(**{word: probability}), t).words
        assert found.expression == UNCLEAR or t - told[found.expression] < WAIT_SHARE_OF_TIME_CONSTANT
        assert found.expression == word or probability < 1
        assert (found.doubt is None) == (found.expression != UNCLEAR)
