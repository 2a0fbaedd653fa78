"""The page History: stored sessions, to be searched and sorted, pictures, and one session with all that is kept of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np
from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.core.geometry import Box, in_reading_order
from tracker.core.notes import line
from tracker.core.records import JsonObject, as_json, timestamp
from tracker.core.scores import Doubt, are_close
from tracker.core.text import clock, counted, sure
from tracker.core.vocabulary import EMOJI, UNCLEAR
from tracker.reports.leave_out import LEFT_OUT_WORDS
from tracker.store import session_queries, uploads
from tracker.store.find_session import find_session
from tracker.store.partial_erase import ERASED_PAUSE
from tracker.store.retention import UNTIL_CLOSED
from tracker.store.schema import Marker
from tracker.store.source_label import is_recorded, source_in_words
from tracker.store.timeline_query import query_timeline
from web.pages.calendar import ENTRIES_PER_PAGE, calendar, calendar_start, day_anchor, day_in_words
from web.pages.call_review import MAX_OBSERVATIONS_AT_ONCE, ReviewEntry, review_entry
from web.pages.session_video import has_video
from web.pages.time_zone import zone
from web.request_values import real_number, whole_number
from web.storage import LARGEST_ID, Storage

if TYPE_CHECKING:
    from tracker.reports.insights import Insights

POINTS_RANGE: Final = (1, 5000)
"""How many observations of a timeline may be asked for. With more, the share of one would be rounded to 100 %."""
JPEG_START: Final = b"\xff\xd8"
"""The first bytes of every JPEG file; a picture that is stored is a JPEG or a PNG."""
KEPT_WORDS: Final = "It is kept until you erase it."
MAX_QUOTED: Final = 40
"""Letters of a wrong word in an address that an error repeats."""
FIELDS_NOT_IN_BRIEF: Final = ("scores", "smooth", "reason", "motion")
"""Of a reading: what a ribbon does not need."""
ORDER_WORDS: Final[dict[session_queries.Order, str]] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "longest": "Longest first",
    "title": "By title",
}
MAX_MARKERS_SHOWN: Final = 3
"""Markers that an entry of a search shows."""


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """A session in the list.

    Attributes:
        summary: what is stored of it.
        name: its title, or when it was.
        local: when it began, in the person's time zone.
        description: when, how long, from which source and so on, in one line.
        shares: (expression, share of the readings), the largest first.
        markers: those that contain what was searched for.
    """

    summary: session_queries.SessionSummary
    name: str
    local: datetime
    description: str
    shares: list[tuple[str, float]]
    markers: list["SessionMarker"] = field(default_factory=list)

    @property
    def undecided(self) -> bool:
        """Whether it was interrupted and will be deleted by itself, so that the person may want to decide."""
        return self.summary.interrupted and self.summary.keep_until is not None


@dataclass(frozen=True, slots=True)
class SessionMarker:
    """A marker; t: seconds of the session. time: the same for people."""

    t: float
    time: str
    text: str


@dataclass(frozen=True, slots=True)
class FaceEntry:
    """A face of a picture; id: its number in the store. said: the person's verdict, with which its pixels are stored."""

    id: int
    description: str
    emoji_file: str
    said: str | None


@dataclass(frozen=True, slots=True)
class PictureEntry:
    """A picture in the list; has_file: whether the whole picture is stored."""

    uuid: str
    name: str
    local: datetime
    description: str
    has_file: bool
    faces: list[FaceEntry]


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """A day and its entries, newest first; anchor: the id of its section on the page."""

    anchor: str
    description: str
    entries: list[SessionEntry | PictureEntry]


def history_blueprint(storage: Storage) -> Blueprint:
    """The pages, and the pixels on them."""
    blueprint = Blueprint("history", __name__)

    @blueprint.get("/history")
    def sessions_page() -> str:
        text, order, skip = line(request.args.get("q", ""), "A search"), order_parameter(), skip_parameter()
        with storage.reading() as store:
            counts = {demo: session_queries.count_sessions(store, demo=demo) for demo in (False, True)}
            # With nothing of one's own the demo's are what there is to see.
            demo = "demo" in request.args or (counts[True] > 0 and not counts[False])
            wanted = session_queries.SessionFilter(text, demo, order)
            found = session_queries.list_sessions(store, wanted, limit=ENTRIES_PER_PAGE + 1, offset=skip)
            shown = found[:ENTRIES_PER_PAGE]
            markers = session_queries.matching_markers(store, [each.id for each in shown], text) if text else {}
            first_page = not (skip or text)
            squares = calendar(session_queries.watched_since(store, calendar_start(), demo=demo)) if first_page else None
        by_time = order in ("newest", "oldest")
        entries = [
            replace(session_entry(each, with_day=not by_time), markers=session_markers(each, markers.get(each.id, [])))
            for each in shown
        ]
        address = {"q": text or None, "sort": None if order == "newest" else order, "demo": "yes" if demo else None}
        return render_template(
            "history.html",
            days=by_day(entries) if by_time else in_one(entries, ORDER_WORDS[order]),
            calendar=squares,
            counts=counts,
            wanted=wanted,
            orders=ORDER_WORDS,
            address=address,
            most_markers=MAX_MARKERS_SHOWN,
            **page_links(len(found), skip),
        )

    @blueprint.get("/history/pictures")
    def pictures_page() -> str:
        skip = skip_parameter()
        with storage.reading() as store:
            found = uploads.list_pictures(store, limit=ENTRIES_PER_PAGE + 1, offset=skip)
        listed = by_day([picture_entry(each) for each in found[:ENTRIES_PER_PAGE]])
        links = page_links(len(found), skip)
        return render_template("history.html", days=listed, uploads_shown=True, address={}, counts={}, **links)

    @blueprint.get("/history/<id:uuid>")
    def session_page(uuid: str) -> str:
        with storage.reading() as store:
            detail = session_queries.session_detail(store, uuid)
            insights, review = what_stood_out(store, detail.summary)
        time = session_time(detail.summary)
        return render_template(
            "session.html",
            session=session_entry(detail.summary, with_day=True),
            began=None if is_recorded(detail.summary.source) else timestamp(detail.summary.started_at),
            markers=session_markers(detail.summary, detail.markers),
            until=keep_words(detail.summary),
            has_video=has_video(detail.summary.source),
            left_out_words=LEFT_OUT_WORDS,
            erased=[
                f"{time(each.began_t)} to {time(ceil(each.ended_t or 0))}" for each in detail.pauses if each.why == ERASED_PAUSE
            ],
            insights=insights,
            review=review,
            names={each.id: each.label for each in detail.participants if each.label},
        )

    @blueprint.get("/history/pictures/<id:uuid>/file")
    def picture_file(uuid: str) -> Response:
        with storage.reading() as store:
            data = uploads.picture_data(store, uuid)
        return image_response(data, "image/jpeg" if data and data.startswith(JPEG_START) else "image/png")

    @blueprint.get(f"/history/faces/<int(max={LARGEST_ID}):number>")
    def face_crop(number: int) -> Response:
        with storage.reading() as store:
            data = uploads.crop_data(store, number)
        return image_response(data, "image/png")

    return blueprint


def history_api_blueprint(storage: Storage) -> Blueprint:
    """What the page of a session asks for and changes."""
    blueprint = Blueprint("history_api", __name__)

    @blueprint.get("/api/sessions/<id:uuid>/timeline")
    def timeline(uuid: str) -> JsonObject:
        """The seconds ``from`` to ``to`` in at most ``points`` observations; ``brief`` leaves the scores out."""
        begin, end = seconds_parameter("from"), seconds_parameter("to")
        fewest, most = POINTS_RANGE
        points = int(max(fewest, min(most, seconds_parameter("points") or most)))
        with storage.reading() as store:
            found = query_timeline(store, uuid, begin, end, points=points)
        if "brief" not in request.args:
            return as_json(found)
        readings = {name: column for name, column in as_json(found.readings).items() if name not in FIELDS_NOT_IN_BRIEF}
        return as_json(found) | {"readings": readings}

    @blueprint.post("/api/sessions/<id:uuid>")
    def change(uuid: str) -> dict[str, str]:
        """A form {title, notes}: give a session a title and notes. The answer is what it is called now."""
        title, notes = request.form.get("title", ""), request.form.get("notes", "")

        def work(store: Store) -> dict[str, str]:
            session_queries.rename_session(store, uuid, title)
            session_queries.set_notes(store, uuid, notes)
            session = find_session(store, uuid)
            return {"name": session_name(session.title, session.started_at)}

        return storage.write(work)

    @blueprint.post("/api/sessions/<id:uuid>/keep")
    def keep(uuid: str) -> dict[str, str]:
        """Keep a session until it is erased, whatever was decided for sessions."""
        storage.write(lambda store: session_queries.keep_session(store, uuid))
        return {"until": KEPT_WORDS}

    return blueprint


def image_response(data: bytes | None, media_type: str) -> Response:
    """An image of the store; UnknownError if it is not stored."""
    if data is None:
        raise UnknownError("There is no such picture: it was erased, or never saved.")
    return Response(data, mimetype=media_type, headers={"Cache-Control": "no-store"})


def seconds_parameter(name: str) -> float | None:
    """A number from the address, if it is there; UsageError if it is no number."""
    text = request.args.get(name)
    return None if text is None else real_number(text, f"{name} is a number of seconds")


def order_parameter() -> session_queries.Order:
    """In which order sessions are wanted; UsageError if there is no such order."""
    name = request.args.get("sort", "newest")
    for known in session_queries.ORDERS:
        if name == known:
            return known
    raise UsageError(f"Sessions are sorted by {', '.join(session_queries.ORDERS)}, not by {name[:MAX_QUOTED]!r}.")


def skip_parameter() -> int:
    """How many entries stand on the pages before; UsageError if the address has no number there."""
    return whole_number(request.args.get("skip", "0"), "skip is the number of entries to skip", LARGEST_ID)


def page_links(found: int, skip: int) -> dict[str, int | None]:
    """For the links to newer and older entries: how many entries those pages pass over; None where there is no such page.

    Args:
        found: how many entries were found, one more than the page holds if there are older ones.
        skip: how many this page passes over.
    """
    return {
        "newer": max(0, skip - ENTRIES_PER_PAGE) if skip else None,
        "older": skip + ENTRIES_PER_PAGE if found > ENTRIES_PER_PAGE else None,
    }


def by_day(entries: Iterable[SessionEntry | PictureEntry]) -> list[HistoryDay]:
    """Entries, newest first, under their days."""
    days = groupby(entries, key=lambda entry: entry.local.date())
    return [HistoryDay(day_anchor(day), day_in_words(day), list(group)) for day, group in days]


def in_one(entries: list[SessionEntry], description: str) -> list[HistoryDay]:
    """Entries under one heading, in an order that is not that of days; empty without an entry."""
    return [HistoryDay("listed", description, [*entries])] if entries else []


def session_time(summary: session_queries.SessionSummary) -> Callable[[float], str]:
    """Turns seconds of a session into what pages show: the clock, or of a recording its own time, not the clock."""
    if is_recorded(summary.source):
        return clock
    return lambda seconds: f"{(summary.started_at + timedelta(seconds=seconds)).astimezone(zone()):%H:%M:%S}"


def session_markers(summary: session_queries.SessionSummary, markers: Iterable[Marker]) -> list[SessionMarker]:
    """Markers as the pages show them."""
    time = session_time(summary)
    return [SessionMarker(each.t, time(each.t), each.text) for each in markers]


def keep_words(summary: session_queries.SessionSummary) -> str:
    """Until when a session is kept, as a sentence; empty as long as that is not known."""
    if summary.keep_until is None:
        return KEPT_WORDS if summary.ended_at else ""
    if summary.keep_until == UNTIL_CLOSED:
        return "It is deleted when Mien closes."
    return f"It is deleted on {day_in_words(summary.keep_until.astimezone(zone()).date())}."


def session_name(title: str, started_at: datetime) -> str:
    """What a session is called: its title, else when it began."""
    return title or f"Session at {started_at.astimezone(zone()):%H:%M}"


def session_entry(summary: session_queries.SessionSummary, *, with_day: bool = False) -> SessionEntry:
    """A session as the pages show it; with_day: whether its line names the day, too."""
    local = summary.started_at.astimezone(zone())
    day = f"{local:%a}, {local.day} {local:%b %Y}, " if with_day else ""
    began = f"{day}watched at {local:%H:%M}" if is_recorded(summary.source) else f"{day}{local:%H:%M}"
    parts = [
        began,
        f"{clock(summary.seconds)} long",
        source_in_words(summary.source),
        f"{summary.hz:g}\N{NO-BREAK SPACE}Hz" if summary.hz else "every frame",
        counted(summary.observations, "observation"),
    ]
    if summary.interrupted:
        parts.append("interrupted")
    elif summary.ended_at is None:
        parts.append("still running")
    shares = sorted(summary.shares.items(), key=lambda pair: -pair[1])
    return SessionEntry(summary, session_name(summary.title, summary.started_at), local, " · ".join(parts), shares)


def picture_entry(picture: uploads.StoredPicture) -> PictureEntry:
    """A picture as the page shows it, its faces in reading order as on the page Picture, with what a person said of them."""
    faces = []
    # A damaged database may have a box without a size.
    ordered = in_reading_order(picture.faces, lambda face: Box(*face.box[:2], *(max(side, 1) for side in face.box[2:])))
    for face in ordered:
        emoji_file = f"{ord(EMOJI[face.expression]):x}.svg"
        faces.append(FaceEntry(face.id, face_in_words(face), emoji_file, face.verdict.said if face.verdict else None))
    local = picture.at.astimezone(zone())
    saved = " · picture saved" if picture.has_file else ""
    description = f"{local:%H:%M} · {counted(len(picture.faces), 'face')}{saved}"
    return PictureEntry(picture.uuid, picture.name, local, description, picture.has_file, faces)


def face_in_words(face: uploads.StoredPrediction) -> str:
    """What a stored face shows, as in "happy 91 %"; of an unclear one why, and what comes closest."""
    if face.expression != UNCLEAR:
        return f"{face.expression} {sure(face.confidence)}"
    (first, high), (second, low) = sorted(face.scores.items(), key=lambda each: -each[1])[:2]
    is_between = face.reason is None and are_close(np.array(high), np.array(low))
    if is_between:
        return f"{UNCLEAR} ({Doubt.BETWEEN}: {first}, {sure(high)}, and {second}, {sure(low)})"
    return f"{UNCLEAR} ({face.reason or Doubt.UNSURE}; closest: {first}, {sure(face.confidence)})"


def what_stood_out(store: Store, summary: session_queries.SessionSummary) -> "tuple[Insights | None, ReviewEntry | None]":
    """What stood out in a session, and the review of a call; None if there is none, or for more than
    ``MAX_OBSERVATIONS_AT_ONCE``.
    """
    from tracker.exports.from_database import read_session_data
    from tracker.reports.earlier_sessions import read_earlier_sessions
    from tracker.reports.insights import read_insights

    if not 0 < summary.observations <= MAX_OBSERVATIONS_AT_ONCE:
        return None, None
    session = replace(read_session_data(store, summary.id), zone=zone())
    found = read_insights(session, read_earlier_sessions(store, summary.id))
    return found if found.data.readings else None, review_entry(session, found.data)
