"""The numbers that are reported, against ones computed by hand."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.data.labels import NO_LABEL
from exporter.evaluation import metrics
from exporter.evaluation.metrics import Guesses
from exporter.evaluation.scores import Abstention

ABC = ("a", "b", "c")


def guesses(truth: list[int], guess: list[int], confidence: list[float] | None = None) -> Guesses:
    sure = [0.5] * len(truth) if confidence is None else confidence
    return Guesses(np.array(truth, np.int64), np.array(guess, np.int64), np.array(sure, np.float64))


FIVE = guesses([0, 0, 1, 1, 2], [0, 1, 1, 1, NO_LABEL])
"""a: one of two right. b: both right, and one a taken for it. c: its only picture had no face."""


def test_every_number_of_a_small_example() -> None:
    """Accuracy 3/5; recalls 1/2, 1, 0; F1 2/3, 4/5, 0; rows of the confusion are the truth."""
    told = metrics.part_scores(FIVE, ABC)

    assert told.n == 5
    assert told.accuracy == 0.6
    assert told.recall == {"a": 0.5, "b": 1.0, "c": 0.0}
    assert told.uar == 0.5
    assert told.macro_f1 == pytest.approx((2 / 3 + 4 / 5 + 0) / 3, abs=1e-4)
    assert told.confusion == [[1, 1, 0], [0, 2, 0], [0, 0, 0]]


def test_labels_without_pictures_do_not_lower_the_mean() -> None:
    """Unweighted recall is the mean over the labels present; an absent one has no recall."""
    told = metrics.part_scores(guesses([0, 0, 1], [0, 0, 0]), ABC)

    assert told.uar == 0.5
    assert told.recall["c"] is None


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        ([1.0, 1.0], [True, True], 0.0),
        ([1.0, 1.0], [False, False], 1.0),
        ([1.0, 0.5], [True, False], 0.25),
        ([0.5, 0.5], [True, False], 0.0),
        # 0.4 lies on the edge of bins 6 and 7 and belongs to the lower, 0.41 to the upper: gaps do not cancel.
        ([0.4, 0.41], [True, False], (0.6 + 0.41) / 2),
    ],
)
def test_calibration_error_by_hand(confidence: list[float], right: list[bool], expected: float) -> None:
    """Within a bin gaps cancel, between bins they add up."""
    made = guesses([0] * len(right), [0 if one else 1 for one in right], confidence)

    assert metrics.ece(made) == pytest.approx(expected)


def test_the_most_confident_part_is_the_most_confident() -> None:
    """Of ten guesses whose two least confident are wrong, the best 80 % are all right."""
    made = guesses([0] * 10, [0, 1, 0, 0, 0, 1, 0, 0, 0, 0], [0.9, 0.2, 0.9, 0.8, 0.7, 0.1, 0.6, 0.5, 0.9, 0.4])

    assert metrics.part_scores(made, ABC).coverage == {"0.8": 1.0}
    assert metrics.part_scores(made, ABC).accuracy == 0.8


def test_the_interval_is_the_binomials() -> None:
    """At 80 % of 1,000 it is 1.96 standard errors to each side, and the same each time."""
    right = np.arange(1000) < 800

    low, high = metrics.interval(right)

    assert low == pytest.approx(0.8 - 1.96 * np.sqrt(0.16 / 1000), abs=0.002)
    assert high == pytest.approx(0.8 + 1.96 * np.sqrt(0.16 / 1000), abs=0.002)
    assert metrics.interval(right) == (low, high)


def test_nothing_is_reported_as_nothing() -> None:
    """Without pictures every number is null: JSON knows no NaN."""
    told = metrics.part_scores(guesses([], []), ABC)

    assert (told.n, told.accuracy, told.interval) == (0, None, (None, None))
    json.dumps(asdict(told), allow_nan=False, default=str)


def test_abstaining_counts_what_is_left() -> None:
    """A threshold lets through what reaches it, itself included."""
    made = guesses([0, 0, 0, 0], [0, 0, 1, 1], [0.9, 0.6, 0.6, 0.1])

    assert metrics.abstention(made, 0.6) == Abstention(threshold=0.6, coverage=0.75, accuracy=0.6667)
    assert metrics.abstention(made, 1.0).accuracy is None


def test_guesses_are_the_likeliest_of_the_known() -> None:
    """Pictures whose truth is not known are not counted."""
    made = Guesses.of(np.array([[0.7, 0.3], [0.1, 0.9], [0.6, 0.4]]), np.array([1, NO_LABEL, 0]))

    assert made.guess.tolist() == [0, 0]
    assert made.truth.tolist() == [1, 0]
    assert made.confidence.tolist() == [0.7, 0.6]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 2), st.floats(0, 1)), min_size=1))
def test_numbers_stay_in_their_ranges(rows: list[tuple[int, int, float]]) -> None:
    """Every share lies between 0 and 1, around the accuracy lies its interval, and no guess is counted twice."""
    truth, guess, confidence = (list(column) for column in zip(*rows, strict=True))

    told = metrics.part_scores(guesses(truth, guess, confidence), ABC)

    assert all(value is not None and 0 <= value <= 1 for value in (told.accuracy, told.uar, told.macro_f1, told.ece))
    low, accuracy, high = (value or 0.0 for value in (told.interval[0], told.accuracy, told.interval[1]))
    assert low <= accuracy <= high
    assert np.sum(told.confusion) == sum(one >= 0 for one in guess)
