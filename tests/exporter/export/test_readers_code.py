"""Model files with code inside, or with a way out of themselves: none is run, none writes, and each is a sentence."""

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import onnx
import pytest
from click.testing import CliRunner
from onnx import helper

from tests.lazily import torch
from tracker.cli import main
from tracker.core.vocabulary import EXPRESSIONS

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]

SAID: Final = ("--labels", ",".join(EXPRESSIONS), "--scaling", "0", "1")
OURS: Final = (".pt", ".pth")


class Bomb:
    """Unpickled, it makes the canary."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Path]]:
        return Path.mkdir, (self.canary,)


def saved(canary: Path, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save({"weights": Bomb(canary)}, file, **options)
    return file.getvalue()


def archive(*names: str) -> Callable[[Path], bytes]:
    """A zip with pickles under these names."""

    def make(canary: Path) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as packed:
            for name in names:
                packed.writestr(name.format(canary), pickle.dumps(Bomb(canary)))
        return file.getvalue()

    return make


def network(canary: Path, *, location: str = "", domain: str = "") -> bytes:
    """An ONNX graph whose weights lie in another file, or with an operator of its maker's."""
    weights = onnx.TensorProto(name="weights", data_type=onnx.TensorProto.FLOAT, dims=[256, 7])
    weights.data_location = onnx.TensorProto.EXTERNAL
    weights.external_data.add(key="location", value=location.format(canary) or "weights.bin")
    shape = helper.make_tensor_value_info("in", onnx.TensorProto.FLOAT, ["n", 256])
    out = helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, ["n", 7])
    node = helper.make_node("MatMul", ["in", "weights"], ["out"], domain=domain)
    graph = helper.make_graph([node], "code", [shape], [out], [weights])
    imports = [helper.make_opsetid("", 18), *([helper.make_opsetid(domain, 1)] if domain else [])]
    return bytes(helper.make_model(graph, opset_imports=imports, ir_version=10).SerializeToString())


CODE: Final[dict[str, Callable[[Path], bytes]]] = {
    "pickle": lambda canary: pickle.dumps(Bomb(canary)),
    "old pickle": lambda canary: pickle.dumps(Bomb(canary), 0),
    "torch.save": saved,
    "torch.save as of old": lambda canary: saved(canary, _use_new_zipfile_serialization=False),
    "zip": archive("archive/data.pkl", "archive/version"),
    "zip slip": archive("../canary", "archive/models/../../canary", "{}"),
}
FILES: Final = [(what, suffix) for what in CODE for suffix in (*OURS, ".pt2", ".h5", ".keras", ".onnx")]
LINKS: Final = ({"location": "{}"}, {"location": "../../../etc/passwd"}, {"location": "/etc/passwd"}, {"domain": "ai.stranger"})


def refused(path: Path, canary: Path) -> None:
    """With a sentence and its exit code, and nothing but the file is there afterwards."""
    done = CliRunner().invoke(
        main, ["export", str(path), "--output", str(path.with_name("out.onnx")), *(SAID if path.suffix not in OURS else ())]
    )
    assert done.exit_code in (2, 3), done.output
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.strip()
    assert not canary.exists()
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(("what", "suffix"), FILES)
def test_code_in_a_model_file_is_not_run(what: str, suffix: str, tmp_path: Path) -> None:
    """Pickles of every kind under every name that is read."""
    path, canary = tmp_path / f"model{suffix}", tmp_path / "canary"
    path.write_bytes(CODE[what](canary))
    refused(path, canary)


@pytest.mark.parametrize("out", LINKS, ids=str)
def test_a_network_reaches_no_other_file(out: dict[str, str], tmp_path: Path) -> None:
    """Weights at an address of their own, and operators from a library of their maker's."""
    path, canary = tmp_path / "model.onnx", tmp_path / "canary"
    path.write_bytes(network(canary, **out))
    refused(path, canary)
