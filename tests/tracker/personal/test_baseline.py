"""A resting face that the model calls sad: taken into account, it is sad no longer, and a smile is still a smile."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy.orm import Session as Store

from exporter.data.dataset import read
from exporter.data.labels import shown_truth
from tracker.core.errors import UsageError
from tracker.core.face import Face, Prediction
from tracker.core.frame import Frame, now
from tracker.core.geometry import Box
from tracker.core.scores import Scores, put_into_words
from tracker.core.vocabulary import EXPRESSIONS
from tracker.live.session import Session
from tracker.model.classifier import FEATURES_OUTPUT, OnnxClassifier
from tracker.model.correction import PersonalFit
from tracker.model.prior import softmax
from tracker.model.provenance import ModelProvenance
from tracker.personal import baseline, fit_files
from tracker.personal.fitting import released_logits
from tracker.personal.from_store import labelled_from_store, resting_from_store
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.refit import fit_baseline, fit_person
from tracker.personal.select_fit import fit_for_named, fit_to_apply
from tracker.store.database import Database
from tracker.store.verdicts import save_moment_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

MakeFaces = Callable[..., LabelledFeatures]
Features = npt.NDArray[np.float64]
NEUTRAL, HAPPY, SAD, SURPRISE = (EXPRESSIONS.index(name) for name in ("neutral", "happy", "sad", "surprise"))
LEANING: Final = 0.85
"""How far this person's resting face is from a usual one towards a sad one."""


class ScriptedFeatures(FakeClassifier):
    """One face a frame, with the features of its script, judged as the released model judges them, fit included."""

    def __init__(self, model: OnnxClassifier, script: Features) -> None:
        super().__init__(threshold=model.threshold)
        self.script = iter(script)
        self._model = model

    def classify(self, crops: npt.NDArray[np.uint8]) -> list[Prediction]:
        """What the released model makes of the next features."""
        rows = np.stack([next(self.script) for _ in crops])
        logits = released_logits(LabelledFeatures.of(rows, [0] * len(rows)), self._model.contract)
        if self._model.fit is not None:
            logits = logits + self._model.fit.correction.logits(rows)
        return [Prediction(Scores.of(EXPRESSIONS, row), {}, row.astype(np.float32)) for row in softmax(logits)]


def shares(model: OnnxClassifier, script: Features, personal_fit: PersonalFit | None) -> dict[str, float]:
    """What part of a session at two observations a second each expression had, in the words that are shown."""
    model.fit = personal_fit
    session = Session(Analyzer(FakeDetector([[Box(10, 10, 100, 100)]]), ScriptedFeatures(model, script)))
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (120, 160, 3), np.uint8)
    seen = [session.observe(Frame(pixels, n / 2, n, now())).readings[0].words.expression for n in range(len(script))]
    model.fit = None
    return {name: seen.count(name) / len(seen) for name in {*seen, *EXPRESSIONS}}


def leaning(faces: MakeFaces, count: int, seed: int) -> Features:
    """Resting faces of somebody who looks a little sad at rest."""
    usual, sad = (faces([label] * count, seed=seed).features for label in (NEUTRAL, SAD))
    return np.asarray((1 - LEANING) * usual + LEANING * sad)


def test_over_a_session_a_resting_face_is_sad_no_longer(model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """Scripted: the share of sad falls by half or more, while the minutes of smiles and surprise are shown as before."""
    fit_baseline("mia", leaning(faces, 8, seed=3).astype(np.float32), model, tmp_path)
    moods = [faces([label] * 40, seed=9).features for label in (HAPPY, SURPRISE)]
    script = np.concatenate([leaning(faces, 60, seed=5), moods[0], leaning(faces, 60, seed=6), moods[1]])

    before = shares(model, script, None)
    after = shares(model, script, fit_files.version("mia", 1, tmp_path))

    assert before["sad"] > 0.4
    assert after["sad"] <= before["sad"] / 2
    for mood in ("happy", "surprise"):
        assert after[mood] >= 0.9 * before[mood] > 0.1


@pytest.mark.shared
def test_real_resting_faces_that_are_called_sad(model: OnnxClassifier, shared: Path, tmp_path: Path) -> None:
    """Real pictures the crowd calls neutral and the model sad: half of them taught, the other half is sad half as often or
    less, and of the others' smiles and surprise nearly all are still shown.
    """
    public = read(shared / "data" / "fer2013.npz").of("public")
    truth, rng = shown_truth(public), np.random.default_rng(4)
    some = np.concatenate([rng.permutation(np.flatnonzero(truth == label))[:200] for label in (HAPPY, SURPRISE)])
    resting = np.flatnonzero(truth == NEUTRAL)
    features = model.logits(public.images[np.concatenate([resting, some])])[FEATURES_OUTPUT]
    said = released_logits(LabelledFeatures.of(features, [0] * len(features)), model.contract)
    sad = rng.permutation(np.flatnonzero(said[: len(resting)].argmax(1) == SAD))
    taught, others = np.array_split(sad, 2)
    fit_baseline("mia", features[taught], model, tmp_path)

    session = np.concatenate([others, np.arange(len(resting), len(features))])
    before = said[session].argmax(1)
    after = (said + fit_files.version("mia", 1, tmp_path).correction.logits(features))[session].argmax(1)

    assert len(others) >= 50
    assert (after == SAD).mean() <= (before == SAD).mean() / 2
    shown = truth[some]
    for mood in (HAPPY, SURPRISE):
        right = [(guess[len(others) :] == mood)[shown == mood].mean() for guess in (before, after)]
        assert right[1] >= right[0] - 0.05


def test_on_and_off_and_when_it_was(model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """Turned on it is in effect, off what was in effect before is; both moments are remembered; fitting turns nothing on."""
    fit_person("me", faces([NEUTRAL, HAPPY]), model, tmp_path)
    fit_files.promote("me", 1, folder=tmp_path)
    fit_baseline("me", leaning(faces, 8, seed=3).astype(np.float32), model, tmp_path)
    assert not baseline.is_on("me", tmp_path)
    assert baseline.active_ranges("nobody", tmp_path) == []

    on = baseline.turn_on("me", model.sha256, tmp_path)
    applied = fit_to_apply(None, model.sha256, tmp_path)
    assert applied is not None
    assert applied.origin == "baseline"
    baseline.turn_off("me", tmp_path)
    off = fit_files.decisions("me", tmp_path)[-1]

    assert fit_files.current_version("me", tmp_path) == 1
    assert baseline.active_ranges("me", tmp_path) == [(on.at, off.at)]
    baseline.turn_on("me", model.sha256, tmp_path)
    assert baseline.active_ranges("me", tmp_path)[-1][1] is None
    with pytest.raises(UsageError, match="has not seen your resting face"):
        baseline.turn_on("me", "another", tmp_path)


def test_a_resting_face_is_never_applied_unasked(model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """Not even for who is named, before they turn it on; the sentence says how."""
    fit_baseline("mia", leaning(faces, 8, seed=3).astype(np.float32), model, tmp_path)

    personal_fit, remark = fit_for_named("mia", model.sha256, tmp_path)
    assert personal_fit is None
    assert remark is not None
    assert "mien refit --person mia --promote 1" in remark

    baseline.turn_on("mia", model.sha256, tmp_path)
    personal_fit, remark = fit_for_named("mia", model.sha256, tmp_path)
    assert personal_fit is not None
    assert remark is None


def keep(database: Database, model: OnnxClassifier, said: str, features: Features) -> None:
    """A guided moment as the page keeps it."""
    at, judge, rng = now(), ModelProvenance.of(model), np.random.default_rng()

    def work(store: Store) -> None:
        for row in features:
            scores = Scores.of(EXPRESSIONS, np.full(7, 1 / 7))
            told = Prediction(scores, {}, row.astype(np.float32))
            crop = rng.integers(0, 255, (48, 48), np.uint8)
            face = Face(Box(0, 0, 90, 90), crop, told, put_into_words(scores, 0.5))
            save_moment_verdict(store, face, judge, said, origin="start", at=at)

    database.write(work).result()


def test_faces_of_a_guided_moment_count_as_one(model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """Out of the store, eight looks of ten seconds weigh as one verdict, and the newest resting face is the baseline's."""
    with Database(f"sqlite:///{tmp_path / 'mien.db'}") as database:
        for said, label in (("neutral", SAD), ("happy", HAPPY), ("neutral", NEUTRAL)):
            keep(database, model, said, faces([label] * 8).features)
        with database.session() as store:
            labelled, left_out = labelled_from_store(store, "me", model)
            resting = resting_from_store(store, "me", model)

    assert (len(labelled), left_out) == (24, 0)
    assert labelled.weights.sum() == pytest.approx(3)
    assert len(resting) == 8
    assert resting.features == pytest.approx(faces([NEUTRAL] * 8).features, abs=0.01)
