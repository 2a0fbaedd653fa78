"""The page Week of History: the sessions of a week, their trends under each other on one scale of hours."""

from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, render_template, request

from tracker.core.errors import UsageError
from tracker.core.frame import now
from tracker.store import session_queries
from tracker.store.source_label import is_recorded
from web.pages.calendar import DAYS_PER_WEEK
from web.pages.history import MAX_QUOTED, session_entry
from web.pages.session_trends import session_trends
from web.pages.time_zone import zone
from web.storage import Storage

MAX_SESSIONS: Final = 60
"""Sessions of a week that are drawn: more would be no picture."""
FIRST_YEAR, LAST_YEAR = 1970, 9998
"""A week outside of these years can't be counted on from."""


def week_blueprint(storage: Storage) -> Blueprint:
    """The page."""
    blueprint = Blueprint("week", __name__)

    @blueprint.get("/history/week")
    def page() -> str:
        here = now().astimezone(zone())
        monday = monday_of(requested_day(here))
        # By the wall clock: a week in which the clocks change is a week, too.
        following, before = monday + timedelta(weeks=1), monday - timedelta(weeks=1)
        wanted = session_queries.SessionFilter(demo=False, order="oldest", since=monday, before=following)
        with storage.reading() as store:
            found = session_queries.list_sessions(store, wanted, limit=MAX_SESSIONS)
        entries = [session_entry(each, with_day=True) for each in found if not is_recorded(each.source)]
        return render_template(
            "history-week.html",
            monday=monday,
            sunday=monday + timedelta(days=DAYS_PER_WEEK - 1),
            before=f"{before:%Y-%m-%d}",
            following=f"{following:%Y-%m-%d}" if following <= here else None,
            trends=session_trends(entries),
            watched=sum(each.summary.figures.watched for each in entries),
        )

    return blueprint


def monday_of(day: datetime) -> datetime:
    """The midnight with which the week of a day begins."""
    return (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def requested_day(here: datetime) -> datetime:
    """A day of the week that the address names; without one ``here``, the present moment. UsageError if it is no day."""
    text = request.args.get("of")
    if text is None:
        return here
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=here.tzinfo)
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(f"A week is named by one of its days, as in 2026-11-23, not by {text[:MAX_QUOTED]!r}.")
    return day
