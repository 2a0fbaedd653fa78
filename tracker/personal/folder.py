"""Verdicts from a folder with one folder of pictures an expression: found and aligned as in life."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.analyzer import Analyzer
from tracker.errors import DataError, PictureError
from tracker.face import Face, Floats
from tracker.folders import labelled_files
from tracker.personal.labelled import Labelled
from tracker.picture import read_picture
from tracker.still import judge_picture
from tracker.store.crops import fingerprint
from tracker.vocabulary import EXPRESSIONS


@dataclass(frozen=True, slots=True)
class Failure:
    """A picture that nothing could be learnt from, and why."""

    path: Path
    error: str


def labelled_from_folder(analyzer: Analyzer, folder: Path) -> tuple[Labelled, list[Failure]]:
    """The largest face of each picture, the same pixels once; DataError when no picture shows one."""
    features: list[Floats] = []
    labels: list[int] = []
    failed: list[Failure] = []
    known: dict[str, tuple[Path, int]] = {}
    for path, label in labelled_files(folder):
        try:
            face = _largest(analyzer, path)
        except PictureError as error:
            failed.append(Failure(path, str(error)))
            continue
        first, said = known.setdefault(fingerprint(face.crop), (path, label))
        if said != label:
            failed.append(Failure(path, f"The same face lies in {first}, too: it counts as {EXPRESSIONS[said]} alone."))
        elif first == path:
            features.append(face.prediction.features)
            labels.append(label)
    if not labels:
        told = "\n".join(_lines(failed))
        raise DataError(f"{folder}: no picture has a face to learn from.\n{told}")
    return Labelled.of(features, labels), failed


def _largest(analyzer: Analyzer, path: Path) -> Face:
    faces = judge_picture(analyzer, read_picture(path))
    if not faces:
        raise PictureError("No face was found in it.")
    return faces[0]


def _lines(failed: list[Failure]) -> Iterator[str]:
    return (f"  {failure.path}: {failure.error}" for failure in failed)
