"""The calendar of History: a square a day, weeks side by side, each with a link to its sessions; and how days are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from tracker.core import text
from tracker.core.frame import now
from web.pages.time_zone import zone

SECONDS_PER_MINUTE: Final = 60
DAYS_PER_WEEK: Final = 7
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


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks from ``calendar_start`` to the current one, as columns.

    Attributes:
        months: (name, how many weeks) in order; a week belongs to the month in which it ends.
        weekdays: (name, its day in each week) from Monday to Sunday; None is a day that is still to come.
    """

    months: list[tuple[str, int]]
    weekdays: list[tuple[str, list[CalendarDay | None]]]


def calendar_start() -> datetime:
    """Midnight of the Monday with which the calendar begins, in the person's time zone."""
    today = now().astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return today - timedelta(days=today.weekday(), weeks=CALENDAR_WEEKS - 1)


def calendar(sessions: Sequence[tuple[datetime, float]]) -> Calendar | None:
    """The days from ``calendar_start`` to today; None if nothing was watched.

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
        return None
    first, today = calendar_start().date(), now().astimezone(zone()).date()
    mondays = [first + timedelta(weeks=week) for week in range(CALENDAR_WEEKS)]
    months = [f"{monday + timedelta(days=DAYS_PER_WEEK - 1):%b}" for monday in mondays]
    weekdays: list[tuple[str, list[CalendarDay | None]]] = []
    for weekday in range(DAYS_PER_WEEK):
        days = [monday + timedelta(days=weekday) for monday in mondays]
        squares = [calendar_day(day, watched.get(day, 0.0), skips.get(day)) if day <= today else None for day in days]
        weekdays.append((f"{days[0]:%a}", squares))
    return Calendar([(name, len(list(weeks))) for name, weeks in groupby(months)], weekdays)


def calendar_day(day: date, seconds: float, skip: int | None) -> CalendarDay:
    """The square of a day on which so many seconds were watched; skip: as in CalendarDay."""
    strength = (1 + sum(seconds / SECONDS_PER_MINUTE >= least for least in STRENGTH_MINUTES)) if seconds else 0
    unit = "minute" if SECONDS_PER_MINUTE / 2 <= seconds < 1.5 * SECONDS_PER_MINUTE else "minutes"
    description = f"{day_in_words(day)}: {text.minutes(seconds)} {unit}"
    return CalendarDay(day_anchor(day), seconds / SECONDS_PER_MINUTE, strength, description, skip or None)


def day_anchor(day: date) -> str:
    """The id of a day's section on a page of History."""
    return f"day-{day.isoformat()}"


def day_in_words(day: date) -> str:
    """A day as people write it: Monday, 23 November 2026."""
    return f"{day:%A}, {day.day} {day:%B %Y}"
