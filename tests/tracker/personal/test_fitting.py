"""From verdicts to a correction: what it learns, what it leaves alone, and how far it is trusted."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest

from tracker.core.errors import ModelError, UsageError
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import FEATURES_OUTPUT, OnnxClassifier
from tracker.model.prior import softmax
from tracker.personal.cross_validation import hold_out, single_moment_expressions
from tracker.personal.fitting import fit, released_logits
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.lbfgs import lbfgs
from tracker.personal.significance import Evidence, compare_held_out

MakeFaces = Callable[..., LabelledFeatures]
NEUTRAL, HAPPY, SAD = (EXPRESSIONS.index(name) for name in ("neutral", "happy", "sad"))
ALL = list(range(len(EXPRESSIONS)))


def accuracy(model: OnnxClassifier, others: LabelledFeatures, taught: LabelledFeatures | None = None) -> float:
    logits = released_logits(others, model.contract)
    if taught is not None:
        logits = logits + fit(taught, model.contract).logits(others.features)
    return float((logits.argmax(axis=1) == others.labels).mean())


def test_the_lowest_point_of_a_bowl_is_found() -> None:
    """A quadratic bowl of fifty dimensions, a thousand times steeper in some than in others, is left at its bottom."""
    rng = np.random.default_rng(0)
    steepness, bottom = np.logspace(0, 3, 50), rng.normal(0, 1, 50)

    def bowl(point: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        away = point - bottom
        return float(steepness @ away**2), 2 * steepness * away

    assert lbfgs(bowl, np.zeros(50)) == pytest.approx(bottom, abs=1e-3)


def test_the_contract_tells_the_heads_answer_from_features(model: OnnxClassifier) -> None:
    """What the released model says of a crop follows from its features and the statistics in its file."""
    crops = np.random.default_rng(3).integers(0, 256, (5, 48, 48), np.uint8)
    outputs = model.logits(crops)

    told = released_logits(LabelledFeatures.of(outputs[FEATURES_OUTPUT], [0] * 5), model.contract)

    shown = model.contract.shown_scores(outputs, model.contract.shown.picture)
    assert softmax(told) == pytest.approx(shown, abs=1e-3)


def test_a_correction_is_what_the_classifier_adds(model: OnnxClassifier, faces: MakeFaces) -> None:
    """A classifier with a personal fit shows the released logits plus the correction, at any prior."""
    crops = np.random.default_rng(3).integers(0, 256, (4, 48, 48), np.uint8)
    correction = fit(faces([NEUTRAL] * 3, [SAD] * 3), model.contract)
    outputs = model.logits(crops)

    fitted = OnnxClassifier(model.path, "0.25")
    fitted.fit = SimpleNamespace(correction=correction)  # type: ignore[assignment]

    expected = softmax(
        model.contract.calibrated(model.contract.shown_logits(outputs), 0.25) + correction.logits(outputs[FEATURES_OUTPUT])
    )
    assert fitted.shown_scores(outputs) == pytest.approx(expected)


def test_seven_verdicts_teach_what_differs(model: OnnxClassifier, faces: MakeFaces) -> None:
    """Who shows each expression in a way of their own, halfway to another, is understood after one verdict on each."""
    halfway = [*ALL[1:], ALL[0]]
    manner = np.random.default_rng(5).normal(0, 0.1, (len(ALL), faces(ALL).features.shape[1]))

    def own(times: int, seed: int) -> LabelledFeatures:
        ours, others = (faces(shown * times, seed=seed).features for shown in (ALL, halfway))
        return LabelledFeatures.of((ours + others) / 2 + np.tile(manner, (times, 1)), ALL * times)

    assert accuracy(model, own(20, seed=8), own(1, seed=1)) >= accuracy(model, own(20, seed=8)) + 0.2


def test_expressions_without_a_verdict_are_not_forgotten(model: OnnxClassifier, faces: MakeFaces) -> None:
    """After ten smiles and ten resting faces the other five expressions are recognised as before."""
    rest = [label for label in ALL if label not in {HAPPY, NEUTRAL}]
    others = faces(rest * 20, seed=8)

    assert accuracy(model, others, faces([HAPPY, NEUTRAL] * 10)) >= accuracy(model, others) - 0.02


def test_faces_of_one_moment_weigh_as_one(model: OnnxClassifier, faces: MakeFaces) -> None:
    """The same face a hundred times in one moment teaches what it teaches once."""
    once = faces([NEUTRAL], [SAD])
    often = LabelledFeatures(np.repeat(once.features, 100, axis=0), np.repeat(once.labels, 100), np.zeros(100, np.int64))

    assert fit(often, model.contract).weights == pytest.approx(fit(once, model.contract).weights, abs=1e-4)


def test_a_fit_is_trusted_as_far_as_verdicts_bear_it_out(model: OnnxClassifier, faces: MakeFaces) -> None:
    """Steady verdicts are applied in full; of a slip of the hand now and then, next to nothing."""
    steady = hold_out(faces([NEUTRAL, HAPPY] * 10, [SAD, HAPPY] * 10), model.contract)
    slips = [(label + 3) % len(ALL) if place % 5 == 0 else label for place, label in enumerate(ALL * 4)]
    careless = hold_out(faces(ALL * 4, slips), model.contract)

    assert steady.trust() > 0.9
    assert careless.trust() < 0.2


def test_a_verdict_alone_on_its_expression_does_not_count_against_the_fit(model: OnnxClassifier, faces: MakeFaces) -> None:
    """With one verdict an expression nothing can be held out fairly: the fit is applied in full, and the report says so."""
    seven = faces(ALL)

    assert single_moment_expressions(seven) == list(EXPRESSIONS)
    assert hold_out(seven, model.contract).trust() == 1.0


def evidence(better: int, worse: int, same: int) -> Evidence:
    before = np.array([False] * better + [True] * worse + [True] * same)
    after = np.array([True] * better + [False] * worse + [True] * same)
    return Evidence(before, after, np.arange(len(before)))


def test_an_interval_is_as_published() -> None:
    """Agresti and Min's interval, computed by hand for 8 better, 2 worse, 30 the same."""
    count, difference = 42, 6
    spread = 1.96 * ((11 - difference**2 / count) ** 0.5) / count
    assert evidence(8, 2, 30).interval == pytest.approx((difference / count - spread, difference / count + spread))


@pytest.mark.parametrize(
    ("counts", "convincing"), [((12, 0, 28), True), ((3, 0, 4), False), ((6, 4, 30), False), ((0, 12, 28), False)]
)
def test_only_a_clear_gain_convinces(counts: tuple[int, int, int], convincing: bool) -> None:
    """Many gained and none lost convinces; few, mixed, or lost does not."""
    assert evidence(*counts).convincing is convincing


def test_one_moment_is_one_case() -> None:
    """Ten frames of one second that all got better are no more evidence than one."""
    frames = Evidence(np.zeros(10, bool), np.ones(10, bool), np.zeros(10, np.int64))

    assert frames.interval == evidence(1, 0, 0).interval


def test_one_verdict_is_no_evidence(model: OnnxClassifier, faces: MakeFaces) -> None:
    """A single verdict leaves nothing to fit when it is held out: before and after are the same, and nothing is promoted."""
    told = compare_held_out(hold_out(faces([NEUTRAL], [SAD]), model.contract))

    assert (told.before == told.after).all()
    assert not told.convincing


def test_a_model_that_tells_nothing_of_its_features_is_refused(model: OnnxClassifier, faces: MakeFaces) -> None:
    """The sentence says what to do about it."""
    with pytest.raises(ModelError, match="mien export --data"):
        fit(faces(ALL), replace(model.contract, statistics=None))


def test_verdicts_on_another_models_features_are_refused(model: OnnxClassifier) -> None:
    """A network of another width is named, and nobody's verdicts is a sentence, too."""
    with pytest.raises(UsageError, match="given on 3 features"):
        fit(LabelledFeatures.of(np.zeros((2, 3)), [0, 1]), model.contract)
    with pytest.raises(UsageError, match="no verdict to learn from"):
        LabelledFeatures.of([], [])
