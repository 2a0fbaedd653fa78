"""People made up from FER-2013, which names nobody: one camera on other people's faces, or one way to show each expression."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from exporter.data.dataset import CROP_SIDE, Integers
from exporter.evaluation.inference import Crops
from tracker.core.face import Crop
from tracker.core.vocabulary import EXPRESSIONS

EACH: Final = 16
"""Pictures of each expression that a person has: of disgust, the public split has 18."""
NEUTRAL: Final = EXPRESSIONS.index("neutral")
MIDDLE: Final = (CROP_SIDE - 1) / 2

Change = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Pictures [n, 48, 48], and what each shows [n] as an index into EXPRESSIONS."""

    images: Crops
    labels: Integers


Make = Callable[[Crops, Integers, np.random.Generator], Person]


def camera(images: Crops, labels: Integers, rng: np.random.Generator) -> Person:
    """Other people's pictures in one light, through one lens, bent to one shape of face, behind one pair of glasses or beard.

    The expressions are those of as many strangers: nothing of theirs repeats, which is the hardest case for a fit.
    """
    chosen = _some(labels, rng)
    change = _appearance(rng)
    return Person(np.stack([_bytes(change(images[place].astype(np.float32))) for place in chosen]), labels[chosen])


def manner(images: Crops, labels: Integers, rng: np.random.Generator, *, own: float) -> Person:
    """Each expression in one's own way: every picture is blended of one picture of that expression (the share ``own``), one
    resting face (a fifth), and another stranger's picture, and lies a little differently each time.
    """
    chosen = _some(labels, rng)
    rest = images[rng.choice(np.flatnonzero(labels == NEUTRAL))].astype(np.float32)
    models = [images[rng.choice(_left(labels, chosen, label))].astype(np.float32) for label in range(len(EXPRESSIONS))]
    blends = [own * models[labels[place]] + 0.2 * rest + (0.8 - own) * images[place] for place in chosen]
    return Person(np.stack([_bytes(_another_time(blend, rng)) for blend in blends]), labels[chosen])


KINDS: Final[Mapping[str, Make]] = {
    "one camera, strangers' expressions": camera,
    "own expressions, changing": partial(manner, own=0.35),
    "own expressions, steady": partial(manner, own=0.5),
}


def _some(labels: Integers, rng: np.random.Generator) -> Integers:
    chosen = [rng.permutation(np.flatnonzero(labels == label))[:EACH] for label in range(len(EXPRESSIONS))]
    return np.concatenate(chosen)


def _left(labels: Integers, chosen: Integers, label: int) -> Integers:
    """Pictures of an expression that a person does not have yet."""
    return np.setdiff1d(np.flatnonzero(labels == label), chosen)


def _another_time(image: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Turned, moved and lit a little differently, as far as the aligner leaves it."""
    turn = np.asarray(cv2.getRotationMatrix2D((MIDDLE, MIDDLE), rng.normal(0, 4), 1 + rng.normal(0, 0.04)), np.float64)
    turn[:, 2] += np.asarray(rng.normal(0, 1, 2), np.float64)
    moved = cv2.warpAffine(image, turn, (CROP_SIDE, CROP_SIDE), borderMode=cv2.BORDER_REFLECT)
    return np.asarray((moved - 128) * np.exp(rng.normal(0, 0.12)) + 128 + rng.normal(0, 12), np.float32)


def _appearance(rng: np.random.Generator) -> Change:
    """One camera and face, for all pictures of a person."""
    shape, shade, cover = _shape(rng), _light(rng), _cover(rng)
    blur = rng.choice([0.0, 0.0, 0.6, 1.0])
    skin = rng.uniform(10, 70)

    def change(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        bent = cv2.remap(image, *shape, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        lit = shade(np.asarray(bent * (1 - cover) + skin * cover, np.float32))
        return np.asarray(cv2.GaussianBlur(lit, (0, 0), blur), np.float32) if blur else lit

    return change


def _shape(rng: np.random.Generator) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Where each pixel comes from: a little wider or longer, and smoothly bent."""
    y, x = np.mgrid[0:CROP_SIDE, 0:CROP_SIDE].astype(np.float32)
    bent = [
        cv2.resize(rng.normal(0, 1.6, (4, 4)).astype(np.float32), (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_CUBIC)
        for _ in "xy"
    ]
    wide, long = 1 + rng.normal(0, 0.05, 2)
    places = ((x - MIDDLE) * wide + MIDDLE + bent[0], (y - MIDDLE) * long + MIDDLE + bent[1])
    return np.asarray(places[0], np.float32), np.asarray(places[1], np.float32)


def _light(rng: np.random.Generator) -> Change:
    """A tone curve, a light from one side, contrast and brightness."""
    gamma, side, strength = np.exp(rng.normal(0, 0.45)), rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.5)
    contrast, brightness = rng.uniform(0.5, 1.1), rng.uniform(-20, 20)
    y, x = np.mgrid[0:CROP_SIDE, 0:CROP_SIDE] / MIDDLE - 1
    slope = 1 + strength * (x * np.cos(side) + y * np.sin(side))

    def lit(image: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        toned = 255 * (image / 255).clip(0, 1) ** gamma * slope
        return np.asarray((toned - 128) * contrast + 128 + brightness, np.float32)

    return lit


def _cover(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """[48, 48] how far each pixel is hidden, 0 to 1: by glasses, a beard, a fringe, or (half of the people) by nothing."""
    cover = np.zeros((CROP_SIDE, CROP_SIDE), np.float32)
    kind = rng.choice(["", "", "", "glasses", "beard", "fringe"])
    if kind == "glasses":
        for eye in (15, 33):
            cv2.ellipse(cover, (eye, 19), (7, 5), 0, 0, 360, 1, 1)
        cv2.line(cover, (22, 18), (26, 18), 1, 1)
    elif kind == "beard":
        cv2.ellipse(cover, (24, 44), (14, 9), 0, 0, 360, 0.7, -1)
        cv2.ellipse(cover, (24, 37), (8, 4), 0, 0, 360, 0, -1)
    elif kind == "fringe":
        cover[: int(rng.integers(6, 12))] = 0.85
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.7), np.float32)


def _bytes(image: npt.NDArray[np.float32]) -> Crop:
    return np.asarray(image.round().clip(0, 255), np.uint8)
