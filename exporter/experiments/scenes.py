"""Scenes: a labelled crop enlarged, turned, and put somewhere into a webcam's frame; and its face, found again as in life."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from exporter.data.dataset import CROP_SIDE, LabelledFaces
from exporter.data.meshes import Meshes, cached_meshes
from tracker.core.face import Crop, Detection, Face, Landmarks
from tracker.core.frame import Pixels
from tracker.model.framing import Framing
from tracker.model.protocols import Classifier
from tracker.vision.alignment import align_face, anchor_points
from tracker.vision.analyzer import Analyzer
from tracker.vision.detectors import Detector
from tracker.vision.single_image import analyze_picture

WIDTH, HEIGHT = 1280, 720
TURNED: Final = 20
"""Degrees to either side: heads are held so, and pictures taken."""
AIR: Final = 0.75
"""Of its side: a turned square needs less than that between its middle and the frame's edge."""
COARSENESSES: Final = (3, 6, 12, 24, 48)
"""Random gray and colour at so many places from top to bottom, laid over each other: as rough as a room, and no face."""

Matrix = npt.NDArray[np.float64]
"""[2, 3] from the pixels of a 48-px picture to those of its scene."""


def background(seed: int = 0) -> Pixels:
    """[720, 1280, 3] something that is no face."""
    rng = np.random.default_rng(seed)
    layers = [rng.uniform(0, 255, (rows, rows * WIDTH // HEIGHT, 3)).astype(np.float32) for rows in COARSENESSES]
    large = [cv2.resize(layer, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for layer in layers]
    return np.asarray(np.mean(large, axis=0).clip(0, 255), np.uint8)


def places(count: int, side: int) -> list[Matrix]:
    """Where so many pictures lie, ``side`` px large; the same each time."""
    rng, half, air = np.random.default_rng(side), CROP_SIDE / 2, AIR * side
    matrices = []
    for _ in range(count):
        matrix = np.asarray(cv2.getRotationMatrix2D((half, half), rng.uniform(-TURNED, TURNED), side / CROP_SIDE), np.float64)
        matrix[:, 2] += [rng.uniform(air, WIDTH - air) - half, rng.uniform(air, HEIGHT - air) - half]
        matrices.append(matrix)
    return matrices


def scene(picture: Crop, place: Matrix, behind: Pixels) -> Pixels:
    """[720, 1280, 3] with a [48, 48] picture in it."""
    size = (WIDTH, HEIGHT)
    large = cv2.warpAffine(picture, place, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    covers = cv2.warpAffine(np.full_like(picture, 255), place, size, flags=cv2.INTER_NEAREST)
    return np.asarray(np.where(covers[..., None] > 0, large[..., None], behind), np.uint8)


def find(analyzer: Analyzer, pixels: Pixels, place: Matrix) -> Detection | None:
    """The face that lies where the picture was put, as ``analyze_picture`` finds it.

    A face that the whole frame shows is among those of ``analyze_picture`` however long that searches, so it is not asked then.
    """
    attempts = (lambda: analyzer.detector.detect(pixels), lambda: map(_in_picture, analyze_picture(analyzer, pixels)))
    hits = (found for attempt in attempts for found in attempt() if found is not None and _lies_in(found, place))
    return next(hits, None)


def _in_picture(face: Face) -> Detection | None:
    """A face's mesh in pixels of the picture: that of a face found with air around the picture counts from the air's corner."""
    if face.detection is None:
        return None
    mesh = face.detection.landmarks
    shift = np.array([face.box.x - mesh.box.x, face.box.y - mesh.box.y], np.float32)
    return replace(face.detection, landmarks=Landmarks(mesh.points + shift))


def _lies_in(found: Detection, place: Matrix) -> bool:
    middle, half = place @ (CROP_SIDE / 2, CROP_SIDE / 2, 1), np.hypot(*place[:, 0]) * CROP_SIDE / 2
    return bool(np.hypot(*(np.array(found.landmarks.box.centre) - middle)) < half)


def found_again(faces: LabelledFaces, classifier: Classifier, side: int, memory: Path | None = None) -> Meshes:
    """Each picture's face in its scene, in pixels of the scene; the classifier has no say in where faces are."""

    def look(detector: Detector) -> Meshes:
        analyzer, behind = Analyzer(detector, classifier), background()
        pairs = zip(faces.images, places(len(faces), side), strict=True)
        wait = tqdm(pairs, f"looking, {side} px", total=len(faces), disable=None)
        return Meshes.of(find(analyzer, scene(picture, place, behind), place) for picture, place in wait)

    return cached_meshes(memory, f"scenes {side} {faces.fingerprint}", look)


def crops_again(faces: LabelledFaces, seen: Meshes, side: int, framing: Framing) -> npt.NDArray[np.uint8]:
    """[found, side, side] crops as the classifier gets them from the scenes of the faces that were found."""
    put, behind = places(len(faces), side), background()
    scenes = (scene(faces.images[number], put[number], behind) for number in seen.found)
    return np.stack([align_face(pixels, seen.detection(n), framing) for n, pixels in zip(seen.found, scenes, strict=True)])


def anchors_again(faces: LabelledFaces, seen: Meshes, side: int) -> npt.NDArray[np.float64]:
    """[found, 4, 2] eyes and corners of the mouth that were found, in pixels of the 48-px pictures."""
    put = places(len(faces), side)
    back = {number: cv2.invertAffineTransform(put[number]) for number in seen.found}
    # Meshes and framing count from the picture's corner, OpenCV from the middle of its first pixel.
    points = {number: anchor_points(Landmarks(seen.points[number])) - 0.5 for number in seen.found}
    return np.stack([points[number] @ turn[:, :2].T + turn[:, 2] + 0.5 for number, turn in back.items()])
