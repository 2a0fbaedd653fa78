"""Face meshes of labelled crops: each 48-px picture is enlarged, gets a border, and goes through the landmark model once.

That takes minutes and does not depend on the classifier. With a cache folder, another model is measured in seconds.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from exporter.data.array_cache import cached_arrays
from exporter.data.dataset import Bytes
from exporter.data.framing import FER_FRAMING
from tracker.config.model_files import landmarker_model
from tracker.core.face import Crop, Detection, Floats, Landmarks, Pose, Shape
from tracker.core.frame import Pixels
from tracker.model.framing import Framing
from tracker.vision.alignment import align_face
from tracker.vision.detectors import Detector
from tracker.vision.landmarker import Landmarker
from tracker.vision.single_image import BORDER_SHARE

TIMES: Final = 6
"""48 px become 288: about what the mesh looks at (256 px), and whole, so that no pixel lies between two."""
BORDER: Final = round(BORDER_SHARE * 48 * TIMES)
"""Pixels of air on each side, as a tight head shot gets it in life."""
POINTS, BLENDSHAPES, ANGLES = 478, 52, 3


@dataclass(frozen=True, slots=True, eq=False)
class Meshes:
    """What the landmark model says of N pictures; NaN where it found no face.

    points: [N, 478, 2] in pixels of the picture that was looked at. blendshapes: [N, 52], 0 to 1. poses: [N, 3] degrees of
    yaw, pitch and roll.
    """

    points: Floats
    blendshapes: Floats
    poses: Floats

    @classmethod
    def of(cls, detections: Iterable[Detection | None]) -> "Meshes":
        """One row for each picture."""
        points, blendshapes, poses = list[Floats](), list[list[float]](), list[tuple[float, ...]]()
        for found in detections:
            if found is None:
                points.append(np.full((POINTS, 2), np.nan, np.float32))
                blendshapes.append([np.nan] * BLENDSHAPES)
                poses.append((np.nan,) * ANGLES)
            else:
                points.append(found.landmarks.points)
                blendshapes.append(list(found.shape.blendshapes.values()))
                poses.append((found.shape.pose.yaw, found.shape.pose.pitch, found.shape.pose.roll))
        return cls(np.array(points, np.float32), np.array(blendshapes, np.float32), np.array(poses, np.float32))

    @property
    def found(self) -> npt.NDArray[np.int64]:
        """Numbers of the pictures in which a face was found."""
        return np.flatnonzero(~np.isnan(self.poses[:, 0]))

    def take(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> "Meshes":
        """Those of the pictures that a mask or a list of numbers selects."""
        return Meshes(self.points[which], self.blendshapes[which], self.poses[which])

    def detection(self, number: int) -> Detection:
        """One of those that were found, without its blendshapes."""
        yaw, pitch, roll = self.poses[number].tolist()
        return Detection(Landmarks(self.points[number]), Shape({}, Pose(yaw, pitch, roll)))


def enlarged(picture: Crop) -> Crop:
    """[518, 518] of a [48, 48] picture: six times as large, in a frame of its edge's mean."""
    large = cv2.resize(picture, None, fx=TIMES, fy=TIMES, interpolation=cv2.INTER_CUBIC)
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).mean()
    border = cv2.copyMakeBorder(large, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=(float(edge),))
    return np.asarray(border, np.uint8)


def meshes(pictures: Bytes, memory: Path | None = None) -> Meshes:
    """Of each picture, enlarged: some 12 ms a picture.

    Args:
        pictures: [N, 48, 48] gray, 0-255.
        memory: A folder; meshes of the same pictures are read from it, or else written to it.
    """

    def find(detector: Detector) -> Meshes:
        shown = tqdm(pictures, "finding faces", disable=None)
        return Meshes.of(next(iter(detector.detect(in_colour(enlarged(picture)))), None) for picture in shown)

    fingerprint = sha256(np.ascontiguousarray(pictures).tobytes()).hexdigest()
    return cached_meshes(memory, f"enlarged {TIMES} {BORDER} {fingerprint}", find)


def cached_meshes(memory: Path | None, what: str, find: Callable[[Detector], Meshes]) -> Meshes:
    """Read meshes from a cache folder, or find them with the landmark model and write them there.

    Args:
        memory: The folder; None finds them always.
        what: Everything that the meshes depend on, but for the landmark model.
        find: Finds them.
    """
    landmarker = landmarker_model()

    def arrays() -> Mapping[str, npt.NDArray[Any]]:
        with Landmarker(landmarker, max_faces=32) as detector:
            return asdict(find(detector))

    return Meshes(**cached_arrays(memory, what.encode() + landmarker.read_bytes(), arrays))


def in_colour(gray: Crop) -> Pixels:
    """A gray picture as detectors want it."""
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)


def aligned(pictures: Bytes, seen: Meshes, framing: Framing) -> Bytes:
    """[found, side, side] crops of the faces that were found in pictures [N, 48, 48], as the tracker aligns them."""
    return np.stack([align_face(enlarged(pictures[n]), seen.detection(n), framing) for n in seen.found])


def as_tracked(pictures: Bytes, memory: Path | None = None) -> Bytes:
    """The pictures [N, 48, 48] as the tracker would crop them; where it finds no face, the picture itself.

    memory: as ``meshes`` takes it.
    """
    seen = meshes(pictures, memory)
    crops = pictures.copy()
    crops[seen.found] = aligned(pictures, seen, FER_FRAMING)
    return crops


def in_small(points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Places in an enlarged picture as places in the 48-px picture."""
    return np.asarray((points - BORDER) / TIMES, np.float64)
