"""A person's verdicts as lessons: what is taught of them, how often, and that it is learnt."""

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from exporter.data.dataset import LabelledFaces, read, training_set
from tracker.cli import main
from tracker.core.errors import DataError
from tracker.core.vocabulary import EXPRESSIONS, FERPLUS

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Five crops of each of three expressions, and of what teaches no expression, as 'mien verdicts export' writes them."""
    rng = np.random.default_rng(3)
    for place, name in enumerate(["happy", "sad", "contempt", "not-a-face", "cant-tell"]):
        folder = tmp_path / "export" / name
        folder.mkdir(parents=True)
        for number in range(5):
            crop = rng.integers(0, 60, (48, 48), np.uint8)
            crop[8 * place : 8 * place + 8] += 190
            cv2.imwrite(str(folder / f"{number}.png"), crop)
    (tmp_path / "export" / "manifest.jsonl").write_text("")
    return tmp_path / "export"


def test_what_is_no_expression_teaches_nothing_and_contempt_teaches_one_head(export: Path) -> None:
    """Three folders are read; contempt has a place among FER+'s eight and none among the seven."""
    from exporter.training.verdicts import Verdicts

    verdicts = Verdicts.read(export)
    assert sorted({FERPLUS[place] for place in verdicts.said}) == ["contempt", "happiness", "sadness"]
    taught = verdicts.lesson(beside=0)
    contempt = taught.ferplus[:, FERPLUS.index("contempt")] == 1
    assert np.all(taught.fer2013[contempt] == 0)
    assert np.all(taught.fer2013[~contempt].sum(1) == 1)
    assert set(taught.fer2013[~contempt].argmax(1)) == {EXPRESSIONS.index("happy"), EXPRESSIONS.index("sad")}


def test_held_out_verdicts_are_not_taught(export: Path) -> None:
    """Each fifth crop of each expression is a test, and no picture is on both sides."""
    from exporter.training.verdicts import Verdicts

    own, held = Verdicts.read(export).parted()
    assert (len(own), len(held)) == (12, 3)
    assert len(set(held.said)) == 3
    assert not {crop.tobytes() for crop in own.images} & {crop.tobytes() for crop in held.images}


def test_verdicts_are_a_tenth_of_what_is_taught(export: Path, faces: LabelledFaces) -> None:
    """However few they are, but never one crop more than forty times an epoch."""
    from exporter.training.verdicts import Verdicts, joined

    verdicts = Verdicts.read(export)
    beside = training_set(faces.of("train"))
    assert len(verdicts.lesson(beside=2700)) == 300
    assert len(verdicts.lesson(beside=1_000_000)) == 40 * 15
    assert len(joined(beside, verdicts.lesson(len(beside)))) == len(beside) + 15


def test_the_exported_set_is_read_as_class_folders_too(export: Path) -> None:
    """'mien train --data' and 'mien evaluate --images' pass over the folders that name none of the seven."""
    assert set(read(export).labels) == {EXPRESSIONS.index("happy"), EXPRESSIONS.index("sad")}


def test_a_folder_without_verdicts_is_told(tmp_path: Path) -> None:
    """With what is expected in it; and one that is not there, with the command that makes it."""
    from exporter.training.verdicts import Verdicts

    with pytest.raises(DataError, match="no pictures in folders named"):
        Verdicts.read(tmp_path)
    with pytest.raises(DataError, match="mien verdicts export"):
        Verdicts.read(tmp_path / "nowhere")


@pytest.mark.slow
@pytest.mark.long
def test_the_command_fits_a_released_model_to_somebody(export: Path, root: Path, tmp_path: Path) -> None:
    """The released weights learn what one person means; verdicts that were held out are told before and after."""
    given = ["--verdicts", export, "--init", root / "models" / "mien.pt", "--output", tmp_path / "run"]
    quick = ["--epochs", "3", "--batch", "12"]
    result = CliRunner().invoke(main, ["train", *map(str, given), *quick], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    told = re.search(r"Of 3 verdicts held out (\d) were right before and (\d) are now", result.output)
    assert told is not None
    assert int(told[2]) > int(told[1])
    rows = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["verdicts"] == pytest.approx(int(told[2]) / 3, abs=1e-4)


def test_verdicts_need_a_model_to_change(export: Path, tmp_path: Path) -> None:
    """Without --init the command says what is missing, and exits with 2."""
    result = CliRunner().invoke(main, ["train", "--verdicts", str(export), "--output", str(tmp_path / "run")])
    assert result.exit_code == 2
    assert "--init" in result.output
