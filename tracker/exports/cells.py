"""A CSV table as spreadsheets may open it: a row a line whatever is in it, and no text that would be run as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from tracker.core.records import TableRow

FORMULA_START: Final = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How one begins, as OWASP's page on CSV injection has it; apostrophes before it, so that ours is told from them."""
TEXT_PREFIX: Final = "'"
"""Before a cell it says: this is text."""
LINE_END: Final = "\r\n"


class CellWriter:
    """Writes rows to a file that was opened with ``newline=""``; what has no column is left out."""

    def __init__(self, target: TextIO, columns: Sequence[str]) -> None:
        # Only with this end of a line does csv quote a cell that has one of its letters.
        self._writer = csv.DictWriter(_Ends(target), columns, lineterminator=LINE_END, extrasaction="ignore")

    def header(self) -> None:
        """The names of the columns."""
        self._writer.writeheader()

    def rows(self, rows: Iterable[TableRow]) -> None:
        """A line each. Numbers are written as they are; a reader takes the apostrophe away again, see docs/data.md."""
        self._writer.writerows(
            {
                name: TEXT_PREFIX + value if isinstance(value, str) and FORMULA_START.match(value) else value
                for name, value in row.items()
            }
            for row in rows
        )


class _Ends:
    """Lines end with a line feed alone."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def write(self, line: str) -> int:
        return self._target.write(line.removesuffix(LINE_END) + "\n")
