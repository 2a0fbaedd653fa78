"""What a session holds, in order of time: observations, markers and pauses, as JSON objects and as rows of a table."""

from collections.abc import Iterator
from heapq import merge

from tracker.core.rows import Row, table_rows, timestamp
from tracker.exports.session_data import Record


def entries(record: Record) -> Iterator[Row]:
    """One JSON object for each observation, marker and pause; ``at`` is the clock counted on, see ``Record.at``."""
    notes = sorted(_notes(record), key=lambda note: note["t"])
    for entry in merge(record.rows(), notes, key=lambda entry: entry["t"]):
        yield {"session": record.id, "t": round(entry["t"], 3), "at": timestamp(record.at(entry["t"]))} | {
            name: value for name, value in entry.items() if name not in ("session", "t", "at")
        }


def _notes(record: Record) -> Iterator[Row]:
    for mark in record.markers:
        yield {"t": mark.t, "marker": mark.text}
    for pause in record.pauses:
        yield {"t": pause.begin, "pause": pause.why, "until": None if pause.end is None else round(pause.end, 3)}


def flat(entry: Row) -> Iterator[Row]:
    """An entry as rows of a table: one a face, one for nobody, one for a marker or a pause."""
    if "faces" in entry:
        yield from table_rows(entry)
    else:
        yield entry
