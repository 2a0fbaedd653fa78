"""A file of JSON lines, from ``mien log``, ``mien analyze`` or an export, as a record."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tracker.core.address import is_text
from tracker.core.errors import UsageError
from tracker.core.json_fields import EARLIEST, LATEST
from tracker.core.parsing import json_lines
from tracker.core.rows import BOX, MOTION, Row
from tracker.core.vocabulary import EXPRESSIONS, SHOWN
from tracker.exports.columns import ANGLES
from tracker.exports.session_data import Break, Mark, Record

FACE: Final = ("id", "box", "expression", "confidence", "scores", "smooth", "quality")
"""What every face of a line has."""
WHOLE: Final = frozenset(FACE)
SEVEN: Final = set(EXPRESSIONS)
MOVED: Final = set(MOTION)
COUNTED: Final = ("blinks", "nods", "shakes")
TURNED: Final = set(ANGLES)
ROUNDED: Final = 1e-3
"""How far scores may be from 1 together: they have four decimals."""
LONGEST: Final = 1e10
"""Of a time or an amount: in seconds three centuries."""
FARTHEST: Final = 2**31 - 1
"""Of a box's edges: what a column of the tables takes."""


def read_log(path: Path, **facts: Any) -> Record:
    """The first session of a file; facts: what its lines do not say, such as title, hz and model. UsageError if it has none."""
    first = next(read_lines(path), None)
    if first is None:
        raise UsageError(f"{path} holds no observation.")
    session = first["session"]
    notes, shapes = [], False
    for entry in read_lines(path):
        notes += [entry] if "faces" not in entry and entry["session"] == session else []
        shapes = shapes or any("pose" in face for face in entry.get("faces", ()))
    began = datetime.fromisoformat(first["at"]) - timedelta(seconds=first["t"])
    known = {
        "id": session,
        "source": first.get("source", ""),
        "hz": 0.0,
        "started_at": began,
        "markers": tuple(Mark(note["t"], note["marker"]) for note in notes if "marker" in note),
        "pauses": tuple(Break(note["t"], note["until"], note["pause"]) for note in notes if "pause" in note),
        "shapes": shapes,
    }
    return Record(rows=lambda: _observations(path, session), **known | facts)


def read_lines(path: Path) -> Iterator[Row]:
    """The objects of a file; a last line that was cut off by a crash is left out. UsageError names a line that is not ours."""
    try:
        for number, found in json_lines(path, cut_off=True):
            if trouble := _trouble(found):
                raise UsageError(f"{path}, line {number}: {trouble}. It is not as Mien wrote it: make the file anew.")
            yield found
    except ValueError as error:
        raise UsageError(f"{path}, {error}. It is not as Mien wrote it: make the file anew.") from error


def _trouble(found: Any) -> str:
    """What keeps an object of a line from being walked through, or nothing."""
    if not isinstance(found, dict) or not {"session", "t", "at"} <= found.keys():
        return "it should be an object with session, t and at"
    texts = _is_said(found["session"]) and _is_said(found.get("source", ""))
    if not texts or not _is_number(found["t"], LONGEST) or not _is_moment(found["at"]):
        return "its session is a text, its t a number and its at a moment"
    if "faces" not in found:
        return "" if _is_note(found) else "it should have faces, a marker or a pause"
    faces = found["faces"]
    whole = isinstance(faces, list) and all(isinstance(face, dict) and face.keys() >= WHOLE for face in faces)
    if not whole or not isinstance(found.get("frame"), int):
        return f"its frame is a number, and each face has {', '.join(FACE)}"
    wrong = (name for face in faces for name, holds in HOLDS.items() if name in face and not holds(face[name]))
    if name := next(wrong, ""):
        return f"the {name} of a face is not as it should be"
    return "" if all(("pose" in face) == ("blendshapes" in face) for face in faces) else "pose and blendshapes go together"


def _is_moment(text: Any) -> bool:
    try:
        found = datetime.fromisoformat(text)
        known = found.tzinfo is not None and EARLIEST <= found <= LATEST
    except (OverflowError, TypeError, ValueError):
        return False
    return known


def _is_note(found: Row) -> bool:
    if "marker" in found:
        return _is_said(found["marker"])
    return _is_said(found.get("pause")) and (found.get("until", "") is None or _is_number(found.get("until"), LONGEST))


def _is_said(value: Any) -> bool:
    return isinstance(value, str) and is_text(value)


def _is_number(value: Any, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _is_box(value: Any) -> bool:
    four = isinstance(value, list) and len(value) == len(BOX) and all(type(part) is int for part in value)
    return four and max(map(abs, value)) <= FARTHEST and min(value[2:]) >= 0


def _is_distribution(value: Any) -> bool:
    seven = isinstance(value, dict) and value.keys() == SEVEN and all(_is_number(each, 1) for each in value.values())
    return seven and abs(sum(value.values()) - 1) <= ROUNDED


def _is_quality(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() >= {"ok", "reason"} and _is_reason(value["reason"])


def _is_reason(value: Any) -> bool:
    return value is None or _is_said(value)


def _is_motion(value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, dict) or value.keys() != MOVED or not _is_reason(value["reason"]):
        return False
    counts = all(value[name] is None or (type(value[name]) is int and value[name] >= 0) for name in COUNTED)
    times = all(value[name] is None or _is_number(value[name], LONGEST) for name in ("talking", "away", "smiling"))
    return counts and times and _is_number(value["hz"], LONGEST) and _is_number(value["seconds"], LONGEST)


def _are_numbers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        is_text(name) and _is_number(abs(part), LONGEST) if isinstance(part, int | float) else False
        for name, part in value.items()
    )


def _is_pose(value: Any) -> bool:
    return _are_numbers(value) and value.keys() == TURNED


HOLDS: Final[dict[str, Callable[[Any], bool]]] = {
    "id": lambda value: type(value) is int,
    "box": _is_box,
    "expression": lambda value: isinstance(value, str) and value in SHOWN,
    "confidence": lambda value: _is_number(value, 1),
    "scores": _is_distribution,
    "smooth": _is_distribution,
    "quality": _is_quality,
    "motion": _is_motion,
    "blendshapes": _are_numbers,
    "pose": _is_pose,
}
"""What each part of a face is."""


def _observations(path: Path, session: str) -> Iterator[Row]:
    return (entry for entry in read_lines(path) if "faces" in entry and entry["session"] == session)
