"""The page History: what was kept, read back, renamed, taken away as a file, and erased."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from math import ceil
from pathlib import PurePath
from typing import Any, Final

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError
from tracker.core.records import timestamp
from tracker.core.text import clock, counted, sure
from tracker.core.vocabulary import EMOJI, UNCLEAR
from tracker.store import session_queries, uploads
from tracker.store.find_session import find_session
from tracker.store.partial_erase import ERASED_PAUSE
from tracker.store.source_label import is_recorded, source_name
from tracker.store.timeline_query import query_timeline
from web.pages.calendar import ENTRIES_PER_PAGE, calendar, calendar_start, day_anchor, day_in_words
from web.pages.insights import what_stood_out
from web.pages.time_zone import zone
from web.request_values import real_number, whole_number
from web.storage import LARGEST_ID, Storage

POINTS_RANGE: Final = (1, 5000)
"""From here on a share would be rounded to 100 %."""
JPEG_START: Final = b"\xff\xd8"
FIELDS_NOT_IN_BRIEF: Final = ("scores", "smooth", "reason", "motion")
"""What a ribbon alone has no use for."""


def history_blueprint(storage: Storage) -> Blueprint:
    """The pages, and the pixels on them."""
    blueprint = Blueprint("history", __name__)

    @blueprint.get("/history")
    def sessions_page() -> str:
        skip = skip_parameter()
        with storage.reading() as store:
            entries = [
                session_entry(each) for each in session_queries.list_sessions(store, limit=ENTRIES_PER_PAGE + 1, offset=skip)
            ]
            strip = [] if skip else calendar(session_queries.watched_since(store, calendar_start()))
        return render_template(
            "history.html", days=by_day(entries[:ENTRIES_PER_PAGE]), calendar=strip, **page_links(entries, skip)
        )

    @blueprint.get("/history/pictures")
    def pictures_page() -> str:
        skip = skip_parameter()
        with storage.reading() as store:
            entries = [picture_entry(each) for each in uploads.list_pictures(store, limit=ENTRIES_PER_PAGE + 1, offset=skip)]
        return render_template(
            "history.html", days=by_day(entries[:ENTRIES_PER_PAGE]), uploads_shown=True, **page_links(entries, skip)
        )

    @blueprint.get("/history/<id:uuid>")
    def session_page(uuid: str) -> str:
        with storage.reading() as store:
            detail = session_queries.session_detail(store, uuid)
            told = session_entry(detail.summary) | notes_on(detail)
            stood_out = what_stood_out(store, detail.summary.id, detail.summary.observations)
        return render_template("session.html", session=told, stood_out=stood_out)

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
    """What the pages ask."""
    blueprint = Blueprint("history_api", __name__)

    @blueprint.get("/api/sessions/<id:uuid>/timeline")
    def timeline(uuid: str) -> dict[str, Any]:
        """The stretch from ``from`` to ``to`` in at most ``points_parameter`` observations; ``brief`` leaves the scores out."""
        with storage.reading() as store:
            stretch = query_timeline(
                store, uuid, seconds_parameter("from"), seconds_parameter("to"), points=points_parameter()
            ).as_dict()
        if "brief" in request.args:
            for name in FIELDS_NOT_IN_BRIEF:
                del stretch["readings"][name]
        return stretch

    @blueprint.post("/api/sessions/<id:uuid>")
    def change(uuid: str) -> dict[str, Any]:
        """A form {title, notes}: what a person calls it and writes of it."""
        title, notes = request.form.get("title", ""), request.form.get("notes", "")

        def work(store: Store) -> dict[str, Any]:
            session_queries.rename_session(store, uuid, title)
            session_queries.set_notes(store, uuid, notes)
            found = find_session(store, uuid)
            return {"name": session_name(found.title, found.started_at)}

        return storage.written(work)

    return blueprint


def image_response(data: bytes | None, kind: str) -> Response:
    """Pixels that were saved; UnknownError where none were."""
    if data is None:
        raise UnknownError("There is no such picture: it was erased, or never saved.")
    return Response(data, mimetype=kind, headers={"Cache-Control": "no-store"})


def seconds_parameter(name: str) -> float | None:
    """A number of the address, if it is there."""
    given = request.args.get(name)
    return None if given is None else real_number(given, f"{name} is a number of seconds")


def points_parameter() -> int:
    """How many observations the page has room for."""
    least, most = POINTS_RANGE
    return int(max(least, min(most, seconds_parameter("points") or most)))


def session_name(title: str, started_at: datetime) -> str:
    """What a session is called: its title, else when it was."""
    return title or f"Session at {started_at.astimezone(zone()):%H:%M}"


def session_entry(summary: session_queries.SessionSummary) -> dict[str, Any]:
    """A session as the pages show it."""
    local = summary.started_at.astimezone(zone())
    # The clock tells when a recording was looked at, and nothing of what it shows.
    watched = "watched at " if is_recorded(summary.source) else ""
    parts = [
        f"{watched}{local:%H:%M}", f"{clock(summary.seconds)} long", source_in_words(summary.source),
        f"{summary.hz:g} Hz" if summary.hz else "every frame",
        counted(summary.observations, "observation"),
        *(["interrupted"] if summary.interrupted else []), *(["still running"] if is_running(summary) else []),
    ]  # fmt: skip
    shares = sorted(summary.shares.items(), key=lambda pair: -pair[1])
    plain = summary.as_dict() | {"uuid": summary.id, "name": session_name(summary.title, summary.started_at), "local": local}
    plain |= {"figures": summary.figures.as_dict()}
    return plain | {"words": " · ".join(parts), "shares": shares, "shares_in_words": summary.figures.in_words()}


def source_in_words(source: str) -> str:
    """Where the frames came from, short."""
    known = {"fake": "the demo", "fake:meeting": "the demo", "browser": "the browser's camera"}
    if is_recorded(source):
        return f"recording {PurePath(source_name(source)).name}"
    return known.get(source) or (f"camera {source}" if source.isdigit() else PurePath(source).name or source)


def is_running(summary: session_queries.SessionSummary) -> bool:
    """Whether nobody has ended it yet."""
    return summary.ended_at is None and not summary.interrupted


def notes_on(detail: session_queries.SessionDetail) -> dict[str, Any]:
    """When it began, its markers, and from when to when it was erased, as in: 10:15:02 to 10:16:00.

    Of a recording began is None, and all is told by its own time: 0:50 to 1:48.
    """
    began = None if is_recorded(detail.summary.source) else detail.summary.started_at

    def told(seconds: float) -> str:
        return clock(seconds) if began is None else f"{(began + timedelta(seconds=seconds)).astimezone(zone()):%H:%M:%S}"

    erased = [f"{told(each.began_t)} to {told(ceil(each.ended_t or 0))}" for each in detail.pauses if each.why == ERASED_PAUSE]
    markers = [{"t": each.t, "told": told(each.t), "text": each.text} for each in detail.markers]
    return {"began": began and timestamp(began), "markers": markers, "erased": erased}


def picture_entry(picture: uploads.StoredPicture) -> dict[str, Any]:
    """An upload as the page shows it."""
    local = picture.at.astimezone(zone())
    words = f"{local:%H:%M} · {counted(len(picture.faces), 'face')}" + (" · picture saved" if picture.has_file else "")
    faces = [face_entry(face) for face in picture.faces]
    entry = {"uuid": picture.uuid, "name": picture.name, "local": local, "words": words, "has_picture": picture.has_file}
    return entry | {"faces": faces}


def face_entry(face: uploads.StoredPrediction) -> dict[str, Any]:
    """A face of an upload as the page shows it: what was said, and what a person said of that."""
    best = max(face.scores, key=face.scores.__getitem__)
    named = f"{UNCLEAR}, perhaps {best}" if face.expression == UNCLEAR else face.expression
    words = f"{named}, {sure(face.confidence)} sure"
    said = f"{words} · you said: {face.verdict.said}" if face.verdict else words
    file = f"{ord(EMOJI[face.expression]):x}.svg"
    return {"id": face.id, "words": said, "emoji_file": file, "crop": face.verdict is not None}


def by_day(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries, newest first, under the day they belong to."""
    day_of: Callable[[dict[str, Any]], date] = lambda entry: entry["local"].date()  # noqa: E731 - a key
    days = ((day, list(group)) for day, group in groupby(entries, key=day_of))
    return [{"anchor": day_anchor(day), "words": day_in_words(day), "entries": group} for day, group in days]


def skip_parameter() -> int:
    """How many entries the address passes over: those on the pages before."""
    return whole_number(request.args.get("skip", "0"), "skip is how many entries are passed over", LARGEST_ID)


def page_links(entries: Sequence[Any], skip: int) -> dict[str, int | None]:
    """How many are passed over on the pages of newer and older entries; None where there is no such page."""
    return {
        "newer": max(0, skip - ENTRIES_PER_PAGE) if skip else None,
        "older": skip + ENTRIES_PER_PAGE if len(entries) > ENTRIES_PER_PAGE else None,
    }
