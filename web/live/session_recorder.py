"""The session that runs, stored while it runs: a recorder that follows the watch, if the person wants it kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, Final

from tracker.config.settings import Retention, Settings
from tracker.core.notes import Mark
from tracker.core.records import ObservationRecord
from tracker.live.timeline import Pause
from tracker.model.provenance import ModelProvenance
from tracker.store.write_batch import SessionBeginning
from web.storage import Storage

if TYPE_CHECKING:
    from tracker.live.controller import Controller
    from tracker.live.worker import SessionRequest
    from tracker.model.protocols import Classifier
    from tracker.store.recorder import Recorder

IN_WORDS: Final[dict[Retention, str]] = {
    "nothing": "not saved",
    "session": "saved until Mien closes",
    "24h": "saved 24 hours",
    "30d": "saved 30 days",
    "forever": "saved for ever",
}
"""The state line's last words."""


class SessionRecorder:
    """changed: called, in any thread, when ``words`` or ``trouble`` are others than before."""

    def __init__(self, storage: Storage, settings: Settings, changed: Callable[[], None]) -> None:
        self._storage, self._settings, self._changed = storage, settings, changed
        self._session: tuple[str, SessionRequest, Classifier, datetime, bool] | None = None
        self._recorder: Recorder | None = None
        self._ending: Recorder | None = None
        self._rows, self._pauses = 0, 0
        self._marks: tuple[Mark, ...] = ()
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
        if recorder is None or retention is None:
            return IN_WORDS["nothing"]
        return "not being saved" if recorder.trouble else IN_WORDS[retention]

    def begin(self, session: str, wanted: "SessionRequest", classifier: "Classifier", at: datetime, *, live: bool) -> None:
        """A session begins, in place of the one before; live: its seconds are not a file's own."""
        with self._lock:
            self.end()
            self._session = session, wanted, classifier, at, live
            self._record()

    def decided(self, watch: "Controller") -> None:
        """The person decided for how long things are kept: also what the session that runs has said so far."""
        with self._lock:
            if not self._storage.keeps:
                self._recorder = None
            elif self._recorder is None and self._session is not None:
                recorder, rows = self._record(), watch.timeline.since(0)
                if recorder is not None and rows and _number(rows[0]) > 1:
                    # What the timeline has forgotten meanwhile cannot be kept any more.
                    recorder.paused(0.0, rows[0].t, "unsaved")
                for row in rows:
                    self.write(row)
                for pause in watch.timeline.pauses:
                    self.pause(pause)
                self.entitle(watch.state.notes.title)
                for mark in watch.state.notes.marks:
                    self.mark(mark)
        self._changed()

    def write(self, row: ObservationRecord) -> None:
        """One observation, numbered in the timeline: each once, whoever brings it."""
        with self._lock:
            if self._recorder is not None and _number(row) > self._rows:
                self._rows = _number(row)
                self._recorder.write(row)

    def pause(self, pause: Pause) -> None:
        """No observations for a while, numbered in the timeline: each once, whoever brings it."""
        with self._lock:
            if self._recorder is None or pause.n <= self._pauses:
                return
            self._pauses = pause.n
            if pause.end is None:
                self._recorder.pause(pause.why, pause.begin)
            else:
                self._recorder.paused(pause.begin, pause.end, pause.why)

    def mark(self, mark: Mark) -> None:
        """A person's note on a moment: each once, whoever brings it."""
        with self._lock:
            if self._recorder is not None and not any(mark is each for each in self._marks):
                self._marks += (mark,)
                self._recorder.mark(mark.text, mark.t, mark.at)

    def entitle(self, title: str) -> None:
        """What the person calls the session."""
        with self._lock:
            if self._recorder is not None:
                self._recorder.entitle(title)

    def end(self) -> None:
        """The session is over; what waits is still stored."""
        with self._lock:
            if self._recorder is not None:
                self._recorder.end()
                self._ending = self._recorder
            self._recorder = self._session = None

    def close(self) -> None:
        """``end``, and wait until it is stored."""
        self.end()
        if self._ending is not None:
            self._ending.close()

    def _record(self) -> "Recorder | None":
        from tracker.store.recorder import Recorder

        retention = self._storage.retention
        if not self._storage.keeps or retention is None or self._session is None:
            return None
        session, wanted, classifier, at, live = self._session
        settings = replace(self._settings, source=wanted.source, hz=wanted.hz, faces=wanted.faces)
        judge = ModelProvenance.of(classifier)
        beginning = SessionBeginning.of(session, settings, judge, at, live=live, retention=retention)
        self._rows, self._pauses, self._marks = 0, 0, ()
        self._recorder = Recorder(self._storage.require(), beginning, lambda _: self._changed())
        return self._recorder


def _number(record: ObservationRecord) -> int:
    return record.n if isinstance(record.n, int) else 0
