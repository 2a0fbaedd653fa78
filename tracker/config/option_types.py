"""Types of command-line options: a number in a range, and a time of a session."""

from math import isfinite, nan
from typing import Any, Final

import click


class Amount(click.FloatRange):
    """A number in a range, from the command line or mien.toml; ``nan`` and ``inf`` are refused, also by an open range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, finite and in the range; click's BadParameter for anything else."""
        number = float(super().convert(value, param, ctx))
        if not isfinite(number):
            self.fail(f"{value!r} is not a number to count with.", param, ctx)
        return number


class SessionTime(click.ParamType[float]):
    """A time of a session in seconds, typed as seconds, or as minutes and hours before colons."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """3723.0 from 3723, 62:03 or 1:02:03; click's BadParameter for anything else."""
        try:
            seconds = 0.0
            for part in str(value).split(":"):
                seconds = seconds * 60 + float(part)
        except ValueError:
            seconds = nan
        if not isfinite(seconds):
            self.fail(f"{value!r} is no time: write seconds, 24:13 or 1:02:03", param, ctx)
        return seconds


SESSION_TIME: Final = SessionTime()
