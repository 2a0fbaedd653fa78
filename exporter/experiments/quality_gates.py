"""What is turned away before any guess, and what it would have been worth: the last tables of models/FRAMING.md.

    python -m exporter.experiments.quality_gates --data fer2013.npz --memory seen

on FER-2013's public split, enlarged, found and aligned. The thresholds of tracker/vision/quality.py were chosen
from these tables.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import click
import numpy as np
import numpy.typing as npt

from exporter.data.dataset import LabelledFaces, read
from exporter.data.labels import shown_truth
from exporter.data.meshes import Meshes, aligned, meshes
from exporter.evaluation.inference import Crops
from exporter.evaluation.metrics import interval, share
from exporter.experiments.degradations import SPOILT, spoilt
from exporter.experiments.framing import SEED, inputs, judgeable, shown_expressions
from tracker.commands.terminal import show
from tracker.config.model_files import released_model
from tracker.model.classifier import OnnxClassifier
from tracker.vision.quality import (
    MIN_BRIGHTNESS,
    MIN_FEATURE_CONTRAST,
    MIN_SHARPNESS,
    assess_quality,
    feature_contrast,
    sharpness,
)

PICTURES: Final = 1000
"""That are spoilt: 95 % of such samples err by 2 points."""
ANGLES: Final = (0, 10, 20, 30, 40, 90)
"""Degrees between which faces are told apart by how far they are turned."""
TENTHS: Final = (0, 1, 5, 25, 50, 75, 95, 100)
"""Percentiles of a measure between which unspoilt faces are told apart."""

Right = npt.NDArray[np.bool_]


def spoilt_table(classifier: OnnxClassifier, crops: Crops, truth: npt.NDArray[np.int64]) -> Iterator[str]:
    """What each harm costs, and how often it is noticed, and as what."""
    yield f"| {len(crops):,} crops | how much | right | turned away | as |"
    yield "|---|---|---|---|---|"
    rows = [("nothing done", "", crops)]
    rows += [(harm, much, spoilt(crops, change)) for harm, changes in SPOILT.items() for much, change in changes.items()]
    for harm, much, changed in rows:
        reasons = reasons_of(changed)
        away = share(np.array([reason is not None for reason in reasons]))
        right = share(shown_expressions(classifier, changed) == truth)
        yield f"| {harm} | {much} | {right:.1%} | {away:.1%} | {_counted(reasons)} |"


def reasons_of(crops: Crops) -> list[str | None]:
    """Why each crop alone would be turned away; None where it would not."""
    return [assess_quality(crop, None).reason for crop in crops]


def _counted(reasons: Sequence[str | None]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in Counter(filter(None, reasons)).most_common()) or "-"


def ordinary_table(faces: LabelledFaces, seen: Meshes, crops: Crops) -> Iterator[str]:
    """How many ordinary pictures are turned away, and as what."""
    found = [assess_quality(crop, seen.detection(number)).reason for crop, number in zip(crops, seen.found, strict=True)]
    yield "| ordinary pictures | turned away | as |"
    yield "|---|---|---|"
    for name, reasons in (("as crops", reasons_of(faces.images)), ("found and aligned", found)):
        away = sum(reason is not None for reason in reasons)
        yield f"| {len(reasons):,} {name} | {away / len(reasons):.1%} | {_counted(reasons)} |"


def measures(crops: Crops, seen: Meshes) -> dict[str, tuple[npt.NDArray[np.floating], tuple[float, ...]]]:
    """Each gate's measure of every face found, and where the table cuts it: at percentiles, or at angles."""
    pixels = crops.astype(np.float32)
    light = np.percentile(crops, (5, 95), axis=(1, 2))
    taken = {
        f"sharpness (gate: {MIN_SHARPNESS})": np.array([sharpness(crop) for crop in pixels]),
        f"brightest twentieth (gate: {MIN_BRIGHTNESS})": light[1],
        f"scatter of eyes or mouth (gate: {MIN_FEATURE_CONTRAST})": np.array([feature_contrast(crop) for crop in pixels])
        / np.maximum(light[1] - light[0], 1),
    }
    turns = np.abs(seen.poses[seen.found])
    cut = {name: (values, tuple(np.percentile(values, TENTHS))) for name, values in taken.items()}
    return cut | {"degrees of yaw": (turns[:, 0], ANGLES), "degrees of pitch": (turns[:, 1], ANGLES)}


def measure_table(crops: Crops, seen: Meshes, right: Right) -> Iterator[str]:
    """Accuracy among unspoilt faces, by what each gate measures."""
    yield "| measure | from | to | faces | right (95 %) |"
    yield "|---|---|---|---|---|"
    for name, (values, cuts) in measures(crops, seen).items():
        for low, high in pairwise(cuts):
            inside = right[(values >= low) & (values < high)]
            if len(inside):
                ends = " to ".join(f"{end:.0%}" for end in interval(inside))
                yield f"| {name} | {low:.3g} | {high:.3g} | {len(inside):,} | {share(inside):.1%} ({ends}) |"


@click.command()
@inputs
def main(data: Path, model: Path | None, memory: Path | None) -> None:
    """Print what each harm costs and which gate notices it, as tables in Markdown."""
    classifier = OnnxClassifier(released_model(model), "live")
    public = judgeable(read(data).of("public"))
    seen = meshes(public.images, memory)
    crops, truth = aligned(public.images, seen, classifier.framing), shown_truth(public.take(seen.found))
    few = np.random.default_rng(SEED).choice(len(crops), PICTURES, replace=False)
    tables = (
        spoilt_table(classifier, crops[few], truth[few]),
        ordinary_table(public, seen, crops),
        measure_table(crops, seen, shown_expressions(classifier, crops) == truth),
    )
    for table in tables:
        show(*table, "")


if __name__ == "__main__":
    main()
