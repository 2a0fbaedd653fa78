"""Writing a session as CSV, JSON lines or Parquet: whole, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from tracker.core.errors import MienError, UsageError
from tracker.core.paths import beside
from tracker.core.printable import json_line
from tracker.core.records import TableRow, as_json, entry_rows
from tracker.exports.cells import CellWriter
from tracker.exports.columns import export_columns
from tracker.exports.session_data import SessionData, session_entries

PARQUET_GROUP_ROWS: Final = 20_000
"""Rows of a Parquet group: few enough groups to read quickly; some 10 MB in Arrow's columns."""
ROWS_IN_MEMORY: Final = 1_000
"""Rows of a group that are Python's objects at a time: those take ten times as much."""


def export_session(record: SessionData, path: Path, form: str) -> None:
    """Write a session to a file; form: csv, jsonl or parquet. MienError when it cannot be written."""
    if form not in FORMATS:
        raise UsageError(f"There is no format {form!r}: choose {', '.join(FORMATS)}.")
    with atomic_file(path) as part:
        FORMATS[form](record, part)


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes the wanted file when all went well; what stood there is kept otherwise."""
    part = beside(path, ".part", ".")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise MienError(f"{path} cannot be written: {error.strerror or error}. Check the folder and the free space.") from error
    finally:
        if part.exists():
            part.unlink()


def write_csv(record: SessionData, path: Path) -> None:
    """UTF-8 with a header; a row a face, and rows for markers and pauses."""
    names = [column.name for column in export_columns(shapes=record.shapes)]
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        # What a file of JSON lines holds beyond the dictionary (blendshapes of another model) has no column.
        table = CellWriter(file, names)
        table.header()
        table.rows(_flat(record))


def write_jsonl(record: SessionData, path: Path) -> None:
    """The objects of ``mien log``, and one for each marker and pause."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json_line(as_json(entry)) + "\n" for entry in session_entries(record))


def write_parquet(record: SessionData, path: Path) -> None:
    """The same table as CSV with types; each column tells its unit and meaning, the file its session."""
    import pyarrow as pa
    from pyarrow import parquet

    facts = {"session": record.id, "title": record.title, "source": record.source, "model": record.model or ""}
    kinds = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "moment": pa.timestamp("ms", tz="UTC")}
    fields = [
        pa.field(column.name, kinds[column.kind], metadata={"unit": column.unit, "meaning": column.meaning})
        for column in export_columns(shapes=record.shapes)
    ]
    schema = pa.schema(fields, facts)
    rows = _flat(record)
    # An open file: pyarrow takes only a name that is UTF-8.
    with path.open("wb") as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(_tables(islice(rows, PARQUET_GROUP_ROWS), schema)):
            writer.write_table(pa.concat_tables(group).combine_chunks())


FORMATS: Final[dict[str, Callable[[SessionData, Path], None]]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}


def _flat(record: SessionData) -> Iterator[TableRow]:
    return chain.from_iterable(map(entry_rows, session_entries(record)))


def _tables(rows: Iterator[TableRow], schema: Any) -> Iterator[Any]:
    import pyarrow as pa

    while batch := list(islice(rows, ROWS_IN_MEMORY)):
        typed = [row | {"at": datetime.fromisoformat(str(row["at"]))} for row in batch]
        yield pa.Table.from_pylist(typed, schema=schema)


MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
    "svg": "image/svg+xml",
}
"""What a browser is told that a file of each kind is."""
