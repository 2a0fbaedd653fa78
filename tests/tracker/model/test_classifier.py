"""From crops to scores, with real ONNX files that onnxruntime runs."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest

from tracker.core.errors import ModelError, UsageError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import ModelContract
from tracker.model.preprocess import network_input
from tracker.model.prior import softmax

ModelWriter = Callable[..., Path]
WIDTHS = {"fer2013": 7, "ferplus": 8, "features": 4}


@pytest.fixture
def crops() -> npt.NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (5, 48, 48), np.uint8)


def test_each_crop_gets_one_prediction(model_file: Path, crops: npt.NDArray[np.uint8]) -> None:
    """In order, with the shown scores, both heads and the features; no crops give no predictions."""
    predictions = OnnxClassifier(model_file).classify(crops)

    assert len(predictions) == 5
    assert predictions[0].scores.labels == EXPRESSIONS
    assert predictions[0].heads["fer2013"].labels == EXPRESSIONS
    assert predictions[0].heads["ferplus"].labels == FERPLUS
    assert predictions[0].features.shape == (4,)
    assert OnnxClassifier(model_file).classify(crops[:0]) == []


def test_a_batch_gives_the_scores_of_single_crops(model_file: Path, crops: npt.NDArray[np.uint8]) -> None:
    """A face's scores do not depend on who else is in the picture."""
    classifier = OnnxClassifier(model_file)

    together = classifier.classify(crops)

    for number, crop in enumerate(crops):
        alone = classifier.classify(crop[None])[0]
        assert alone.scores.values == pytest.approx(together[number].scores.values, abs=1e-5)


def test_from_pixel_to_score(model_file: Path, contract: ModelContract, crops: npt.NDArray[np.uint8]) -> None:
    """A crop's scores can be computed by hand from its bytes, the file's weights and the contract's numbers."""
    weights = {entry.name: onnx.numpy_helper.to_array(entry) for entry in onnx.load(model_file).graph.initializer}
    pixels = network_input(crops, contract.scaling).reshape(len(crops), -1)
    logits = {head: pixels @ weights[f"{head}_weights"] for head in contract.heads}

    prediction = OnnxClassifier(model_file, "0.5").classify(crops)[2]

    shown = contract.shown_scores(logits, 0.5)[2]
    assert prediction.scores.values == pytest.approx(shown, abs=1e-4)
    for head in contract.heads:
        calibrated = softmax(logits[head], contract.heads[head].temperature)[2]
        assert prediction.heads[head].values == pytest.approx(calibrated, abs=1e-4)


def test_the_classifier_has_the_hash_of_its_file(model_file: Path) -> None:
    """A stored result can name its model file."""
    assert OnnxClassifier(model_file).sha256 == sha256(model_file.read_bytes()).hexdigest()


def test_the_prior_decides_tau_and_threshold(model_file: Path) -> None:
    """Default is the file's for pictures; a name or a number chooses another; what is unknown is refused."""
    classifier = OnnxClassifier(model_file)
    assert (classifier.prior, classifier.tau) == ("default", 0.5)
    assert classifier.threshold == pytest.approx(0.4)
    assert OnnxClassifier(model_file, "balanced").threshold == pytest.approx(0.5)
    with pytest.raises(UsageError, match="No prior is called 'sunny'"):
        OnnxClassifier(model_file, "sunny")


def test_a_file_without_features_has_empty_ones(
    contract: ModelContract, write_model: ModelWriter, crops: npt.NDArray[np.uint8]
) -> None:
    """Features are for fits; a file without them still classifies."""
    file = write_model(replace(contract, features=None).to_json(), {"fer2013": 7, "ferplus": 8})

    assert OnnxClassifier(file).classify(crops)[0].features.shape == (0,)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(ModelError, match=r"absent\.onnx: there is no model file"):
        OnnxClassifier(tmp_path / "absent.onnx")


@pytest.mark.parametrize("content", [b"", b"not an onnx file", bytes(range(256))])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever onnxruntime raises becomes a ModelError."""
    file = tmp_path / "damaged.onnx"
    file.write_bytes(content)

    with pytest.raises(ModelError, match=r"damaged\.onnx"):
        OnnxClassifier(file)


def test_a_file_cut_off_in_the_middle_is_refused(model_file: Path) -> None:
    """Half a download is refused."""
    content = model_file.read_bytes()
    model_file.write_bytes(content[: len(content) // 2])

    with pytest.raises(ModelError, match="not an ONNX file that can be run"):
        OnnxClassifier(model_file)


def test_a_file_without_a_contract_is_refused(write_model: ModelWriter) -> None:
    """An ONNX file from elsewhere does not say what its numbers mean."""
    with pytest.raises(ModelError, match="found no metadata"):
        OnnxClassifier(write_model(None, WIDTHS))


@pytest.mark.parametrize(
    ("widths", "sentence"),
    [
        ({"fer2013": 7, "ferplus": 8}, "outputs named fer2013, ferplus, features, found fer2013, ferplus"),
        ({"fer2013": 7, "ferplus": 7, "features": 4}, r"'ferplus': \(2, 8\).* found .*'ferplus': \(2, 7\)"),
        ({"fer2013": 7, "ferplus": 8, "features": 5}, r"'features': \(2, 4\).* found .*'features': \(2, 5\)"),
    ],
)
def test_a_file_that_breaks_its_contract_is_refused(
    contract: ModelContract, write_model: ModelWriter, widths: dict[str, int], sentence: str
) -> None:
    """Missing outputs, and widths that differ from the labels, are named with both numbers."""
    with pytest.raises(ModelError, match=sentence):
        OnnxClassifier(write_model(contract.to_json(), widths))


def test_a_file_that_reads_another_size_is_refused(contract: ModelContract, write_model: ModelWriter) -> None:
    """The contract's side is the input's side."""
    with pytest.raises(ModelError, match=r"floats \[N, 1, 48, 48\]"):
        OnnxClassifier(write_model(contract.to_json(), WIDTHS, side=32))
