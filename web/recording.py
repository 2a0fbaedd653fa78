"""The session that runs, stored while it runs: a recorder that follows the watch, if the person wants it kept."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, Final

from tracker.notes import Mark, Notes
from tracker.rows import Row
from tracker.store.intake import Beginning
from tracker.store.pictures import Judge
from tracker.store.retention import Retention
from web.keeping import Keeping

if TYPE_CHECKING:
    from tracker.analyzer import Classifier
    from tracker.run import Wanted
    from tracker.store.recorder import Recorder

IN_WORDS: Final[dict[Retention, str]] = {
    "nothing": "not saved",
    "session": "saved until Mien closes",
    "24h": "saved 24 hours",
    "30d": "saved 30 days",
    "forever": "saved for ever",
}
"""The state line's last words."""


class Recording:
    """changed: called, in any thread, when ``words`` or ``trouble`` are others than before."""

    def __init__(self, keeping: Keeping, smoothing: float, changed: Callable[[], None]) -> None:
        self._keeping, self._smoothing, self._changed = keeping, smoothing, changed
        self._session: tuple[str, Wanted, Classifier, datetime] | None = None
        self._recorder: Recorder | None = None
        self._ending: Recorder | None = None
        self._written = 0
        self._writing = RLock()

    @property
    def trouble(self) -> str | None:
        """Why what should be saved is not, as a sentence."""
        return self._recorder.trouble if self._recorder else None

    @property
    def words(self) -> str:
        """Whether the session is being saved, and for how long."""
        if self._recorder is None or self._keeping.retention is None:
            return IN_WORDS["nothing"]
        return "not being saved" if self.trouble else IN_WORDS[self._keeping.retention]

    def begin(self, session: str, wanted: "Wanted", classifier: "Classifier", at: datetime) -> None:
        """A session begins, in place of the one before."""
        self.end()
        self._session = session, wanted, classifier, at
        self._record()

    def decided(self, rows: Callable[[], Sequence[Row]], notes: Notes) -> None:
        """The person decided for how long things are kept: also the rows and notes that this session has already."""
        with self._writing:
            if not self._keeping.keeps:
                self._recorder = None
            elif self._recorder is None and self._session is not None:
                self._record()
                for row in rows():
                    self.write(row)
                self.entitle(notes.title)
                for mark in notes.marks:
                    self.mark(mark)
        self._changed()

    def write(self, row: Row) -> None:
        """One observation, numbered in the timeline: each once, whoever brings it."""
        with self._writing:
            if self._recorder is not None and row["n"] > self._written:
                self._written = row["n"]
                self._recorder.write(row)

    def mark(self, mark: Mark) -> None:
        """A person's note on a moment."""
        if self._recorder is not None:
            self._recorder.mark(mark.text, mark.t, mark.at)

    def entitle(self, title: str) -> None:
        """What the person calls the session."""
        if self._recorder is not None:
            self._recorder.entitle(title)

    def pause(self, kind: str) -> None:
        """No observations for a while: the state's kind, paused or lost."""
        if self._recorder is not None:
            self._recorder.pause("lost" if kind == "lost" else "paused")

    def end(self) -> None:
        """The session is over; what waits is still stored."""
        if self._recorder is not None:
            self._recorder.end()
            self._ending = self._recorder
        self._recorder = self._session = None

    def close(self) -> None:
        """``end``, and wait until it is stored."""
        self.end()
        if self._ending is not None:
            self._ending.close()

    def _record(self) -> None:
        from tracker.store.recorder import Recorder

        retention = self._keeping.retention
        if not self._keeping.keeps or retention is None or self._session is None:
            return
        session, wanted, classifier, at = self._session
        beginning = Beginning(
            uuid=session,
            source=wanted.source,
            hz=wanted.hz,
            faces=wanted.faces,
            smoothing=self._smoothing,
            judge=Judge.of(classifier),
            started_at=at,
            retention=retention,
        )
        self._written = 0
        self._recorder = Recorder(self._keeping.require(), beginning, lambda _: self._changed())
