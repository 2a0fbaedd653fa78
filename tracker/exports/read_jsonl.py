"""Reads a file of JSON lines from ``mien log``, ``mien analyze`` or an export."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from msgspec import UNSET

from tracker.core.errors import UsageError
from tracker.core.parsing import json_lines
from tracker.core.records import Entry, MarkerRecord, ObservationRecord, PauseRecord, parse_entry
from tracker.exports.session_data import Marker, Pause, SessionData


def read_log(path: Path) -> SessionData:
    """The first session of a file; what the lines do not have, such as title, hz and model, has its default, and hz is 0.

    Args:
        path: The file; it must stay as it is while the session's rows are read.

    Raises:
        UsageError: The file has no observation, or as in ``read_entries``.
    """
    first = next(read_entries(path), None)
    if first is None:
        raise UsageError(f"{path} holds no observation.")
    markers, pauses, shapes, names = [], [], False, dict[int, str]()
    for entry in read_entries(path):
        if isinstance(entry, ObservationRecord):
            shapes = shapes or any(face.pose is not UNSET for face in entry.faces)
            if entry.session == first.session:
                names |= {face.id: face.name for face in entry.faces if face.name is not UNSET}
        elif entry.session == first.session and isinstance(entry, MarkerRecord):
            markers.append(Marker(entry.t, entry.marker))
        elif entry.session == first.session and isinstance(entry, PauseRecord):
            pauses.append(Pause(entry.t, entry.until, entry.pause))
    return SessionData(
        id=first.session,
        source=first.source if isinstance(first, ObservationRecord) else "",
        hz=0.0,
        started_at=first.at - timedelta(seconds=first.t),
        rows=lambda: (each for each in read_observations(path) if each.session == first.session),
        markers=tuple(markers),
        pauses=tuple(pauses),
        shapes=shapes,
        names=names,
    )


def read_entries(path: Path) -> Iterator[Entry]:
    """The observations, markers and pauses of a file, in its order; a last line that a crash cut off is left out.

    Raises:
        UsageError: A line is not as Mien writes it; the error names the file and the line.
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
    """Only the observations of a file, of all its sessions; raises as ``read_entries`` does."""
    return (entry for entry in read_entries(path) if isinstance(entry, ObservationRecord))
