"""Faces: what is found in a picture, what is said of it, and who it is from frame to frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Final, Literal, NewType, Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

from tracker.core.geometry import Box
from tracker.core.scores import Scores, Verbal

Floats = npt.NDArray[np.float32]
Crop = npt.NDArray[np.uint8]
FaceId = NewType("FaceId", int)
Found = Literal["detected", "padded", "crop"]

LARGEST_AMOUNT: Final = 1e10
"""Of a time or an amount that is read from a file: in seconds three centuries."""
Text = Annotated[str, Meta(pattern=r"^[^\ud800-\udfff]*\Z", description="a text without half an emoji")]
"""What can be written as UTF-8; checked where a record is read from outside, as the ranges below are."""
Amount = Annotated[float, Meta(ge=0, le=LARGEST_AMOUNT)]
Count = Annotated[int, Meta(ge=0)]
Number = Annotated[float, Meta(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """MediaPipe's face mesh: points [478, 2] in pixels of the picture."""

    points: Floats

    @property
    def box(self) -> Box:
        """The smallest upright box around all points."""
        (left, top), (right, bottom) = self.points.min(axis=0), self.points.max(axis=0)
        return Box(float(left), float(top), float(right - left), float(bottom - top))


class Pose(Struct, frozen=True):
    """Where a head points, in degrees: yaw to its left, pitch up, roll to its right shoulder are positive."""

    yaw: Number
    pitch: Number
    roll: Number


@dataclass(frozen=True, slots=True)
class Shape:
    """What the landmark model says of a face's form: 52 blendshapes, 0 to 1, and the head's pose."""

    blendshapes: Mapping[str, float]
    pose: Pose


@dataclass(frozen=True, slots=True)
class Detection:
    """A face that was found: its mesh and its form."""

    landmarks: Landmarks
    shape: Shape


@dataclass(frozen=True, slots=True)
class Quality:
    """Whether a face can be judged at all; the reason is a short phrase ("too dark") or None."""

    reason: str | None = None

    @property
    def ok(self) -> bool:
        """True when nothing stands against judging the face."""
        return self.reason is None


class AppliedFit(Protocol):
    """Whose fit made the scores, and which one of theirs; ``tracker.model.correction.PersonalFit`` is one."""

    @property
    def person(self) -> str: ...

    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the classifier says of one crop.

    scores: the distribution that is shown. heads: each head's own, calibrated. features: [n] what the heads read, empty
    when the model file has none. fit: the fit to a person that scores were made with, None for the released model.
    """

    scores: Scores
    heads: Mapping[str, Scores]
    features: Floats
    fit: AppliedFit | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in one picture, judged.

    box: in pixels of the picture. crop: [side, side] gray, what the classifier saw. words: expression, emoji, confidence.
    """

    box: Box
    crop: Crop
    prediction: Prediction
    words: Verbal
    quality: Quality = field(default_factory=Quality)
    found: Found = "detected"
    detection: Detection | None = None


class Motion(Struct, frozen=True):
    """How a face moved since its recorded observation before.

    hz: frames a second on which it was watched, for so many seconds. blinks, nods, shakes: counts, and talking: seconds in
    which the mouth moved as in talking; None where it was watched too seldom, with the reason. away: seconds in which
    gaze or head were turned away. smiling: seconds.
    """

    hz: Amount
    seconds: Amount
    blinks: Count | None
    nods: Count | None
    shakes: Count | None
    talking: Amount | None
    away: Amount
    smiling: Amount
    reason: Text | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One face in one observation: who it is, its scores smoothed over the last moments, how it moved since the one before."""

    id: FaceId
    face: Face
    smooth: Scores
    words: Verbal
    motion: Motion | None = None

    @property
    def face_as_shown(self) -> Face:
        """The face with the words that people saw; scores and features stay those of this frame alone.

        Verdicts are asked for and stored with it: a person judges what was shown, and a fit learns from the frame.
        """
        return replace(self.face, words=self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What one frame said; no readings is news too. took: whole milliseconds from the frame to its words, where measured.

    scale: how many of the source's pixels one of the frame is, across and down.
    """

    t: float
    at: datetime
    frame: int
    readings: tuple[Reading, ...]
    took: int | None = None
    scale: tuple[float, float] = (1.0, 1.0)
