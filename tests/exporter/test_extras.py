"""What making a model needs beside Mien."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from exporter import extras
from exporter.extras import require_extras
from tracker.cli import main
from tracker.errors import MissingError


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
    require_extras()
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(MissingError, match="torch, onnx, onnxscript"):
        require_extras()
