"""Finding faces: MediaPipe's FaceLandmarker, one picture at a time.

IMAGE mode keeps no state between pictures. One landmarker belongs to one thread.
"""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import cv2
import numpy as np

from tracker.core.captured_stderr import chatter_logged
from tracker.core.errors import ModelError
from tracker.core.face import Detection, Landmarks, Pose, Shape
from tracker.core.frame import Pixels

MIN_SIDE: Final = 256
"""Smaller pictures are enlarged first: the detector looks at 128 px, the mesh at 256 px (face_landmarker.task's inputs)."""
MAX_SIDE: Final = 32_000
"""OpenCV's remap, inside MediaPipe, ends the whole process at 32,767 pixels (SHRT_MAX)."""


class Landmarker:
    """The faces of a picture with their meshes, largest first; a context manager."""

    def __init__(self, model: Path, most: int) -> None:
        # mediapipe takes 0.7 s to import: so late.
        from mediapipe.tasks.python import BaseOptions, vision

        # Its bytes: MediaPipe takes only a name that is UTF-8.
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=_content(model)),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=most,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        try:
            # Closed also when Ctrl-C comes now: else it complains when the interpreter ends.
            with chatter_logged("mediapipe"), ExitStack() as stack:
                self._landmarker = stack.enter_context(vision.FaceLandmarker.create_from_options(options))
                # The rest of its greetings come with the first picture.
                self.detect(np.zeros((MIN_SIDE, MIN_SIDE, 3), np.uint8))
                stack.pop_all()
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{model}: MediaPipe cannot open this landmark model ({error}). Run `mien doctor`.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._landmarker.close()

    def detect(self, pixels: Pixels) -> list[Detection]:
        """Faces of a [height, width, 3] BGR picture."""
        import mediapipe

        height, width = pixels.shape[:2]
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=_rgb(pixels))
        found = self._landmarker.detect(image)
        parts = zip(found.face_landmarks, found.face_blendshapes, found.facial_transformation_matrixes, strict=True)
        detections = [_detection(mesh, shapes, matrix, (width, height)) for mesh, shapes, matrix in parts]
        return sorted(detections, key=lambda detection: -detection.landmarks.box.area)


def _content(model: Path) -> bytes:
    try:
        return model.read_bytes()
    except OSError as error:
        raise ModelError(f"{model}: this landmark model cannot be read ({error.strerror}). Run `mien doctor`.") from error


def _rgb(pixels: Pixels) -> Pixels:
    """MediaPipe's colour order, and at least as large as its own inputs, as far as that leaves the other side bearable."""
    height, width = pixels.shape[:2]
    factor = min(max(1.0, MIN_SIDE / min(height, width)), MAX_SIDE / max(height, width))
    if factor != 1:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def _detection(mesh: Any, shapes: Any, matrix: Any, size: tuple[int, int]) -> Detection:
    points = np.array([(point.x, point.y) for point in mesh], np.float32) * np.array(size, np.float32)
    blendshapes = {shape.category_name: float(shape.score) for shape in shapes}
    return Detection(Landmarks(points), Shape(blendshapes, pose_from_matrix(np.asarray(matrix))))


def pose_from_matrix(matrix: Any) -> Pose:
    """Angles of MediaPipe's [4, 4] face-to-camera matrix (x right, y up, z towards the camera), turned in the order
    yaw, pitch, roll.
    """
    rotation = matrix[:3, :3] / np.linalg.norm(matrix[:3, 0])
    yaw = np.arctan2(rotation[0, 2], rotation[2, 2])
    pitch = np.arcsin(np.clip(rotation[1, 2], -1, 1))
    roll = np.arctan2(rotation[1, 0], rotation[1, 1])
    return Pose(*(round(float(np.degrees(angle)), 1) for angle in (yaw, pitch, roll)))
