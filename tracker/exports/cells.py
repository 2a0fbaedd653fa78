"""Writes CSV that spreadsheets can open safely: no text in it is run as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from tracker.core.records import TableRow

FORMULA_START: Final = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""The beginning of a formula, as OWASP's page "CSV Injection" lists it.

Apostrophes before it count, too: a reader that removes one apostrophe then gets every text back as it was.
"""
TEXT_PREFIX: Final = "'"
"""Spreadsheets take a cell that begins with it for text."""
LINE_END: Final = "\r\n"


class CellWriter:
    """Writes rows to a file that was opened with ``newline=""``; members of a row without a column are left out."""

    def __init__(self, target: TextIO, columns: Sequence[str]) -> None:
        # The csv module quotes a carriage return in a cell only if it is part of the line end.
        self._writer = csv.DictWriter(_LineFeedEnds(target), columns, lineterminator=LINE_END, extrasaction="ignore")

    def header(self) -> None:
        """Write the names of the columns."""
        self._writer.writeheader()

    def rows(self, rows: Iterable[TableRow]) -> None:
        """Write rows; a text that would be a formula gets an apostrophe, which readers remove again (docs/data.md)."""
        self._writer.writerows(
            {
                name: TEXT_PREFIX + value if isinstance(value, str) and FORMULA_START.match(value) else value
                for name, value in row.items()
            }
            for row in rows
        )


class _LineFeedEnds:
    """A file in which each line ends with a line feed alone, in place of LINE_END."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def write(self, line: str) -> int:
        return self._target.write(line.removesuffix(LINE_END) + "\n")
