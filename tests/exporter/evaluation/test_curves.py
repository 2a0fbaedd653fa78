"""The curves of the model card, against numbers computed by hand."""

from pathlib import Path

import numpy as np
import pytest

from exporter.data.dataset import LabelledFaces
from exporter.evaluation.curves import coverage, curves, reliability
from exporter.evaluation.metrics import Guesses, ece
from exporter.evaluation.scores import DefaultTaus
from exporter.evaluation.scoring import part_probabilities, score_logits
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import ModelContract


def guesses(right: list[bool], confidence: list[float]) -> Guesses:
    return Guesses(np.zeros(len(right), np.int64), np.array([0 if one else 1 for one in right]), np.array(confidence))


def test_reliability_is_what_the_calibration_error_sums() -> None:
    """Gaps between confidence and accuracy, weighed by pictures, give the error; empty bins are left out."""
    made = guesses([True, False, True, True], [0.3, 0.3, 0.9, 0.92])

    points = reliability(made)

    assert [(point.n, point.accuracy) for point in points] == [(2, 0.5), (2, 1.0)]
    gaps = sum(point.n * abs(point.confidence - point.accuracy) for point in points)
    assert gaps / len(made) == pytest.approx(ece(made), abs=1e-3)


def test_coverage_ends_at_the_accuracy() -> None:
    """The surest half is right, all together three of four."""
    points = {point.coverage: point.accuracy for point in coverage(guesses([True, True, True, False], [0.9, 0.8, 0.7, 0.4]))}

    assert (points[0.5], points[1.0]) == (1.0, 0.75)


def test_the_prior_curve_passes_through_the_defaults(model_file: Path, contract: ModelContract, faces: LabelledFaces) -> None:
    """At the tau that is the default its accuracy and unweighted recall are those that the scores tell."""
    private, classifier = faces.of("private"), OnnxClassifier(model_file)
    logits = classifier.logits(private.images)
    scores = score_logits(contract, logits, private, faces.of("train"), contract.shown.picture)

    told = curves(contract, logits, private, part_probabilities(contract, logits, private, contract.shown.picture))

    assert told.defaults == DefaultTaus(live=0.25, picture=0.5)
    points = {point.tau: point for point in told.prior}
    assert list(points) == sorted(points)
    assert points[0.5].accuracy == scores.shown.accuracy
    assert points[0.5].uar == scores.shown.uar
    assert points[0.5].neutral == scores.shown.recall["neutral"]
    assert told.reliability.keys() == {"shown", "fer2013", "ferplus"}
