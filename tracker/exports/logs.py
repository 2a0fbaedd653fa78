"""A file of JSON lines, from ``mien log``, ``mien analyze`` or an export, as a record."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.errors import UsageError
from tracker.exports.record import Break, Mark, Record
from tracker.rows import Row


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
        "markers": tuple(
            Mark(note["t"], datetime.fromisoformat(note["at"]), note["marker"]) for note in notes if "marker" in note
        ),
        "pauses": tuple(Break(note["t"], note["until"], note["pause"]) for note in notes if "pause" in note),
        "shapes": shapes,
    }
    return Record(rows=lambda: _observations(path, session), **known | facts)


def read_lines(path: Path) -> Iterator[Row]:
    """The objects of a file; a last line that was cut off by a crash is left out."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                if line.endswith("\n"):
                    raise UsageError(f"{path} is not a file of JSON lines: {line[:60].strip()!r}.") from None
                return


def _observations(path: Path, session: str) -> Iterator[Row]:
    return (entry for entry in read_lines(path) if "faces" in entry and entry["session"] == session)
