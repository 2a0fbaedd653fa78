"""Where the model files lie."""

from pathlib import Path

import pytest

from tracker.config import model_files
from tracker.config.model_files import LANDMARKER, RELEASED, landmarker_model, released_model
from tracker.core.errors import MissingError, ModelError


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """An empty package and an empty checkout."""
    package, checkout = tmp_path / "package", tmp_path / "checkout"
    for folder in (package / "models", package / "assets", checkout):
        folder.mkdir(parents=True)
    monkeypatch.setattr(model_files, "PACKAGE", package)
    monkeypatch.setattr(model_files, "CHECKOUT_MODELS", checkout)
    return package, checkout


def test_the_model_beside_the_code_comes_before_the_checkouts(places: tuple[Path, Path]) -> None:
    """An installed program uses the file it was shipped with; a checkout's stands in only where that is absent."""
    package, checkout = places
    (checkout / RELEASED).touch()
    assert released_model() == checkout / RELEASED
    (package / "models" / RELEASED).touch()
    assert released_model() == package / "models" / RELEASED


def test_a_given_model_is_used_or_missed(places: tuple[Path, Path]) -> None:
    """Whoever names a file gets that one and never another in its stead."""
    package, _ = places
    (package / "models" / RELEASED).touch()
    mine = package / "mine.onnx"
    with pytest.raises(MissingError, match=r"There is no model file .*mine\.onnx"):
        released_model(mine)
    mine.touch()
    assert released_model(mine) == mine


def test_no_model_at_all_says_what_to_do(places: tuple[Path, Path]) -> None:
    """The sentence names the place and the ways to fill it."""
    with pytest.raises(MissingError, match=r"models.mien\.onnx\. Name one with --model, install Mien again") as caught:
        released_model()
    assert caught.value.exit_code == 3


def test_no_landmark_model_names_the_hash_that_is_expected(places: tuple[Path, Path]) -> None:
    """Whoever brings the file by hand can check it."""
    with pytest.raises(MissingError, match=model_files.LANDMARKER_SHA256):
        landmarker_model()


def test_another_landmark_model_is_refused(places: tuple[Path, Path]) -> None:
    """A file of the right name with other bytes is told with both sizes and both hashes."""
    package, _ = places
    (package / "assets" / LANDMARKER).write_bytes(b"something else")
    with pytest.raises(ModelError, match=rf"{model_files.LANDMARKER_BYTES} bytes .* found 14 bytes"):
        landmarker_model()


def test_the_shipped_landmark_model_is_the_one_expected() -> None:
    """What the build has fetched passes its own check."""
    assert landmarker_model().stat().st_size == model_files.LANDMARKER_BYTES
