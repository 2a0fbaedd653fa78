"""A person's fits as files: numbered, kept for good, one of them in effect."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from tracker.core.errors import DataError, ModelError, UsageError
from tracker.core.person import require_name
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.personal import fit_files
from tracker.personal.fitting import fit
from tracker.personal.labelled import LabelledFeatures
from tracker.personal.refit import FitReport, fit_baseline, fit_person
from tracker.personal.select_fit import fit_for_named, fit_in_effect

MakeFaces = Callable[..., LabelledFeatures]
NEUTRAL, SAD = EXPRESSIONS.index("neutral"), EXPRESSIONS.index("sad")
ALL = list(range(len(EXPRESSIONS)))


@pytest.fixture
def report(model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> FitReport:
    return fit_person("mia", faces(ALL), model, tmp_path)


def test_a_fit_is_read_as_it_was_saved(report: FitReport, model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """The saved fit corrects as the one in memory did, and says where it comes from."""
    personal_fit = fit_files.version("mia", report.version, tmp_path)

    taught = faces(ALL)
    assert personal_fit.correction.logits(taught.features) == pytest.approx(
        fit(taught, model.contract).logits(taught.features), abs=1e-4
    )
    assert (personal_fit.model, personal_fit.verdicts, personal_fit.origin) == (model.sha256, 7, "verdicts")
    assert personal_fit.report == json.loads(json.dumps(report.as_dict()))


def test_the_report_has_what_the_contract_promises(report: FitReport) -> None:
    """Verdicts, before, after, interval and promoted; with one verdict an expression nothing takes effect by itself."""
    told: dict[str, Any] = report.as_dict()

    assert told["verdicts"] == 7
    assert told["before"]["n"] == told["after"]["n"] == 7
    assert 0 <= told["before"]["accuracy"] <= 1
    assert told["interval"][0] < told["interval"][1]
    assert told["promoted"] is False


def test_nothing_is_lost_by_fitting_again(report: FitReport, model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """A second fit is number 2, the first stays, and a number is never given twice."""
    again = fit_person("mia", faces(ALL, seed=2), model, tmp_path)

    assert (report.version, again.version) == (1, 2)
    assert [personal_fit.version for personal_fit in fit_files.versions("mia", tmp_path)] == [1, 2]
    with pytest.raises(UsageError, match="never replaced"):
        fit_files.save(fit_files.version("mia", 1, tmp_path), tmp_path)


def test_two_fits_at_the_same_moment_get_two_numbers(model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """One from the page and one from a terminal: both are saved, and no decision is lost."""
    taught, ready = faces(ALL), Barrier(4)

    def fit_and_decide(_: int) -> int:
        ready.wait()
        made = fit_person("mia", taught, model, tmp_path).version
        fit_files.promote("mia", made, folder=tmp_path)
        return made

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(fit_and_decide, range(4))) == [1, 2, 3, 4]
    assert [each.version for each in fit_files.versions("mia", tmp_path)] == [1, 2, 3, 4]
    assert sorted(each.version for each in fit_files.decisions("mia", tmp_path)) == [1, 2, 3, 4]


def test_back_and_forth_is_one_call(report: FitReport, model: OnnxClassifier, tmp_path: Path) -> None:
    """Promoting lets a version take effect, 0 the released model; a version that is not there is refused."""
    assert fit_in_effect("mia", model.sha256, tmp_path) is None

    fit_files.promote("mia", report.version, folder=tmp_path)
    promoted = fit_in_effect("mia", model.sha256, tmp_path)
    assert promoted is not None
    assert promoted.version == 1

    fit_files.promote("mia", fit_files.RELEASED, folder=tmp_path)
    assert fit_in_effect("mia", model.sha256, tmp_path) is None
    with pytest.raises(UsageError, match="no fit 7; there are: 1"):
        fit_files.promote("mia", 7, folder=tmp_path)


def test_who_is_named_gets_the_newest_fit_and_the_figures(report: FitReport, model: OnnxClassifier, tmp_path: Path) -> None:
    """Though it was not promoted it is applied, with a sentence; once promoted there is nothing to say."""
    personal_fit, remark = fit_for_named("mia", model.sha256, tmp_path)
    assert personal_fit is not None
    assert personal_fit.version == report.version
    assert remark is not None
    assert "has not yet shown itself better" in remark
    assert "lower bound" in remark

    fit_files.promote("mia", report.version, folder=tmp_path)
    assert fit_for_named("mia", model.sha256, tmp_path)[1] is None


def test_who_went_back_stays_there_until_the_next_fit(
    report: FitReport, model: OnnxClassifier, faces: MakeFaces, tmp_path: Path
) -> None:
    """A decision for the released model holds for a name, too, until there is something newer."""
    fit_files.promote("mia", fit_files.RELEASED, folder=tmp_path)
    assert fit_for_named("mia", model.sha256, tmp_path)[0] is None

    fit_person("mia", faces(ALL, seed=2), model, tmp_path)
    personal_fit, _ = fit_for_named("mia", model.sha256, tmp_path)
    assert personal_fit is not None
    assert personal_fit.version == 2


def test_another_models_fit_is_refused(report: FitReport, model: OnnxClassifier, tmp_path: Path) -> None:
    """By name it is an error that says what to do; the dashboard goes on with the released model."""
    with pytest.raises(ModelError, match=f"made for the model file {model.sha256[:12]}"):
        fit_for_named("mia", "f" * 64, tmp_path)
    fit_files.promote("mia", report.version, folder=tmp_path)
    assert fit_in_effect("mia", "f" * 64, tmp_path) is None


def test_a_stranger_is_told_who_is_known(report: FitReport, model: OnnxClassifier, tmp_path: Path) -> None:
    """A name without a fit is an error, not the released model in silence."""
    with pytest.raises(UsageError, match=r"no fit for max.*: mia"):
        fit_for_named("max", model.sha256, tmp_path)


@pytest.mark.parametrize(
    "name", ["", "..", "../mia", "a/b", "a\\b", ".hidden", "mia.", "mia ", "nul", "COM1.txt", "x" * 41, "a\n"]
)
def test_a_name_is_no_path(name: str) -> None:
    """What would lead elsewhere, or cannot be a folder on some system, is refused."""
    with pytest.raises(UsageError, match="no name for a person"):
        require_name(name)


@pytest.mark.parametrize("name", ["mia", "Mia B.-C", "Zoë", "person_7", "7", "李雷"])
def test_names_of_any_script_are_names(name: str) -> None:
    """People are called all sorts of things."""
    assert require_name(name) == name


def test_a_damaged_file_is_named(report: FitReport, tmp_path: Path) -> None:
    """Half a file, or another program's, says which one it is."""
    file = tmp_path / "mia" / "1.json"
    file.write_text(file.read_text()[:100])
    with pytest.raises(DataError, match=r"1\.json cannot be read"):
        fit_files.version("mia", report.version, tmp_path)
    (tmp_path / "mia" / "current.json").write_text("{}")
    with pytest.raises(DataError, match=r"current\.json cannot be read"):
        fit_files.current("mia", tmp_path)


def test_a_resting_face_alone_is_a_baseline(model: OnnxClassifier, faces: MakeFaces, tmp_path: Path) -> None:
    """Seconds of a resting face that looks sad make it neutral from then on; smiles stay; nothing was compared or promoted."""
    resting = faces([SAD] * 20, spread=0.5)
    made = fit_baseline("mia", resting.features, model, tmp_path)

    personal_fit = fit_files.version("mia", made.version, tmp_path)
    assert (personal_fit.origin, made.promoted, made.as_dict()["interval"]) == ("baseline", False, None)
    later = faces([SAD] * 50, seed=9)
    statistics = model.contract.statistics
    assert statistics is not None
    logits = model.contract.calibrated(statistics.logits(statistics.standardised(later.features)), model.contract.shown.picture)
    before, after = (
        softened.argmax(axis=1) == SAD for softened in (logits, logits + personal_fit.correction.logits(later.features))
    )
    assert after.mean() < before.mean() / 2
    assert np.isfinite(personal_fit.correction.weights).all()
