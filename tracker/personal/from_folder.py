"""Verdicts from a folder with one folder of pictures an expression: found and aligned as in life."""

from collections.abc import Callable
from pathlib import Path

from tracker.core.errors import DataError, PictureError
from tracker.core.face import Face, Floats
from tracker.core.image_files import read_picture
from tracker.core.labelled_folders import labelled_files
from tracker.core.vocabulary import EXPRESSIONS
from tracker.personal.labelled import LabelledFeatures
from tracker.store.crops import fingerprint
from tracker.vision.analyzer import Analyzer
from tracker.vision.single_image import analyze_picture


def labelled_from_folder(analyzer: Analyzer, folder: Path, tell: Callable[[str], None]) -> tuple[LabelledFeatures, int]:
    """The largest face of each picture, the same pixels once, and how many pictures failed; DataError when all did.

    tell: gets a sentence for each that failed.
    """
    features: list[Floats] = []
    labels: list[int] = []
    failed = 0
    known: dict[str, tuple[Path, int]] = {}
    for path, label in labelled_files(folder):
        try:
            face = _largest(analyzer, path)
        except PictureError as error:
            failed += 1
            tell(f"{path}: {error}")
            continue
        first, said = known.setdefault(fingerprint(face.crop), (path, label))
        if said != label:
            failed += 1
            tell(f"{path}: The same face lies in {first}, too: it counts as {EXPRESSIONS[said]} alone.")
        elif first == path:
            features.append(face.prediction.features)
            labels.append(label)
    if not labels:
        raise DataError(f"{folder}: no picture has a face to learn from.")
    return LabelledFeatures.of(features, labels), failed


def _largest(analyzer: Analyzer, path: Path) -> Face:
    faces = analyze_picture(analyzer, read_picture(path))
    if not faces:
        raise PictureError("No face was found in it.")
    return faces[0]
