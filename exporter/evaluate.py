"""How good a model file is, on labelled crops or on folders of pictures: the JSON of ``mien evaluate``; needs no torch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from tqdm import tqdm

from exporter.data import SPLITS, LabelledFaces
from exporter.folders import labelled_files
from exporter.judge import judge_logits
from exporter.metrics import Guesses, abstention, report, rounded
from exporter.truth import NONE
from tracker.analyzer import Analyzer, Classifier
from tracker.classifier import OnnxClassifier
from tracker.errors import DataError, PictureError
from tracker.face import Face, Floats
from tracker.picture import read_picture
from tracker.still import judge_picture
from tracker.vocabulary import EXPRESSIONS

BATCH: Final = 256
"""Crops judged at once: 150 MB of feature maps."""
TIMED: Final = 200
"""Faces judged one by one for the clock: enough for a median, a second in all."""


def evaluate_data(classifier: OnnxClassifier, faces: LabelledFaces, split: str) -> dict[str, Any]:
    """Scores of a model on one split of labelled crops, from ``n`` on; DataError when the split is empty."""
    asked = faces.of(split)
    if not len(asked):
        counts = ", ".join(f"{name} {len(faces.of(name)):,}" for name in SPLITS)
        raise DataError(f"The data has no pictures in its {split} split, only: {counts}. Choose another with --split.")
    others = faces.of("train") if split != "train" else faces.take(np.zeros(len(faces), np.bool_))
    return {
        "n": len(asked),
        **judge_logits(classifier.card, _logits(classifier, asked), asked, others, classifier.tau),
        "found": 1.0,
        "median_ms_per_face": _median_ms(classifier, asked),
    }


def _logits(classifier: OnnxClassifier, faces: LabelledFaces) -> dict[str, Floats]:
    starts = tqdm(range(0, len(faces), BATCH), "judging", disable=None)
    parts = [classifier.logits(faces.images[start : start + BATCH]) for start in starts]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _median_ms(classifier: Classifier, faces: LabelledFaces) -> float | None:
    """From one crop to its scores."""
    seconds = []
    for image in faces.images[:TIMED]:
        started = perf_counter()
        classifier.classify(image[None])
        seconds.append(perf_counter() - started)
    return rounded(float(np.median(seconds)) * 1000)


@dataclass(slots=True)
class Tally:
    """What was seen of the pictures in folders, picture by picture."""

    truth: list[int] = field(default_factory=list)
    faces: list[Face | None] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)

    def guesses(self, *, skip_missing: bool) -> Guesses:
        """The largest face of each picture; a picture without one is a wrong guess, unless those are skipped."""
        rows = [
            (truth, *_guess(face))
            for truth, face in zip(self.truth, self.faces, strict=True)
            if face is not None or not skip_missing
        ]
        truth, guess, confidence = zip(*rows, strict=True) if rows else ((), (), ())
        return Guesses(np.array(truth, np.int64), np.array(guess, np.int64), np.array(confidence, np.float64))


def _guess(face: Face | None) -> tuple[int, float]:
    """The best guess before abstention, and its confidence."""
    if face is None:
        return NONE, 0.0
    label, value = face.prediction.scores.top
    return EXPRESSIONS.index(label), value


def evaluate_folder(analyzer: Analyzer, folder: Path, *, crops: bool = False, skip_missing: bool = False) -> dict[str, Any]:
    """Scores on a folder of pictures with one folder an expression, from ``n`` on.

    n: pictures that could be read. failed: the others, each with its path and why. found: share of the n with a face.
    median_ms_per_face: from a picture's pixels to its faces, detection included.
    """
    tally = Tally()
    for path, truth in tqdm(labelled_files(folder), "judging", disable=None):
        _judge_file(analyzer, path, truth, tally, crops=crops)
    guesses = tally.guesses(skip_missing=skip_missing)
    faces = [face for face in tally.faces if face is not None]
    return {
        "n": len(tally.faces),
        "shown": {"against": "folders", **report(guesses, EXPRESSIONS)},
        "abstention": abstention(guesses, analyzer.classifier.threshold),
        "found": rounded(len(faces) / len(tally.faces)) if tally.faces else None,
        "median_ms_per_face": rounded(float(np.median(tally.seconds)) * 1000) if tally.seconds else None,
        "failed": tally.failed,
    }


def _judge_file(analyzer: Analyzer, path: Path, truth: int, tally: Tally, *, crops: bool) -> None:
    try:
        pixels = read_picture(path)
    except PictureError as error:
        tally.failed.append({"path": str(path), "error": str(error)})
        return
    started = perf_counter()
    faces = judge_picture(analyzer, pixels, crops=crops)
    if faces:
        tally.seconds.append((perf_counter() - started) / len(faces))
    tally.truth.append(truth)
    tally.faces.append(next(iter(faces), None))


def table(scores: dict[str, Any]) -> Iterator[str]:
    """The scores as lines for people."""
    parts = [part for part in ("shown", "fer2013", "ferplus") if part in scores]
    yield f"model {scores['model'][:12]}  data {scores['data']}  split {scores['split'] or '-'}  pictures {scores['n']:,}"
    yield f"{'':9}{'n':>7}{'accuracy':>10}{'95 % interval':>17}{'UAR':>8}{'F1':>8}{'ECE':>8}{'best 80 %':>11}"
    yield from (_row(part, scores[part]) for part in parts)
    recall = "  ".join(f"{name} {_percent(value)}" for name, value in scores["shown"]["recall"].items())
    yield f"recall of what is shown: {recall}"
    clear = scores["abstention"]
    yield (
        f"at or above {_percent(clear['threshold'])} confidence: {_percent(clear['coverage'])} of the readings,"
        f" {_percent(clear['accuracy'])} of them right"
    )
    yield f"face found in {_percent(scores['found'])}, median {scores['median_ms_per_face'] or 0:.1f} ms a face"


def _row(name: str, scores: dict[str, Any]) -> str:
    interval = " - ".join(_percent(end) for end in scores["interval"])
    numbers = [_percent(scores[key]) for key in ("uar", "macro_f1", "ece")]
    best = _percent(scores["coverage"]["0.8"])
    uar, f1, ece = numbers
    return f"{name:9}{scores['n']:>7,}{_percent(scores['accuracy']):>10}{interval:>17}{uar:>8}{f1:>8}{ece:>8}{best:>11}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
