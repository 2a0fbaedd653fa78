"""Fits in words: whose there are, which is in effect, since when and on whose word."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli import main
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.personal import fit_files
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.refit import fit_person


def test_health_tells_of_fits_and_what_took_effect_when(
    model: OnnxClassifier, faces: Callable[..., LabelledFeatures], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In JSON and in words, of everybody or of one person; who has no fit has the released model."""
    monkeypatch.setattr(fit_files, "people_folder", lambda: tmp_path / "people")
    fit_person("mia", faces(range(len(EXPRESSIONS))), model)
    for version in (1, 0, 1):
        fit_files.promote("mia", version)

    def say(*more: str) -> str:
        done = CliRunner().invoke(main, ["health", "--db", f"sqlite:///{tmp_path / 'mien.db'}", *more])
        assert done.exit_code == 0, done.output
        return done.stdout

    told = json.loads(say("--json"))["fitted"]
    assert [(fit["version"], fit["in_effect"]) for fit in told["mia"]["fits"]] == [(1, True), (0, False)]
    assert [turn["name"] for turn in told["mia"]["took_effect"]] == ["Fit 1", "The released model", "Fit 1"]
    assert {turn["by"] for turn in told["mia"]["took_effect"]} == {"by your choice"}
    assert "fits of mia\n  Fit 1, in effect: from 7 verdicts, " in say()
    assert json.loads(say("--json", "--person", "ana"))["fitted"]["ana"]["took_effect"] == []
