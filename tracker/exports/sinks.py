"""Where observations go: JSON lines or a CSV table, appended and flushed line by line, in a file or on stdout."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, Final, Protocol, Self, TextIO

from tracker.core.errors import MienError, UsageError
from tracker.core.parsing import parse_json, parse_table, read_table
from tracker.core.paths import beside
from tracker.core.printable import json_line
from tracker.core.records import TABLE_COLUMNS, ObservationRecord, as_json, table_rows
from tracker.exports.cells import CellWriter
from tracker.exports.columns import SHAPE_COLUMNS

STDOUT: Final = Path("-")
READ_BACK_BYTES: Final = 65_536
"""Bytes that are read together, backwards, in search of the last line."""


class Sink(Protocol):
    """Takes each observation."""

    def write(self, record: ObservationRecord) -> None: ...


class JsonLinesSink:
    """One JSON object a line."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def write(self, record: ObservationRecord) -> None:
        """A whole line at once: whoever reads along never sees half of one."""
        self._target.write(json_line(as_json(record)) + "\n")
        self._target.flush()


class TableSink:
    """CSV, one row a face, with a header at the top of the file; with columns for shapes if they are wanted."""

    def __init__(self, target: TextIO, *, header: bool = True, shapes: bool = False) -> None:
        self._target = target
        self._writer = CellWriter(target, log_columns(shapes=shapes))
        if header:
            self._writer.header()

    def write(self, record: ObservationRecord) -> None:
        """All faces of an observation."""
        self._writer.rows(table_rows(record))
        self._target.flush()


class FileSink:
    """A log file that is appended to; beyond ``most`` bytes it is set aside as ``name.1.suffix``, 2, 3 ..."""

    def __init__(self, path: Path, most: int | None = None, *, shapes: bool = False) -> None:
        """UsageError when it cannot be opened, or is a table of other columns."""
        self._path, self._most, self._shapes = path, most, shapes
        try:
            self._open()
        except OSError as error:
            raise UsageError(f"{path} cannot be opened to write into: {error.strerror}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with _told(self._path):
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
        self._target = self._path.open("a", encoding="utf-8", errors="backslashreplace", newline="")
        self._sink: Sink = TableSink(self._target, header=empty, shapes=self._shapes) if table else JsonLinesSink(self._target)

    def write(self, record: ObservationRecord) -> None:
        """Append; MienError when the disk is full or the file went away."""
        with _told(self._path):
            self._sink.write(record)
            if self._most is None or self._target.tell() < self._most:
                return
            self._target.close()
            stem, number = self._path.with_name(self._path.stem), 1
            while (aside := beside(stem, f".{number}{self._path.suffix}")).exists():
                number += 1
            self._path.rename(aside)
            self._open()


def log_columns(*, shapes: bool) -> tuple[str, ...]:
    """The names in a table's header."""
    return (*TABLE_COLUMNS, *(column.name for column in SHAPE_COLUMNS)) if shapes else TABLE_COLUMNS


def complete_last_line(path: Path, is_whole: Callable[[bytes], bool]) -> bool:
    """Whether the file is new or empty, once a last line that a crash or a full disk cut off is taken away.

    is_whole: of a last line without its end, whether only that is missing, as where a person edited the file.
    """
    if not path.exists() or not path.stat().st_size:
        return True
    with path.open("rb+") as file:
        begin = _last_line(file)
        torn = file.read()
        if torn and is_whole(torn):
            file.write(b"\n")
            return False
        file.truncate(begin)
        return begin == 0


def _last_line(file: BinaryIO) -> int:
    """Where what follows the last line break begins; the file stands there."""
    begin = file.seek(0, SEEK_END)
    while begin:
        size = min(READ_BACK_BYTES, begin)
        begin = file.seek(begin - size)
        if (found := file.read(size).rfind(b"\n")) >= 0:
            return file.seek(begin + found + 1)
    return file.seek(0)


def is_json_line(line: bytes) -> bool:
    """Whether a line is a whole JSON value."""
    try:
        parse_json(line)
    except ValueError:
        return False
    return True


def _is_row(line: bytes, columns: int) -> bool:
    """Whether a line has a table's every column; one that is cut off inside of the last loses that word."""
    try:
        return len(next(parse_table([line.decode("utf-8", "replace")]), [])) == columns
    except ValueError:
        return False


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MienError(f"{path} cannot be written: {error.strerror}. What was written until now is kept.") from error


@contextmanager
def open_sink(path: Path, most: int | None = None, *, shapes: bool = False) -> Iterator[Sink]:
    """The sink for a path: ``-`` is JSON lines on stdout, .csv a table, .jsonl JSON lines; UsageError for others."""
    if path == STDOUT:
        yield JsonLinesSink(sys.stdout)
        return
    if path.suffix not in (".csv", ".jsonl"):
        raise UsageError(f"{path}: the output's name ends in .jsonl or .csv, or is - for the terminal.")
    with FileSink(path, most, shapes=shapes) as file:
        yield file
