"""A number that a person gives on the command line or in mien.toml."""

from math import isfinite
from typing import Any

import click


class Amount(click.FloatRange):
    """A number in a range; ``nan``, which lies in no range and beyond none, and ``inf`` are refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Finite, and in the range."""
        number = float(super().convert(value, param, ctx))
        if not isfinite(number):
            self.fail(f"{value!r} is not a number to count with.", param, ctx)
        return number
