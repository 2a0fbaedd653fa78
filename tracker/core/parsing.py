"""JSON, TOML and CSV from outside, parsed here and nowhere else: what cannot be counted with or walked through is refused."""

import csv
import json
import tomllib
from collections.abc import Iterable, Iterator
from math import isfinite
from pathlib import Path
from typing import Any, Final

MAX_NESTING: Final = 64
"""Lists and objects inside of each other; ours have six. What Python itself bears depends on who calls, and on its release."""
TOO_DEEP: Final = f"it is nested more than {MAX_NESTING} deep"
NEWLINE: Final = "\n"
MAX_INTEGER_DIGITS: Final = 18
"""Of a whole number: what always fits into 64 bits, as databases and tables keep it."""
MAX_QUOTED_CHARACTERS: Final = 24
"""Characters of a number that a sentence repeats."""


class _Refused(ValueError):
    """A number that is not taken. token: as it is written."""

    def __init__(self, token: str, why: str) -> None:
        super().__init__(f"{token[:MAX_QUOTED_CHARACTERS]}{'...' * (len(token) > MAX_QUOTED_CHARACTERS)} {why}")
        self.token = token


def parse_json(text: str | bytes) -> Any:
    """Any JSON value. ValueError with the place and the reason for text that is no JSON or no UTF-8 (a byte order mark is
    passed over), for NaN and Infinity, numbers beyond a float or 64 bits, and nesting deeper than MAX_NESTING.
    """
    text = _decoded(text) if isinstance(text, bytes) else text.removeprefix("\ufeff")
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{_place(text, error.pos)}: {error.msg}") from None
    except _Refused as error:
        raise ValueError(f"{_place(text, text.find(error.token))}: {error}") from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    # Without so many brackets nothing can be so deep: most texts need no walk.
    if text.count("[") + text.count("{") > MAX_NESTING:
        _require_shallow(found)
    return found


def parse_stored(text: str | bytes) -> Any:
    """JSON of a database, whose columns repair what cannot be counted with: NaN and Infinity are taken; ValueError as above."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def read_json(path: Path) -> Any:
    """A file's one JSON value; ValueError as in ``parse_json``, OSError as ``open`` raises it."""
    return parse_json(path.read_bytes())


def json_lines(path: Path, *, cut_off: bool = False) -> Iterator[tuple[int, Any]]:
    """The number, from 1 on, and the value of each line that is not empty; ValueError begins with the line's number.

    cut_off: a last line that a crash cut off, so without its newline, is left out.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                found = parse_json(line)
            except ValueError as error:
                if cut_off and not line.endswith(b"\n"):
                    return
                raise ValueError(f"line {number}, {error}") from None
            yield number, found


def parse_table(lines: Iterable[str]) -> Iterator[list[str]]:
    """The rows of a CSV, without blanks before a cell; ValueError with the line for what is none."""
    table = csv.reader(lines, skipinitialspace=True)
    try:
        yield from table
    except csv.Error as error:
        raise ValueError(f"line {table.line_num}: {error}") from None


def read_table(path: Path) -> Iterator[list[str]]:
    """A file's rows; ValueError as in ``parse_table`` and for what is no UTF-8, OSError as ``open`` raises it."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from parse_table(lines)


def read_toml(path: Path) -> dict[str, object]:
    """A file's table; ValueError as in ``parse_toml``, OSError as ``open`` raises it."""
    return parse_toml(path.read_bytes())


def parse_toml(text: bytes) -> dict[str, object]:
    """A table in TOML; ValueError as in ``parse_json`` (inf and nan are numbers to TOML)."""
    readable = _decoded(text)
    try:
        found = tomllib.loads(readable)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        # Python's own limit for whole numbers, of which the sentence would be about Python.
        raise ValueError("it holds a number that is too large") from None
    for value in _require_shallow(found):
        if isinstance(value, int) and abs(value) >= 10**MAX_INTEGER_DIGITS:
            raise ValueError(f"it holds a number of more than {MAX_INTEGER_DIGITS} digits")
    return found


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line}: it is not UTF-8 text (byte 0x{data[error.start]:02x})") from None


def _place(text: str, position: int) -> str:
    """Where in a text, with the line only where there are several."""
    column = f"column {position - text.rfind(NEWLINE, 0, position)}"
    several = NEWLINE in text.strip()
    return f"line {text.count(NEWLINE, 0, position) + 1}, {column}" if several else column


def _require_shallow(found: Any) -> list[Any]:
    """All values that are no lists or objects; ValueError when they lie too deep."""
    level, plain = [found], []
    for _ in range(MAX_NESTING + 1):
        nested = [value for value in level if isinstance(value, dict | list)]
        plain += [value for value in level if not isinstance(value, dict | list)]
        if not nested:
            return plain
        level = [inner for value in nested for inner in (value.values() if isinstance(value, dict) else value)]
    raise ValueError(TOO_DEEP)


def _whole(token: str) -> int:
    if len(token.lstrip("-")) > MAX_INTEGER_DIGITS:
        raise _Refused(token, f"has more than {MAX_INTEGER_DIGITS} digits")
    return int(token)


def _real(token: str) -> float:
    number = float(token)
    if not isfinite(number):
        raise _Refused(token, "is too large a number")
    return number


def _no_number(token: str) -> float:
    raise _Refused(token, "is no number in JSON")


_DECODER: Final = json.JSONDecoder(parse_int=_whole, parse_float=_real, parse_constant=_no_number)
