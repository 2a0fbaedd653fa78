"""The calendar strip of History: a square a day, and where its sessions are listed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from tracker.core import text
from tracker.core.frame import now
from web.pages.time_zone import zone

MINUTE: Final = 60
CALENDAR_WEEKS: Final = 12
"""A quarter of a year, which a narrow screen holds."""
STRENGTH_MINUTES: Final = (15, 60)
"""Minutes a day from which on the squares are stronger."""
ENTRIES_PER_PAGE: Final = 200
"""Sessions or pictures on one page."""


def calendar_start() -> datetime:
    """Where the calendar strip begins."""
    today = now().astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return today - timedelta(days=today.weekday(), weeks=CALENDAR_WEEKS - 1)


def calendar(lengths: Sequence[tuple[datetime, float]]) -> list[dict[str, Any]]:
    """The last weeks, Monday first, with the minutes watched on each day; empty where there is nothing to tell.

    lengths: (beginning, seconds watched) of the sessions since then, newest first.
    """
    watched: dict[date, float] = {}
    skips: dict[date, int] = {}
    for place, (began, seconds) in enumerate(lengths):
        day = began.astimezone(zone()).date()
        watched[day] = watched.get(day, 0.0) + seconds
        skips.setdefault(day, place // ENTRIES_PER_PAGE * ENTRIES_PER_PAGE)
    if not watched:
        return []
    monday, today = calendar_start().date(), now().astimezone(zone()).date()
    days = [monday + timedelta(days=place) for place in range((today - monday).days + 1)]
    return [calendar_day(day, watched.get(day, 0.0)) | {"skip": skips.get(day) or None} for day in days]


def calendar_day(day: date, seconds: float) -> dict[str, Any]:
    """One day of the calendar."""
    strength = (1 + sum(seconds / MINUTE >= least for least in STRENGTH_MINUTES)) if seconds else 0
    watched = text.minutes(seconds)
    words = f"{day_in_words(day)}: {watched} {'minute' if MINUTE / 2 <= seconds < 1.5 * MINUTE else 'minutes'}"
    return {"anchor": day_anchor(day), "minutes": seconds / MINUTE, "strength": strength, "words": words}


def day_anchor(day: date) -> str:
    """Where a day stands on the page."""
    return f"day-{day.isoformat()}"


def day_in_words(day: date) -> str:
    """A day in words."""
    return f"{day:%A}, {day.day} {day:%B %Y}"
