"""Drift is found and named where there is some, and hardly ever where there is none."""

import numpy as np
import pytest

from tracker.core.vocabulary import EXPRESSIONS
from tracker.health.drift import MEASURE_KINDS, PeriodSamples, compare, drift, psi

USUAL_MIX = np.array([0.05, 0.02, 0.03, 0.3, 0.1, 0.05, 0.45])
"""The mean mix of a person's meetings."""


def sessions(n: int, seed: int, mix: np.ndarray = USUAL_MIX, confidence: float = 0.8, took: float = 20.0) -> PeriodSamples:
    """So many sessions that differ from one another as real ones do."""
    rng = np.random.default_rng(seed)
    return PeriodSamples(
        mix=rng.dirichlet(mix * 12, n),
        confidence=rng.normal(confidence, 0.04, n).clip(0, 1),
        unclear=rng.beta(2, 10, n),
        failed=rng.beta(1, 20, n),
        took=rng.normal(took, 2, n),
    )


def test_the_stability_index_is_the_known_one() -> None:
    """Two of seven shares changed, by hand: (0.2)·ln(0.4/0.2) + (-0.2)·ln(0.6/0.8); a share below 1 % counts as 1 %."""
    before, after = np.zeros((2, 7))
    before[:2], after[:2] = (0.2, 0.8), (0.4, 0.6)

    assert float(psi(before, after)) == pytest.approx(0.2 * np.log(2) + 0.2 * np.log(0.8 / 0.6))
    assert float(psi(before, before)) == 0.0
    nearly = before.copy()
    nearly[2] = 0.009
    assert float(psi(before, nearly)) == 0.0


def test_the_permutation_test_gives_the_exact_probability() -> None:
    """Five sessions sure and five unsure: of 252 ways to divide them only two are so uneven."""
    kind = next(kind for kind in MEASURE_KINDS if kind.name == "confidence")
    old, new = np.full((5, 1), 0.9), np.full((5, 1), 0.5)

    found = compare(kind, old, new)

    assert found.p == pytest.approx(2 / 252, abs=0.006)
    assert found.before == pytest.approx(0.9)
    assert found.after == pytest.approx(0.5)
    assert found.size == pytest.approx(0.4)


def test_without_drift_hardly_any_is_reported() -> None:
    """Of 200 reports on sessions without drift, at most one in twenty reports a change."""
    reported = [drift("session", (7, 28), sessions(24, 2 * seed), sessions(6, 2 * seed + 1), 5).changed for seed in range(200)]

    assert np.mean(reported) <= 1 / 20


def test_another_mix_is_found_and_named() -> None:
    """Where neutral became sad, the report says so with the shares before and now; the rest is as before."""
    sadder = USUAL_MIX.copy()
    sadder[EXPRESSIONS.index("sad")], sadder[EXPRESSIONS.index("neutral")] = 0.45, 0.1
    found = drift("session", (7, 28), sessions(24, 1), sessions(8, 2, sadder), 5)

    assert found.changed
    assert [measure.name for measure in found.measures if measure.changed] == ["mix"]
    assert "sad" in found.sentence
    assert "neutral" in found.sentence
    assert found.sentence.startswith("Between the last 7 days (8 sessions) and the 28 before (24) something changed.")


def test_less_confidence_and_slower_frames_are_found() -> None:
    """As after a camera was put against the light, on a busier machine."""
    found = drift("session", (7, 28), sessions(24, 1), sessions(8, 2, confidence=0.65, took=45.0), 5)

    told = {measure.name: measure.sentence for measure in found.measures if measure.changed}
    assert set(told) == {"confidence", "took"}
    assert told["confidence"].startswith("Its mean confidence fell from 8")
    assert told["took"].startswith("The time for a frame rose from")
    assert told["took"].endswith(" ms.")


def test_a_difference_that_does_not_matter_is_not_told() -> None:
    """A difference of three points of confidence is not reported, however certain."""
    found = drift("session", (7, 28), sessions(300, 1), sessions(300, 2, confidence=0.77), 5)

    assert not found.changed
    assert next(measure for measure in found.measures if measure.name == "confidence").p < 0.01


def test_too_few_sessions_are_told_as_such() -> None:
    """The sentence says how many there are in each period, and how many it takes."""
    found = drift("session", (7, 28), sessions(24, 1), sessions(3, 2), 5)

    assert (found.enough, found.missing, found.changed, found.measures) == (False, (0, 2), False, ())
    assert found.sentence == (
        "Not enough yet to compare the last 7 days (3 sessions) and the 28 before (24): 5 are needed in each."
    )


def test_what_nobody_recorded_is_left_out() -> None:
    """Uploads have no time for a frame, so that measure is left out."""
    before, after = sessions(24, 1), sessions(8, 2)
    before.took[:] = np.nan

    names = [measure.name for measure in drift("session", (7, 28), before, after, 5).measures]

    assert names == ["mix", "confidence", "unclear", "failed"]
