"""One session of a watch, as its worker thread goes through it: open, observe, pause, wait for a lost camera, end."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import Final, Literal, Protocol

from tracker.core.address import Address
from tracker.core.clock import Clock, start_clock
from tracker.core.errors import OUR_MISTAKE, MienError, SourceLost, UsageError
from tracker.core.face import Observation
from tracker.core.frame import Frame, Source
from tracker.core.records import Load
from tracker.live.face_tracking import Faces
from tracker.live.session import Session
from tracker.motion.budget import DEFAULT_MOTION_HZ, MAX_MOTION_HZ, MotionBudget
from tracker.sources.browser import BrowserSource
from tracker.sources.factory import choose_source
from tracker.sources.intermittent import intermittent_frames, require_intermittent_rate
from tracker.sources.pacing import RateLimiter, reconnecting_frames
from tracker.sources.picture_faults import PictureFaultDetector
from tracker.sources.virtual_camera import VirtualCameraSender, optional_sender
from tracker.vision.analyzer import Analyzer

BROWSER: Final = "browser"
"""The source whose frames the page pushes."""
HIGHEST_HZ: Final = 60.0
"""No webcam is faster."""

WorkerStatus = Literal["watching", "lost", "stopped", "finished", "failed"]


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What to watch: a source (``browser``: the page's own camera), how often a second, and whose faces.

    hand_on: the virtual camera that gets each frame too, overlay: with an emoji. release: the camera is let go of in between.
    motion: looks a second between two observations, for what moves; 0 is none.
    """

    source: str
    hz: float = 2.0
    faces: Faces = "own"
    hand_on: str | None = None
    overlay: bool = False
    release: bool = False
    motion: float = DEFAULT_MOTION_HZ

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", Address(self.source))
        if not self.source.strip():
            raise UsageError("Choose a source first: a camera, a file, or the demo.")
        if not 0 <= self.hz <= HIGHEST_HZ:
            raise UsageError(f"The frequency lies between 0 (every frame) and {HIGHEST_HZ:.0f} a second, not {self.hz}.")
        if self.faces not in ("own", "all"):
            raise UsageError(f"Faces are own or all, not {self.faces!r}.")
        if not 0 <= self.motion <= MAX_MOTION_HZ:
            raise UsageError(f"Faces are looked at between 0 and {MAX_MOTION_HZ:.0f} times a second, not {self.motion}.")
        if self.source == BROWSER and (self.release or self.hand_on is not None):
            raise UsageError("The browser's camera is the browser's: Mien can neither hand it on nor let go of it in between.")
        if self.release:
            require_intermittent_rate(self.hz, self.hand_on)


class WorkerCallbacks(Protocol):
    """Who is told of a run, in its worker thread."""

    def began(self, run: "SessionWorker", session: Session, clock: Clock, *, live: bool) -> None: ...

    def happened(self, run: "SessionWorker", what: WorkerStatus, message: str = "") -> None: ...

    def seen(self, run: "SessionWorker", frame: Frame) -> None: ...

    def observed(self, run: "SessionWorker", frame: Frame, observation: Observation, effort: Load | None) -> None: ...


class SessionWorker:
    """A worker thread that watches until its source ends or somebody stops it."""

    def __init__(
        self,
        wanted: SessionRequest,
        open_analyzer: Callable[[], AbstractContextManager[Analyzer]],
        smoothing: float,
        witness: WorkerCallbacks,
        after: "SessionWorker | None" = None,
    ) -> None:
        self.wanted = wanted
        self._open_analyzer, self._smoothing, self._witness, self._after = open_analyzer, smoothing, witness, after
        self._stopping, self._interrupted, self._going = Event(), Event(), Event()
        self._going.set()
        self._seen = False
        self._pauses = 0
        self._pushed: BrowserSource | None = None
        self._handing: VirtualCameraSender | None = None
        self._stillness: PictureFaultDetector | None = None
        self._unread: list[str] = []
        self._thread = Thread(target=self._work, name="watch", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, while the worker opens what it needs."""
        self._thread.start()

    def pause(self) -> None:
        """Let go of a camera, or hold a file where it is; a camera that is handed on stays open, or a call would freeze."""
        self._pauses += 1
        self._going.clear()
        if self.wanted.hand_on is None:
            self._interrupt()

    def resume(self) -> None:
        """Go on, unless it was stopped."""
        if self._stopping.is_set():
            return
        self._interrupted.clear()
        self._going.set()

    def stop(self) -> None:
        """End soon; ``join`` waits for it."""
        self._stopping.set()
        self._interrupt()
        self._going.set()

    def join(self, seconds: float | None = None) -> None:
        """Wait until the worker has ended and let go of its source."""
        self._thread.join(seconds)

    def push(self, jpeg: bytes) -> None:
        """A picture from the page; passed over while nobody waits for one."""
        if self._pushed is not None:
            self._pushed.push(jpeg)

    def _interrupt(self) -> None:
        self._interrupted.set()
        if self._pushed is not None:
            self._pushed.close()

    def _work(self) -> None:
        ending: tuple[WorkerStatus, str] = ("failed", OUR_MISTAKE)
        try:
            if self._after is not None:
                # A camera can be opened again only when it has been let go of.
                self._after.join()
                self._after = None
            handed = optional_sender(self.wanted.hand_on, overlay=self.wanted.overlay)
            with self._open_analyzer() as analyzer, handed as self._handing:
                budget = MotionBudget(self.wanted.motion)
                session = Session(analyzer, faces=self.wanted.faces, smoothing=self._smoothing, budget=budget)
                session.observe_at(self.wanted.hz)
                self._watch(session)
            ending = ("stopped", "") if self._stopping.is_set() else self._finished()
        except MienError as error:
            ending = ("failed", str(error))
        finally:
            self._witness.happened(self, *ending)

    def _watch(self, session: Session) -> None:
        self._clock = start_clock()
        source = self._choose()
        self._stillness = PictureFaultDetector() if source.moves else None
        self._witness.began(self, session, self._clock, live=source.live)
        if not source.live:
            frames = reconnecting_frames(self._choose, 0, self._lost, self._stopping)
            self._observe(session, self._in_its_own_time(frames))
            return
        while not self._stopping.is_set():
            look = (
                partial(intermittent_frames, hz=self.wanted.hz) if self.wanted.release else partial(reconnecting_frames, hz=0)
            )
            self._observe(session, look(self._choose, lost=self._lost, stopping=self._interrupted, seen=self._seen))
            self._going.wait()

    def _choose(self) -> Source:
        if self.wanted.source == BROWSER:
            self._pushed = BrowserSource(self._clock)
            return self._pushed
        return choose_source(self.wanted.source, self._clock, self._unread.append, self._handing)

    def _finished(self) -> tuple[WorkerStatus, str]:
        """How a source came to its end: with what could not be read of it, and as a failure where that was all."""
        what = " ".join(self._unread[:1])
        if len(self._unread) > 1:
            what += f" And {len(self._unread) - 1} more could not be read."
        return ("finished" if self._seen or not what else "failed"), what

    def _observe(self, session: Session, frames: Iterable[Frame]) -> None:
        # A glimpse was due when it was taken.
        ticks = RateLimiter(0 if self.wanted.release else self.wanted.hz)
        for frame in frames:
            self._seen = True
            pauses = self._pauses
            if self._handing is not None and not self._going.is_set():
                self._tell_call(None)
                continue
            self._witness.happened(self, "watching", self._stillness.check(frame) if self._stillness else "")
            self._witness.seen(self, frame)
            if ticks.due(frame.t):
                observation = session.observe(frame)
                if pauses != self._pauses:
                    # Of a frame from before a pause, which may be over already: it would end the pause in its own past.
                    continue
                self._tell_call(observation)
                self._witness.observed(self, frame, observation, session.effort(frame.t))
            else:
                session.look(frame)

    def _tell_call(self, observation: Observation | None) -> None:
        if self._handing is not None:
            self._handing.set_overlay(observation)

    def _in_its_own_time(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Frames of a file as they would be seen when it is played, held while the run is paused."""
        last, shown = 0.0, time.monotonic()
        for frame in frames:
            self._stopping.wait(max(0.0, frame.t - last - (time.monotonic() - shown)))
            self._going.wait()
            if self._stopping.is_set():
                return
            last, shown = frame.t, time.monotonic()
            yield frame

    def _lost(self, error: SourceLost) -> None:
        self._witness.happened(self, "lost", str(error))
