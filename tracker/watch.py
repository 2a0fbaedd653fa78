"""What a person starts, pauses and stops: one run at a time, its state in words, and its timeline."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import RLock
from typing import Any, Final, Literal, Protocol

from tracker.analyzer import Analyzer
from tracker.errors import UsageError
from tracker.face import Observation
from tracker.frame import Frame, now
from tracker.rows import Row, observation_row, timestamp
from tracker.run import BROWSER, Happening, Run, Wanted
from tracker.session import Session
from tracker.timeline import Timeline

__all__ = ["BROWSER", "IDLE", "Listener", "Wanted", "Watch", "WatchState"]

Kind = Literal["idle", "starting", "paused"] | Happening


@dataclass(frozen=True, slots=True)
class WatchState:
    """What goes on, true at any time; ``message`` is a sentence for the person, or empty."""

    kind: Kind
    message: str = ""
    session: str | None = None
    wanted: Wanted | None = None
    started_at: datetime | None = None

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
            "started_at": self.started_at and timestamp(self.started_at),
        }


IDLE: Final = WatchState("idle")


class Listener(Protocol):
    """Who is told what happens, mostly in the worker thread: be quick, and do not call the watch back."""

    def began(self, session: Session, wanted: Wanted, at: datetime) -> None:
        """A session that is about to observe; its state follows."""

    def state_changed(self, state: WatchState) -> None: ...

    def seen(self, frame: Frame) -> None:
        """Every frame that came, also between two observations: for a preview that moves."""

    def observed(self, frame: Frame, row: Row) -> None:
        """A recorded observation, as ``rows.observation_row`` has it, with its running number ``n``."""


class Watch:
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
        self._run: Run | None = None
        self.state = IDLE
        self.timeline = Timeline()
        self.newest: Observation | None = None

    def start(self, wanted: Wanted) -> None:
        """Begin a session; one that still runs is stopped first."""
        with self._lock:
            before = self._run
            if before is not None:
                before.stop()
            self.timeline, self.newest = Timeline(), None
            self._run = Run(wanted, self._open_analyzer, self._smoothing, self, after=before)
            self._become(WatchState("starting", wanted=wanted, started_at=now()))
            self._run.start()

    def pause(self) -> None:
        """Let go of the camera, keep the session. UsageError when nothing runs."""
        with self._lock:
            self._active_run("pause").pause()
            self._become(replace(self.state, kind="paused", message=""))

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            run = self._active_run("go on with")
            if self.state.kind == "paused":
                self._become(replace(self.state, kind="starting", message=""))
                run.resume()

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

    def _active_run(self, verb: str) -> Run:
        if self._run is None or not self.state.active:
            raise UsageError(f"There is nothing to {verb}: no session is running.")
        return self._run

    def _become(self, state: WatchState) -> None:
        if state != self.state:
            self.state = state
            self._listener.state_changed(state)

    def began(self, run: Run, session: Session) -> None:
        """The run's session has an id."""
        with self._lock:
            if run is self._run:
                self._listener.began(session, run.wanted, self.state.started_at or now())
                self._become(replace(self.state, session=session.id))

    def happened(self, run: Run, what: Happening, message: str = "") -> None:
        """A run's news; those of one that was replaced, or of a last frame before a pause, change nothing."""
        with self._lock:
            late = self.state.kind == "paused" and what in ("watching", "lost")
            if run is self._run and not late:
                self._become(replace(self.state, kind=what, message=message))

    def seen(self, run: Run, frame: Frame) -> None:
        """A frame of the run."""
        if run is self._run:
            self._listener.seen(frame)

    def observed(self, run: Run, frame: Frame, observation: Observation) -> None:
        """An observation of the run, unless it was paused or replaced meanwhile."""
        with self._lock:
            if run is not self._run or self.state.kind == "paused" or self.state.session is None:
                return
            row = observation_row(observation, self.state.session, run.wanted.source) | {"took": observation.took}
            numbered = self.timeline.append(row)
            self.newest = observation
        self._listener.observed(frame, numbered)
