"""The one distribution that is shown: its prior, its temperature and its threshold."""

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.errors import UsageError
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.prior import MAX_TAU, OperatingPoint, SecondHead, softmax

logits = st.lists(st.floats(-50, 50), min_size=8, max_size=8)


@given(logits, st.floats(0.1, 10))
def test_softmax_gives_probabilities(row: list[float], temperature: float) -> None:
    """Any logits become probabilities that sum to 1, in the logits' order."""
    probabilities = softmax(np.array([row]), temperature)[0]

    assert probabilities.sum() == pytest.approx(1)
    assert probabilities.min() >= 0
    assert probabilities[int(np.argmax(row))] == probabilities.max()


def test_huge_logits_do_not_overflow() -> None:
    """A logit of a thousand gives finite probabilities."""
    assert softmax(np.array([[1000.0, 0.0]])) == pytest.approx(np.array([[1.0, 0.0]]))


def test_a_higher_temperature_is_less_sure() -> None:
    """Twice the temperature is the same as half the logits."""
    assert softmax(np.array([[2.0, 0.0]]), 2.0) == pytest.approx(softmax(np.array([[1.0, 0.0]])))


def test_shown_scores_are_in_the_order_of_the_expressions(contract: ModelContract) -> None:
    """A logit of one FER+ label raises the expression it is shown as, and contempt is not shown."""
    ferplus = contract.heads["ferplus"].labels
    for label, expression in contract.shown.names.items():
        row = np.zeros((1, 8))
        row[0, ferplus.index(label)] = 9.0
        assert EXPRESSIONS[int(contract.shown_scores({"ferplus": row}, 0.0).argmax())] == expression
    contempt = np.zeros((1, 8))
    contempt[0, ferplus.index("contempt")] = 9.0
    assert contract.shown_scores({"ferplus": contempt}, 0.0) == pytest.approx(np.full((1, 7), 1 / 7))


def test_shown_scores_follow_their_formula(contract: ModelContract) -> None:
    """They are softmax((logits - tau * log prior) / temperature), with the temperature of that tau."""
    row = np.linspace(-2, 2, 8)
    labels = [contract.heads["ferplus"].labels.index(label) for label in contract.shown.labels]
    log_prior = np.array([contract.shown.log_prior[label] for label in contract.shown.labels])
    powers = np.exp((row[labels] - 0.5 * log_prior) / 1.5)

    assert contract.shown_scores({"ferplus": row[None]}, 0.5)[0] == pytest.approx(powers / powers.sum())


def heard(contract: ModelContract, weight: float = 0.8) -> ModelContract:
    """The contract with the seven-class head as a second head, its prior rising from angry to neutral."""
    own = {name: name for name in EXPRESSIONS}
    second = SecondHead("fer2013", own, {name: float(place) for place, name in enumerate(EXPRESSIONS)}, weight)
    return replace(contract, shown=msgspec.structs.replace(contract.shown, second=second))


def test_a_second_head_is_weighted_by_tau(contract: ModelContract) -> None:
    """Its logits without their prior are added times tau and its weight: nothing at tau 0."""
    rng = np.random.default_rng(2)
    logits = {"ferplus": rng.normal(0, 1, (3, 8)), "fer2013": rng.normal(0, 1, (3, 7))}
    both = heard(contract)
    log_prior = np.array([contract.shown.log_prior[label] for label in contract.shown.labels])

    for tau in (0.5, 1.0):
        alone = both.shown_logits(logits)[0] - tau * log_prior
        expected = softmax(alone + tau * 0.8 * (logits["fer2013"] - np.arange(7)), both.shown.operating_point(tau).temperature)
        assert both.shown_scores(logits, tau) == pytest.approx(expected)
    assert both.shown_scores(logits, 0.0) == pytest.approx(contract.shown_scores(logits, 0.0))


def test_a_second_head_is_in_the_file(contract: ModelContract) -> None:
    """It is read as it was written; a file without one is written without it."""
    both = heard(contract)

    assert ModelContract.from_json(both.to_json(), Path("some.onnx")) == both
    assert "second" not in contract.to_json()


@pytest.mark.parametrize(("weight", "sentence"), [(0.0, "shown.second.weight should be above 0"), (float("nan"), "above 0")])
def test_a_second_head_has_a_weight(contract: ModelContract, weight: float, sentence: str) -> None:
    """A weight of 0 or below, and the shown head itself, are refused."""
    with pytest.raises(ValueError, match=sentence):
        heard(contract, weight)


def test_taking_the_prior_out_favours_what_was_rare(contract: ModelContract) -> None:
    """With equal logits, at tau 1 the label that was rarest in training comes first."""
    rarest = min(contract.shown.log_prior, key=lambda label: contract.shown.log_prior[label])

    scores = contract.shown_scores({"ferplus": np.zeros((1, 8))}, 1.0)[0]

    assert EXPRESSIONS[int(scores.argmax())] == contract.shown.names[rarest]


def test_the_curve_is_interpolated_and_constant_beyond_its_ends(contract: ModelContract) -> None:
    """Halfway between two taus their means hold; above the last tau, the last point."""
    assert contract.shown.operating_point(0.5) == OperatingPoint(0.5, 1.5, 0.4)
    assert contract.shown.operating_point(1.5) == OperatingPoint(1.5, 2.0, 0.5)


@pytest.mark.parametrize(
    ("prior", "tau"),
    [("natural", 0), ("balanced", 1), ("live", 0.25), ("picture", 0.5), ("default", 0.5), ("0.7", 0.7), ("1.5", 1.5)],
)
def test_a_prior_is_a_name_or_a_number(contract: ModelContract, prior: str, tau: float) -> None:
    """The file's names, live, picture, default (as picture) and plain numbers are understood."""
    assert contract.shown.tau(prior) == tau


@pytest.mark.parametrize("prior", ["calm", "", "-0.1", "1.6", "nan", "inf"])
def test_an_unknown_prior_is_refused_with_the_known_ones(contract: ModelContract, prior: str) -> None:
    """The error lists the names and the range of numbers."""
    with pytest.raises(UsageError, match=rf"balanced, default, live, natural, picture, .* to {MAX_TAU}"):
        contract.shown.tau(prior)


def test_every_expression_is_shown_once(contract: ModelContract) -> None:
    """A file that shows two labels as sad, or none as fear, is refused."""
    twice = {**contract.shown.names, "fear": "sad"}
    with pytest.raises(ValueError, match="each of angry, disgust, fear"):
        msgspec.structs.replace(contract.shown, names=twice)


@pytest.mark.parametrize("taus", [(), (0.5, 0.0), (0.5, 0.5)])
def test_a_curve_rises(contract: ModelContract, taus: tuple[float, ...]) -> None:
    """No points, points out of order, and two points at one tau are refused."""
    with pytest.raises(ValueError, match="by rising tau"):
        msgspec.structs.replace(contract.shown, curve=tuple(OperatingPoint(tau, 1.0, 0.5) for tau in taus))


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((-0.1, 1.0, 0.5), "tau lies between"),
        ((0.0, 0.0, 0.5), "temperature should be above 0"),
        ((0.0, float("nan"), 0.5), "temperature should be above 0"),
        ((0.0, 1.0, 1.1), "threshold lies between 0 and 1"),
    ],
)
def test_a_setting_has_possible_numbers(numbers: tuple[float, float, float], sentence: str) -> None:
    """Taus, temperatures and thresholds outside of their ranges are refused."""
    with pytest.raises(ValueError, match=sentence):
        OperatingPoint(*numbers)


def test_default_taus_are_possible(contract: ModelContract) -> None:
    """A default outside of the range is refused, by its name."""
    with pytest.raises(ValueError, match="prior live"):
        msgspec.structs.replace(contract.shown, live=2.0)
