"""What a person starts, pauses and stops: one run at a time, its state in words, and its timeline."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock, Timer
from typing import Any, Final, Literal, Protocol

from tracker.core.clock import Clock, start_clock
from tracker.core.errors import UsageError
from tracker.core.face import Observation
from tracker.core.frame import Frame, now
from tracker.core.geometry import Box
from tracker.core.notes import NOTHING_SAID, Mark, Notes, line
from tracker.core.records import Load, ObservationRecord, timestamp
from tracker.live.session import Session
from tracker.live.timeline import Timeline
from tracker.live.worker import BROWSER, SessionRequest, SessionWorker, WorkerStatus
from tracker.vision.analyzer import Analyzer

__all__ = ["BROWSER", "IDLE", "Controller", "Listener", "LiveState", "SessionRequest"]

Kind = Literal["idle", "starting", "paused"] | WorkerStatus


@dataclass(frozen=True, slots=True)
class LiveState:
    """What goes on, true at any time.

    message: a sentence for the person, or empty. started_at: when it was asked for, from its first moment on the wall clock at
    t = 0. recorded: t is a file's own time, which no clock tells. because: why it is paused. puzzled: somebody
    stays in view who may be the person at this machine, and is not followed.
    """

    kind: Kind
    message: str = ""
    session: str | None = None
    wanted: SessionRequest | None = None
    started_at: datetime | None = None
    recorded: bool = False
    because: str = ""
    notes: Notes = NOTHING_SAID
    puzzled: bool = False

    @property
    def active(self) -> bool:
        """Whether there is something to pause or stop."""
        return self.kind in ("starting", "watching", "paused", "lost")

    def as_dict(self) -> dict[str, Any]:
        """As JSON for the page."""
        wanted = self.wanted
        return {
            "kind": self.kind,
            "message": self.message,
            "session": self.session,
            "source": wanted and wanted.source,
            "hz": wanted and wanted.hz,
            "faces": wanted and wanted.faces,
            "motion": wanted and wanted.motion,
            "hand_on": wanted and wanted.hand_on,
            "release": wanted and wanted.release,
            "started_at": self.started_at and timestamp(self.started_at),
            "recorded": self.recorded,
            "paused_because": self.because,
            "puzzled": self.puzzled,
            **self.notes.as_dict(),
        }


IDLE: Final = LiveState("idle")
GLANCE: Final = 15.0
"""Seconds between two looks at a session's limit."""
STILL_HANDED_ON: Final = (
    "Nothing is watched, but the camera stays open: its picture is still handed on, so that the call goes on."
)


class Listener(Protocol):
    """Who is told what happens, mostly in the worker thread: be quick, and do not call the watch back."""

    def began(self, session: Session, wanted: SessionRequest, at: datetime) -> None:
        """A session that is about to observe; its state follows. at: the wall clock at t = 0."""

    def state_changed(self, state: LiveState) -> None: ...

    def seen(self, frame: Frame) -> None:
        """Every frame that came, also between two observations: for a preview that moves."""

    def observed(self, frame: Frame, record: ObservationRecord) -> None:
        """A recorded observation, with its running number ``n``."""


class Controller:
    """At most one run at a time; its methods may be called from any thread and return at once."""

    def __init__(
        self,
        open_analyzer: Callable[[], AbstractContextManager[Analyzer]],
        listener: Listener,
        *,
        smoothing: float = 1.0,
    ) -> None:
        self._open_analyzer, self._listener, self._smoothing = open_analyzer, listener, smoothing
        self._lock = RLock()
        self._run: SessionWorker | None = None
        self._session: Session | None = None
        self._alarm: Timer | None = None
        self._clock: Clock = start_clock()
        self._expired = False
        self.state = IDLE
        self.timeline = Timeline()
        self.newest: Observation | None = None

    def start(self, wanted: SessionRequest) -> None:
        """Begin a session; one that still runs is stopped first."""
        with self._lock:
            before = self._run
            if before is not None:
                before.stop()
            self.timeline, self.newest, self._expired, self._session = Timeline(), None, False, None
            self._run = SessionWorker(wanted, self._open_analyzer, self._smoothing, self, after=before)
            self._clock = start_clock()
            self._become(LiveState("starting", wanted=wanted, started_at=now()))
            self._set_alarm(self._run)
            self._run.start()

    def pause(self, because: str = "") -> None:
        """Let go of the camera unless it is handed on, keep the session. UsageError when nothing runs."""
        because = line(because, "A reason")
        with self._lock:
            run = self._active_run("pause")
            run.pause()
            self.timeline.pause("paused")
            message = "" if run.wanted.hand_on is None else STILL_HANDED_ON
            self._become(replace(self.state, kind="paused", message=message, because=because, puzzled=False))

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            run = self._active_run("go on with")
            if self.state.kind == "paused":
                self._become(replace(self.state, kind="starting", message="", because=""))
                run.resume()

    def mark(self, text: str, n: int | None = None) -> Mark:
        """A note on the moment of row ``n``, else on the newest; UsageError before the first one, and for no text."""
        text = line(text, "A mark")
        if not text:
            raise UsageError("A mark needs a word or two: what happens at this moment?")
        with self._lock:
            self._active_run("mark")
            record = self.timeline.at(n)
            if record is None:
                raise UsageError("There is nothing to mark yet: the session has seen nothing so far.")
            mark = Mark(record.t, record.at, text)
            self._become(replace(self.state, notes=self.state.notes.marked(mark)))
        return mark

    def entitle(self, title: str) -> str:
        """What the person calls the session, on one line, which is returned."""
        with self._lock:
            self._active_run("name")
            self._become(replace(self.state, notes=self.state.notes.entitled(title)))
            return self.state.notes.title

    def limit(self, minutes: float | None) -> None:
        """End the session so many minutes after its start, or not by itself."""
        with self._lock:
            run = self._active_run("limit")
            self._become(replace(self.state, notes=self.state.notes.limited(minutes)))
            self._set_alarm(run)

    def everybody_in_view(self) -> tuple[Box, ...]:
        """Where the faces are that the session sees, followed or not, the own one first; none is classified for it."""
        session = self._watched()
        session.show_everybody()
        return tuple(box.scaled(session.scale) for box in session.in_view)

    def claim(self, x: float, y: float) -> None:
        """The face at a point (pixels of the source) is the person's own, and followed from now on."""
        session = self._watched()
        if self.state.wanted is not None and self.state.wanted.faces != "own":
            raise UsageError("Everybody is followed here. Start with 'my own face' to follow one.")
        found = [box for box in session.in_view if box.scaled(session.scale).around(x, y)]
        if not found:
            raise UsageError("There is no face at this place any more. Choose one that is there.")
        session.claim(min(found, key=lambda box: box.area))

    def _watched(self) -> Session:
        with self._lock:
            self._active_run("look at")
            if self._session is None or self.state.kind != "watching":
                raise UsageError("Nothing is being watched just now. Press Resume first.")
            return self._session

    def _set_alarm(self, run: SessionWorker) -> None:
        """In place of the one before; a session that is past its limit ends at once.

        By the session's own clock, whatever is done to the wall clock; looked at often, for a timer sleeps with the machine.
        """
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        limit = self.state.notes.limit
        if limit is not None and self.state.active:
            left = 60 * limit - self._clock()
            self._alarm = Timer(min(max(0.0, left), GLANCE), self._look_at_limit, [run])
            self._alarm.daemon = True
            self._alarm.start()

    def _look_at_limit(self, run: SessionWorker) -> None:
        with self._lock:
            limit = self.state.notes.limit
            if run is not self._run or not self.state.active or limit is None:
                return
            if self._clock() < 60 * limit:
                self._set_alarm(run)
                return
            self._expired = True
            run.stop()

    def stop(self) -> None:
        """End the session; its timeline stays until the next one starts."""
        with self._lock:
            self._active_run("stop").stop()

    def push(self, jpeg: bytes) -> None:
        """A frame for the source ``browser``."""
        run = self._run
        if run is not None:
            run.push(jpeg)

    def close(self, seconds: float = 5.0) -> None:
        """End whatever runs and wait for it."""
        with self._lock:
            run = self._run
        if run is not None:
            run.stop()
            run.join(seconds)

    def _active_run(self, verb: str) -> SessionWorker:
        if self._run is None or not self.state.active:
            raise UsageError(f"There is nothing to {verb}: no session is running.")
        return self._run

    def _become(self, state: LiveState) -> None:
        if state != self.state:
            self.state = state
            self._listener.state_changed(state)

    def began(self, run: SessionWorker, session: Session, clock: Clock, *, live: bool) -> None:
        """The run's session has an id, and its clock stands at 0."""
        with self._lock:
            if run is self._run:
                self._session = session
                self._clock, at = clock, now()
                self.state = replace(self.state, started_at=at, recorded=not live)
                self._listener.began(session, run.wanted, at)
                self._become(replace(self.state, session=session.id))

    def happened(self, run: SessionWorker, what: WorkerStatus, message: str = "") -> None:
        """A run's news; those of one that was replaced, or of a last frame before a pause, change nothing."""
        with self._lock:
            late = self.state.kind == "paused" and what in ("watching", "lost")
            if run is self._run and not late:
                if what == "lost":
                    self.timeline.pause("lost")
                if what == "stopped" and self._expired:
                    message = f"It ended at its limit of {self.state.notes.limit:g} minutes."
                puzzled = self.state.puzzled and what == "watching"
                self._become(replace(self.state, kind=what, message=message, because="", puzzled=puzzled))
                if not self.state.active:
                    self._set_alarm(run)

    def seen(self, run: SessionWorker, frame: Frame) -> None:
        """A frame of the run."""
        if run is self._run:
            self._listener.seen(frame)

    def observed(self, run: SessionWorker, frame: Frame, observation: Observation, effort: Load | None) -> None:
        """An observation of the run, unless it was paused or replaced meanwhile."""
        with self._lock:
            if run is not self._run or self.state.kind == "paused" or self.state.session is None:
                return
            record = ObservationRecord.of(observation, self.state.session, run.wanted.source, effort=effort)
            numbered = self.timeline.append(record)
            self.newest = observation
            self._become(replace(self.state, puzzled=self._session is not None and self._session.puzzled))
        self._listener.observed(frame, numbered)
