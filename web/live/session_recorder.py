"""The session that runs, stored while it runs, if the person wants it kept: the one owner of its recorder."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, Final

from tracker.config.settings import Retention, Settings
from tracker.core.errors import StoreError
from tracker.core.frame import now
from tracker.live.events import Event, MarkerMade, ObservationMade, PauseBegan, SessionBegan, SessionEnded, TitleChanged
from tracker.model.provenance import ModelProvenance
from tracker.store.write_batch import SessionBeginning
from web.storage import Storage

if TYPE_CHECKING:
    from tracker.consent.audit import AuditedRun
    from tracker.live.controller import SessionSoFar
    from tracker.store.recorder import Recorder

SAVING_WORDS: Final[dict[Retention, str]] = {
    "nothing": "not saved",
    "session": "saved until Mien closes",
    "24h": "saved 24 hours",
    "30d": "saved 30 days",
    "forever": "saved for ever",
}
"""The state line's last words."""
PRACTICE_WORDS: Final = "practice, nothing is saved"


@dataclass(frozen=True, slots=True)
class EndedSession:
    """The session that ended last. at: when. is_kept: whether it is stored."""

    began: SessionBegan
    at: datetime
    is_kept: bool


class SessionRecorder:
    """Stores what the events of a session tell, from its beginning on, or from when the person decided so; never practice."""

    def __init__(self, storage: Storage, settings: Settings, changed: Callable[[], None]) -> None:
        """Ready for a session.

        Args:
            storage: Where sessions are stored, and for how long the person wants them kept.
            settings: Of which the smoothing holds for every session.
            changed: Called, in any thread, when ``words`` or ``trouble`` are others than before.
        """
        self._storage, self._settings, self._changed = storage, settings, changed
        self._session: SessionBegan | None = None
        self._practises = False
        self._recorder: Recorder | None = None
        self._ending: Recorder | None = None
        self._audit: AuditedRun | None = None
        self.ended: EndedSession | None = None
        self._lock = RLock()

    @property
    def trouble(self) -> str | None:
        """Why what should be saved is not, as a sentence."""
        recorder = self._recorder
        return recorder.trouble if recorder else None

    @property
    def words(self) -> str:
        """Whether the session is being saved, and for how long."""
        recorder, retention = self._recorder, self._storage.retention
        if self._practises:
            return PRACTICE_WORDS
        if recorder is None or retention is None:
            return SAVING_WORDS["nothing"]
        return "not being saved" if recorder.trouble else SAVING_WORDS[retention]

    def consume(self, event: Event) -> None:
        """Put what is to be stored into the recorder's queue; a session that begins ends the one before."""
        with self._lock:
            match event:
                case SessionBegan():
                    self._end()
                    self._practises = event.request.practice
                    self._session = None if self._practises else event
                    self.ended = None
                    self._recorder = self._new_recorder()
                case SessionEnded():
                    self._end()
                case _ if self._recorder is None:
                    pass
                case ObservationMade(record=record):
                    self._recorder.write(record)
                case PauseBegan(pause=pause):
                    self._recorder.pause(pause.why, pause.begin)
                case MarkerMade(marker=marker):
                    self._recorder.mark(marker.text, marker.t, marker.at)
                case TitleChanged(title=title):
                    self._recorder.entitle(title)

    def retention_decided(self, so_far: "SessionSoFar") -> None:
        """The person decided for how long things are kept: also what the session that runs has said so far.

        Called under the controller's lock, so that no event comes between that and what follows.
        """
        with self._lock:
            if not self._storage.is_persistent:
                self._recorder = None
            elif self._recorder is None:
                self._recorder = self._new_recorder()
                if self._recorder is not None:
                    _write(self._recorder, so_far)
        self._changed()

    def keep_ended(self, so_far: "SessionSoFar") -> None:
        """Store the session that ended last though it was not recorded: as long as sessions are kept, else until it is erased.

        Called under the controller's lock. Raises MissingError without a database.
        """
        with self._lock:
            ended = self.ended
            if ended is None or ended.is_kept:
                return
            self._storage.require()
            retention = self._storage.retention if self._storage.is_persistent else None
            self._ending = self._recorder_of(ended.began, retention or "forever")
            _write(self._ending, so_far)
            self._ending.end(ended.at)
            self._end_audit(ended.at)
            self.ended = replace(ended, is_kept=True)

    def forget_ended(self) -> None:
        """Nobody asks for the session that ended last any more."""
        with self._lock:
            self.ended = None

    def flush_ended(self) -> None:
        """Wait until the session that ended last is stored; StoreError with the reason if it cannot be."""
        ending = self._ending
        if ending is not None and not ending.flush() and ending.trouble:
            raise StoreError(ending.trouble)

    def close(self) -> None:
        """End the session, and wait until it is stored."""
        with self._lock:
            self._end()
        if self._ending is not None:
            self._ending.close()

    def _end(self) -> None:
        """What waits is still stored."""
        if self._session is not None:
            self.ended = EndedSession(self._session, now(), is_kept=self._recorder is not None)
        if self._recorder is not None:
            self._recorder.end()
            self._ending = self._recorder
        self._end_audit(now())
        self._recorder = self._session = None
        self._practises = False

    def _end_audit(self, at: datetime) -> None:
        if self._audit is not None:
            self._audit.end(at)
        self._audit = None

    def _new_recorder(self) -> "Recorder | None":
        session, retention = self._session, self._storage.retention
        if not self._storage.is_persistent or retention is None or session is None:
            return None
        return self._recorder_of(session, retention)

    def _recorder_of(self, session: SessionBegan, retention: Retention) -> "Recorder":
        from tracker.consent.audit import AuditedRun
        from tracker.store.recorder import Recorder

        request, judge = session.request, ModelProvenance.of(session.classifier)
        settings = replace(self._settings, source=request.source, hz=request.hz, faces=request.faces)
        beginning = SessionBeginning.of(
            session.session, settings, judge, session.started_at, live=session.live, retention=retention
        )
        if not request.is_call:
            # That of a call is written by its page, whether the session is stored or not.
            self._audit = AuditedRun.begin(
                self._storage.require(),
                session.session,
                faces=request.faces,
                mode=request.mode,
                source=request.source,
                live=session.live,
                at=session.started_at,
            )
        return Recorder(self._storage.require(), beginning, lambda _: self._changed())


def _write(recorder: "Recorder", so_far: "SessionSoFar") -> None:
    """All that is still in memory; what the timeline has forgotten cannot be kept any more, and is told as a gap."""
    records = so_far.records
    if records and isinstance(records[0].n, int) and records[0].n > 1:
        recorder.paused(0.0, records[0].t, "unsaved")
    for record in records:
        recorder.write(record)
    for pause in so_far.pauses:
        if pause.end is None:
            recorder.pause(pause.why, pause.begin)
        else:
            recorder.paused(pause.begin, pause.end, pause.why)
    recorder.entitle(so_far.notes.title)
    for marker in so_far.notes.markers:
        recorder.mark(marker.text, marker.t, marker.at)
