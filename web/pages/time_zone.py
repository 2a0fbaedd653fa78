"""The person's time zone, in which days begin and times are told: their browser's, for pages and scripts alike."""

from datetime import timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import has_request_context, request

from tracker.core.frame import now
from tracker.core.time_zone import HERE

COOKIE: Final = "mien-zone"
"""Set by the page's script, timeZone.js: the browser's name of its zone, such as Europe/Berlin."""
HALF_A_YEAR: Final = timedelta(days=182)


def zone() -> tzinfo:
    """That of the browser that asks; this machine's before it has told, and where it names none that is known."""
    name = request.cookies.get(COOKIE) if has_request_context() else None
    try:
        return ZoneInfo(name) if name else HERE
    except (KeyError, ValueError, OSError):
        return HERE


def described() -> dict[str, Any]:
    """For every page: minutes from UTC in summer and winter, by which its script sees whether the page was told in its zone."""
    moments = (now(), now() - HALF_A_YEAR)
    offsets = [moment.astimezone(zone()).utcoffset() or timedelta(0) for moment in moments]
    pairs = zip(moments, offsets, strict=True)
    return {"zone_offsets": " ".join(f"{moment.timestamp():.0f}:{offset // timedelta(minutes=1)}" for moment, offset in pairs)}
