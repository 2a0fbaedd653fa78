"""The columns of exported tables with type, unit and meaning; exports and docs/data.md are written from them."""

from dataclasses import dataclass
from typing import Final, Literal

from tracker.core.face import Pose
from tracker.core.vocabulary import EXPRESSIONS

Kind = Literal["text", "number", "integer", "moment"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an exported table.

    Attributes:
        name: Its name in CSV and Parquet.
        kind: The type of its values; a moment is a time in UTC.
        path: Where the same value stands in a JSON line.
        unit: Unit or range of a number; empty for others.
        meaning: What it is, for docs/data.md and the metadata of Parquet.
    """

    name: str
    kind: Kind
    path: str
    unit: str
    meaning: str


BLENDSHAPES: Final = (
    "_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft",
    "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel", "mouthLeft",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft", "mouthSmileRight",
    "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
"""The names of MediaPipe's blendshapes, in its order."""
ANGLES: Final = Pose.__struct_fields__

_OBSERVATION_COLUMNS: Final = (
    Column("session", "text", "session", "", "the session's id"),
    Column("t", "number", "t", "s", "seconds since the session began; media time for recordings"),
    Column("at", "moment", "at", "UTC", "the clock, counted on from the beginning; of a recording, when it was looked at"),
    Column("frame", "integer", "frame", "", "the source's own count, from 0; empty for markers and pauses"),
    Column("source", "text", "source", "", "where frames came from, as it was asked for"),
)
_FACE_COLUMNS: Final = (
    Column("id", "integer", "faces[].id", "", "the face's number in the session, from 1; empty when nobody was there"),
    *(
        Column(f"box_{part}", "integer", f"faces[].box[{place}]", "px", f"the face's {meaning} in the frame")
        for place, (part, meaning) in enumerate(
            {"x": "left edge", "y": "upper edge", "width": "width", "height": "height"}.items()
        )
    ),
    Column("expression", "text", "faces[].expression", "", f"what is shown: {', '.join(EXPRESSIONS)}, or unclear (see reason)"),
    Column(
        "confidence", "number", "faces[].confidence", "0 to 1", "calibrated probability of expression, or of the best guess"
    ),
    Column(
        "reason", "text", "faces[].quality.reason", "", "why the face could not be judged, such as too dark; empty if it could"
    ),
    *(
        Column(f"score_{name}", "number", f"faces[].scores.{name}", "0 to 1", f"probability of {name} in this frame alone")
        for name in EXPRESSIONS
    ),
    *(
        Column(f"smooth_{name}", "number", f"faces[].smooth.{name}", "0 to 1", f"probability of {name} over the last moments")
        for name in EXPRESSIONS
    ),
)
_MOTION_COLUMNS: Final = (
    Column("motion_hz", "number", "faces[].motion.hz", "1/s", "how often the face was watched since its observation before"),
    Column("motion_seconds", "number", "faces[].motion.seconds", "s", "for how long it was watched since then"),
    Column("motion_blinks", "integer", "faces[].motion.blinks", "", "blinks since then; empty if it was watched too seldom"),
    Column("motion_nods", "integer", "faces[].motion.nods", "", "nods since then; empty likewise"),
    Column("motion_shakes", "integer", "faces[].motion.shakes", "", "shakes of the head since then; empty likewise"),
    Column("motion_talking", "number", "faces[].motion.talking", "s", "how long the mouth moved as in talking; empty likewise"),
    Column("motion_away", "number", "faces[].motion.away", "s", "how long gaze or head were turned away"),
    Column("motion_smiling", "number", "faces[].motion.smiling", "s", "how long it smiled"),
    Column("motion_reason", "text", "faces[].motion.reason", "", "why nothing could be counted; empty if it could"),
)
_CALL_COLUMNS: Final = (
    Column("name", "text", "faces[].name", "", "in a call, the name under which the person agreed; empty in the log"),
    Column("shows", "text", "faces[].shows", "", "in a call, the movements that are there, with spaces between them"),
    Column("unseen", "text", "faces[].unseen", "", "in a call, the movements that cannot be told, likewise"),
    Column("possible", "text", "faces[].possible", "", "in a private call, ids of what they may mean, the likeliest first"),
)
_NOTE_COLUMNS: Final = (
    Column("marker", "text", "marker", "", "what a person noted of this moment; such a row has no frame and no face"),
    Column(
        "pause",
        "text",
        "pause",
        "",
        "why nothing follows t: paused, lost, unsaved or erased; it has no frame and no face",
    ),
    Column("until", "number", "until", "s", "when it went on, in seconds since the session began; empty if it did not"),
)
SHAPE_COLUMNS: Final = (
    *(
        Column(f"pose_{angle}", "number", f"faces[].pose.{angle}", "degrees", f"the head's {angle}: positive {towards}")
        for angle, towards in zip(ANGLES, ("to its left", "upwards", "to its right shoulder"), strict=True)
    ),
    *(
        Column(f"shape_{name}", "number", f"faces[].blendshapes.{name}", "0 to 1", f"MediaPipe's blendshape {name}")
        for name in BLENDSHAPES
    ),
)
COLUMNS: Final = (*_OBSERVATION_COLUMNS, *_FACE_COLUMNS, *_MOTION_COLUMNS, *_CALL_COLUMNS, *_NOTE_COLUMNS)
"""The columns of every export: those of ``mien log``, then those of markers and pauses."""


def export_columns(*, shapes: bool) -> tuple[Column, ...]:
    """The columns of an export, in order; shapes: with SHAPE_COLUMNS at the end."""
    return (*COLUMNS, *SHAPE_COLUMNS) if shapes else COLUMNS


def markdown_table() -> str:
    """The table of docs/data.md, as Markdown; the 52 blendshapes have one line."""
    shapes = Column(
        "shape_NAME", "number", "faces[].blendshapes.NAME", "0 to 1", f"MediaPipe's blendshapes: {', '.join(BLENDSHAPES)}"
    )
    listed = (*COLUMNS, *SHAPE_COLUMNS[: len(ANGLES)], shapes)
    lines = [f"| `{each.name}` | {each.kind} | {each.unit} | `{each.path}` | {each.meaning} |" for each in listed]
    return "\n".join(["| column | type | unit | in JSON lines | meaning |", "|---|---|---|---|---|", *lines])
