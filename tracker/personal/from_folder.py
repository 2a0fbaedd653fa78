"""Reads verdicts from a folder that has a folder of pictures for each expression."""

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
    """Detect, align and classify the largest face of each picture, and take its folder's name for the verdict.

    Args:
        analyzer: With the model that is to be fitted.
        folder: Holds folders named after expressions.
        tell: Is called with a sentence for each picture that failed.

    Returns:
        The verdicts, equal crops only once, and how many pictures failed.

    Raises:
        DataError: All of them failed, or there are none.
    """
    features: list[Floats] = []
    labels: list[int] = []
    failed = 0
    known: dict[str, tuple[Path, int]] = {}
    for path, said in labelled_files(folder):
        label = EXPRESSIONS.index(said)
        try:
            face = _largest_face(analyzer, path)
        except PictureError as error:
            failed += 1
            tell(f"{path}: {error}")
            continue
        first, first_label = known.setdefault(fingerprint(face.crop), (path, label))
        if first_label != label:
            failed += 1
            tell(f"{path}: The same face lies in {first}, too: it counts as {EXPRESSIONS[first_label]} alone.")
        elif first == path:
            features.append(face.prediction.features)
            labels.append(label)
    if not labels:
        raise DataError(f"{folder}: no picture has a face to learn from.")
    return LabelledFeatures.of(features, labels), failed


def _largest_face(analyzer: Analyzer, path: Path) -> Face:
    """The largest face, which comes first; PictureError if there is none."""
    faces = analyze_picture(analyzer, read_picture(path))
    if not faces:
        raise PictureError("No face was found in the picture.")
    return faces[0]
