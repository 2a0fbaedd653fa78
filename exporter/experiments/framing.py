"""How well faces of FER-2013's public split are found again in a webcam's frame: the first tables of models/FRAMING.md.

    python -m exporter.experiments.framing --data fer2013.npz --memory seen

takes a quarter of an hour, and a minute for another model once ``seen`` remembers where faces are (delete it when finding
has changed). ``--mean-faces`` writes a picture to look at; it is made of people's faces, so it is not published.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from pathlib import Path
from typing import Final

import click
import cv2
import numpy as np
import numpy.typing as npt

from exporter.data.dataset import LabelledFaces, read, usable
from exporter.data.labels import NO_LABEL, shown_truth
from exporter.data.meshes import aligned, meshes
from exporter.evaluation.inference import Crops, logits_of
from exporter.evaluation.metrics import share
from exporter.evaluation.paired_tests import difference_interval
from exporter.experiments.scenes import anchors_again, crops_again, found_again
from tracker.commands.terminal import show
from tracker.config.model_files import released_model
from tracker.core.paths import PathType
from tracker.model.classifier import OnnxClassifier
from tracker.model.framing import Framing

SIZES: Final = (80, 100, 150, 200, 300, 400)
PICTURES: Final = 400
"""Pictures of each size, always the same ones; the error of a share is below 3 points in 95 % of such samples."""
SEED: Final = 5
CHANGES: Final = ((0.9, 0), (0.95, 0), (1.0, -1), (1.0, 0), (1.0, 1), (1.0, 2), (1.05, 0), (1.1, 0))
"""Framings that are tried: the zoom, and by how many pixels the face lies lower in the crop."""
MARGIN, SCATTER = 3, 2.5
"""Pixels at a crop's edge that show the background; and the sigma of a blur, as large as the scatter of eyes between faces."""
ZOOMS, SHIFTS = (0.9, 0.95, 1.0, 1.05, 1.1), (-2, -1, 0, 1, 2)

Places = npt.NDArray[np.float64]
"""[4, 2] eyes and corners of the mouth in pixels of a 48-px picture."""


@dataclass(frozen=True, slots=True, eq=False)
class RefoundFaces:
    """The faces of pictures of one size, after they were put into a frame and detected there.

    Attributes:
        side: To how many pixels the pictures were enlarged.
        asked: How many pictures there were.
        right: [found] whether the expression of the detected face is right.
        direct: [found] the same for the picture itself, classified as a crop.
        crops: [found, side, side] the detected faces.
        places: [found, 4, 2] eyes and corners of the mouth in pixels of the 48-px picture.
    """

    side: int
    asked: int
    right: npt.NDArray[np.bool_]
    direct: npt.NDArray[np.bool_]
    crops: Crops
    places: Places

    @property
    def found(self) -> float:
        """Which part of the pictures, 0 to 1."""
        return len(self.right) / self.asked

    @property
    def loss(self) -> float:
        """The share of right crops minus the share of right detected faces, -1 to 1."""
        return share(self.direct) - share(self.right)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % of the loss, pictures drawn in pairs."""
        only_direct, only_right = int((self.direct & ~self.right).sum()), int((self.right & ~self.direct).sum())
        return difference_interval(only_direct, only_right, len(self.right))


def judgeable(faces: LabelledFaces) -> LabelledFaces:
    """The pictures of faces with a majority of the crowd behind their label."""
    return faces.take(usable(faces) & (shown_truth(faces) != NO_LABEL))


def sample(faces: LabelledFaces, count: int) -> LabelledFaces:
    """So many of them, always the same."""
    return faces.take(np.random.default_rng(SEED).choice(len(faces), count, replace=False))


def shown_expressions(classifier: OnnxClassifier, crops: Crops) -> npt.NDArray[np.int64]:
    """[N] the expression that is shown for each crop, as an index into EXPRESSIONS."""
    return np.asarray(classifier.shown_scores(logits_of(classifier, crops)).argmax(axis=1))


def refind_faces(classifier: OnnxClassifier, faces: LabelledFaces, side: int, memory: Path | None = None) -> RefoundFaces:
    """The faces put into scenes, ``side`` px large, found, and judged."""
    seen = found_again(faces, classifier, side, memory)
    found = faces.take(seen.found)
    crops, truth = crops_again(faces, seen, side, classifier.framing), shown_truth(found)
    right, direct = shown_expressions(classifier, crops) == truth, shown_expressions(classifier, found.images) == truth
    return RefoundFaces(side, len(faces), right, direct, crops, anchors_again(faces, seen, side))


def size_table(sizes: Sequence[RefoundFaces], framing: Framing) -> Iterator[str]:
    """A row a size, and the places that the framing asks for."""
    yield "| enlarged to | found | right, of these | as crops | loss (95 %) | left eye | right eye | corners of the mouth |"
    yield "|---|---|---|---|---|---|---|---|"
    for size in sizes:
        low, high = size.interval
        yield (
            f"| {size.side} px | {size.found:.1%} | {share(size.right):.1%} | {share(size.direct):.1%} |"
            f" {size.loss * 100:.1f} ({low * 100:.1f} to {high * 100:.1f}) | {_told(np.median(size.places, axis=0))} |"
        )
    yield f"| framing | | | | | {_told(framing.points)} |"
    everything = np.concatenate([size.places for size in sizes])
    scatter = everything.std(axis=0)
    yield ""
    yield f"A single picture scatters about its median by {scatter.min():.1f} to {scatter.max():.1f} pixels."


def _told(places: Places) -> str:
    left_eye, right_eye, mouth_left, mouth_right = (f"({x:.1f}, {y:.1f})" for x, y in places)
    return f"{left_eye} | {right_eye} | {mouth_left}, {mouth_right}"


def mean_face(crops: Crops) -> npt.NDArray[np.float64]:
    """[side, side] the mean of many crops, each brought to the same brightness and contrast."""
    flat = crops.reshape(len(crops), -1).astype(np.float64)
    even = (flat - flat.mean(axis=1, keepdims=True)) / np.maximum(flat.std(axis=1, keepdims=True), 1)
    return np.asarray(even.mean(axis=0).reshape(crops.shape[1:]))


def likeness(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float:
    """Correlation of two mean faces, -1 to 1."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def best_fit(mean: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]) -> tuple[float, float, int, int]:
    """The likeness of two mean faces where it is greatest, and how the first is zoomed and moved (right, down) for that.

    Both are blurred as much as framing scatters, and the margin is left out: one of them is sharper, and has no hair around it.
    """
    inner, middle = slice(MARGIN, -MARGIN), (len(mean) - 1) / 2
    fits = []
    for zoom, right, down in product(ZOOMS, SHIFTS, SHIFTS):
        matrix = np.array([[zoom, 0, middle * (1 - zoom) + right], [0, zoom, middle * (1 - zoom) + down]])
        view = cv2.warpAffine(mean, matrix, mean.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
        even = np.asarray(cv2.GaussianBlur(view, (0, 0), SCATTER), np.float64)
        fits.append((likeness(even[inner, inner], theirs[inner, inner]), zoom, right, down))
    return max(fits)


def mean_table(sizes: Sequence[RefoundFaces], own: Crops) -> Iterator[str]:
    """A row for each mean face: its correlation with FER-2013's own, as it is, and zoomed and moved to where it is highest."""
    theirs = mean_face(own)
    means = {f"crops found at {size.side} px": mean_face(size.crops) for size in sizes}
    means[f"{sizes[0].asked} of FER-2013's own pictures"] = mean_face(own[: sizes[0].asked])
    yield "| mean face of | correlation with FER-2013's own | as blurred | if zoomed by | and moved right, down |"
    yield "|---|---|---|---|---|"
    for name, mean in means.items():
        fit, zoom, right, down = best_fit(mean, theirs)
        yield f"| {name} | {likeness(mean, theirs):.3f} | {fit:.3f} | {zoom} | {right:+d}, {down:+d} px |"


def write_mean_faces(path: Path, sizes: Sequence[RefoundFaces], own: Crops) -> None:
    """A picture to look at: FER-2013's own mean face, then that of each size."""
    means = [mean_face(own), *(mean_face(size.crops) for size in sizes)]
    shades = [(mean - mean.min()) / (mean.max() - mean.min()) * 255 for mean in means]
    large = [cv2.resize(shade, (240, 240), interpolation=cv2.INTER_CUBIC).clip(0, 255) for shade in shades]
    cv2.imwrite(str(path), np.hstack(large).astype(np.uint8))


def changed(framing: Framing, zoom: float, lower: float) -> Framing:
    """A framing that shows the face larger, and so many pixels lower."""
    middle = framing.side / 2
    points = (framing.points - middle) * zoom + middle + (0, lower)
    left_eye, right_eye, mouth_left, mouth_right = ((float(x), float(y)) for x, y in points)
    return Framing(framing.side, left_eye, right_eye, mouth_left, mouth_right, framing.anchors)


def change_table(classifier: OnnxClassifier, faces: LabelledFaces, memory: Path | None = None) -> Iterator[str]:
    """What another framing would give, on all faces enlarged in the plane."""
    seen = meshes(faces.images, memory)
    truth = shown_truth(faces.take(seen.found))
    right = {
        change: shown_expressions(classifier, aligned(faces.images, seen, changed(classifier.framing, *change))) == truth
        for change in CHANGES
    }
    usual = right[1.0, 0]
    yield f"| framing, on {len(truth):,} faces | right | more than as it is (95 %) |"
    yield "|---|---|---|"
    for (zoom, lower), these in right.items():
        gain, loss = int((these & ~usual).sum()), int((usual & ~these).sum())
        low, high = difference_interval(gain, loss, len(truth))
        yield (
            f"| zoom {zoom}, {lower:+d} px lower | {share(these):.1%} |"
            f" {(gain - loss) / len(truth) * 100:+.1f} ({low * 100:+.1f} to {high * 100:+.1f}) |"
        )


def inputs(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every measurement on labelled crops."""
    path = PathType()
    options = (
        click.option("--data", required=True, type=path, help="fer2013.npz, or Kaggle's fer2013.csv."),
        click.option("--model", type=path, help="A model file instead of the released one."),
        click.option("--memory", type=path, help="A folder that remembers where faces were found."),
    )
    return reduce(lambda command, option: option(command), reversed(options), command)


@click.command()
@inputs
@click.option("--mean-faces", type=PathType(), help="Write the mean faces as a PNG, to look at.")
def main(data: Path, model: Path | None, memory: Path | None, mean_faces: Path | None) -> None:
    """Print how faces are found again in a frame of 1280x720, as tables in Markdown."""
    classifier = OnnxClassifier(released_model(model), "picture")
    public = judgeable(read(data).of("public"))
    sizes = [refind_faces(classifier, sample(public, PICTURES), side, memory) for side in SIZES]
    for table in (size_table(sizes, classifier.framing), mean_table(sizes, public.images)):
        show(*table, "")
    show(*change_table(classifier, public, memory))
    if mean_faces is not None:
        write_mean_faces(mean_faces, sizes, public.images)


if __name__ == "__main__":
    main()
