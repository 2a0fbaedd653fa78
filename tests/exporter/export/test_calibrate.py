"""Making confidence mean what it says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporter.data.dataset import LabelledFaces, no_votes
from exporter.data.labels import NO_LABEL
from exporter.evaluation.metrics import Guesses
from exporter.export import calibrate
from exporter.export.calibrate import MIN_CLEAR_ACCURACY, MIN_COVERAGE, MIN_NEUTRAL_RECALL, HeldOutLogits
from tracker.core.errors import DataError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS
from tracker.model.contract import ModelContract
from tracker.model.prior import Numbers, softmax

NEUTRAL = EXPRESSIONS.index("neutral")
RARE = EXPRESSIONS.index("disgust")


def drawn(probabilities: Numbers, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One label a row, each as likely as the row says."""
    chance = np.random.default_rng(seed).random((len(probabilities), 1))
    return np.asarray((probabilities.cumsum(axis=1) < chance).sum(axis=1), np.int64)


@pytest.mark.parametrize("known", [0.4, 1.0, 2.5])
def test_a_known_temperature_is_recovered(known: float) -> None:
    """Labels drawn at a temperature give that temperature back, within the chance of 20,000 draws."""
    logits = np.random.default_rng(0).normal(0, 2, (20_000, 7))
    truth = drawn(softmax(logits, known))
    truth[:100] = NO_LABEL

    assert calibrate.temperature(logits, truth) == pytest.approx(known, rel=0.05)


def test_without_labels_nothing_is_calibrated() -> None:
    """The sentence says what the data lacks."""
    with pytest.raises(DataError, match="public split with labels"):
        calibrate.temperature(np.zeros((3, 7)), np.full(3, NO_LABEL))


def test_the_search_finds_the_bottom_of_a_valley() -> None:
    """Golden section comes within a millionth."""
    assert calibrate.golden_section(lambda x: (x - 1.3) ** 4 + 7, -3, 3) == pytest.approx(1.3, abs=1e-3)
    assert calibrate.golden_section(abs, -3, 5) == pytest.approx(0, abs=1e-6)


def made(confidence: list[float], right: list[bool]) -> Guesses:
    return Guesses(np.zeros(len(right), np.int64), np.array([0 if one else 1 for one in right]), np.array(confidence))


def test_the_threshold_is_the_lowest_that_is_sure() -> None:
    """Of 40 readings the 20 most confident are right, and one in twenty wrong: there the threshold lies."""
    confidence = [1 - place / 100 for place in range(40)]
    right = [place < 19 for place in range(40)]

    # The 20th reading, at 0.81, is the first wrong one: 19 of 20 are 95 %.
    assert calibrate.threshold(made(confidence, right)) == pytest.approx(0.81, abs=1e-4)


def test_a_threshold_leaves_enough_to_say() -> None:
    """If no confidence is sure, the best with 30 % of the readings is taken, not the single best reading."""
    confidence = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1]
    right = [True, True, False, True, False, False, False, False, False, False]

    assert calibrate.threshold(made(confidence, right)) == pytest.approx(0.6, abs=1e-4)


@given(st.dictionaries(st.integers(500, 3333), st.booleans(), min_size=1))
def test_a_threshold_keeps_what_it_promises(rows: dict[int, bool]) -> None:
    """Above it remain 30 % of the readings or more, and they are sure, or as good as any such part."""
    # Three ten-thousandths apart, so that rounding the threshold down lets nobody else in.
    guesses = made([3 * step / 10_000 for step in rows], list(rows.values()))

    clear = guesses.confidence >= calibrate.threshold(guesses)

    assert clear.mean() >= MIN_COVERAGE
    assert guesses.right[clear].mean() >= min(MIN_CLEAR_ACCURACY, guesses.right.mean())


@pytest.fixture
def held() -> HeldOutLogits:
    """A well calibrated head on data where neutral makes up half and disgust one part in fifty."""
    shares = np.array([0.08, 0.02, 0.08, 0.12, 0.1, 0.1, 0.5])
    truth = drawn(np.tile(shares, (5_000, 1)))
    evidence = np.random.default_rng(2).normal(0, 1, (5_000, 7))
    evidence[np.arange(5_000), truth] += 2.5
    # With unit noise and a lead of 2.5, log-likelihood ratios are 2.5 times the evidence: Bayes adds the log prior.
    return HeldOutLogits(2.5 * evidence + np.log(shares), np.log(shares), truth)


def test_the_live_prior_is_the_most_that_keeps_neutral(held: HeldOutLogits) -> None:
    """At the chosen tau neutral faces are still recognised, one step further they are not."""
    tau = calibrate.live_tau(held)

    def recall(tau: float) -> float:
        guesses = held.guesses(tau)
        return float(guesses.right[guesses.truth == NEUTRAL].mean())

    assert 0 < tau < 1
    assert recall(tau) >= MIN_NEUTRAL_RECALL > recall(tau + 1 / 40)


def test_neutral_that_is_never_recognised_leaves_the_prior_alone(held: HeldOutLogits) -> None:
    """If no tau keeps neutral, live is 0."""
    logits = held.logits.copy()
    logits[:, NEUTRAL] = -99

    assert calibrate.live_tau(replace(held, logits=logits)) == 0


def test_the_picture_prior_takes_out_what_it_may(held: HeldOutLogits) -> None:
    """It costs at most its price in accuracy, a step more would cost more, and it finds more of the rare than 0 does."""
    tau = calibrate.picture_tau(held)

    def accuracy(tau: float) -> float:
        return float(held.guesses(tau).right.mean())

    best = max(accuracy(other) for other in calibrate.FINE_TAUS)
    assert accuracy(tau) >= best - calibrate.MAX_PICTURE_ACCURACY_LOSS
    assert all(accuracy(other) < best - calibrate.MAX_PICTURE_ACCURACY_LOSS for other in calibrate.FINE_TAUS if other > tau)
    assert 0 < tau <= 1


def test_taking_the_prior_out_finds_more_of_the_rare(held: HeldOutLogits) -> None:
    """Recall of the rarest label rises with tau."""

    def recall(tau: float) -> float:
        guesses = held.guesses(tau)
        return float(guesses.right[guesses.truth == RARE].mean())

    assert recall(0) < recall(0.5) < recall(1)


def test_shares_are_those_of_what_was_taught(faces: LabelledFaces) -> None:
    """Over the labels asked for they sum to 1, whatever else the head knows."""
    shares = calibrate.training_shares("ferplus", [0, 1], faces.of("train"))

    assert shares == pytest.approx([0.5, 0.5])


def test_an_expression_that_was_never_taught_is_named(faces: LabelledFaces) -> None:
    """Without pictures of it there is no prior to take out."""
    training = faces.of("train")
    happy = FERPLUS.index("happiness")

    with pytest.raises(DataError, match="No training picture shows happiness"):
        calibrate.training_shares("ferplus", list(range(7)), training.take(training.votes[:, happy] < 2))


def calibrated(contract: ModelContract, faces: LabelledFaces) -> tuple[ModelContract, dict[str, Numbers]]:
    """A contract with what calibrating random logits gives, and the logits of its heads."""
    public = faces.of("public")
    rng = np.random.default_rng(3)
    logits = {"fer2013": rng.normal(0, 1, (len(public), 7)), "ferplus": rng.normal(0, 1, (len(public), 8))}
    found = calibrate.calibrate(logits, public, faces.of("train"))
    return replace(contract, heads=found.heads, shown=found.shown), logits


def test_what_was_calibrated_is_what_the_tracker_shows(contract: ModelContract, faces: LabelledFaces) -> None:
    """At a tau of the curve the contract's shown scores are those that the temperature was fitted for."""
    contract, logits = calibrated(contract, faces)
    columns = [FERPLUS.index(label) for label in contract.shown.labels]
    log_prior = np.array([contract.shown.log_prior[label] for label in contract.shown.labels])

    for point in contract.shown.curve:
        expected = softmax(logits["ferplus"][:, columns] - point.tau * log_prior, point.temperature)
        assert contract.shown_scores(logits, point.tau) == pytest.approx(expected)


def test_data_without_votes_shows_the_other_head(contract: ModelContract, faces: LabelledFaces) -> None:
    """Where no crowd taught the FER+ head, the seven-class head speaks and the other is left out."""
    contract, _ = calibrated(contract, replace(faces, votes=no_votes(len(faces))))

    assert contract.shown.head == "fer2013"
    assert set(contract.heads) == {"fer2013"}
    assert contract.shown.labels == EXPRESSIONS
