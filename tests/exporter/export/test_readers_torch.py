"""A ``torch.export`` program becomes a model file, and nothing that hides in a file of torch's is run."""

import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.lazily import torch
from tracker.cli import main
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_thread")]

SAID = ("--labels", ",".join(EXPRESSIONS), "--scaling", "0", "1")


@pytest.fixture(scope="module")
def network() -> Any:
    """With what foreign networks are made of: convolution, normalisation, pooling, a flattening."""
    torch.manual_seed(4)
    layers = [torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(4 * 7 * 7, 7)).eval()


def saved(network: Any, path: Path, faces: int | None) -> Path:
    """As a program for any number of faces, or for so many."""
    free = None if faces else ({0: torch.export.Dim("n")},)
    program = torch.export.export(network, (torch.zeros(faces or 2, 1, 16, 16),), dynamic_shapes=free)
    torch.export.save(program, path)
    return path


@pytest.fixture(scope="module")
def program(network: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(network, tmp_path_factory.mktemp("program") / "any.pt2", None)


def export(file: Path, output: Path, *said: str) -> Result:
    return CliRunner().invoke(main, ["export", str(file), "--output", str(output), *said])


@pytest.mark.parametrize("faces", [None, 1])
def test_a_program_for_one_face_or_any_number_becomes_a_model_file(faces: int | None, network: Any, tmp_path: Path) -> None:
    """From bytes to logits the file says what the network says, also of several faces when it was made for one."""
    done = export(saved(network, tmp_path / "some.pt2", faces), tmp_path / "out.onnx", *SAID)

    assert done.exit_code == 0, done.output
    crops = np.random.default_rng(4).integers(0, 256, (5, 16, 16), np.uint8)
    with torch.inference_mode():
        expected = network(torch.from_numpy(crops[:, None] / np.float32(255))).numpy()
    assert np.abs(OnnxClassifier(tmp_path / "out.onnx").logits(crops)["fer2013"] - expected).max() < 1e-5
    assert json.loads(done.stdout)["parity"]["agreement"] == 1


class Bomb:
    """Unpickled, it makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return Path.mkdir, (self.folder,)  # type: ignore[return-value]


def test_a_pickle_with_code_is_refused_and_not_run(tmp_path: Path) -> None:
    """A checkpoint that would do something when it is opened does nothing."""
    torch.save({"weights": Bomb(tmp_path / "boom")}, tmp_path / "bomb.pt")

    done = export(tmp_path / "bomb.pt", tmp_path / "out.onnx")

    assert done.exit_code == 3
    assert "not a checkpoint of 'mien train'" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bomb.pt"]


def test_a_whole_network_in_a_pickle_is_refused_with_the_way_out(network: Any, tmp_path: Path) -> None:
    """``torch.save(network)`` is code; the sentence tells of ``torch.export``."""
    torch.save(network, tmp_path / "whole.pt")

    done = export(tmp_path / "whole.pt", tmp_path / "out.onnx")

    assert done.exit_code == 3
    assert "torch.export.save" in done.stderr


def test_a_checkpoint_needs_no_labels(tmp_path: Path) -> None:
    """What a checkpoint knows by itself cannot be said otherwise."""
    torch.save({}, tmp_path / "some.pt")

    assert "leave them out" in export(tmp_path / "some.pt", tmp_path / "out.onnx", *SAID).stderr


def tampered(program: Path, path: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes]) -> Path:
    """A copy of a program with files changed, and some added."""
    with zipfile.ZipFile(program) as before, zipfile.ZipFile(path, "w") as after:
        top = before.namelist()[0].split("/")[0]
        for name in before.namelist():
            content = change(name.removeprefix(f"{top}/"), before.read(name))
            after.writestr(name, before.read(name) if content is None else content)
        for name, content in more.items():
            after.writestr(f"{top}/{name}", content)
    return path


def replaced(file: str, old: str, new: str) -> Callable[[str, bytes], bytes | None]:
    def change(name: str, content: bytes) -> bytes | None:
        assert name != file or old.encode() in content, "there is nothing to tamper with"
        return content.replace(old.encode(), new.encode()) if name == file else None

    return change


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("models/model.json", ("torch.ops.aten.relu.default", "torch.os.system")),
        ("models/model.json", ("torch.ops.aten.relu.default", "_operator.methodcaller")),
        ("models/model.json", ("integer=True)", "integer=True).__class__")),
        ("models/model.json", ('"forward_arg_names": ["input"]', '"forward_arg_names": ["x=print(1)"]')),
        ("models/model.json", ("builtins.tuple", "collections.defaultdict")),
        ("data/weights/model_weights_config.json", ('"weight_0"', '"opaque_obj_0"')),
    ],
)
def test_a_program_with_more_than_a_network_in_it_is_refused(
    file: str, change: tuple[str, str], program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Operators, sizes, names, trees and objects from outside of the short lists: torch does not even open the file."""
    monkeypatch.setattr(torch.export, "load", lambda _: pytest.fail("torch opened it"))
    changed = tampered(program, tmp_path / "changed.pt2", replaced(file, *change), {})

    done = export(changed, tmp_path / "out.onnx", *SAID)

    assert done.exit_code == 3, done.output
    assert "could be code and is not opened" in done.stderr


def test_a_program_with_one_file_twice_is_refused(program: Path, tmp_path: Path) -> None:
    """Torch would take the first, whatever its case; so no second one may hide behind it."""
    changed = tampered(program, tmp_path / "twice.pt2", lambda *_: None, {"MODELS/model.json": b"{}"})

    assert "could be code and is not opened" in export(changed, tmp_path / "out.onnx", *SAID).stderr


def test_pickled_weights_of_a_program_are_weights_or_refused(program: Path, tmp_path: Path) -> None:
    """Torch would open them as any pickle; here code among them is not run."""
    config = "data/weights/model_weights_config.json"
    bomb = pickle.dumps(Bomb(tmp_path / "boom"))

    def change(name: str, content: bytes) -> bytes | None:
        if name == "data/weights/weight_0":
            return bomb
        return content.replace(b'"use_pickle": false', b'"use_pickle": true', 1) if name == config else None

    done = export(tampered(program, tmp_path / "bomb.pt2", change, {}), tmp_path / "out.onnx", *SAID)

    assert done.exit_code == 3
    assert "torch cannot read this program" in done.stderr
    assert not (tmp_path / "boom").exists()


def test_what_is_no_program_is_named(program: Path, tmp_path: Path) -> None:
    """A damaged file, and one that torch.save wrote."""
    (tmp_path / "half.pt2").write_bytes(program.read_bytes()[:2000])
    torch.save({"weight": torch.zeros(1)}, tmp_path / "saved.pt2")
    shutil.copy(program, tmp_path / "whole.pt2")

    assert "not a program" in export(tmp_path / "half.pt2", tmp_path / "out.onnx", *SAID).stderr
    assert "not with torch.save" in export(tmp_path / "saved.pt2", tmp_path / "out.onnx", *SAID).stderr
