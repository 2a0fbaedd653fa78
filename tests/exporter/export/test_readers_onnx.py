"""An ONNX file without a contract becomes a model file."""

import json
import pickle
import re
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import pytest
from click.testing import CliRunner, Result
from onnx import helper, numpy_helper

from exporter.data.dataset import LabelledFaces
from exporter.export.extras import TRAINING_PACKAGES
from tracker.cli import main
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS
from tracker.model.classifier import OnnxClassifier
from tracker.model.prior import softmax

for needed in TRAINING_PACKAGES:
    pytest.importorskip(needed, reason="Torch is not installed: `make test` without TORCH= brings it.")
pytestmark = pytest.mark.training

SIDE: Final = 16
ALPHABETICAL: Final = "Anger,Disgust,Fear,Happiness,Neutral,Sadness,Surprise"
"""As a reader of class folders would number them."""
SAID: Final = ("--labels", ALPHABETICAL, "--scaling", "-1", "1")


def foreign(
    path: Path,
    shape: list[Any],
    labels: int = 7,
    *,
    closing: str = "",
    side: int = SIDE,
    domain: str = "",
    outputs: int = 1,
    hidden: bool = False,
) -> npt.NDArray[np.float32]:
    """A network that is one matrix; its weights [pixels, labels]. With a hidden layer, which gives the pixels as they are."""
    weights = np.random.default_rng(3).normal(0, 0.1, (side * side, labels)).astype(np.float32)
    batch = shape[0] if isinstance(shape[0], int) else -1
    constants: dict[str, npt.NDArray[Any]] = {"weights": weights, "flat": np.array([batch, side * side], np.int64)}
    nodes = [
        helper.make_node("Reshape", ["in", "flat"], ["pixels"]),
        helper.make_node("MatMul", ["pixels", "weights"], ["out"]),
    ]
    if hidden:
        constants["identity"] = np.eye(side * side, dtype=np.float32)
        nodes.insert(1, helper.make_node("MatMul", ["pixels", "identity"], ["hidden"]))
        nodes[-1].input[0] = "hidden"
    if closing:
        nodes[-1].output[0] = "logits"
        nodes.append(helper.make_node(closing, ["logits"], ["out"], domain=domain))
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "foreign",
            [helper.make_tensor_value_info("in", onnx.TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, [shape[0], labels])] * outputs,
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("stranger", 1)],
        ir_version=8,
    )
    onnx.save(model, path)
    return weights


def export(file: Path, *said: object) -> Result:
    output = file.with_name("out.onnx")
    return CliRunner().invoke(main, ["export", str(file), "--output", str(output), *(str(word) for word in said)])


@pytest.mark.parametrize("closing", ["", "Softmax"])
@pytest.mark.parametrize("shape", [["n", 1, SIDE, SIDE], ["n", SIDE, SIDE, 1], [1, SIDE, SIDE, 1], [1, 1, SIDE, SIDE]], ids=str)
def test_whatever_its_layout_and_its_end_the_file_says_what_the_network_says(
    shape: list[Any], closing: str, tmp_path: Path
) -> None:
    """Channel first or last, one face at a time or any number, logits or probabilities: the same scores, in our order."""
    weights = foreign(tmp_path / "foreign.onnx", shape, closing=closing)

    done = export(tmp_path / "foreign.onnx", *SAID)

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["answers"] == ("probabilities" if closing else "logits")
    crops = np.random.default_rng(4).integers(0, 256, (5, SIDE, SIDE), np.uint8)
    expected = softmax((crops.reshape(5, -1) / 127.5 - 1) @ weights)[:, [0, 1, 2, 3, 5, 6, 4]]
    found = [prediction.scores.values for prediction in OnnxClassifier(tmp_path / "out.onnx").classify(crops)]
    assert np.abs(np.array(found) - expected).max() < 1e-5


def test_probabilities_that_end_in_no_softmax_become_logits(tmp_path: Path) -> None:
    """A graph whose softmax is hidden behind another node still gives the same distribution."""
    weights = foreign(tmp_path / "foreign.onnx", ["n", 1, SIDE, SIDE], closing="Softmax")
    model = onnx.load(tmp_path / "foreign.onnx")
    model.graph.node[-1].output[0] = "hidden"
    model.graph.node.append(helper.make_node("Identity", ["hidden"], ["out"]))
    onnx.save(model, tmp_path / "foreign.onnx")

    done = export(tmp_path / "foreign.onnx", *SAID)

    assert done.exit_code == 0, done.output
    crops = np.full((2, SIDE, SIDE), 200, np.uint8)
    found = OnnxClassifier(tmp_path / "out.onnx").classify(crops)[1].scores.as_dict(6)
    assert found["neutral"] == pytest.approx(softmax((crops.reshape(2, -1) / 127.5 - 1) @ weights)[1, 4], abs=1e-5)


def test_with_contempt_it_is_the_head_of_eight_and_unknown_labels_are_left_out(tmp_path: Path) -> None:
    """Labels in any order, and one that Mien does not know, make FER+'s eight in FER+'s order."""
    weights = foreign(tmp_path / "foreign.onnx", ["n", 1, SIDE, SIDE], 9)
    labels = ["unknown", "contempt", *EXPRESSIONS]

    done = export(tmp_path / "foreign.onnx", "--labels", ",".join(labels), "--scaling", 0, 255)

    assert done.exit_code == 0, done.output
    classifier = OnnxClassifier(tmp_path / "out.onnx")
    assert classifier.contract.heads["ferplus"].labels == FERPLUS
    crops = np.full((1, SIDE, SIDE), 3, np.uint8)
    assert classifier.logits(crops)["ferplus"][0, 7] == pytest.approx(3 * weights[:, 1].sum(), abs=1e-3)


REFUSED: Final[list[tuple[list[Any], dict[str, Any], tuple[str, ...], str]]] = [
    (["n", 1, SIDE, SIDE], {"labels": 8}, SAID, r"expected 7 numbers a face, one a label, found answers of \[16, 8\]"),
    (["n", 1, SIDE, SIDE], {}, SAID[2:], "Say what the network's answers mean"),
    (["n", 1, SIDE, SIDE], {}, SAID[:2], "Say which numbers a black and a white pixel become"),
    (["n", 1, SIDE, SIDE], {}, (*SAID, "--labels", "happy,sad"), "no angry, disgust, fear"),
    (["n", 1, SIDE, SIDE], {}, (*SAID, "--labels", f"{ALPHABETICAL},happy"), "happy twice"),
    (["n", 1, SIDE, SIDE], {}, (*SAID, "--size", "64"), "expected square crops of 64 pixels a side, as was said"),
    (["n", 1, SIDE, SIDE], {}, (*SAID, "--layout", "nhwc"), "in the layout nhwc, as was said"),
    (["n", 1, SIDE, SIDE], {}, (*SAID, "--layout", "chwn"), "layout is nchw or nhwc"),
    (["n", 1, SIDE, SIDE], {"outputs": 2}, SAID, "expected one input and one output, found 1 and 2"),
    (["n", 3, SIDE, SIDE], {}, SAID, "Networks for colour cannot be used"),
    (["n", 1, 8, 32], {}, SAID, r"expected square crops \(16 to 512 pixels\), found an input of \[\?, 1, 8, 32\]"),
    (["n", SIDE * SIDE], {}, SAID, r"found an input of \[\?, 256\]"),
    ([4, 1, SIDE, SIDE], {}, SAID, "it wants 4 faces at once"),
    (["n", None, None, None], {}, SAID, "say where its one channel is"),
    (["n", 1, None, None], {}, SAID, "say how many pixels a side has"),
    (["n", 1, SIDE, SIDE], {"closing": "Magic", "domain": "stranger"}, SAID, "not an ONNX file that onnxruntime can run"),
]


@pytest.mark.parametrize(("shape", "made", "said", "sentence"), REFUSED, ids=[row[3][:40] for row in REFUSED])
def test_what_does_not_fit_is_refused_with_a_sentence(
    shape: list[Any], made: dict[str, Any], said: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    """The sentence says what was expected and what was found; nothing is written."""
    foreign(tmp_path / "foreign.onnx", shape, **made)

    done = export(tmp_path / "foreign.onnx", *said)

    assert done.exit_code in {2, 3}
    assert re.search(sentence, done.stderr), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["foreign.onnx"]


def test_what_the_file_leaves_open_can_be_said(tmp_path: Path) -> None:
    """A network of free sizes is exported for the side and the layout that a person gives."""
    foreign(tmp_path / "foreign.onnx", ["n", None, None, None])

    done = export(tmp_path / "foreign.onnx", *SAID, "--size", SIDE, "--layout", "nhwc")

    assert done.exit_code == 0, done.output
    assert OnnxClassifier(tmp_path / "out.onnx").contract.side == SIDE


def test_no_onnx_files_and_files_with_a_contract_are_refused(tmp_path: Path) -> None:
    """A pickle under another name is not opened; a file of ours needs no export; an unknown kind is named."""
    (tmp_path / "pickle.onnx").write_bytes(pickle.dumps({"a": 1}))
    foreign(tmp_path / "foreign.onnx", ["n", 1, SIDE, SIDE])
    export(tmp_path / "foreign.onnx", *SAID)

    assert "not an ONNX file" in export(tmp_path / "pickle.onnx", *SAID).stderr
    assert "it has a contract already" in export(tmp_path / "out.onnx", *SAID).stderr
    assert "there is no such file" in export(tmp_path / "absent.onnx", *SAID).stderr
    assert "expected a checkpoint" in export(tmp_path / "model.pkl", *SAID).stderr


def test_a_toml_file_says_the_same_as_flags_and_flags_win(tmp_path: Path) -> None:
    """Labels and scaling from TOML, the scaling then by a flag."""
    foreign(tmp_path / "foreign.onnx", ["n", SIDE, SIDE, 1])
    said = tmp_path / "said.toml"
    said.write_text(f'labels = {json.dumps(ALPHABETICAL.split(","))}\nscaling = [0, 1]\nlayout = "nhwc"\nsize = {SIDE}\n')

    assert export(tmp_path / "foreign.onnx", "--description", said).exit_code == 0
    assert OnnxClassifier(tmp_path / "out.onnx").contract.scaling.std == 1
    assert export(tmp_path / "foreign.onnx", "--description", said, "--scaling", -1, 1).exit_code == 0
    assert OnnxClassifier(tmp_path / "out.onnx").contract.scaling.std == 0.5


def saved(faces: LabelledFaces, path: Path) -> Path:
    np.savez(path, images=faces.images, fer_label=faces.labels, ferplus_votes=faces.votes, usage=faces.split)
    return path


def test_with_data_it_is_calibrated_also_for_another_side(faces: LabelledFaces, tmp_path: Path) -> None:
    """A network for 64 pixels is calibrated and judged on pictures of 48, and its contract tells its origin and its scores."""
    foreign(tmp_path / "foreign.onnx", ["n", 1, 64, 64], side=64)

    done = export(tmp_path / "foreign.onnx", *SAID, "--data", saved(faces, tmp_path / "faces.npz"))

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["parity"]["crops"] == 64 + 24
    contract = OnnxClassifier(tmp_path / "out.onnx").contract
    assert contract.measured["shown"]["n"] == 21
    assert contract.training["from"] == "onnx"
    assert contract.heads["fer2013"].temperature != 1
    judged = CliRunner().invoke(
        main,
        [
            "evaluate",
            "--data",
            str(tmp_path / "faces.npz"),
            "--split",
            "public",
            "--model",
            str(tmp_path / "out.onnx"),
            "--json",
        ],
    )
    assert json.loads(judged.stdout)["shown"]["accuracy"] == contract.measured["shown"]["accuracy"]
    assert contract.crop.left_eye == pytest.approx((15.2 * 64 / 48, 19.1 * 64 / 48))


def test_int8_writes_a_second_file_and_a_table(faces: LabelledFaces, tmp_path: Path) -> None:
    """Weights become bytes, the answers stay near, and size, speed and score of both stand side by side."""
    foreign(tmp_path / "foreign.onnx", ["n", SIDE, SIDE, 1], closing="Softmax", hidden=True)

    done = export(tmp_path / "foreign.onnx", *SAID, "--data", saved(faces, tmp_path / "faces.npz"), "--int8")

    assert done.exit_code == 0, done.output
    table = [line for line in done.stderr.splitlines() if "MB" in line]
    assert [line.split()[0] for line in table] == ["out.onnx", "out.int8.onnx"]
    whole = onnx.load(tmp_path / "out.int8.onnx")
    assert onnx.TensorProto.INT8 in {weight.data_type for weight in whole.graph.initializer}
    crops = np.stack([cv2.resize(image, (SIDE, SIDE)) for image in faces.of("train").images]).astype(np.uint8)
    before, after = (OnnxClassifier(tmp_path / name).logits(crops)["fer2013"] for name in ("out.onnx", "out.int8.onnx"))
    assert 0 < np.abs(before - after).max() < 0.05 * np.abs(before).max()
    assert OnnxClassifier(tmp_path / "out.int8.onnx").sha256 == OnnxClassifier(tmp_path / "out.onnx").sha256


def test_int8_needs_data(tmp_path: Path) -> None:
    """There is nothing to measure ranges and scores on."""
    assert "give --data" in export(tmp_path / "foreign.onnx", *SAID, "--int8").stderr
