"""People the released model does not know: who differs from it in one way, who answers at random, who agrees with it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from exporter.data.dataset import read
from exporter.data.labels import shown_truth
from tracker.config.model_files import released_model
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import FEATURES_OUTPUT, OnnxClassifier
from tracker.personal import fit_files
from tracker.personal.fitting import fit, released_logits
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.refit import fit_person
from tracker.personal.select_fit import fit_for_named, fit_in_effect

NEUTRAL, HAPPY, SAD = (EXPRESSIONS.index(name) for name in ("neutral", "happy", "sad"))


@pytest.fixture(scope="module")
def model() -> OnnxClassifier:
    return OnnxClassifier(released_model())


def faces_like(model: OnnxClassifier, shown: list[int], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Features as training pictures of these expressions have them, a little different each time."""
    statistics = model.contract.statistics
    assert statistics is not None
    standardised = np.array(statistics.typical)[shown] + rng.normal(0, 0.3, (len(shown), statistics.width))
    return np.asarray(standardised * np.array(statistics.std) + np.array(statistics.mean))


def right(model: OnnxClassifier, labelled: LabelledFeatures, taught: LabelledFeatures | None = None) -> float:
    """The share that is judged as the person says, by the released model or by a fit."""
    logits = released_logits(labelled, model.contract)
    if taught is not None:
        logits = logits + fit(taught, model.contract).logits(labelled.features)
    return float((logits.argmax(1) == labelled.labels).mean())


def test_seven_verdicts_that_agree_change_no_answer(model: OnnxClassifier) -> None:
    """Who sees what the model sees, one face an expression, gets the same answers as before."""
    rng, shown = np.random.default_rng(1), list(range(len(EXPRESSIONS)))
    taught = LabelledFeatures.of(faces_like(model, shown, rng), shown)
    others = LabelledFeatures.of(faces_like(model, shown * 30, rng), shown * 30)
    assert right(model, others, taught) >= right(model, others) - 0.02


def test_random_answers_hardly_ever_take_effect(model: OnnxClassifier, tmp_path: Path) -> None:
    """Of twenty people who answer at random, at most one gets a fit that is in effect."""
    rng = np.random.default_rng(2)
    promoted = 0
    for number in range(20):
        shown = rng.integers(0, len(EXPRESSIONS), 20).tolist()
        taught = LabelledFeatures.of(faces_like(model, shown, rng), rng.integers(0, len(EXPRESSIONS), 20).tolist())
        promoted += fit_person(f"p{number}", taught, model, tmp_path).promoted
    assert promoted <= 1


def test_a_fit_takes_effect_and_is_taken_back(model: OnnxClassifier, tmp_path: Path) -> None:
    """Better beyond doubt it is promoted; version 0 is the released model again, and the fit is still there."""
    rng = np.random.default_rng(3)
    shown = [NEUTRAL] * 20 + [HAPPY] * 20
    report = fit_person("mia", LabelledFeatures.of(faces_like(model, shown, rng), [SAD] * 20 + [HAPPY] * 20), model, tmp_path)
    assert report.promoted
    assert fit_in_effect("mia", model.sha256, tmp_path) is not None

    fit_files.promote("mia", fit_files.RELEASED, folder=tmp_path)
    assert fit_in_effect("mia", model.sha256, tmp_path) is None
    assert fit_for_named("mia", model.sha256, tmp_path)[0] is None
    assert [personal_fit.version for personal_fit in fit_files.versions("mia", tmp_path)] == [1]


@pytest.mark.shared
def test_a_person_whose_resting_face_is_sad_is_understood(model: OnnxClassifier, shared: Path, tmp_path: Path) -> None:
    """Real pictures: forty verdicts of somebody who calls resting faces sad make other pictures of theirs right, and nobody's
    smile is lost.
    """
    public = read(shared / "data" / "fer2013.npz").of("public")
    truth, rng = shown_truth(public), np.random.default_rng(4)
    neutral, happy = (rng.permutation(np.flatnonzero(truth == which))[:120] for which in (NEUTRAL, HAPPY))
    features = model.logits(public.images[np.concatenate([neutral, happy])])[FEATURES_OUTPUT]
    person = LabelledFeatures.of(features, [SAD] * 120 + [HAPPY] * 120)
    seen = np.arange(240) % 6 == 0
    taught, others = person.take(seen), person.take(~seen)

    assert right(model, others, taught) >= right(model, others) + 0.2
    smiling = others.take(others.labels == HAPPY)
    assert right(model, smiling, taught) >= right(model, smiling) - 0.03
    assert fit_person("mia", taught, model, tmp_path).promoted
