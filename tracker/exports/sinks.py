"""Sinks write observations as they come: JSON lines to stdout, or JSON lines or a CSV table to a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import Final, Protocol, Self, TextIO

from tracker.core.errors import MienError, UsageError
from tracker.core.parsing import parse_json, parse_table, read_table
from tracker.core.paths import beside
from tracker.core.printable import json_line
from tracker.core.private_files import private
from tracker.core.records import TABLE_COLUMNS, ObservationRecord, as_json, table_rows
from tracker.exports.cells import CellWriter
from tracker.exports.columns import SHAPE_COLUMNS

STDOUT: Final = Path("-")
READ_BACK_BYTES: Final = 65_536
"""Bytes that are read at once while the beginning of the last line is searched, from the end of the file."""


class Sink(Protocol):
    """Writes observations. One thread at a time."""

    def write(self, record: ObservationRecord) -> None:
        """Write an observation, and flush it; MienError if a file cannot be written."""


class JsonLinesSink:
    """Writes one JSON object a line."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def write(self, record: ObservationRecord) -> None:
        """Write a line in one call, so that a program that reads the file meanwhile never sees half a line."""
        self._target.write(json_line(as_json(record)) + "\n")
        self._target.flush()


class TableSink:
    """Writes a CSV table, one row for each face.

    Args:
        target: A text file that was opened with ``newline=""``.
        header: Whether to write the header.
        shapes: Whether there are columns for blendshapes and pose.
    """

    def __init__(self, target: TextIO, *, header: bool = True, shapes: bool = False) -> None:
        self._target = target
        self._writer = CellWriter(target, log_columns(shapes=shapes))
        if header:
            self._writer.header()

    def write(self, record: ObservationRecord) -> None:
        """Write the rows of an observation."""
        self._writer.rows(table_rows(record))
        self._target.flush()


class FileSink:
    """Appends to a log file; one that has ``max_bytes`` is renamed to ``name.1.suffix`` (2, 3, ...), and a new one begins."""

    def __init__(self, path: Path, max_bytes: int | None = None, *, shapes: bool = False) -> None:
        """Open the file.

        Args:
            path: A name that ends in .csv for a table; others get JSON lines.
            max_bytes: The size from which on a new file begins; None is no limit.
            shapes: Whether a table has columns for blendshapes and pose.

        Raises:
            UsageError: It cannot be opened, or is a table with other columns.
        """
        self._path, self._max_bytes, self._shapes = path, max_bytes, shapes
        try:
            self._open()
        except OSError as error:
            raise UsageError(f"{path} cannot be opened to write into: {error.strerror}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with _translated_errors(self._path):
            self._target.close()

    def _open(self) -> None:
        table, columns = self._path.suffix == ".csv", log_columns(shapes=self._shapes)
        empty = complete_last_line(self._path, partial(_is_row, columns=len(columns)) if table else is_json_line)
        if table and not empty:
            try:
                found = next(read_table(self._path), [])
            except ValueError:
                found = []
            if tuple(found) != columns:
                raise UsageError(f"{self._path} is there, with other columns (--shapes adds some). Name another --output.")
        self._target = open(  # noqa: SIM115 - ``__exit__`` closes it
            self._path, "a", encoding="utf-8", errors="backslashreplace", newline="", opener=private
        )
        self._sink: Sink = TableSink(self._target, header=empty, shapes=self._shapes) if table else JsonLinesSink(self._target)

    def write(self, record: ObservationRecord) -> None:
        """Append an observation; MienError if the disk is full, or the file is gone."""
        with _translated_errors(self._path):
            self._sink.write(record)
            if self._max_bytes is None or self._target.tell() < self._max_bytes:
                return
            self._target.close()
            stem, number = self._path.with_name(self._path.stem), 1
            while (aside := beside(stem, f".{number}{self._path.suffix}")).exists():
                number += 1
            self._path.rename(aside)
            self._open()


def log_columns(*, shapes: bool) -> tuple[str, ...]:
    """The columns of the table that ``mien log`` writes; shapes: with those for blendshapes and pose."""
    return (*TABLE_COLUMNS, *(column.name for column in SHAPE_COLUMNS)) if shapes else TABLE_COLUMNS


def complete_last_line(path: Path, is_whole: Callable[[bytes], bool]) -> bool:
    """Make sure that a file ends with a line end: add one, or remove a last line that a crash or a full disk cut off.

    Args:
        path: The file; it may be missing.
        is_whole: Whether the last line lacks only its line end, as after a person edited the file.

    Returns:
        Whether the file is missing or empty now.
    """
    if not path.exists() or not path.stat().st_size:
        return True
    with path.open("rb+") as file:
        # Search backwards for the last line end; what follows it is the last line.
        begin, found = file.seek(0, SEEK_END), -1
        while begin and found < 0:
            size = min(READ_BACK_BYTES, begin)
            begin = file.seek(begin - size)
            found = file.read(size).rfind(b"\n")
        begin = file.seek(begin + found + 1)
        last_line = file.read()
        if last_line and is_whole(last_line):
            file.write(b"\n")
            return False
        file.truncate(begin)
        return begin == 0


def is_json_line(line: bytes) -> bool:
    """Whether a line is a whole JSON value."""
    try:
        parse_json(line)
    except ValueError:
        return False
    return True


def _is_row(line: bytes, columns: int) -> bool:
    """Whether a line has all columns; a line that is cut off inside of its last column passes, and keeps what is left of it."""
    try:
        return len(next(parse_table([line.decode("utf-8", "replace")]), [])) == columns
    except ValueError:
        return False


@contextmanager
def _translated_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MienError(f"{path} cannot be written: {error.strerror}. What was written until now is kept.") from error


@contextmanager
def open_sink(path: Path, max_bytes: int | None = None, *, shapes: bool = False) -> Iterator[Sink]:
    """Open the sink for an output path, and close it after the block.

    Args:
        path: ``-`` writes JSON lines to stdout; else a name that ends in .jsonl or .csv.
        max_bytes: The size of a file from which on a new one begins; None is no limit.
        shapes: Whether a table has columns for blendshapes and pose.

    Raises:
        UsageError: The name has another ending, or the file cannot be opened.
        MienError: The file cannot be written.
    """
    if path == STDOUT:
        yield JsonLinesSink(sys.stdout)
        return
    if path.suffix not in (".csv", ".jsonl"):
        raise UsageError(f"{path}: the output's name ends in .jsonl or .csv, or is - for the terminal.")
    with FileSink(path, max_bytes, shapes=shapes) as file:
        yield file
