"""Detecting faces and their landmarks with MediaPipe's FaceLandmarker, one picture at a time."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final, Self

import cv2
import numpy as np

from tracker.core.captured_stderr import chatter_logged
from tracker.core.errors import ModelError
from tracker.core.face import Detection, Landmarks, Pose, Shape
from tracker.core.frame import Pixels

MIN_SIDE: Final = 256
"""Pixels; smaller pictures are enlarged first: the detector reads 128 px, the mesh 256 px (face_landmarker.task's inputs)."""
MAX_SIDE: Final = 32_000
"""Pixels: OpenCV's remap, inside MediaPipe, ends the whole process at 32,767 (SHRT_MAX)."""
UNUSED_MODULES: Final = (
    "mediapipe.tasks.python.audio",  # imports sounddevice, which asks the linker for PortAudio
    "mediapipe.tasks.python.vision.drawing_styles",
    "mediapipe.tasks.python.vision.drawing_utils",  # imports matplotlib.pyplot
)
"""Parts of MediaPipe that Mien never calls; they take seven eighths of the time of MediaPipe's import (0.44 of 0.5 s)."""


class Landmarker:
    """MediaPipe's landmark model, opened; a context manager that belongs to one thread.

    It runs in IMAGE mode, which keeps no state between pictures.
    """

    def __init__(self, model: Path, max_faces: int) -> None:
        """Open a landmark model.

        Args:
            model: The file face_landmarker.task.
            max_faces: How many faces of a picture are detected at most.

        Raises:
            ModelError: When the file cannot be read, or MediaPipe cannot open it.
        """
        with _unused_modules_empty():
            from mediapipe.tasks.python import BaseOptions, vision

        try:
            content = model.read_bytes()
        except OSError as error:
            raise ModelError(f"{model}: this landmark model cannot be read ({error.strerror}). Run `mien doctor`.") from error
        # Its bytes, as MediaPipe takes only a name that is UTF-8.
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=content),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=max_faces,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        try:
            # Closed also when Ctrl-C comes now: otherwise MediaPipe complains when the interpreter ends.
            with chatter_logged("mediapipe"), ExitStack() as stack:
                self._landmarker = stack.enter_context(vision.FaceLandmarker.create_from_options(options))
                # The rest of its messages comes with the first picture.
                self.detect(np.zeros((MIN_SIDE, MIN_SIDE, 3), np.uint8))
                stack.pop_all()
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{model}: MediaPipe cannot open this landmark model ({error}). Run `mien doctor`.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._landmarker.close()

    def detect(self, pixels: Pixels) -> list[Detection]:
        """Detect the faces of a [height, width, 3] BGR picture, in its pixels, largest first."""
        import mediapipe

        height, width = pixels.shape[:2]
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=_rgb(pixels))
        found = self._landmarker.detect(image)
        parts = zip(found.face_landmarks, found.face_blendshapes, found.facial_transformation_matrixes, strict=True)
        detections = [_detection(mesh, shapes, matrix, (width, height)) for mesh, shapes, matrix in parts]
        return sorted(detections, key=lambda detection: -detection.landmarks.box.area)


class _EmptyModules(MetaPathFinder):
    """Finds each of ``UNUSED_MODULES`` as a package without a folder, which is empty."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        return ModuleSpec(name, None, is_package=True) if name in UNUSED_MODULES else None


@contextmanager
def _unused_modules_empty() -> Iterator[None]:
    """Within it, MediaPipe is imported without ``UNUSED_MODULES``; other threads import anything else as always."""
    finder = _EmptyModules()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _rgb(pixels: Pixels) -> Pixels:
    """RGB, as MediaPipe takes it, with no side below MIN_SIDE unless the other one would exceed MAX_SIDE."""
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
    """The angles of a head, in degrees.

    Args:
        matrix: MediaPipe's [4, 4] face-to-camera matrix (x right, y up, z towards the camera); it turns in the order yaw,
            pitch, roll.
    """
    rotation = matrix[:3, :3] / np.linalg.norm(matrix[:3, 0])
    yaw = np.arctan2(rotation[0, 2], rotation[2, 2])
    pitch = np.arcsin(np.clip(rotation[1, 2], -1, 1))
    roll = np.arctan2(rotation[1, 0], rotation[1, 1])
    return Pose(*(round(float(np.degrees(angle)), 1) for angle in (yaw, pitch, roll)))
