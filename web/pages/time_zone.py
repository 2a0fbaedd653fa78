"""The person's time zone, in which pages and scripts tell days and times: that of the browser."""

from datetime import timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from flask import has_request_context, request

from tracker.core.frame import now
from tracker.core.time_zone import HERE

ZONE_COOKIE: Final = "mien-zone"
"""Set by the page's script, timeZone.js: the browser's name of its zone, such as Europe/Berlin."""
HALF_A_YEAR: Final = timedelta(days=182)


def zone() -> tzinfo:
    """The zone of the browser that asks; this machine's, if the browser has not told one that is known."""
    name = request.cookies.get(ZONE_COOKIE) if has_request_context() else None
    try:
        return ZoneInfo(name) if name else HERE
    except (KeyError, ValueError, OSError):
        return HERE


def zone_context() -> dict[str, str]:
    """For every page: the offsets from UTC, in minutes, now and half a year ago. Its script compares them."""
    moments = (now(), now() - HALF_A_YEAR)
    offsets = [moment.astimezone(zone()).utcoffset() or timedelta(0) for moment in moments]
    pairs = zip(moments, offsets, strict=True)
    return {"zone_offsets": " ".join(f"{moment.timestamp():.0f}:{offset // timedelta(minutes=1)}" for moment, offset in pairs)}
