"""An observation as plain data: the JSON object of a line, and the flat rows of a table."""

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from tracker.core.face import Motion, Observation, Reading
from tracker.core.vocabulary import EXPRESSIONS

Row = dict[str, Any]

BOX: Final = ("x", "y", "width", "height")
MOTION: Final = tuple(field.name for field in fields(Motion))
TABLE_COLUMNS: Final = (
    "session", "t", "at", "frame", "source", "id", *(f"box_{part}" for part in BOX), "expression", "confidence", "reason",
    *(f"score_{name}" for name in EXPRESSIONS), *(f"smooth_{name}" for name in EXPRESSIONS),
    *(f"motion_{name}" for name in MOTION),
)  # fmt: skip


def observation_row(observation: Observation, session: str, source: str, *, shapes: bool = False) -> Row:
    """The JSON object of one observation; ``shapes`` adds blendshapes and pose (degrees) to each face."""
    return {
        "session": session,
        "t": round(observation.t, 3),
        "at": timestamp(observation.at),
        "frame": observation.frame,
        "source": source,
        "faces": [reading_row(reading, observation.scale, shapes=shapes) for reading in observation.readings],
    }


def reading_row(reading: Reading, scale: tuple[float, float] = (1.0, 1.0), *, shapes: bool = False) -> Row:
    """One face of an observation, its box in the source's pixels; its words are those of the smoothed scores."""
    face = reading.face
    row: Row = {
        "id": reading.id,
        "box": face.box.scaled(scale).rounded(),
        "expression": reading.words.expression,
        "emoji": reading.words.emoji,
        "confidence": round(reading.words.confidence, 4),
        "scores": face.prediction.scores.as_dict(),
        "smooth": reading.smooth.as_dict(),
        "quality": {"ok": face.quality.ok, "reason": face.quality.reason},
        "motion": reading.motion and asdict(reading.motion),
    }
    if shapes and face.detection is not None:
        shape = face.detection.shape
        row["blendshapes"] = {name: round(value, 4) for name, value in shape.blendshapes.items()}
        row["pose"] = {"yaw": shape.pose.yaw, "pitch": shape.pose.pitch, "roll": shape.pose.roll}
    return row


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and a Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def table_rows(row: Row) -> Iterator[Row]:
    """A row a face; one with empty face columns when there is none."""
    shared = {name: row[name] for name in ("session", "t", "at", "frame", "source")}
    for face in row["faces"]:
        yield shared | _flat(face)
    if not row["faces"]:
        yield shared


def _flat(face: Row) -> Row:
    flat: Row = {"id": face["id"], "expression": face["expression"], "confidence": face["confidence"]}
    flat |= {f"box_{part}": value for part, value in zip(BOX, face["box"], strict=True)}
    flat |= {f"score_{name}": value for name, value in face["scores"].items()}
    flat |= {f"smooth_{name}": value for name, value in face["smooth"].items()}
    flat |= {f"motion_{name}": value for name, value in (face.get("motion") or {}).items()}
    if "pose" in face:
        flat |= {f"pose_{angle}": value for angle, value in face["pose"].items()}
        flat |= {f"shape_{name}": value for name, value in face["blendshapes"].items()}
    return flat | {"reason": face["quality"]["reason"]}
