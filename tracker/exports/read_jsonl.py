"""A file of JSON lines, from ``mien log``, ``mien analyze`` or an export, as a record."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec import UNSET

from tracker.core.errors import UsageError
from tracker.core.parsing import json_lines
from tracker.core.records import Entry, MarkerRecord, ObservationRecord, PauseRecord, parse_entry
from tracker.exports.session_data import Marker, Pause, SessionData


def read_log(path: Path, **facts: Any) -> SessionData:
    """The first session of a file; facts: what its lines do not say, such as title, hz and model. UsageError if it has none."""
    first = next(read_entries(path), None)
    if first is None:
        raise UsageError(f"{path} holds no observation.")
    markers, pauses, shapes = [], [], False
    for entry in read_entries(path):
        if isinstance(entry, ObservationRecord):
            shapes = shapes or any(face.pose is not UNSET for face in entry.faces)
        elif entry.session == first.session and isinstance(entry, MarkerRecord):
            markers.append(Marker(entry.t, entry.marker))
        elif entry.session == first.session and isinstance(entry, PauseRecord):
            pauses.append(Pause(entry.t, entry.until, entry.pause))
    known: dict[str, Any] = {
        "id": first.session,
        "source": first.source if isinstance(first, ObservationRecord) else "",
        "hz": 0.0,
        "started_at": first.at - timedelta(seconds=first.t),
        "markers": tuple(markers),
        "pauses": tuple(pauses),
        "shapes": shapes,
    }
    return SessionData(
        rows=lambda: (each for each in read_observations(path) if each.session == first.session), **known | facts
    )


def read_entries(path: Path) -> Iterator[Entry]:
    """What the lines of a file tell, in order; a last line that was cut off by a crash is left out.

    Raises:
        UsageError: Names the file and a line that Mien did not write so.
    """
    try:
        for number, found in json_lines(path, cut_off=True):
            try:
                yield parse_entry(found)
            except ValueError as error:
                raise UsageError(f"{path}, line {number}: {error}. It is not as Mien wrote it: make the file anew.") from error
    except ValueError as error:
        raise UsageError(f"{path}, {error}. It is not as Mien wrote it: make the file anew.") from error


def read_observations(path: Path) -> Iterator[ObservationRecord]:
    """The observations alone, of all sessions in a file. UsageError as in ``read_entries``."""
    return (entry for entry in read_entries(path) if isinstance(entry, ObservationRecord))
