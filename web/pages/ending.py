"""The card after Stop: the session that ended last, stored or only in memory, to be renamed, exported, kept or discarded.

After a restart it is the newest session in the store, if that was interrupted.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from flask import Blueprint, Response, request
from msgspec import UNSET
from msgspec.structs import replace as replaced

from tracker.core.errors import UnknownError
from tracker.core.records import JsonObject, ObservationRecord
from tracker.core.session_figures import SessionFigures
from tracker.core.text import clock
from tracker.exports.session_data import Marker, Pause, SessionData
from tracker.store import erase, session_queries
from tracker.store.session_queries import SessionSummary
from web.live.session_recorder import EndedSession
from web.live.socket import LiveSocket
from web.pages.downloads import session_download
from web.pages.history import keep_words, session_name
from web.pages.time_zone import zone
from web.storage import Storage

GONE: Final = "This session is no longer there: it was discarded, or another one has begun."


def ending_blueprint(live: LiveSocket, storage: Storage) -> Blueprint:
    """What the card shows and does. live: the session that runs, or ran last."""
    blueprint = Blueprint("ending", __name__)
    endings = Endings(live, storage)

    @blueprint.get("/api/ending")
    def read() -> JsonObject:
        return {"ending": endings.newest()}

    @blueprint.post("/api/ending/<id:uuid>")
    def rename(uuid: str) -> JsonObject:
        """A form {title}."""
        endings.rename(uuid, request.form.get("title", ""))
        return {"ending": endings.newest()}

    @blueprint.post("/api/ending/<id:uuid>/keep")
    def keep(uuid: str) -> JsonObject:
        """A form {retention}: for as long this session is kept, and all from now on, if the person has not decided yet.

        stored: the sentence below every page.
        """
        endings.keep(uuid, request.form.get("retention"))
        return {"ending": endings.newest(), "stored": storage.sentence}

    @blueprint.delete("/api/ending/<id:uuid>")
    def discard(uuid: str) -> JsonObject:
        endings.discard(uuid)
        return {"ok": True}

    @blueprint.get("/ending/<id:uuid>/file.<form>")
    def file(uuid: str, form: str) -> Response:
        """A session that is only in memory, in one of the formats of an export."""
        return session_download(endings.in_memory(uuid), form)

    return blueprint


class Endings:
    """The session that ended last, wherever it is."""

    def __init__(self, live: LiveSocket, storage: Storage) -> None:
        self._live, self._storage = live, storage

    def newest(self) -> JsonObject | None:
        """What the card shows; None while a session runs, and where there is nothing to show."""
        if self._live.controller.state.active:
            return None
        ended = self._live.recorder.ended
        if ended is None:
            summary = self._interrupted()
            return None if summary is None else stored_card(summary)
        if ended.is_kept:
            self._live.recorder.flush_ended()
            summary = self._stored(ended.began.session)
            return None if summary is None else stored_card(summary)
        figures = self._live.controller.timeline.figures(ended.began.request.hz)
        title = self._live.controller.state.notes.title
        if not figures.observations:
            return None
        return card(ended.began.session, title, ended.began.started_at, figures) | {
            "saved": False,
            "until": "",
            "interrupted": False,
        }

    def rename(self, uuid: str, title: str) -> None:
        """UnknownError if it is another session by now; UsageError for a title that is no line."""
        ended = self._ended(uuid)
        if ended is not None:
            self._live.controller.entitle_ended(title)
        if ended is None or ended.is_kept:
            self._live.recorder.flush_ended()
            self._storage.write(lambda store: session_queries.rename_session(store, uuid, title))

    def keep(self, uuid: str, retention: str | None) -> None:
        """Store it if it is not; a stored one is kept until it is erased, whatever its deadline was.

        retention: what the person decides for all sessions; only heard if nothing was decided before.

        Raises:
            UnknownError: It is another session by now.
            MissingError, StoreError: It cannot be stored.
        """
        ended = self._ended(uuid)
        if ended is None or ended.is_kept:
            self._storage.write(lambda store: session_queries.keep_session(store, uuid))
            return
        if self._storage.retention is None and retention is not None:
            self._storage.set_retention(retention)
        self._live.controller.with_session_so_far(self._live.recorder.keep_ended)
        self._live.recorder.flush_ended()

    def discard(self, uuid: str) -> None:
        """Erase it, in memory and in the store. Raises as ``keep``."""
        ended = self._ended(uuid)
        if ended is None or ended.is_kept:
            self._live.recorder.flush_ended()
            erase.erase_session(self._storage.require(), uuid)
        if ended is not None:
            self._live.recorder.forget_ended()
            self._live.controller.forget()

    def in_memory(self, uuid: str) -> SessionData:
        """The session that ended last, as exports take it; UnknownError if it is another one by now."""
        ended = self._ended(uuid)
        if ended is None:
            raise UnknownError(GONE)
        state, timeline = self._live.controller.state, self._live.controller.timeline

        def rows() -> Iterator[ObservationRecord]:
            return (replaced(each, n=UNSET, took=UNSET, effort=UNSET) for each in timeline.since(0))

        return SessionData(
            id=uuid,
            source=str(ended.began.request.source),
            hz=ended.began.request.hz,
            started_at=ended.began.started_at,
            rows=rows,
            title=state.notes.title,
            ended_at=ended.at,
            model=ended.began.classifier.sha256,
            markers=tuple(Marker(each.t, each.text) for each in state.notes.markers),
            pauses=tuple(Pause(each.begin, each.end, each.why) for each in timeline.pauses),
            recorded=not ended.began.live,
        )

    def _ended(self, uuid: str) -> EndedSession | None:
        """The session that ended last in this process; None for one of an earlier process; UnknownError for any other."""
        ended = self._live.recorder.ended
        state = self._live.controller.state
        if ended is not None and ended.began.session == uuid and not state.active and (ended.is_kept or state.session == uuid):
            return ended
        interrupted = self._interrupted()
        if ended is None and interrupted is not None and interrupted.id == uuid:
            return None
        raise UnknownError(GONE)

    def _interrupted(self) -> SessionSummary | None:
        if self._storage.database is None:
            return None
        with self._storage.reading() as store:
            found = session_queries.list_sessions(store, limit=1)
        return found[0] if found and found[0].interrupted else None

    def _stored(self, uuid: str) -> SessionSummary | None:
        with self._storage.reading() as store:
            try:
                return session_queries.session_detail(store, uuid).summary
            except UnknownError:
                # Erased in History, or empty.
                return None


def stored_card(summary: SessionSummary) -> JsonObject:
    """What the card shows of a stored session."""
    return card(summary.id, summary.title, summary.started_at, summary.figures) | {
        "saved": True,
        "until": keep_words(summary),
        "interrupted": summary.interrupted,
    }


def card(uuid: str, title: str, started_at: datetime, figures: SessionFigures) -> JsonObject:
    """What the card shows of any session, beside its trend."""
    return {
        "session": uuid,
        "title": title,
        "name": session_name(title, started_at),
        "began": f"{started_at.astimezone(zone()):%H:%M}",
        "length": clock(figures.seconds),
        "words": figures.in_words(),
    }
