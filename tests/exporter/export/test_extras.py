"""What making a model needs beside Mien."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from exporter.export import extras
from exporter.export.extras import require_training_packages
from tracker.cli import main
from tracker.core.errors import MissingError

PLAIN: Final = """
import sys
from tracker.cli import main
sys.modules.update(dict.fromkeys(("torch", "onnx", "onnxscript")))
main(sys.argv[1:])
"""
"""Mien where what a plain one does not bring cannot be imported."""


@pytest.mark.parametrize(
    "command",
    [
        ["train", "--data", "some.npz", "--output", "out"],
        ["export", "some.pt", "--output", "out"],
        ["export", "some.onnx", "--output", "out"],
        ["card", "--scores", "some.json", "--output", "out"],
    ],
)
def test_a_plain_mien_says_what_to_install(command: list[str]) -> None:
    """The packages are asked for before anything imports them: exit code 3 and one sentence, no traceback."""
    done = subprocess.run([sys.executable, "-c", PLAIN, *command], capture_output=True, text=True, check=False)

    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    assert "pip install" in done.stderr
    assert "onnx" in done.stderr


@pytest.mark.parametrize("command", [["train"], ["export", "some.pt"]])
def test_without_torch_the_sentence_says_what_to_install(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before data is looked at, exit code 3 and the packages by name."""
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "torch" else object())

    result = CliRunner().invoke(main, [*command, "--data", "absent.npz", "--output", str(tmp_path / "out")])

    assert result.exit_code == 3
    assert "pip install torch" in result.stderr
    assert not (tmp_path / "out").exists()


def test_nothing_missing_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """With all of it there, nothing is said; with none of it, all three are named."""
    monkeypatch.setattr(extras, "find_spec", lambda name: object())
    require_training_packages()
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(MissingError, match="torch, onnx, onnxscript"):
        require_training_packages()
