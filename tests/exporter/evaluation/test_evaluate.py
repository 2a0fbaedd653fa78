"""How good a model file is, as ``mien evaluate`` tells it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import Result

from exporter.data.dataset import LabelledFaces
from exporter.evaluation.evaluate import evaluate_data, evaluate_folder
from exporter.evaluation.portraits import MIN_COMPARED
from tracker.core.errors import DataError
from tracker.core.frame import Pixels
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

REPORT = {"n", "accuracy", "interval", "uar", "macro_f1", "ece", "coverage", "recall", "confusion"}
Run = Callable[..., Result]


@pytest.fixture
def pictures(tmp_path: Path, astronaut: Pixels, cat: Pixels) -> Path:
    """One smiling woman in happy, one cat in sad, and in angry a file that is no picture."""
    folder = tmp_path / "pictures"
    for name in ("happy", "sad", "angry"):
        (folder / name).mkdir(parents=True)
    cv2.imwrite(str(folder / "happy" / "astronaut.png"), astronaut)
    cv2.imwrite(str(folder / "sad" / "cat.png"), cat)
    (folder / "angry" / "broken.jpg").write_bytes(b"nothing to see")
    return folder


def test_data_is_told_with_the_keys_of_the_contract(evaluate: Run, data: Path, model_file: Path) -> None:
    """Every number of the contract stands under its name, as strict JSON on one line."""
    result = evaluate("--data", data, "--json")

    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["model"] == OnnxClassifier(model_file).sha256
    assert (told["data"], told["split"], told["n"], told["found"]) == (str(data), "private", 24, 1.0)
    assert told["shown"].keys() >= REPORT | {"prior"}
    assert told["fer2013"].keys() >= REPORT | {"without_leaks"}
    assert told["ferplus"].keys() >= REPORT
    assert told["abstention"].keys() == {"threshold", "coverage", "accuracy"}
    assert told["median_ms_per_face"] > 0


def test_each_head_is_judged_by_its_own_truth(evaluate: Run, data: Path) -> None:
    """Shown: the crowd's seven (no contempt); FER-2013: all; FER+: all eight; and without the one leaked picture."""
    told = json.loads(evaluate("--data", data, "--json", "--split", "public").stdout)

    assert [told[part]["n"] for part in ("shown", "fer2013", "ferplus")] == [21, 24, 24]
    assert told["fer2013"]["without_leaks"]["n"] == 23
    assert list(told["shown"]["recall"]) == list(EXPRESSIONS)
    assert np.array(told["shown"]["confusion"]).sum(axis=1).tolist() == [3] * 7
    assert np.shape(told["ferplus"]["confusion"]) == (8, 8)


def test_the_training_split_leaks_nothing_into_itself(evaluate: Run, data: Path) -> None:
    """On the training pictures themselves there is nothing to leave out."""
    told = json.loads(evaluate("--data", data, "--json", "--split", "train").stdout)

    assert "without_leaks" not in told["fer2013"]


def test_scores_are_the_classifiers(model_file: Path, faces: LabelledFaces) -> None:
    """Accuracy is the share of pictures whose likeliest shown expression is the crowd's."""
    classifier = OnnxClassifier(model_file)
    private = faces.of("private")
    named = private.votes.argmax(axis=1) != 7
    tops = [prediction.scores.top[0] for prediction in classifier.classify(private.images[named])]
    right = [top == EXPRESSIONS[label] for top, label in zip(tops, private.labels[named], strict=True)]

    told = evaluate_data(classifier, faces, "private", data="faces.npz")

    assert told.shown.accuracy == pytest.approx(np.mean(right), abs=1e-4)


def test_another_prior_gives_other_scores(evaluate: Run, data: Path) -> None:
    """``--prior`` is told, and it moves what is shown and its threshold, not the heads."""
    natural, balanced = (
        json.loads(evaluate("--data", data, "--json", "--prior", prior).stdout) for prior in ("natural", "balanced")
    )

    assert (natural["shown"]["prior"], balanced["shown"]["prior"]) == ("natural", "balanced")
    assert natural["shown"]["confusion"] != balanced["shown"]["confusion"]
    assert (natural["abstention"]["threshold"], balanced["abstention"]["threshold"]) == (0.3, 0.5)
    assert natural["ferplus"] == balanced["ferplus"]


def test_an_empty_split_is_named_with_the_others(model_file: Path, faces: LabelledFaces) -> None:
    """Class folders without splits are all training: the sentence says where the pictures are."""
    with pytest.raises(DataError, match=r"no pictures in its private split, only: train 24, public 0, private 0"):
        evaluate_data(OnnxClassifier(model_file), faces.of("train"), "private", data="faces.npz")


def test_without_json_there_is_a_table(evaluate: Run, data: Path) -> None:
    """For people: a line a part, recalls, and what abstaining does."""
    result = evaluate("--data", data)

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()[2:5]] == ["shown", "fer2013", "ferplus"]
    assert "recall of what is shown: angry" in result.stdout


def test_pictures_without_a_face_are_wrong_and_broken_ones_named(evaluate: Run, pictures: Path) -> None:
    """The cat counts as wrong, the broken file is named on stderr and in the data, and the exit code is 1."""
    result = evaluate("--images", pictures, "--json")

    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert "broken.jpg: This is not a picture" in result.stderr
    assert [Path(failure["path"]).name for failure in told["failed"]] == ["broken.jpg"]
    assert (told["n"], told["shown"]["n"], told["found"], told["split"]) == (2, 2, 0.5, None)
    assert told["shown"]["recall"]["sad"] == 0
    assert "fer2013" not in told
    assert "ferplus" not in told


def test_pictures_without_a_face_can_be_skipped(evaluate: Run, pictures: Path) -> None:
    """Only the woman is counted then; that a face was found in half stays told."""
    told = json.loads(evaluate("--images", pictures, "--json", "--skip-missing").stdout)

    assert (told["n"], told["shown"]["n"], told["found"]) == (2, 1, 0.5)


def test_crops_are_judged_as_they_are(tmp_path: Path) -> None:
    """Without a detector: a bright crop is happy, a dark one neutral, as the stand-in has it."""
    for name, brightness in (("happy", 250), ("neutral", 20), ("sad", 250)):
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "crop.png"), np.full((60, 50, 3), brightness, np.uint8))

    told = evaluate_folder(Analyzer(FakeDetector(), FakeClassifier()), tmp_path, crops=True)

    assert told.found == 1.0
    assert told.shown.recall == dict.fromkeys(EXPRESSIONS) | {"happy": 1.0, "sad": 0.0, "neutral": 1.0}


@pytest.mark.parametrize("arguments", [[], ["--data", "a.npz", "--images", "b"]])
def test_one_kind_of_data_is_asked_for(evaluate: Run, arguments: list[str]) -> None:
    """Neither and both are wrong use."""
    result = evaluate(*arguments)

    assert result.exit_code == 2
    assert "either --data" in result.stderr


def test_absent_data_is_wrong_use(evaluate: Run, tmp_path: Path) -> None:
    """The sentence names the path."""
    for option in ("--data", "--images"):
        result = evaluate(option, tmp_path / "absent")
        assert result.exit_code == 2
        assert "absent" in result.stderr


def loaded(code: str) -> Any:
    """What a fresh Python has imported after some code."""
    ran = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"],
        check=True,
        capture_output=True,
        text=True,
    )
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_evaluating_needs_no_torch(model_file: Path, data: Path) -> None:
    """With torch and onnx forbidden, the scores come all the same."""
    modules = loaded(
        "sys.modules.update(torch=None, onnx=None, onnxscript=None)\n"
        "from click.testing import CliRunner\n"
        "from tracker.cli import main\n"
        f"result = CliRunner().invoke(main, ['evaluate', '--model', {str(model_file)!r}, '--data', {str(data)!r}])\n"
        "assert result.exit_code == 0, result.output"
    )

    assert "onnxruntime" in modules


def test_help_imports_nothing_heavy() -> None:
    """The three commands can be listed without torch, onnx, onnxruntime, OpenCV or mediapipe being loaded."""
    modules = loaded("import exporter.commands.evaluate, exporter.commands.export, exporter.commands.train")

    assert not modules & {"torch", "onnx", "onnxruntime", "cv2", "mediapipe"}


def test_portraits_are_told_by_group(evaluate: Run, data: Path, model_file: Path, tmp_path: Path) -> None:
    """Shares of what is shown sum to 1 in each group; ages become decades; the ratio is that of the worst to the best."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (400, 48, 48)).astype(np.uint8)
    origin, age = np.array(["here", "there"] * 200), np.repeat([105, 20, 35, 49], 100)
    np.savez(tmp_path / "portraits.npz", images=images, origin=origin, age=age)

    result = evaluate("--data", data, "--groups", tmp_path / "portraits.npz", "--json")

    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)["portraits"]
    assert (told["n"], told["prior"]) == (400, "live")
    assert list(told["groups"]["origin"]) == ["here", "there"]
    assert list(told["groups"]["age"]) == ["20-29", "30-39", "40-49", "100-109"]
    for kind, groups in told["groups"].items():
        assert all(sum(group["shown"].values()) == pytest.approx(1, abs=1e-3) for group in groups.values())
        rates = [group["negative"] for group in groups.values() if group["not_smiling"] >= MIN_COMPARED]
        worth_it = len(rates) > 1 and min(rates)
        assert told["ratio"][kind] == (pytest.approx(max(rates) / min(rates), rel=0.01) if worth_it else None)
    plain = evaluate("--data", data, "--groups", tmp_path / "portraits.npz").stdout
    assert "negative of those not smiling" in plain


@pytest.mark.parametrize(
    ("arrays", "named"),
    [
        ({"images": np.zeros((3, 48, 48), np.uint8)}, "none"),
        ({"images": np.zeros((3, 48, 48), np.uint8), "origin": np.array(["here"])}, "origin [1]"),
        ({"pictures": np.zeros((3, 48, 48), np.uint8)}, "images"),
        ({"images": np.zeros((3, 48, 48)), "origin": np.array(["here"] * 3)}, "float64"),
    ],
)
def test_portraits_without_groups_are_refused(
    arrays: dict[str, Any], named: str, evaluate: Run, data: Path, tmp_path: Path
) -> None:
    """The sentence names the file and what was found, before anything is judged."""
    np.savez(tmp_path / "portraits.npz", **arrays)
    result = evaluate("--data", data, "--groups", tmp_path / "portraits.npz")

    assert result.exit_code != 0
    assert "portraits.npz" in result.stderr
    assert named in result.stderr
