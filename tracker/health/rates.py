"""Rates of right predictions with their confidence intervals, or how many more verdicts these need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from tracker.core.records import Json, JsonObject
from tracker.core.text import hundredths

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

MIN_VERDICTS: Final = 10
"""With fewer there is no rate: its interval would be half as wide as the scale."""
Z_95: Final = 1.959964
"""The quantile of the normal distribution for a 95 % interval."""
JSON_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of n were right: accuracy, 0 to 1, and its 95 % interval, both None while ``missing`` more are needed.

    Fields are named as in JSON.
    """

    n: int
    right: int
    accuracy: float | None
    interval: tuple[float, float] | None
    enough: bool
    missing: int

    @classmethod
    def of(cls, right: Flags | Numbers) -> "Rate":
        """The rate of n predictions.

        Args:
            right: [n] whether each is right, as flags, or as shares from 0 to 1, of which ``Rate.right`` is the rounded sum.
        """
        n, total = len(right), float(right.sum())
        count = round(total)
        if n < MIN_VERDICTS:
            return cls(n, count, None, None, enough=False, missing=MIN_VERDICTS - n)
        return cls(n, count, total / n, wilson(total, n), enough=True, missing=0)


def wilson(right: float, n: int) -> tuple[float, float]:
    """The 95 % interval of ``right`` of ``n``, also for few and near 0 and 1 (Wilson, JASA 22, 1927, 209-212)."""
    share, spread = right / n, Z_95**2 / n
    middle = (share + spread / 2) / (1 + spread)
    reach = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def format_interval(interval: Sequence[float]) -> str:
    """An interval of shares in percent, as in: 70 to 89."""
    low, high = interval
    return f"{hundredths(low)} to {hundredths(high)}"


def json_members(pairs: list[tuple[str, object]]) -> JsonObject:
    """A ``dict_factory`` for ``dataclasses.asdict``: numbers with four decimals, None for NaN, dates as text."""
    return {name: _json_value(value) for name, value in pairs}


def _json_value(value: object) -> Json:
    match value:
        case float():
            return None if np.isnan(value) else round(value, JSON_DECIMALS)
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_json_value(each) for each in value]
        case None | bool() | int() | str() | dict():
            return value
    raise TypeError(f"{type(value).__name__} is no JSON")
