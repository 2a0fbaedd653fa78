"""Where the model files lie: a path the person gives, else beside the code, else in the checkout; never a download."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from tracker.core.errors import MissingError, ModelError

PACKAGE: Final = Path(__file__).resolve().parents[1]
CHECKOUT_MODELS: Final = PACKAGE.parent / "models"

RELEASED: Final = "mien.onnx"
RELEASED_INT8: Final = "mien.int8.onnx"
"""The 8-bit copy of the released file, which lies beside it."""
LANDMARKER: Final = "face_landmarker.task"
LANDMARKER_SHA256: Final = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
"""MediaPipe's face landmarker (Apache-2.0), float16, version 1: detector, 478 landmarks and 52 blendshapes."""
LANDMARKER_BYTES: Final = 3_758_596


def released_model(given: Path | None = None) -> Path:
    """The classifier's file; whether it is any good is found out by opening it."""
    path = _find(given, PACKAGE / "models" / RELEASED, CHECKOUT_MODELS / RELEASED)
    if path is None:
        raise MissingError(
            f"There is no model file {given or PACKAGE / 'models' / RELEASED}. "
            "Name one with --model, install Mien again, or make one with 'mien train' and 'mien export'."
        )
    return path


def landmarker_model(given: Path | None = None) -> Path:
    """The landmark model's file, which is exactly the one that is expected."""
    path = _find(given, PACKAGE / "assets" / LANDMARKER, CHECKOUT_MODELS / LANDMARKER)
    if path is None:
        raise MissingError(
            f"There is no landmark model {given or PACKAGE / 'assets' / LANDMARKER} (SHA-256 {LANDMARKER_SHA256}). "
            "Install Mien again: the build fetches it."
        )
    _check(path)
    return path


def _find(given: Path | None, *places: Path) -> Path | None:
    wanted = places if given is None else (given,)
    return next((place for place in wanted if place.is_file()), None)


def _check(path: Path) -> None:
    content = path.read_bytes()
    found = sha256(content).hexdigest()
    if found != LANDMARKER_SHA256:
        raise ModelError(
            f"{path}: not the landmark model that is expected: {LANDMARKER_BYTES} bytes with SHA-256 "
            f"{LANDMARKER_SHA256}, found {len(content)} bytes with {found}. Delete it and install Mien again."
        )
