"""A network becomes a model file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from click.testing import CliRunner

from exporter.data.dataset import LabelledFaces
from tests.lazily import torch
from tracker.cli import main
from tracker.core.errors import DataError, ModelError
from tracker.core.frame import Pixels
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import ModelContract
from tracker.model.preprocess import network_input

if TYPE_CHECKING:
    from exporter.export.readers.source import Source
    from exporter.training.network import Network

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]


@pytest.fixture(scope="module")
def network(one_thread: None) -> "Network":
    """A random one that is built as the real one is: both strides, both shortcuts, normalisation that has seen data.

    Torch takes seconds to make a source of it, so all tests have the same one.
    """
    from exporter.training.network import Network

    torch.manual_seed(2)
    network = Network((8, 16), blocks=(2, 2))
    with torch.no_grad():
        for _ in range(3):
            network(torch.randn(16, 1, 48, 48))
    return network.eval()


@pytest.fixture(scope="module")
def real_crops(astronaut: Pixels) -> npt.NDArray[np.uint8]:
    """Pieces of a photograph."""
    gray = np.asarray(cv2.cvtColor(astronaut, cv2.COLOR_BGR2GRAY), np.uint8)
    return np.stack([gray[top : top + 48, 200:248] for top in range(0, 480, 48)])


@pytest.fixture(scope="module")
def source(network: "Network") -> "Source":
    from exporter.export.readers.checkpoint import network_source

    return network_source(network, {})


@pytest.fixture(scope="module")
def tiny_contract(source: "Source", faces: LabelledFaces) -> ModelContract:
    from exporter.export.onnx_file import make_contract

    return make_contract(source, faces, "tiny", "0.1")


def test_from_pixel_to_logit_file_and_network_agree(
    network: "Network", source: "Source", tiny_contract: ModelContract, real_crops: npt.NDArray[np.uint8], tmp_path: Path
) -> None:
    """The same crop through training's preprocessing and torch, and through the tracker's classifier, says the same."""
    from exporter.export.onnx_file import write_model
    from exporter.training.network import SCALING

    parity = write_model(source, tiny_contract, tmp_path / "tiny.onnx", real_crops)

    found = OnnxClassifier(tmp_path / "tiny.onnx").logits(real_crops)
    with torch.inference_mode():
        expected = network(torch.from_numpy(network_input(real_crops, SCALING)))._asdict()
    # The head for opinions was never taught.
    expected.pop("wide")
    assert found.keys() == expected.keys() == {"fer2013", "ferplus", "features"}
    for name, values in expected.items():
        assert np.abs(found[name] - values.numpy()).max() <= 1e-4
        assert np.ptp(found[name], axis=0).max() > 1e-2, "the crops are not told apart"
    assert parity.crops == 64 + len(real_crops)
    assert parity.worst <= 1e-4
    assert parity.agreement == 1


def test_the_file_carries_its_contract(
    source: "Source", tiny_contract: ModelContract, real_crops: npt.NDArray[np.uint8], tmp_path: Path
) -> None:
    """What the tracker reads from the file is the contract it was written with."""
    from exporter.export.onnx_file import write_model

    write_model(source, tiny_contract, tmp_path / "models" / "tiny.onnx", real_crops)

    assert OnnxClassifier(tmp_path / "models" / "tiny.onnx").contract == tiny_contract
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["tiny.onnx"]


def test_the_contract_tells_what_it_was_made_from(tiny_contract: ModelContract, faces: LabelledFaces) -> None:
    """Training data by fingerprint and number, scores by split, and the width of the features."""
    assert tiny_contract.training == {"fingerprint": faces.of("train").fingerprint, "pictures": 24}
    assert tiny_contract.measured["split"] == "public"
    assert tiny_contract.measured["shown"]["n"] == 21
    assert tiny_contract.features == 16
    assert tiny_contract.shown.head == "ferplus"


def test_a_head_that_was_taught_opinions_is_heard_beside_the_crowds(
    network: "Network", faces: LabelledFaces, tmp_path: Path
) -> None:
    """Live, at tau 0, it changes nothing. Its biases are given the crowd's prior for its own, and a fit can read it."""
    from exporter.export.calibrate import shown_shares
    from exporter.export.onnx_file import export
    from exporter.export.readers.checkpoint import network_source

    shares = [0.1, 0.05, 0.15, 0.2, 0.15, 0.15, 0.2]
    contract, _ = export(network_source(network, {}, shares), faces, tmp_path / "wide.onnx", name="wide", version="1")

    second = contract.shown.second
    assert second is not None
    assert (contract.shown.head, second.head, *contract.heads) == ("ferplus", "wide", "fer2013", "ferplus", "wide")
    crowd = shown_shares(list(contract.heads), faces.of("train"))
    assert [np.exp(second.log_prior[name]) for name in EXPRESSIONS] == pytest.approx(crowd, abs=1e-3)
    classifier = OnnxClassifier(tmp_path / "wide.onnx", "natural")
    logits = classifier.logits(faces.images)
    assert classifier.shown_scores(logits).argmax(1).tolist() == contract.shown_logits(logits)[0].argmax(1).tolist()
    with torch.inference_mode():
        wide = network(torch.from_numpy(network_input(faces.images, classifier.contract.scaling))).wide.numpy()
    assert logits["wide"] == pytest.approx(wide + np.log(crowd) - np.log(shares), abs=1e-3)
    assert classifier.contract.statistics is not None
    standard = classifier.contract.statistics.standardised(logits["features"])
    assert classifier.contract.statistics.logits(standard) == pytest.approx(contract.shown_logits(logits), abs=1e-2)


def test_the_file_says_nothing_of_its_makers_machine(source: "Source", root: Path) -> None:
    """Torch notes source files and lines in each node; none of that is kept, nor are batch normalisations."""
    content = source.model.SerializeToString()

    assert str(root).encode() not in content
    assert b"network.py" not in content
    assert b"site-packages" not in content
    assert "BatchNormalization" not in {node.op_type for node in source.model.graph.node}


def test_a_file_that_answers_otherwise_is_not_written(
    source: "Source", tiny_contract: ModelContract, real_crops: npt.NDArray[np.uint8], tmp_path: Path
) -> None:
    """When the translation changes a logit, the file that was there stays and nothing else is left behind."""
    from exporter.export.onnx_file import write_model

    def otherwise(crops: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
        answers = dict(source.expected(crops))
        return answers | {"ferplus": answers["ferplus"] + np.eye(8, dtype=np.float32)[3] / 1000}

    output = tmp_path / "tiny.onnx"
    output.write_bytes(b"the one before")

    with pytest.raises(ModelError, match=r"differ from the network's by 0\.001; at most 0\.0001 is allowed"):
        write_model(replace(source, expected=otherwise), tiny_contract, output, real_crops)

    assert output.read_bytes() == b"the one before"
    assert list(tmp_path.iterdir()) == [output]


def test_exporting_needs_pictures_to_calibrate_on(source: "Source", faces: LabelledFaces) -> None:
    """Without a public split the sentence says so."""
    from exporter.export.onnx_file import make_contract

    with pytest.raises(DataError, match="a public split"):
        make_contract(source, faces.of("train"), "tiny", "0.1")


def test_without_data_the_network_speaks_as_it_is(source: "Source", faces: LabelledFaces) -> None:
    """Temperature 1, no prior taken out whatever is asked for, nothing unclear, and no scores claimed."""
    from exporter.export.onnx_file import make_contract

    contract = make_contract(source, None, "tiny", "0.1")

    logits = {"ferplus": np.array([[0.0, 1, 2, 3, 4, 5, 6, 7]])}
    shown = [contract.shown_scores(logits, tau) for tau in (0.0, 1.0)]
    assert np.array_equal(shown[0], shown[1])
    assert contract.shown.operating_point(1.0).threshold == 0
    assert {head.temperature for head in contract.heads.values()} == {1.0}
    assert contract.measured == {}


def test_leaked_pictures_do_not_calibrate(source: "Source", faces: LabelledFaces) -> None:
    """Whatever the crowd said of a public picture that is also in training, the calibration is the same."""
    from exporter.export.onnx_file import make_contract

    votes = faces.votes.copy()
    leaked = int(np.flatnonzero(faces.split == 1)[0])
    votes[leaked] = np.roll(votes[leaked], 3)

    before, after = (make_contract(source, data, "tiny", "0.1") for data in (faces, replace(faces, votes=votes)))

    assert after.shown == before.shown
    assert after.heads == before.heads


@pytest.mark.slow
def test_from_pictures_to_scores_by_the_three_commands(faces: LabelledFaces, tmp_path: Path) -> None:
    """``mien train``, ``mien export`` and ``mien evaluate`` hand over to one another, with the real network."""
    data, run, model = tmp_path / "faces.npz", tmp_path / "run", tmp_path / "mien.onnx"
    np.savez(data, images=faces.images, fer_label=faces.labels, ferplus_votes=faces.votes, usage=faces.split)

    def mien(*arguments: object) -> str:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    trained = mien("train", "--data", data, "--output", run, "--epochs", 1, "--batch", 12)
    exported = json.loads(mien("export", run / "checkpoint.pt", "--data", data, "--output", model))
    judged = json.loads(mien("evaluate", "--data", data, "--model", model, "--split", "public", "--json"))

    assert f"mien export {run / 'checkpoint.pt'}" in trained
    assert exported["sha256"] == judged["model"]
    assert exported["measured"]["fer2013"]["accuracy"] == judged["fer2013"]["accuracy"]
    assert exported["measured"]["shown"]["ece"] == pytest.approx(judged["shown"]["ece"], abs=1e-3)
    training = OnnxClassifier(model).contract.training
    assert training["epochs"] == 1
    assert training["plan"]["batch"] == 12
