"""``mien refit`` as a person runs it: folders of pictures in, a fit out, and ``--person`` applies it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from tracker.core.frame import Pixels

MIEN = str(Path(sys.executable).with_name("mien"))
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def mien(tmp_path: Path) -> Run:
    """In a process of its own, with a data folder of its own."""
    places = {name: str(tmp_path / "data") for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME", "LOCALAPPDATA")}

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [MIEN, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=100, env=os.environ | places
        )

    return run


@pytest.fixture
def verdicts(astronaut: Pixels, coffee: Pixels, tmp_path: Path) -> Path:
    """Somebody who calls a smile sad; one picture has nobody in it, one folder names none of the seven."""
    for folder in ("sad", "contempt"):
        (tmp_path / "verdicts" / folder).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / "verdicts" / folder / "astronaut.png"), astronaut)
        cv2.imwrite(str(tmp_path / "verdicts" / folder / "mirrored.png"), astronaut[:, ::-1])
    cv2.imwrite(str(tmp_path / "verdicts" / "sad" / "coffee.png"), coffee)
    return tmp_path / "verdicts"


def test_a_fit_is_made_named_and_applied(mien: Run, verdicts: Path) -> None:
    """The JSON of the contract; a picture without a face is named with exit code 1; --person changes what is said."""
    done = mien("refit", "--verdicts", verdicts, "--person", "mia", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert "coffee.png: No face" in done.stderr
    assert (told["verdicts"], told["person"], told["version"], told["promoted"]) == (2, "mia", 1, False)
    assert {"before", "after", "interval"} <= told.keys()

    picture = verdicts / "sad" / "astronaut.png"
    plain, fitted = (mien("image", picture, "--json", *more) for more in ((), ("--person", "mia")))
    before, after = (json.loads(each.stdout)["faces"][0]["scores"]["sad"] for each in (plain, fitted))
    assert after > before
    assert "has not yet shown itself better" in fitted.stderr
    assert json.loads(fitted.stdout)["fit"] == 1


def test_the_same_face_counts_once(mien: Run, verdicts: Path) -> None:
    """Three copies of a picture are one verdict; where it lies under two expressions, the second is named with exit code 1."""
    for name in ("one.png", "two.png"):
        shutil.copy(verdicts / "sad" / "astronaut.png", verdicts / "sad" / name)
    (verdicts / "surprise").mkdir()
    shutil.copy(verdicts / "sad" / "astronaut.png", verdicts / "surprise" / "again.png")
    done = mien("refit", "--verdicts", verdicts, "--person", "mia", "--json")
    assert (json.loads(done.stdout)["verdicts"], json.loads(done.stdout)["promoted"]) == (2, False)
    assert "again.png: The same face lies in" in done.stderr


def test_evaluate_applies_the_fit_of_who_is_named(mien: Run, verdicts: Path) -> None:
    """The scores are the fitted model's, and the JSON says whose; a comparison is with the released one."""
    mien("refit", "--verdicts", verdicts, "--person", "mia")
    told = json.loads(mien("evaluate", "--images", verdicts, "--person", "mia", "--json").stdout)
    plain = json.loads(mien("evaluate", "--images", verdicts, "--json").stdout)
    assert (told["person"], told["fit"]) == ("mia", 1)
    assert told["shown"]["accuracy"] > plain["shown"]["accuracy"]
    assert "person" not in plain


def test_fits_are_listed_and_chosen(mien: Run, verdicts: Path) -> None:
    """--list shows them, --promote lets one take effect, 0 goes back."""
    mien("refit", "--verdicts", verdicts, "--person", "mia")
    assert json.loads(mien("refit", "--person", "mia", "--promote", "1", "--json").stdout)["current"] == 1
    assert "in effect" in mien("refit", "--person", "mia", "--list").stdout
    assert json.loads(mien("refit", "--person", "mia", "--promote", "0", "--json").stdout)["current"] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["refit", "--person", "../mia"], 2, "no name for a person"),
        (["refit", "--verdicts", "nowhere"], 2, "no such folder"),
        (["refit"], 2, "no verdict of me to learn from"),
        (["refit", "--promote", "3"], 2, "me has no fit 3"),
        (["image", "x.png", "--person", "max"], 2, "no fit for max"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(mien: Run, arguments: list[str], code: int, sentence: str) -> None:
    """Wrong names, absent folders, an empty store and fits that are not there."""
    done = mien(*arguments)

    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
