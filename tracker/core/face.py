"""Faces: detected in a picture, classified, and followed from frame to frame."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Annotated, Final, Literal, NewType, Protocol

import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

from tracker.core.geometry import Box
from tracker.core.movements import Movements
from tracker.core.possible_readings import PossibleReadings
from tracker.core.scores import Scores, Verbal

Floats = npt.NDArray[np.float32]
Crop = npt.NDArray[np.uint8]
FaceId = NewType("FaceId", int)
Found = Literal["detected", "padded", "crop"]

LARGEST_AMOUNT: Final = 1e10
"""The largest time or amount that a file may have; in seconds, three centuries."""
Text = Annotated[str, Meta(pattern=r"^[^\ud800-\udfff]*\Z", description="a text without half an emoji")]
"""What can be written as UTF-8; checked where a record is read from outside, as the ranges below are."""
Amount = Annotated[float, Meta(ge=0, le=LARGEST_AMOUNT)]
Count = Annotated[int, Meta(ge=0)]
Number = Annotated[float, Meta(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]


@dataclass(frozen=True, eq=False)
class Landmarks:
    """MediaPipe's face mesh: points [478, 2] in pixels of the picture."""

    points: Floats

    @cached_property
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
    """Two results of the landmark model: 52 blendshapes (name -> 0 to 1) and the head's pose."""

    blendshapes: Mapping[str, float]
    pose: Pose


@dataclass(frozen=True, slots=True)
class Detection:
    """A detected face: its landmarks, and its blendshapes and pose."""

    landmarks: Landmarks
    shape: Shape


@dataclass(frozen=True, slots=True)
class Quality:
    """Whether a face can be classified. reason: a short phrase why not ("too dark"); None if it can."""

    reason: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the face can be classified."""
        return self.reason is None


class AppliedFit(Protocol):
    """The fit that was applied: its person and its version; ``tracker.model.correction.PersonalFit`` is one."""

    @property
    def person(self) -> str: ...

    @property
    def version(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What the classifier says of one crop.

    Attributes:
        scores: Probabilities of EXPRESSIONS, with fit and prior. Of a picture they are shown; live, their average over time is.
        heads: Each head's own probabilities, calibrated, by its name.
        features: [n] The input of the last layer; empty when the model file has none.
        fit: The fit to a person that was applied; None is the released model.
    """

    scores: Scores
    heads: Mapping[str, Scores]
    features: Floats
    fit: AppliedFit | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in one picture, classified.

    Attributes:
        box: In pixels of the picture.
        crop: [side, side] uint8 gray, the classifier's input.
        prediction: The classifier's answer.
        words: The expression that the prediction amounts to, its emoji and confidence.
        quality: Whether the face can be classified.
        found: How: detected as it is, detected in a border around the picture, or given as a crop.
        detection: Its landmarks; None of a crop.
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
    """One face in one observation.

    Attributes:
        id: The face's number in the session, from 1.
        face: The face of this frame alone.
        smooth: Its scores, averaged over the last seconds.
        words: What is shown: the expression after smoothing, with its emoji and confidence.
        motion: How the face moved since its previous observation; None where that was not measured.
        movements: What the face shows against its own rest; only in a call, None elsewhere.
        possible: What that may mean; None unless the person asked for it, in a call and in private.
    """

    id: FaceId
    face: Face
    smooth: Scores
    words: Verbal
    motion: Motion | None = None
    movements: Movements | None = None
    possible: PossibleReadings | None = None

    @property
    def face_as_shown(self) -> Face:
        """The face with the words that people saw; scores and features stay those of this frame alone.

        Verdicts are asked for and stored with it: a person judges what was shown, and a fit learns from the frame.
        """
        return replace(self.face, words=self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """The result for one frame.

    Attributes:
        t: Seconds since the session began; of a file, media time.
        at: The wall clock in UTC.
        frame: The frame's number in its source, from 0.
        readings: One for each face that is followed; none where nobody is there.
        took: Whole milliseconds from the frame to the result; None where that was not measured.
        scale: How many pixels of the source one pixel of the frame stands for, across and down.
    """

    t: float
    at: datetime
    frame: int
    readings: tuple[Reading, ...]
    took: int | None = None
    scale: tuple[float, float] = (1.0, 1.0)

    def only(self, faces: Collection[int]) -> "Observation":
        """The same without readings of other faces; faces: numbers in the session."""
        return replace(self, readings=tuple(reading for reading in self.readings if reading.id in faces))
