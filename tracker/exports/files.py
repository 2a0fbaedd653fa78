"""Writes a session to a file as CSV, JSON lines or Parquet, either completely or not at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from stat import S_IMODE
from typing import Any, Final

from tracker.core.errors import MienError, UsageError
from tracker.core.paths import beside
from tracker.core.printable import json_line
from tracker.core.private_files import make_private_file
from tracker.core.records import TableRow, as_json, entry_rows
from tracker.exports.cells import CellWriter
from tracker.exports.columns import export_columns
from tracker.exports.session_data import SessionData, session_entries

PARQUET_GROUP_ROWS: Final = 20_000
"""Rows of a Parquet row group: about 10 MB in memory as Arrow columns; more groups would be slower to read."""
ROWS_IN_MEMORY: Final = 1_000
"""Rows that are Python objects at a time, since these take ten times as much memory as Arrow columns."""


def export_session(session: SessionData, path: Path, form: str) -> None:
    """Write a session to a file.

    Args:
        session: The session; its rows are read once.
        path: The file; an existing one is replaced.
        form: csv, jsonl or parquet.

    Raises:
        UsageError: There is no such format.
        MienError: The file cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"There is no format {form!r}: choose {', '.join(FORMATS)}.")
    with atomic_file(path) as part:
        FORMATS[form](session, part)


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Write a file completely or not at all; what it holds is about faces, so nobody else on the machine may read it.

    Args:
        path: The file; an existing one is replaced, and who may read it stays as it was.

    Yields:
        Another path in the same folder, to write to. After the block it is renamed to ``path``; after an error it is deleted,
        and what was at ``path`` stays.

    Raises:
        MienError: The block or the renaming raised OSError.
    """
    part = beside(path, ".part", ".")
    try:
        # Of a program that was killed, or laid there by another account.
        part.unlink(missing_ok=True)
        make_private_file(part, new=True)
        yield part
        if path.is_file():
            part.chmod(S_IMODE(path.stat().st_mode))
        part.replace(path)
    except OSError as error:
        raise MienError(f"{path} cannot be written: {error.strerror or error}. Check the folder and the free space.") from error
    finally:
        # What cannot be removed either must not hide the reason.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_csv(session: SessionData, path: Path) -> None:
    """A CSV table in UTF-8 with a header: a row for each face of an observation, for each marker, and for each pause."""
    names = [column.name for column in export_columns(shapes=session.shapes)]
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        # A log may have other blendshapes, of another landmarker: they have no column and are left out.
        table = CellWriter(file, names)
        table.header()
        table.rows(_rows(session))


def write_jsonl(session: SessionData, path: Path) -> None:
    """JSON lines as ``mien log`` writes them, and one for each marker and pause."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json_line(as_json(entry)) + "\n" for entry in session_entries(session))


def write_parquet(session: SessionData, path: Path) -> None:
    """The table of ``write_csv`` with types; metadata say each column's unit and meaning, and which session it is."""
    import pyarrow as pa
    from pyarrow import parquet

    facts = {"session": session.id, "title": session.title, "source": session.source, "model": session.model or ""}
    kinds = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "moment": pa.timestamp("ms", tz="UTC")}
    fields = [
        pa.field(column.name, kinds[column.kind], metadata={"unit": column.unit, "meaning": column.meaning})
        for column in export_columns(shapes=session.shapes)
    ]
    schema = pa.schema(fields, facts)
    rows = _rows(session)
    # pyarrow opens only names that are UTF-8, so it gets an open file.
    with path.open("wb") as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(_arrow_tables(islice(rows, PARQUET_GROUP_ROWS), schema)):
            writer.write_table(pa.concat_tables(group).combine_chunks())


FORMATS: Final[dict[str, Callable[[SessionData, Path], None]]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}


def _rows(session: SessionData) -> Iterator[TableRow]:
    return chain.from_iterable(map(entry_rows, session_entries(session)))


def _arrow_tables(rows: Iterator[TableRow], schema: Any) -> Iterator[Any]:
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
"""Ending of a download -> its media type, for the header Content-Type."""
