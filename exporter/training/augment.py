"""Variety: what a face may look like when the tracker hands it over - turned, shifted, dark, blurred, packed, covered.

Everything works on one [48, 48] gray byte picture at a time with OpenCV: about 0.1 ms each, nothing beside the
network's own time. Framing scatters as the aligner errs (eyes and mouth by 3.4 to 5 px in FER-2013 itself).
"""

from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from numpy.random import Generator

Picture = npt.NDArray[np.uint8]
Change = Callable[[Picture, Generator], Picture]

TURN_DEGREES: Final = 12.0
SHIFT: Final = 0.07
ZOOM: Final = 0.14
STRETCH: Final = 0.07


def geometry(picture: Picture, rng: Generator, side: int, extent: float = 1.0) -> Picture:
    """Mirrored, turned, zoomed, stretched and shifted, written at side x side pixels in one resampling.

    extent: 0 to 1, how much of each but the mirroring.
    """
    height, width = picture.shape
    zoom = np.exp(rng.uniform(-ZOOM, ZOOM) * extent) * side / width
    stretch = np.exp(rng.uniform(-STRETCH, STRETCH) * extent)
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    angle = np.deg2rad(rng.normal(0, TURN_DEGREES / 2) if rng.random() < 0.8 else 0.0) * extent
    cos, sin = np.cos(angle), np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([zoom * stretch * mirror, zoom / stretch])
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    target = np.full(2, (side - 1) / 2) + rng.uniform(-SHIFT, SHIFT, 2) * side * extent
    matrix = np.hstack([linear, (target - linear @ middle)[:, None]])
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_CONSTANT
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), borderMode=border), np.uint8)


def tone(picture: Picture, rng: Generator) -> Picture:
    """Another gamma, contrast and brightness, as other cameras and lights give."""
    table = (np.arange(256) / 255.0) ** np.exp(rng.normal(0, 0.25))
    table = (table - 0.5) * np.exp(rng.normal(0, 0.2)) + 0.5 + rng.normal(0, 0.06)
    return np.asarray((table.clip(0, 1) * 255).astype(np.uint8)[picture])


def dusk(picture: Picture, rng: Generator) -> Picture:
    """Too little light: darkened, and grainy from it."""
    return grain((picture * rng.uniform(0.25, 0.7)).astype(np.uint8), rng)


def grain(picture: Picture, rng: Generator) -> Picture:
    """A webcam's noise, 2 to 14 gray levels."""
    noise = rng.standard_normal(picture.shape) * rng.uniform(2, 14)
    return (picture + noise).clip(0, 255).astype(np.uint8)


def blur(picture: Picture, rng: Generator) -> Picture:
    """Out of focus by 0.5 to 1.6 px."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 1.6)), np.uint8)


def far_away(picture: Picture, rng: Generator) -> Picture:
    """As if the face had been only 22 to 40 px wide."""
    small = int(rng.integers(22, 41))
    shrunk = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(shrunk, picture.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def compressed(picture: Picture, rng: Generator) -> Picture:
    """Through a JPEG of quality 15 to 70."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 71))])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def glare(picture: Picture, rng: Generator) -> Picture:
    """A lamp or window: light falling off from one point or one side."""
    side = picture.shape[0]
    ys, xs = np.mgrid[:side, :side]
    y, x = rng.uniform(0, side, 2)
    spread = rng.uniform(0.2, 0.8) * side
    light = rng.uniform(30, 100) * np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * spread**2))
    return np.asarray((picture + light).clip(0, 255), np.uint8)


def covered(picture: Picture, rng: Generator) -> Picture:
    """A hand, a cup, a mask: one rectangle of 2 to 15 % of the picture, plain or noisy (Zhong et al., AAAI 2020)."""
    side = picture.shape[0]
    area, aspect = rng.uniform(0.02, 0.15) * side**2, np.exp(rng.uniform(-1, 1))
    height, width = (max(1, min(side, int(length))) for length in (np.sqrt(area * aspect), np.sqrt(area / aspect)))
    y, x = rng.integers(0, side - height + 1), rng.integers(0, side - width + 1)
    patch = rng.integers(0, 256) if rng.random() < 0.5 else rng.integers(0, 256, (height, width))
    changed = picture.copy()
    changed[y : y + height, x : x + width] = patch
    return changed


def equalised(picture: Picture, rng: Generator) -> Picture:  # noqa: ARG001 - one of the changes
    """As many pixels of each gray level, as some programs do to dark pictures."""
    return np.asarray(cv2.equalizeHist(picture), np.uint8)


def sharpened(picture: Picture, rng: Generator) -> Picture:
    """Edges raised by 0.3 to 1.2 of their height: what is enlarged to 48 px is softer than a face reduced to them."""
    raised = picture + rng.uniform(0.3, 1.2) * (picture.astype(np.float32) - cv2.GaussianBlur(picture, (0, 0), 1.0))
    return np.asarray(raised.clip(0, 255), np.uint8)


def exposed(picture: Picture, rng: Generator) -> Picture:
    """A mean of 50 to 190 gray levels whatever it was, and another contrast: darker and lighter skin, flash, night."""
    even = (picture.astype(np.float32) - picture.mean()) * np.exp(rng.normal(0, 0.3)) + rng.uniform(50, 190)
    return np.asarray(even.clip(0, 255), np.uint8)


PROCESSING: Final[Sequence[Change]] = (equalised, sharpened, sharpened, exposed, exposed)
"""What other cameras and programs do to a picture; one of these at a time."""


def processed(picture: Picture, rng: Generator) -> Picture:
    """As another camera or program would have left it."""
    return PROCESSING[int(rng.integers(len(PROCESSING)))](picture, rng)


BEFORE: Final[Sequence[tuple[float, Change]]] = ((0.07, far_away), (0.10, blur), (0.05, glare))
AFTER: Final[Sequence[tuple[float, Change]]] = (
    (0.50, tone),
    (0.04, dusk),
    (0.08, grain),
    (0.10, compressed),
    (0.20, covered),
)
"""How often each change happens, before and after the geometry: about one picture in four keeps its tones; with
twice as much the network had not learnt its training pictures after 46 epochs (models/EXPERIMENTS.md)."""


LIGHTLY: Final[Sequence[tuple[float, Change]]] = ((0.30, tone), (0.10, covered))
"""The same for pictures that should stay near to what they are."""
LIGHT_EXTENT: Final = 0.5


def light_augment(picture: Picture, rng: Generator, side: int) -> Picture:
    """One picture much as it is, as most of those are that a network will be asked about: half the geometry, little else."""
    picture = geometry(picture, rng, side, LIGHT_EXTENT)
    for chance, change in LIGHTLY:
        if rng.random() < chance:
            picture = change(picture, rng)
    return picture


def vary(picture: Picture, rng: Generator, side: int) -> Picture:
    """One picture as it might have come from somebody's camera, side x side pixels."""
    for chance, change in BEFORE:
        if rng.random() < chance:
            picture = change(picture, rng)
    picture = geometry(picture, rng, side)
    for chance, change in AFTER:
        if rng.random() < chance:
            picture = change(picture, rng)
    return picture
