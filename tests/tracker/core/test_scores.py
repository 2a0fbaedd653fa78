"""Distributions and the words for them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.scores import Scores, put_into_words
from tracker.core.vocabulary import EMOJI, EXPRESSIONS, UNCLEAR

rows = st.lists(st.floats(0, 100), min_size=7, max_size=7).filter(lambda row: sum(row) > 1e-3)
distributions = rows.map(lambda row: Scores.of(EXPRESSIONS, row))


@given(rows)
def test_any_row_becomes_a_distribution(row: list[float]) -> None:
    """Scores sum to 1 and keep the proportions of the row they were made from."""
    scores = Scores.of(EXPRESSIONS, row)

    assert sum(scores.values) == pytest.approx(1)
    assert [value * sum(row) for value in scores.values] == pytest.approx(row, abs=1e-9)


@pytest.mark.parametrize("values", [(0.5, 0.4), (1.5, -0.5), (math.nan, 0.5), (0.5,)])
def test_what_is_no_distribution_is_refused(values: tuple[float, ...]) -> None:
    """A wrong sum, a negative share, a NaN, and a missing value are errors at birth."""
    with pytest.raises(ValueError, match=r"distribution|labels"):
        Scores(("happy", "sad"), values)


@given(distributions)
def test_ranking_is_by_falling_probability(scores: Scores) -> None:
    """Every label is ranked once, the likeliest first, and that is the top."""
    ranked = scores.ranked()

    assert sorted(label for label, _ in ranked) == sorted(EXPRESSIONS)
    assert [value for _, value in ranked] == sorted(scores.values, reverse=True)
    assert scores.top == ranked[0]
    assert scores.ranked(3) == ranked[:3]


def test_as_dict_keeps_the_order_of_the_labels() -> None:
    """JSON has the expressions in their one order, rounded."""
    scores = Scores(("sad", "happy"), (0.33333, 0.66667))

    assert list(scores.as_dict(2).items()) == [("sad", 0.33), ("happy", 0.67)]


@given(distributions, distributions, st.floats(0, 1))
def test_blending_moves_every_share_the_same_way(old: Scores, new: Scores, weight: float) -> None:
    """A blend lies between its two ends: weight 0 is the old, weight 1 the new."""
    blend = old.blended(new, weight)

    expected = [a + weight * (b - a) for a, b in zip(old.values, new.values, strict=True)]
    assert blend.values == pytest.approx(tuple(expected), abs=1e-9)


@given(distributions, st.floats(0, 1))
def test_below_the_threshold_the_word_is_unclear(scores: Scores, threshold: float) -> None:
    """The word is the best guess exactly when its probability reaches the threshold; confidence is always the guess's."""
    label, value = scores.top

    words = put_into_words(scores, threshold)

    assert words.expression == (label if value >= threshold else UNCLEAR)
    assert words.emoji == EMOJI[words.expression]
    assert words.confidence == value


def test_at_the_threshold_the_guess_stands() -> None:
    """Unclear begins below the threshold, not at it."""
    assert put_into_words(Scores(("sad", "happy"), (0.25, 0.75)), 0.75).expression == "happy"
