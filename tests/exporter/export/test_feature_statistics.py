"""What a contract says of a network's features."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exporter.data.dataset import Integers, LabelledFaces
from exporter.data.labels import shown_truth
from exporter.export.feature_statistics import PICTURES_PER_EXPRESSION, feature_statistics, sample_per_expression
from tracker.core.errors import ModelError
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.contract import ModelContract
from tracker.model.feature_statistics import FeatureStatistics
from tracker.model.prior import Numbers

SEVEN = len(EXPRESSIONS)
FILE = Path("some.onnx")


@pytest.fixture
def truth() -> Integers:
    return np.tile(np.arange(SEVEN), 100)


@pytest.fixture
def features(truth: Integers) -> Numbers:
    """Four features; the last never moves."""
    rng = np.random.default_rng(0)
    made = rng.normal(3, 2, (len(truth), 4)) + truth[:, None]
    made[:, 3] = 1.5
    return made


def test_a_linear_head_is_told_in_full(features: Numbers, truth: Integers) -> None:
    """Mean, deviation and average faces are the data's, logits follow from features, and what never moves does no harm."""
    heads = np.random.default_rng(1).normal(0, 1, (2, 4, SEVEN))
    logits = features @ heads + 0.5
    found = feature_statistics(features.astype(np.float32), logits.astype(np.float32), truth)

    assert found is not None
    assert found.mean == pytest.approx(features.mean(axis=0), rel=1e-4)
    assert found.std[:3] == pytest.approx(features.std(axis=0)[:3], rel=1e-4)
    standard = found.standardised(features)
    assert found.logits(standard) == pytest.approx(logits, abs=1e-3)
    assert np.array(found.typical[2]) == pytest.approx(standard[truth == 2].mean(axis=0), abs=1e-3)


def test_what_is_not_linear_is_not_told(features: Numbers, truth: Integers) -> None:
    """A head with a bend in it, or data without one of the seven, leave the contract without statistics."""
    bent = np.abs(features @ np.random.default_rng(1).normal(0, 1, (1, 4, SEVEN)) - 1)

    assert feature_statistics(features.astype(np.float32), bent.astype(np.float32), truth) is None
    assert (
        feature_statistics(features[truth > 0].astype(np.float32), bent[:, truth > 0].astype(np.float32), truth[truth > 0])
        is None
    )


def test_a_sample_has_every_expression(faces: LabelledFaces) -> None:
    """Every expression of the training pictures is among those that are looked at, none more than a thousand times."""
    counts = np.bincount(shown_truth(sample_per_expression(faces.of("train"))), minlength=SEVEN)

    assert (counts > 0).all()
    assert (counts <= PICTURES_PER_EXPRESSION).all()


def test_a_contract_carries_statistics(contract: ModelContract) -> None:
    """They are read as they were written; a contract without them is read, too; those of another width are refused."""
    rows = tuple((0.5, -0.25, 1e-5, 3.0) for _ in EXPRESSIONS)
    full = replace(contract, statistics=FeatureStatistics((0.1,) * 4, (1.0, 2.0, 3.0, 4.0), rows, rows, (0.0,) * SEVEN))

    assert ModelContract.from_json(full.to_json(), FILE) == full
    assert ModelContract.from_json(contract.to_json(), FILE).statistics is None
    with pytest.raises(ModelError, match="statistics are of 4 features, the file has 5"):
        ModelContract.from_json(full.to_json().replace('"features": 4', '"features": 5'), FILE)
