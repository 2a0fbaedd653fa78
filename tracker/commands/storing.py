"""Storing a session that runs without a screen, where a database was named."""

from typing import TYPE_CHECKING, Protocol, Self

from tracker.config.settings import Settings

if TYPE_CHECKING:
    from tracker.consent.audit import AuditedRun
    from tracker.core.notes import Marker
    from tracker.core.records import ObservationRecord
    from tracker.live.session import Session
    from tracker.store.database import Database
    from tracker.store.recorder import Recorder
    from tracker.vision.analyzer import Analyzer


class Tell(Protocol):
    """Takes a sentence for the person."""

    def __call__(self, sentence: str) -> None: ...


class HeadlessStorage:
    """Nothing without ``--db``, and with the retention ``nothing``; a context manager.

    say: told of trouble while it runs. fail: told in the end if not everything could be stored.
    """

    def __init__(self, settings: Settings, say: Tell, fail: Tell) -> None:
        self._settings, self._say, self._fail = settings, say, fail
        self._database: Database | None = None
        self._recorder: Recorder | None = None
        self._audit: AuditedRun | None = None

    def __enter__(self) -> Self:
        """StoreError when the database cannot be opened: better now than after a day."""
        if self._settings.db is not None and self._settings.retention != "nothing":
            from tracker.store.database import Database

            self._database = Database(self._settings.db).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is not None:
            self._database.give_up_soon()
        if self._audit is not None:
            from tracker.core.frame import now

            self._audit.end(now())
        if self._recorder is not None:
            self._recorder.end()
            if not self._recorder.close():
                self._fail(self._recorder.trouble or "The end of the session is not stored.")
            elif self._recorder.dropped:
                self._fail(f"{self._recorder.dropped:,} observations are not stored: the database was away for too long.")
        if self._database is not None:
            self._database.__exit__()

    def begin(self, session: "Session", analyzer: "Analyzer", *, live: bool) -> None:
        """The session's id and the model's name are known, its clock stands at 0; live: its seconds are not a file's own."""
        if self._database is None:
            return
        from tracker.consent.audit import AuditedRun
        from tracker.core.frame import now
        from tracker.model.provenance import ModelProvenance
        from tracker.store.recorder import Recorder
        from tracker.store.write_batch import SessionBeginning

        settings, judge = self._settings, ModelProvenance.of(analyzer.classifier)
        beginning = SessionBeginning.of(session.id, settings, judge, now(), live=live, retention=settings.retention)
        self._audit = AuditedRun.begin(
            self._database,
            session.id,
            faces=settings.faces,
            mode=settings.mode,
            source=settings.source,
            live=live,
            at=beginning.started_at,
        )
        saved_again = "The session is being saved again, with what was said meanwhile."
        self._recorder = Recorder(self._database, beginning, lambda trouble: self._say(trouble or saved_again))

    def write(self, record: "ObservationRecord") -> None:
        """Store an observation."""
        if self._recorder is not None:
            self._recorder.write(record)

    def mark(self, marker: "Marker") -> None:
        """Store a note on a moment."""
        if self._recorder is not None:
            self._recorder.mark(marker.text, marker.t, marker.at)

    def lost(self) -> None:
        """The source gave out, and is waited for."""
        if self._recorder is not None:
            self._recorder.pause("lost")
