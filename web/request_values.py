"""Checks numbers and ids in requests, and keeps uploads in memory."""

from io import BytesIO
from math import isfinite, nan
from typing import IO, Any, Final

from flask import Request
from werkzeug.routing import BaseConverter

from tracker.core.errors import UsageError

QUOTED_LETTERS: Final = 40
"""How many letters of a wrong value an error message repeats."""


def whole_number(text: str, requirement: str, largest: int) -> int:
    """Read a whole number.

    Args:
        text: what the request has.
        requirement: the beginning of the error message, such as "version must be the number of a fit".
        largest: the largest number that is taken; the smallest is 0.

    Raises:
        UsageError: if it is no such number.
    """
    # Texts with more digits are not even converted: Python refuses some thousand of them with an error of its own.
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(largest)) and int(text) <= largest):
        raise UsageError(f"{requirement}, not {_quoted(text)}.")
    return int(text)


def real_number(text: str, requirement: str) -> float:
    """Read a finite number; UsageError, which begins with ``requirement``, if it is none."""
    try:
        found = float(text)
    except ValueError:
        found = nan
    if not isfinite(found):
        raise UsageError(f"{requirement}, not {_quoted(text)}.")
    return found


def _quoted(text: str) -> str:
    return repr(text) if len(text) <= QUOTED_LETTERS else f"{text[:QUOTED_LETTERS]!r}..."


class IdConverter(BaseConverter):
    """``<id:name>`` in a route: at least eight letters of the id of a session, a picture or a recording; else 404.

    The command line takes any beginning that is unique. An address may come from another site, which could try short ones.
    """

    regex = "[0-9A-Za-z-]{8,64}"


class InMemoryRequest(Request):
    """A request whose uploads stay in memory, where Werkzeug would write large ones to a file."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # Bytes that are no text: Werkzeug replaces them in paths and forms, but raises for those of the query.
        self.query_string = self.query_string.decode("utf-8", "replace").encode()

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()
