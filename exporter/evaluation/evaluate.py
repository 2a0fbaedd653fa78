"""How good a model file is, on labelled crops or on folders of pictures: the JSON of ``mien evaluate``; needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from tqdm import tqdm

from exporter.data.dataset import SPLITS, LabelledFaces, Names
from exporter.data.folders import read_groups
from exporter.data.labels import NONE
from exporter.evaluation.curves import curves
from exporter.evaluation.inference import logits_of, median_ms
from exporter.evaluation.metrics import Guesses, abstention, groups_report, report, rounded
from exporter.evaluation.paired_tests import paired
from exporter.evaluation.scoring import Answer, answers, score
from tracker.core.errors import DataError, PictureError
from tracker.core.face import Face
from tracker.core.image_files import read_picture
from tracker.core.labelled_folders import labelled_files
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.vision.analyzer import Analyzer
from tracker.vision.single_image import analyze_picture


def evaluate_data(
    classifier: OnnxClassifier, faces: LabelledFaces, split: str, other: OnnxClassifier | None = None
) -> dict[str, Any]:
    """Scores of a model on one split of labelled crops, from ``n`` on; DataError when the split is empty.

    groups: of what is shown, where the data names some. curves: for the card. compare: with the other model, if there is one.
    """
    asked = faces.of(split)
    if not len(asked):
        counts = ", ".join(f"{name} {len(faces.of(name)):,}" for name in SPLITS)
        raise DataError(f"The data has no pictures in its {split} split, only: {counts}. Choose another with --split.")
    others = faces.of("train") if split != "train" else faces.take(np.zeros(len(faces), np.bool_))
    logits = logits_of(classifier, asked.images)
    parts = answers(classifier.contract, logits, asked, classifier.tau, classifier.shown_scores(logits))
    return {
        "n": len(asked),
        **score(classifier.contract, parts, asked, others, classifier.tau),
        **_groups(parts["shown"].guesses(), None if asked.group is None else asked.group[parts["shown"].truth != NONE]),
        "found": 1.0,
        "median_ms_per_face": rounded(median_ms(classifier, asked.images)),
        "curves": curves(classifier.contract, logits, asked, parts),
        **_compared(parts, other, asked),
    }


def _groups(guesses: Guesses, names: Names | None) -> dict[str, Any]:
    """The member ``groups``, or nothing without names."""
    return {} if names is None else {"groups": groups_report(guesses, names, len(EXPRESSIONS))}


def _compared(parts: Mapping[str, Answer], other: OnnxClassifier | None, faces: LabelledFaces) -> dict[str, Any]:
    """The member ``compare``, with each part that both models have; nothing without another model."""
    if other is None:
        return {}
    others = answers(other.contract, logits_of(other, faces.images), faces, other.tau)
    both = {name: paired(part.guesses(), others[name].guesses()) for name, part in parts.items() if name in others}
    return {"compare": {"model": other.sha256, **both}}


@dataclass(frozen=True, slots=True)
class FolderResult:
    """One picture of a folder: what it shows, as an index into EXPRESSIONS, and its largest face, if one was found."""

    file: Path
    truth: int
    face: Face | None


@dataclass(slots=True)
class Tally:
    """What was seen of the pictures in folders."""

    pictures: list[FolderResult] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)

    @property
    def found(self) -> list[FolderResult]:
        """The pictures with a face."""
        return [picture for picture in self.pictures if picture.face is not None]


def _guesses(pictures: Sequence[FolderResult]) -> Guesses:
    """A picture without a face is a wrong guess."""
    truth = np.array([picture.truth for picture in pictures], np.int64)
    guesses, confidences = [], []
    for picture in pictures:
        if picture.face is None:
            guesses.append(NONE)
            confidences.append(0.0)
        else:
            label, confidence = picture.face.prediction.scores.top
            guesses.append(EXPRESSIONS.index(label))
            confidences.append(confidence)
    return Guesses(truth, np.array(guesses, np.int64), np.array(confidences, np.float64))


def evaluate_folder(
    analyzer: Analyzer, folder: Path, *, crops: bool = False, skip_missing: bool = False, other: Analyzer | None = None
) -> dict[str, Any]:
    """Scores on a folder of pictures with one folder an expression, from ``n`` on.

    n: pictures that could be read. failed: the others, each with its path and why. found: share of the n with a face.
    median_ms_per_face: from a picture's pixels to its faces, detection included. groups, compare: as for data.
    """
    tally = _judge_folder(analyzer, folder, crops=crops)
    counted = tally.found if skip_missing else tally.pictures
    guesses, groups = _guesses(counted), read_groups(folder)
    names = np.array([groups.get(picture.file, "") for picture in counted], np.str_) if groups else None
    compared: dict[str, Any] = {}
    if other is not None:
        theirs = _judge_folder(other, folder, crops=crops)
        others = _guesses(theirs.found if skip_missing else theirs.pictures)
        compared = {"compare": {"model": other.classifier.sha256, "shown": paired(guesses, others)}}
    return {
        "n": len(tally.pictures),
        "shown": {"against": "folders", **report(guesses, EXPRESSIONS)},
        "abstention": abstention(guesses, analyzer.classifier.threshold),
        **_groups(guesses, names),
        "found": rounded(len(tally.found) / len(tally.pictures)) if tally.pictures else None,
        "median_ms_per_face": rounded(float(np.median(tally.seconds)) * 1000) if tally.seconds else None,
        "failed": tally.failed,
        **compared,
    }


def _judge_folder(analyzer: Analyzer, folder: Path, *, crops: bool) -> Tally:
    tally = Tally()
    for path, truth in tqdm(labelled_files(folder), "judging", disable=None):
        try:
            pixels = read_picture(path)
        except PictureError as error:
            tally.failed.append({"path": str(path), "error": str(error)})
            continue
        started = perf_counter()
        faces = analyze_picture(analyzer, pixels, crops=crops)
        if faces:
            tally.seconds.append((perf_counter() - started) / len(faces))
        tally.pictures.append(FolderResult(path, truth, next(iter(faces), None)))
    return tally
