"""Which model file the composition root opens."""

import logging
import os
import threading
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import ModelWriter
from tracker.compose import open_analyzer, open_classifier
from tracker.config import model_files
from tracker.config.model_files import CHECKOUT_MODELS, RELEASED, RELEASED_INT8
from tracker.config.settings import Settings
from tracker.model.classifier import OnnxClassifier
from tracker.model.contract import ModelContract
from tracker.vision.detectors import Detector

WIDTHS = {"fer2013": 7, "ferplus": 8, "features": 4}


@pytest.fixture
def released(contract: ModelContract, write_model: ModelWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A released file in a checkout of its own; what lies beside it is the test's to say."""
    monkeypatch.setattr(model_files, "PACKAGE", tmp_path / "package")
    monkeypatch.setattr(model_files, "CHECKOUT_MODELS", tmp_path)
    return write_model(contract.to_json(), WIDTHS, RELEASED)


def write_copy(contract: ModelContract, write_model: ModelWriter, origin: str) -> Path:
    return write_model(replace(contract, quantised_from=origin).to_json(), WIDTHS, RELEASED_INT8)


def test_the_released_model_is_run_as_its_copy(released: Path, contract: ModelContract, write_model: ModelWriter) -> None:
    """The 8-bit copy is opened, under the hash of the file it was made from, so that fits and stored readings stay valid."""
    hash_of_file = OnnxClassifier(released).sha256
    copy = write_copy(contract, write_model, hash_of_file)
    opened = open_classifier(Settings(), "live")
    assert (opened.path, opened.sha256) == (copy, hash_of_file)


def test_a_file_that_is_named_is_run_as_it_is(released: Path, contract: ModelContract, write_model: ModelWriter) -> None:
    """Whoever gives --model gets that file and never its copy."""
    write_copy(contract, write_model, OnnxClassifier(released).sha256)
    assert open_classifier(Settings(model=released), "live").path == released


def test_a_copy_of_another_file_is_left_with_a_warning(
    released: Path, contract: ModelContract, write_model: ModelWriter, caplog: pytest.LogCaptureFixture
) -> None:
    """After the released file was replaced, its old copy does not go on answering in its place."""
    write_copy(contract, write_model, sha256(b"an earlier model").hexdigest())
    with caplog.at_level(logging.WARNING):
        assert open_classifier(Settings(), "live").path == released
    assert f"{RELEASED_INT8} was not made from" in caplog.text


@pytest.mark.skipif(not (CHECKOUT_MODELS / RELEASED).exists(), reason="There is no released model in models/.")
def test_the_shipped_copy_belongs_to_the_shipped_file() -> None:
    """Both are replaced together, and share labels, crop and calibration."""
    file, copy = (OnnxClassifier(CHECKOUT_MODELS / name) for name in (RELEASED, RELEASED_INT8))
    assert copy.sha256 == file.sha256
    assert copy.contract == replace(file.contract, quantised_from=file.sha256, measured=copy.contract.measured)


@pytest.mark.skipif(not (CHECKOUT_MODELS / RELEASED).exists(), reason="There is no released model in models/.")
@pytest.mark.parametrize(("cores", "searching"), [(1, 1), (2, 2), (16, 3)])
def test_a_gallery_is_searched_on_all_cores_but_not_on_more_than_three(
    cores: int, searching: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many threads search a picture of 49 tiles; a call that is watched needs the other cores."""
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    threads = set()
    meet = threading.Barrier(searching, timeout=30)

    def search(detector: Detector, tile: int) -> None:
        if threading.get_ident() not in threads:
            threads.add(threading.get_ident())
            meet.wait()

    with open_analyzer(Settings(), "live") as analyzer:
        analyzer.detectors.search_each(search, range(49))

    assert len(threads) == searching


def test_an_analyzer_alone_has_one_landmark_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine of many cores, too: a dashboard keeps what it opened for pictures, and a session may be under way."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    threads = set()

    with open_analyzer(Settings(), "picture", alone=True) as analyzer:
        analyzer.detectors.search_each(lambda _, __: threads.add(threading.get_ident()), range(49))

    assert threads == {threading.get_ident()}
