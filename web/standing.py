"""What the page of a stored session says of it in sentences; all of it comes from the tracker."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session as Store

from web.zone import zone

if TYPE_CHECKING:
    from tracker.exports.standing import Standing

MOST: Final = 30_000
"""Observations that a page waits for: four hours at 2 Hz take a second or two. A longer session has its report."""


def what_stood_out(store: Store, uuid: str, observations: int) -> "Standing | None":
    """Read a session; None when there is nothing in it, or more than a page should wait for."""
    from tracker.exports import standing
    from tracker.store.lately import lately
    from tracker.store.tables import record

    if not 0 < observations <= MOST:
        return None
    found = standing.what_stood_out(replace(record(store, uuid), zone=zone()), lately(store, uuid))
    return found if found.data.readings else None
