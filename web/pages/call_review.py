"""What the page of a stored call has besides: what each person showed, and moments to ask about, also as JSON."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from flask import Blueprint
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.records import JsonObject
from tracker.reports.sentences import phrase_text
from tracker.store.find_session import find_session
from tracker.store.session_figures import figures_of_session
from web.pages.time_zone import zone
from web.storage import Storage

if TYPE_CHECKING:
    from tracker.exports.session_data import SessionData
    from tracker.reports.aggregate import SessionArrays
    from tracker.reports.call_drawings import PersonRows
    from tracker.reports.call_moments import CallReview

MAX_OBSERVATIONS_AT_ONCE: Final = 30_000
"""Observations that a page waits for: four hours at 2 Hz take a second or two. A longer session has its report."""
DIGITS: Final = 3
"""Of seconds."""


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """What the template call-review.html shows; first, last: the times at the drawings' ends."""

    review: "CallReview"
    people: "list[PersonRows]"
    first: str
    last: str
    words: dict[str, str]


def review_entry(session: "SessionData", data: "SessionArrays") -> ReviewEntry | None:
    """The review of a session that is read already; None where it is no call."""
    from tracker.reports.call_drawings import person_rows
    from tracker.reports.call_moments import review_call
    from tracker.reports.html_report import REVIEW_WORDS, page_span
    from tracker.reports.time_axis import moment_words

    review = review_call(session, data.people)
    if review is None:
        return None
    span = page_span(data)
    first, last = moment_words(session, span.begin), moment_words(session, span.end)
    return ReviewEntry(review, person_rows(session, review.people, span), first, last, REVIEW_WORDS)


def call_review_blueprint(storage: Storage) -> Blueprint:
    """The same as JSON."""
    blueprint = Blueprint("call_review", __name__)

    @blueprint.get("/api/sessions/<id:uuid>/moments")
    def moments(uuid: str) -> JsonObject:
        """Empty lists for a session that is no call."""
        with storage.reading() as store:
            return review_json(_read_review(store, uuid))

    return blueprint


def _read_review(store: Store, uuid: str) -> "CallReview | None":
    """UsageError for a session that is too long to wait for."""
    from tracker.exports.from_database import read_session_data
    from tracker.reports.aggregate import aggregate_session
    from tracker.reports.call_moments import review_call

    found = find_session(store, uuid)
    if figures_of_session(store, found).observations > MAX_OBSERVATIONS_AT_ONCE:
        raise UsageError("This session is too long to be gone through at once. Its report has the moments.")
    session = replace(read_session_data(store, found.uuid), zone=zone())
    return review_call(session, aggregate_session(session).people)


def review_json(review: "CallReview | None") -> JsonObject:
    """As JSON; seconds of the session have three decimals."""
    if review is None:
        return {"people": [], "moments": [], "complete": True}
    return {
        "people": [
            {
                "face": person.face,
                "name": person.who,
                "movements": [
                    {
                        "name": lane.movement.name,
                        "words": lane.movement.words,
                        "told": _seconds(lane.told),
                        "shown": _seconds(lane.shown),
                    }
                    for lane in person.lanes
                ],
            }
            for person in review.people
        ],
        "moments": [
            {
                "from": round(moment.begin, DIGITS),
                "to": round(moment.end, DIGITS),
                "faces": moment.faces,
                "words": phrase_text(moment.sentence),
                "marker": moment.marker,
                "readings": [
                    {"of": each.who, "name": each.name, "meaning": each.meaning, "alternatives": each.alternatives}
                    for each in moment.readings
                ],
            }
            for moment in review.moments
        ],
        "complete": review.complete,
    }


def _seconds(parts: tuple[tuple[float, float], ...]) -> list[list[float]]:
    return [[round(begin, DIGITS), round(end, DIGITS)] for begin, end in parts]
