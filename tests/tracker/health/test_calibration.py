"""Calibration is told rightly of calibrated, too confident and too modest models, and of too few verdicts."""

import numpy as np
import pytest

from tracker.health.calibration import (
    BIN_EDGES,
    MIN_ECE_VERDICTS,
    MIN_VERDICTS,
    bins,
    calibration,
    ece,
    ece_by_chance,
    poisson_binomial_p,
)


def random_predictions(n: int, gap: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """So many confidences, and whether each prediction is right: by ``gap`` less often than its confidence says."""
    rng = np.random.default_rng(seed)
    confidence = rng.beta(4, 1.5, n).clip(0.3, 1)
    return confidence, rng.random(n) < confidence - gap


def test_the_probability_of_so_many_right_is_exact() -> None:
    """Small cases by hand: two coins, ten predictions of 90 %, and certainty."""
    assert poisson_binomial_p(np.array([0.5, 0.5]), 2) == pytest.approx(0.5)  # twice 1/4
    assert poisson_binomial_p(np.array([0.5, 0.5]), 1) == 1.0
    assert poisson_binomial_p(np.full(10, 0.9), 6) == pytest.approx(2 * 0.0127952, abs=1e-6)  # twice the binomial's lower tail
    assert poisson_binomial_p(np.array([0.9, 0.2]), 0) == pytest.approx(2 * 0.1 * 0.8)
    assert poisson_binomial_p(np.ones(5), 4) == 0.0


def test_a_calibrated_model_is_rarely_called_otherwise() -> None:
    """Of 300 calibrated models with 80 verdicts each, at most one in fourteen is called too sure or too modest."""
    blamed = np.mean([calibration(*random_predictions(80, 0.0, seed)).says != "true" for seed in range(300)])

    assert blamed <= 1 / 14


def test_a_too_confident_model_is_found() -> None:
    """A model that is right 20 points less often than it says is called too sure nine times of ten, on 100 verdicts."""
    found = np.mean([calibration(*random_predictions(100, 0.2, seed)).says == "too sure" for seed in range(100)])

    assert found >= 0.9


def test_a_too_modest_model_is_found() -> None:
    """A model that says 60 % and is right 90 % of the time is called too modest."""
    told = calibration(np.full(50, 0.6), np.arange(50) >= 5)

    assert told.says == "too modest"
    said = told.sentence.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert said == "It says 60 % on average and is right 90 % of the time: it could be surer of itself."


def test_bins_hold_what_they_say() -> None:
    """A bin includes its upper end; it has its mean and its rate, or how many more verdicts that takes."""
    confidence = np.array([0.5, 0.51, 0.6, 0.95, 1.0] + [0.85] * 20)
    right = np.array([True, False, True, True, True] + [True] * 15 + [False] * 5)

    found = bins(confidence, right)

    assert [(each.low, each.high) for each in found] == [(0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.0)]
    assert [each.rate.n for each in found] == [1, 2, 0, 0, 20, 2]
    assert found[1].confidence == pytest.approx(0.555)
    assert (found[1].rate.enough, found[1].rate.missing) == (False, 8)
    assert found[2].confidence is None
    assert found[4].rate.accuracy == 0.75
    assert found[4].rate.interval == pytest.approx((0.5313, 0.8881), abs=1e-4)
    assert BIN_EDGES[-1] == 1.0


def test_too_few_verdicts_are_told_as_such() -> None:
    """With fewer than thirty it says how many more it takes, and gives no overall figure."""
    told = calibration(np.full(MIN_VERDICTS - 1, 0.8), np.ones(MIN_VERDICTS - 1, bool))

    assert (told.says, told.missing, told.p, told.accuracy) == ("not enough yet", 1, None, None)
    assert told.sentence == "It is too early to say: 1 more verdict needed."
    assert (told.ece, told.ece_missing) == (None, MIN_ECE_VERDICTS - MIN_VERDICTS + 1)


def test_the_calibration_error_is_the_known_one() -> None:
    """Two bins by hand: a gap of 0.1 on four, of 0.4 on one."""
    confidence = np.array([0.9, 0.9, 0.9, 0.9, 0.6])
    right = np.array([True, True, True, True, True])

    assert ece(confidence, right) == pytest.approx((4 * 0.1 + 0.4) / 5)


def test_the_calibration_error_by_chance_is_given_beside_it() -> None:
    """A calibrated model has about the error that chance gives; a too confident one has far more."""
    confidence, right = random_predictions(MIN_ECE_VERDICTS, 0.0, 1)
    true, boasting = calibration(confidence, right), calibration(*random_predictions(MIN_ECE_VERDICTS, 0.25, 1))

    assert true.ece == pytest.approx(ece_by_chance(confidence), abs=0.02)
    assert boasting.ece is not None
    assert boasting.ece_by_chance is not None
    assert boasting.ece > 3 * boasting.ece_by_chance
