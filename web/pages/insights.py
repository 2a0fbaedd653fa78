"""What the page of a stored session says of it in sentences; all of it comes from the tracker."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session as Store

from web.pages.time_zone import zone

if TYPE_CHECKING:
    from tracker.reports.insights import Insights

MAX_OBSERVATIONS_ON_PAGE: Final = 30_000
"""Observations that a page waits for: four hours at 2 Hz take a second or two. A longer session has its report."""


def what_stood_out(store: Store, uuid: str, observations: int) -> "Insights | None":
    """Read a session; None when there is nothing in it, or more than a page should wait for."""
    from tracker.exports.from_database import record
    from tracker.reports import insights
    from tracker.reports.earlier_sessions import lately

    if not 0 < observations <= MAX_OBSERVATIONS_ON_PAGE:
        return None
    found = insights.what_stood_out(replace(record(store, uuid), zone=zone()), lately(store, uuid))
    return found if found.data.readings else None
