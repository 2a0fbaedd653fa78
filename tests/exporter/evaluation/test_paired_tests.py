"""Two models on the same pictures, and the groups that data names."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from exporter.data.dataset import LabelledFaces, read
from exporter.data.labels import NO_LABEL
from exporter.evaluation.metrics import Guesses
from exporter.evaluation.paired_tests import difference_interval, mcnemar, paired
from tracker.core.errors import DataError
from tracker.core.frame import Pixels
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import ModelContract

Run = Callable[..., Result]


def guesses(truth: list[int], guess: list[int]) -> Guesses:
    return Guesses(np.array(truth), np.array(guess), np.full(len(truth), 0.5))


@pytest.fixture
def other_file(contract: ModelContract, write_model: Callable[..., Path]) -> Path:
    """The same contract on other weights: they are drawn in the order of the heads."""
    return write_model(contract.to_json(), {"features": 4, "ferplus": 8, "fer2013": 7}, "other.onnx")


def test_a_pair_counts_who_is_right_alone() -> None:
    """Of five pictures one is right alone on two, the other on one, and they say the same of two."""
    told = paired(guesses([0, 0, 1, 1, 2], [0, 0, 1, 0, NO_LABEL]), guesses([0, 0, 1, 1, 2], [0, 1, 0, 1, NO_LABEL]))

    assert (told.n, told.only_this, told.only_other) == (5, 2, 1)
    assert (told.accuracy, told.difference, told.agreement) == (0.4, 0.2, 0.4)
    assert told.mcnemar == 1.0


@pytest.mark.parametrize(
    ("only_this", "only_other", "expected"), [(0, 0, 1.0), (5, 0, 2 / 32), (0, 5, 2 / 32), (8, 2, 2 * 56 / 1024), (3, 3, 1.0)]
)
def test_mcnemar_by_hand(only_this: int, only_other: int, expected: float) -> None:
    """Two tails of as many coin flips as there are pictures that only one got right."""
    assert mcnemar(only_this, only_other) == pytest.approx(expected)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_mcnemar_is_a_probability(only_this: int, only_other: int) -> None:
    """Of any counts, however many, and the same for both directions."""
    assert 0 <= mcnemar(only_this, only_other) == mcnemar(only_other, only_this) <= 1


def test_the_interval_of_a_difference_is_the_paired_one() -> None:
    """With 60 against 40 of 1,000 it is 1.96 times the paired standard error, 0.0099, to each side of 0.02."""
    low, high = difference_interval(60, 40, 1000)

    error = np.sqrt((100 / 1000 - 0.02**2) / 1000)
    assert (low, high) == pytest.approx((0.02 - 1.96 * error, 0.02 + 1.96 * error), abs=0.0015)


def test_other_pictures_are_no_comparison() -> None:
    """Pairs need the same truths; the sentence says what to leave out."""
    with pytest.raises(DataError, match="without --skip-missing"):
        paired(guesses([0, 1], [0, 1]), guesses([0], [0]))


def test_a_comparison_stands_beside_the_scores(evaluate: Run, data: Path, model_file: Path, other_file: Path) -> None:
    """Each part is compared; the other's accuracy is the one it has by itself."""
    told = json.loads(evaluate("--data", data, "--json", "--compare", other_file).stdout)
    alone = json.loads(evaluate("--data", data, "--json", "--model", other_file).stdout)

    compared = told["compare"]
    assert compared["model"] == OnnxClassifier(other_file).sha256 != OnnxClassifier(model_file).sha256
    for part in ("shown", "fer2013", "ferplus"):
        assert compared[part]["n"] == told[part]["n"]
        assert compared[part]["accuracy"] == alone[part]["accuracy"]
        assert compared[part]["difference"] == pytest.approx(told[part]["accuracy"] - alone[part]["accuracy"], abs=2e-4)


def test_a_model_is_no_better_than_itself(evaluate: Run, data: Path, model_file: Path) -> None:
    """Compared with itself the difference is none, certainly, and the table says so."""
    result = evaluate("--data", data, "--compare", model_file)

    assert result.exit_code == 0
    assert "shown      +0.00 points (+0.00 to +0.00), right alone 0 : 0, p = 1, same guess 100.0%" in result.stdout


def test_groups_of_an_npz_have_their_scores(evaluate: Run, faces: LabelledFaces, tmp_path: Path) -> None:
    """Each group that is named is counted by itself, those of the split asked for, and nobody is counted without a name."""
    names = np.array(["young", "old", ""])[np.arange(len(faces)) % 3]
    path = tmp_path / "grouped.npz"
    np.savez(
        path, images=faces.images, fer_label=faces.labels, ferplus_votes=faces.votes, usage=faces.split, group=names
    )  # fmt: skip

    told = json.loads(evaluate("--data", path, "--json").stdout)

    assert list(told["groups"]) == ["old", "young"]
    # Of 24 private pictures three show contempt, which has no place among the seven that are shown.
    assert sum(group["n"] for group in told["groups"].values()) == 14
    assert "group old: 7 pictures" in evaluate("--data", path).stdout


def test_groups_of_pictures_stand_in_a_csv(evaluate: Run, tmp_path: Path, astronaut: Pixels, cat: Pixels) -> None:
    """``groups.csv`` names pictures by their path in the folder; those it leaves out are in no group."""
    for name, pixels in (("happy/a.png", astronaut), ("sad/b.png", cat), ("sad/c.png", cat)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / name), cv2.resize(np.asarray(pixels), (48, 48)))
    (tmp_path / "groups.csv").write_text("picture,group\nhappy/a.png,women\nsad/b.png,cats\n")

    told = json.loads(evaluate("--images", tmp_path, "--crops", "--json").stdout)

    assert {name: group["n"] for name, group in told["groups"].items()} == {"women": 1, "cats": 1}
    assert read(tmp_path).group is not None
    (tmp_path / "groups.csv").write_text("file,kind\nhappy/a.png,women\n")
    assert "columns picture and group" in evaluate("--images", tmp_path, "--crops").stderr


def test_folders_are_compared_picture_by_picture(evaluate: Run, tmp_path: Path, other_file: Path, astronaut: Pixels) -> None:
    """Whole pictures, through detection: only what is shown is compared."""
    (tmp_path / "happy").mkdir()
    cv2.imwrite(str(tmp_path / "happy" / "a.png"), astronaut)

    told = json.loads(evaluate("--images", tmp_path, "--json", "--compare", other_file).stdout)

    assert told["compare"].keys() == {"model", "shown"}
    assert told["compare"]["shown"]["n"] == 1
