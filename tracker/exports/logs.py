"""A file of JSON lines, from ``mien log``, ``mien analyze`` or an export, as a record."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tracker.errors import UsageError
from tracker.exports.record import Break, Mark, Record
from tracker.fields import is_number
from tracker.parsing import json_lines
from tracker.rows import Row

FACE: Final = ("id", "box", "expression", "confidence", "scores", "smooth", "quality")
"""What every face of a line has."""
WHOLE: Final = frozenset(FACE)


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
    if not isinstance(found["session"], str) or not is_number(found["t"]) or not _is_moment(found["at"]):
        return "its session is a text, its t a number and its at a moment"
    if "faces" not in found:
        known = "marker" in found or {"pause", "until"} <= found.keys()
        return "" if known else "it should have faces, a marker or a pause"
    faces = found["faces"]
    whole = isinstance(faces, list) and all(isinstance(face, dict) and face.keys() >= WHOLE for face in faces)
    if whole and isinstance(found.get("frame"), int):
        return ""
    return f"its frame is a number, and each face has {', '.join(FACE)}"


def _is_moment(text: Any) -> bool:
    try:
        return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _observations(path: Path, session: str) -> Iterator[Row]:
    return (entry for entry in read_lines(path) if "faces" in entry and entry["session"] == session)
