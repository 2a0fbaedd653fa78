"""Which possible readings agree with what people say of still faces: the table of docs/readings.md.

    python -m exporter.experiments.readings --data fer2013.npz --memory seen

compares, on PublicTest, the movements of a rule with FER+'s votes. Only movements count: the model has learnt these votes, so
its expressions would prove nothing. Nobody's face at rest is known there: the median of faces that voters call neutral stands
for it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click
import numpy as np
import numpy.typing as npt

from exporter.data.dataset import majority, read, usable
from exporter.data.meshes import Meshes, meshes
from tracker.commands.terminal import show
from tracker.core.paths import PathType
from tracker.core.vocabulary import FERPLUS
from tracker.readings.rules import SHIPPED, ReadingRule, load_rules

COMPARED: Final = {
    ("amused",): "happiness",
    ("polite_smile",): "happiness",
    ("amused", "polite_smile"): "happiness",
    ("surprise",): "surprise",
    ("worry",): "fear",
    ("contempt",): "contempt",
}
"""Readings, of several the one with the largest sum, and the word of FER+'s voters that comes nearest."""
COLUMNS: Final = {
    "smile": [44, 45],
    "squint": [19, 20],
    "brows_raised": [3, 4, 5],
    "brows_lowered": [1, 2],
    "lips_pressed": [36, 37],
    "jaw_dropped": [25],
    "eyes_closed": [9, 10],
}
"""Of ``Meshes.blendshapes``, in MediaPipe's order: mouthSmile, eyeSquint, browInnerUp and browOuterUp, browDown, mouthPress,
jawOpen, eyeBlink. Their means are the movements, as far as a still picture shows them.
"""
FAR: Final = 95
"""Percentile of all faces that counts as full strength: as far as faces usually go."""

Numbers = npt.NDArray[np.float64]


def movements_of(seen: Meshes, resting: npt.NDArray[np.bool_]) -> Mapping[str, Numbers]:
    """[found] strength of each movement, 0 to 1; ``resting``: [found] faces whose median is no movement."""
    shapes = seen.blendshapes[seen.found].astype(np.float64)
    sides = {name: shapes[:, columns] for name, columns in COLUMNS.items()}
    far = {name: scaled(values.mean(axis=1), resting) for name, values in sides.items()}
    smile, squint = far.pop("smile"), far.pop("squint")
    both = np.minimum(smile, squint)
    one_sided = scaled(np.abs(np.diff(sides["smile"], axis=1))[:, 0], resting)
    return {**far, "smile_eyes": both, "smile_mouth": smile - both, "one_sided_mouth": one_sided}


def scaled(values: Numbers, resting: npt.NDArray[np.bool_]) -> Numbers:
    """Values from the median at rest, 0, to the FARth percentile, 1."""
    rest = float(np.median(values[resting]))
    return np.asarray(np.clip((values - rest) / max(float(np.percentile(values, FAR)) - rest, 1e-6), 0, 1))


def summed(rule: ReadingRule, movements: Mapping[str, Numbers]) -> Numbers:
    """What a rule's signs add up to on each face, as far as they are among the movements."""
    total = np.zeros_like(next(iter(movements.values())))
    for sign in rule.supports.keys() & movements.keys():
        total += rule.supports[sign] * movements[sign]
    for sign in rule.opposes.keys() & movements.keys():
        total -= rule.opposes[sign] * movements[sign]
    return total


def area_under_curve(sums: Numbers, is_so: npt.NDArray[np.bool_]) -> float:
    """How often a face that is so has the larger sum than one that is not; a tie is half (the area under the ROC curve)."""
    differences = sums[is_so][:, None] - sums[~is_so][None, :]
    return float((differences > 0).mean() + (differences == 0).mean() / 2)


@click.command()
@click.option("--data", required=True, type=PathType(), help="fer2013.npz, or Kaggle's fer2013.csv with FER+ beside it.")
@click.option("--memory", type=PathType(), help="A folder that remembers where faces were found.")
def main(data: Path, memory: Path | None) -> None:
    """Print how movements alone agree with voters, as a table in Markdown."""
    public = read(data).of("public")
    public = public.take(usable(public) & (majority(public.votes) >= 0))
    seen = meshes(public.images, memory)
    labels = np.array(FERPLUS)[majority(public.votes)[seen.found]]
    movements = movements_of(seen, labels == "neutral")
    rules = load_rules(SHIPPED.parent / "no file of one's own").readings
    show(f"| on {len(labels):,} faces | voters say | faces | area under the curve | told, of these | told, of others |")
    show("|---|---|---|---|---|---|")
    for names, word in COMPARED.items():
        sums = np.max([summed(rules[name], movements) for name in names], axis=0)
        told = np.any([summed(rules[name], movements) >= rules[name].threshold for name in names], axis=0)
        is_so = labels == word
        shares = f"{told[is_so].mean():.0%} | {told[~is_so].mean():.1%}"
        named = " or ".join(rules[name].name for name in names)
        show(f"| {named} | {word} | {is_so.sum()} | {area_under_curve(sums, is_so):.2f} | {shares} |")


if __name__ == "__main__":
    main()
