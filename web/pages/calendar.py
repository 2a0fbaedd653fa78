"""The calendar strip of History: a square a day, each with a link to the day's sessions; and how days are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tracker.core import text
from tracker.core.frame import now
from web.pages.time_zone import zone

SECONDS_PER_MINUTE: Final = 60
CALENDAR_WEEKS: Final = 12
"""A quarter of a year, which fits a narrow screen."""
STRENGTH_MINUTES: Final = (15, 60)
"""From so many minutes a day on a square is stronger, and stronger again."""
ENTRIES_PER_PAGE: Final = 200
"""Sessions or pictures on one page of History."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One square.

    Attributes:
        anchor: the id of the day's section on the page of sessions.
        minutes: watched on that day.
        strength: of the square's colour, 0 (nothing watched) to 3.
        description: the day and its minutes, for people.
        skip: how many sessions the page with this day passes over; None on the first page.
    """

    anchor: str
    minutes: float
    strength: int
    description: str
    skip: int | None


def calendar_start() -> datetime:
    """Midnight of the Monday with which the strip begins, in the person's time zone."""
    today = now().astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return today - timedelta(days=today.weekday(), weeks=CALENDAR_WEEKS - 1)


def calendar(sessions: Sequence[tuple[datetime, float]]) -> list[CalendarDay]:
    """The days from ``calendar_start`` to today; empty if nothing was watched.

    Args:
        sessions: (beginning, seconds watched) of each session since then, newest first.
    """
    watched: dict[date, float] = {}
    skips: dict[date, int] = {}
    for place, (began, seconds) in enumerate(sessions):
        day = began.astimezone(zone()).date()
        watched[day] = watched.get(day, 0.0) + seconds
        skips.setdefault(day, place // ENTRIES_PER_PAGE * ENTRIES_PER_PAGE)
    if not watched:
        return []
    monday, today = calendar_start().date(), now().astimezone(zone()).date()
    days = []
    for place in range((today - monday).days + 1):
        day = monday + timedelta(days=place)
        seconds = watched.get(day, 0.0)
        strength = (1 + sum(seconds / SECONDS_PER_MINUTE >= least for least in STRENGTH_MINUTES)) if seconds else 0
        unit = "minute" if SECONDS_PER_MINUTE / 2 <= seconds < 1.5 * SECONDS_PER_MINUTE else "minutes"
        description = f"{day_in_words(day)}: {text.minutes(seconds)} {unit}"
        minutes = seconds / SECONDS_PER_MINUTE
        days.append(CalendarDay(day_anchor(day), minutes, strength, description, skips.get(day) or None))
    return days


def day_anchor(day: date) -> str:
    """The id of a day's section on a page of History."""
    return f"day-{day.isoformat()}"


def day_in_words(day: date) -> str:
    """A day as people write it: Monday, 23 November 2026."""
    return f"{day:%A}, {day.day} {day:%B %Y}"
