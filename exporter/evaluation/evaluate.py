"""Scores of a model file on labelled crops or on folders of pictures; needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from msgspec import UNSET
from tqdm import tqdm

from exporter.data.dataset import SPLITS, LabelledFaces
from exporter.data.folders import read_groups
from exporter.data.labels import FER2013_HEAD, FERPLUS_HEAD, NO_LABEL, WIDE_HEAD
from exporter.evaluation.curves import curves
from exporter.evaluation.inference import logits_of, median_ms
from exporter.evaluation.metrics import Guesses, abstention, group_scores, part_scores, rounded
from exporter.evaluation.paired_tests import paired
from exporter.evaluation.scores import SHOWN, Comparison, DataEvaluation, Evaluation, FailedPicture, ShownScores
from exporter.evaluation.scoring import PartProbabilities, part_probabilities, score
from tracker.core.errors import DataError, PictureError
from tracker.core.face import Face
from tracker.core.image_files import read_picture
from tracker.core.labelled_folders import labelled_files
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier
from tracker.vision.analyzer import Analyzer
from tracker.vision.single_image import analyze_picture

AGAINST_FOLDERS: Final = "folders"
"""What ``shown`` was scored against: the names of the pictures' folders."""


def evaluate_data(
    classifier: OnnxClassifier,
    faces: LabelledFaces,
    split: str,
    *,
    data: str,
    prior: str = "default",
    other: OnnxClassifier | None = None,
) -> DataEvaluation:
    """Scores of a model on one split of labelled crops.

    Args:
        classifier: The model, with its prior and with a fit to a person or without.
        faces: The whole data set.
        split: train, public or private.
        data: Where the data set is, for the record.
        prior: The value of ``--prior`` that the classifier was opened with, for the record.
        other: Another model to compare with.

    Raises:
        DataError: The split has no pictures. It says which splits have some.
    """
    asked = faces.of(split)
    if not len(asked):
        counts = ", ".join(f"{name} {len(faces.of(name)):,}" for name in SPLITS)
        raise DataError(f"The data has no pictures in its {split} split, only: {counts}. Choose another with --split.")
    training = faces.of("train") if split != "train" else faces.take(np.zeros(len(faces), np.bool_))
    logits = logits_of(classifier, asked.images)
    parts = part_probabilities(classifier.contract, logits, asked, classifier.tau, classifier.shown_scores(logits))
    scores = score(classifier.contract, parts, asked, training, classifier.tau)
    shown = parts[SHOWN]
    groups = (
        None if asked.group is None else group_scores(shown.guesses(), asked.group[shown.truth != NO_LABEL], len(EXPRESSIONS))
    )
    return DataEvaluation(
        model=classifier.sha256,
        person=classifier.fit.person if classifier.fit else UNSET,
        fit=classifier.fit.version if classifier.fit else UNSET,
        data=data,
        split=split,
        n=len(asked),
        shown=replace(scores.shown, prior=prior),
        fer2013=scores.fer2013,
        ferplus=scores.ferplus,
        wide=scores.wide,
        abstention=scores.abstention,
        groups=UNSET if groups is None else groups,
        found=1.0,
        median_ms_per_face=rounded(median_ms(classifier, asked.images)),
        curves=curves(classifier.contract, logits, asked, parts),
        compare=UNSET if other is None else _compared(parts, other, asked),
    )


def _compared(parts: Mapping[str, PartProbabilities], other: OnnxClassifier, faces: LabelledFaces) -> Comparison:
    """Each part that both models have."""
    others = part_probabilities(other.contract, logits_of(other, faces.images), faces, other.tau)
    both = {name: paired(part.guesses(), others[name].guesses()) for name, part in parts.items() if name in others}
    return Comparison(
        model=other.sha256,
        shown=both[SHOWN],
        fer2013=both.get(FER2013_HEAD, UNSET),
        ferplus=both.get(FERPLUS_HEAD, UNSET),
        wide=both.get(WIDE_HEAD, UNSET),
    )


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """One picture of a folder. truth: what it shows, an index into EXPRESSIONS. face: its largest face, if one was found."""

    file: Path
    truth: int
    face: Face | None


@dataclass(slots=True)
class FolderResult:
    """What a model found in the pictures of a folder.

    Attributes:
        pictures: Those that could be read.
        seconds: Of each picture with faces: the time from its pixels to its faces, divided by their number.
        failed: Those that could not be read.
    """

    pictures: list[LabelledPicture] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failed: list[FailedPicture] = field(default_factory=list)

    @property
    def found(self) -> list[LabelledPicture]:
        """The pictures with a face."""
        return [picture for picture in self.pictures if picture.face is not None]


def evaluate_folder(
    analyzer: Analyzer,
    folder: Path,
    *,
    crops: bool = False,
    skip_missing: bool = False,
    prior: str = "default",
    other: Analyzer | None = None,
) -> Evaluation:
    """Scores of a model on a folder of pictures with one folder for each expression; only what is shown is scored.

    Args:
        analyzer: With the model, its prior, and a fit to a person or none.
        folder: The folder of folders; a ``groups.csv`` in it names groups.
        crops: The pictures are face crops already, so no face is looked for.
        skip_missing: Pictures without a face are left out; else they count as wrong.
        prior: The value of ``--prior`` that the model was opened with, for the record.
        other: With another model, to compare with.

    Raises:
        DataError: The folder, or its ``groups.csv``, is not as expected; or with skip_missing the two models found faces in
            different pictures.
    """
    result = _analyze_folder(analyzer, folder, crops=crops)
    counted = result.found if skip_missing else result.pictures
    guesses, groups = _guesses(counted), read_groups(folder)
    names = np.array([groups.get(picture.file, "") for picture in counted], np.str_)
    comparison = None
    if other is not None:
        others = _analyze_folder(other, folder, crops=crops)
        other_guesses = _guesses(others.found if skip_missing else others.pictures)
        comparison = Comparison(model=other.classifier.sha256, shown=paired(guesses, other_guesses))
    fit = analyzer.classifier.fit
    return Evaluation(
        model=analyzer.classifier.sha256,
        person=fit.person if fit else UNSET,
        fit=fit.version if fit else UNSET,
        data=str(folder),
        split=None,
        n=len(result.pictures),
        shown=ShownScores(**vars(part_scores(guesses, EXPRESSIONS)), prior=prior, against=AGAINST_FOLDERS),
        abstention=abstention(guesses, analyzer.classifier.threshold),
        groups=group_scores(guesses, names, len(EXPRESSIONS)) if groups else UNSET,
        found=rounded(len(result.found) / len(result.pictures)) if result.pictures else None,
        median_ms_per_face=rounded(float(np.median(result.seconds)) * 1000) if result.seconds else None,
        failed=result.failed,
        compare=UNSET if comparison is None else comparison,
    )


def _analyze_folder(analyzer: Analyzer, folder: Path, *, crops: bool) -> FolderResult:
    result = FolderResult()
    for path, said in tqdm(labelled_files(folder), "judging", disable=None):
        truth = EXPRESSIONS.index(said)
        try:
            pixels = read_picture(path)
        except PictureError as error:
            result.failed.append(FailedPicture(path=str(path), error=str(error)))
            continue
        started = perf_counter()
        faces = analyze_picture(analyzer, pixels, crops=crops)
        if faces:
            result.seconds.append((perf_counter() - started) / len(faces))
        result.pictures.append(LabelledPicture(path, truth, next(iter(faces), None)))
    return result


def _guesses(pictures: Sequence[LabelledPicture]) -> Guesses:
    """A picture without a face is a wrong guess."""
    truth = np.array([picture.truth for picture in pictures], np.int64)
    guesses, confidences = [], []
    for picture in pictures:
        if picture.face is None:
            guesses.append(NO_LABEL)
            confidences.append(0.0)
        else:
            label, confidence = picture.face.prediction.scores.top
            guesses.append(EXPRESSIONS.index(label))
            confidences.append(confidence)
    return Guesses(truth, np.array(guesses, np.int64), np.array(confidences, np.float64))
