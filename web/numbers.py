"""Numbers that an address or a form holds as texts: understood in one place, with bounds, or refused with a sentence."""

from math import isfinite, nan
from typing import Final

from tracker.core.errors import UsageError

QUOTED: Final = 40
"""Letters of what was given that a sentence repeats."""


def whole(given: str, what: str, most: int) -> int:
    """A number from 0 to ``most``; what: the beginning of the sentence, such as "A fit is called by its number"."""
    # More digits than that are not even read: Python refuses some thousand.
    if not (given.isascii() and given.isdigit() and len(given) <= len(str(most)) and int(given) <= most):
        raise UsageError(f"{what}, not {quoted(given)}.")
    return int(given)


def real(given: str, what: str) -> float:
    """A finite number."""
    try:
        found = float(given)
    except ValueError:
        found = nan
    if not isfinite(found):
        raise UsageError(f"{what}, not {quoted(given)}.")
    return found


def quoted(given: str) -> str:
    """What was given, as a part of a sentence."""
    return repr(given) if len(given) <= QUOTED else f"{given[:QUOTED]!r}..."
