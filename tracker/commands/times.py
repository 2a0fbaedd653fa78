"""A time of a session, as people type it."""

from math import isfinite, nan
from typing import Any, Final

import click


class SessionTime(click.ParamType[float]):
    """Seconds, or minutes and hours before a colon."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """3723.0 from 3723, 62:03 or 1:02:03."""
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
