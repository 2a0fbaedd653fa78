"""The thread of one session: open source and analyzer, observe, pause, wait for a lost camera, end."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from threading import Event, Thread
from typing import Protocol

from tracker.config.mode import may_read_others
from tracker.core.clock import Clock, start_clock
from tracker.core.errors import OUR_MISTAKE, MienError, SourceLost
from tracker.core.face import FaceId, Observation
from tracker.core.frame import Frame, Source, WaitingSource
from tracker.core.geometry import Box
from tracker.core.records import Load
from tracker.core.vocabulary import ZOOM_SOURCE
from tracker.live.call import Call
from tracker.live.call_session import CallSession
from tracker.live.session import RunningSession, Session
from tracker.live.state import BROWSER, PUSHED_SOURCES, SessionRequest, WorkerStatus
from tracker.motion.budget import CALL_CORE_SHARE, MotionBudget
from tracker.readings.rules import ReadingRules, load_rules
from tracker.sources.browser import BrowserSource
from tracker.sources.factory import choose_source
from tracker.sources.intermittent import intermittent_frames
from tracker.sources.pacing import RateLimiter, reconnecting_frames
from tracker.sources.picture_faults import PictureFaultDetector
from tracker.sources.rtms.inbox import AnnouncementInbox
from tracker.sources.rtms.source import ZoomReceiver, ZoomSource
from tracker.sources.virtual_camera import VirtualCameraSender, optional_sender
from tracker.vision.analyzer import Analyzer


class WorkerCallbacks(Protocol):
    """Callbacks of a worker; called from its thread, must not block."""

    def session_began(self, worker: "SessionWorker", session: RunningSession, clock: Clock, *, live: bool) -> None:
        """The session is about to observe, and its clock stands at 0. live: its seconds go by the clock, not by a file."""

    def status_changed(self, worker: "SessionWorker", status: WorkerStatus, message: str = "") -> None:
        """What the worker does now, told also when that is nothing new. message: a sentence for the person, or empty."""

    def frame_seen(self, worker: "SessionWorker", frame: Frame) -> None:
        """A frame came, recorded or not."""

    def faces_moved(self, worker: "SessionWorker", boxes: Mapping[FaceId, Box]) -> None:
        """Between two observations: where the faces are now that are followed, in pixels of the source."""

    def observation_made(self, worker: "SessionWorker", observation: Observation, effort: Load | None) -> None:
        """A frame was observed. effort: what the session cost of late."""


class SessionWorker:
    """A worker thread that watches until its source ends or somebody stops it."""

    def __init__(
        self,
        request: SessionRequest,
        open_analyzer: Callable[[], AbstractContextManager[Analyzer]],
        smoothing: float,
        callbacks: WorkerCallbacks,
        after: "SessionWorker | None" = None,
        *,
        call: Call | None = None,
        inbox: AnnouncementInbox | None = None,
        rules: Callable[[], ReadingRules] = load_rules,
    ) -> None:
        """Ready to start.

        Args:
            request: What to watch.
            open_analyzer: Opens the analyzer, in the worker's thread.
            smoothing: Time constant of the smoothed scores, in seconds.
            callbacks: Told what happens.
            after: The worker that has to end first.
            call: Who may be seen, of a call; None of any other session.
            inbox: Where Zoom's announcements come in.
            rules: Of possible readings, for a call; asked in the worker's thread. MienError is how the session ends.
        """
        self.request, self._call, self._inbox, self._rules = request, call, inbox, rules
        self._open_analyzer, self._smoothing, self._callbacks, self._after = open_analyzer, smoothing, callbacks, after
        self._stopping, self._interrupted, self._going = Event(), Event(), Event()
        self._going.set()
        self._any_frame = False
        self._pauses = 0
        self._pushed: BrowserSource | None = None
        self._zoom: ZoomReceiver | None = None
        self._zoom_source: ZoomSource | None = None
        self._until_end = ExitStack()
        self._virtual_camera: VirtualCameraSender | None = None
        self._faults: PictureFaultDetector | None = None
        self._unread: list[str] = []
        self._thread = Thread(target=self._work, name="watch", daemon=True)

    def start(self) -> None:
        """Begin; returns at once, while the worker opens what it needs."""
        self._thread.start()

    def pause(self) -> None:
        """Close a camera, or hold a file where it is; a camera that is handed on stays open, or a call would freeze."""
        self._pauses += 1
        self._going.clear()
        if self.request.hand_on is None:
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
        """Wait until the worker has ended and closed its source."""
        self._thread.join(seconds)

    def push(self, jpeg: bytes) -> None:
        """A picture from the page; passed over while nobody waits for one."""
        if self._pushed is not None:
            self._pushed.push(jpeg)

    def _interrupt(self) -> None:
        self._interrupted.set()
        for source in (self._pushed, self._zoom_source):
            if source is not None:
                source.close()

    def _work(self) -> None:
        ending: tuple[WorkerStatus, str] = ("failed", OUR_MISTAKE)
        try:
            if self._after is not None:
                # A camera can be opened again only once it is closed.
                self._after.join()
                self._after = None
            if self._stopping.is_set():
                # Replaced or stopped while it waited: nothing is opened only to be closed.
                ending = ("stopped", "")
                return
            sender = optional_sender(self.request.hand_on, overlay=self.request.overlay)
            with self._open_analyzer() as analyzer, sender as self._virtual_camera, self._until_end:
                session = self._new_session(analyzer)
                session.observe_at(self.request.hz)
                self._observe_source(session)
            if self._stopping.is_set():
                ending = ("stopped", "")
            else:
                # With what could not be read of the source, and as a failure where that was all.
                unread = " ".join(self._unread[:1])
                if len(self._unread) > 1:
                    unread += f" And {len(self._unread) - 1} more could not be read."
                ending = ("finished" if self._any_frame or not unread else "failed"), unread
        except MienError as error:
            ending = ("failed", str(error))
        finally:
            self._callbacks.status_changed(self, *ending)

    def _new_session(self, analyzer: Analyzer) -> RunningSession:
        request = self.request
        if self._call is not None:
            budget = MotionBudget(request.motion, CALL_CORE_SHARE, adapts=True)
            rules = self._rules() if self._call.mode == "private" else None
            return CallSession(analyzer, self._call, rules=rules, smoothing=self._smoothing, budget=budget)
        budget, read_others = MotionBudget(request.motion), may_read_others(request.mode, request.source)
        return Session(analyzer, faces=request.faces, read_others=read_others, smoothing=self._smoothing, budget=budget)

    def _observe_source(self, session: RunningSession) -> None:
        self._clock = start_clock()
        source = self._choose()
        self._faults = PictureFaultDetector() if source.moves else None
        self._callbacks.session_began(self, session, self._clock, live=source.live)
        if not source.live:
            frames = reconnecting_frames(self._choose, 0, self._lost, self._stopping)
            self._observe(session, self._in_its_own_time(frames))
            return
        while not self._stopping.is_set():
            frames_of = (
                partial(intermittent_frames, hz=self.request.hz) if self.request.release else partial(reconnecting_frames, hz=0)
            )
            if isinstance(source, WaitingSource):
                # Its first frame may be long in coming.
                self._callbacks.status_changed(self, "watching")
            self._observe(session, frames_of(self._choose, lost=self._lost, stopping=self._interrupted, seen=self._any_frame))
            self._going.wait()

    def _choose(self) -> Source:
        if self.request.source in PUSHED_SOURCES:
            self._pushed = BrowserSource(self._clock, moves=self.request.source == BROWSER)
            return self._pushed
        if self.request.source == ZOOM_SOURCE and self._call is not None and self._inbox is not None:
            if self._zoom is None:
                self._zoom = self._until_end.enter_context(ZoomReceiver(self._clock, self._call, self._inbox))
            self._zoom_source = ZoomSource(self._zoom)
            return self._zoom_source
        return choose_source(self.request.source, self._clock, self._unread.append, self._virtual_camera)

    def _observe(self, session: RunningSession, frames: Iterable[Frame]) -> None:
        # An intermittent frame was due when it was taken.
        ticks = RateLimiter(0 if self.request.release else self.request.hz)
        for frame in frames:
            self._any_frame = True
            pauses = self._pauses
            if self._virtual_camera is not None and not self._going.is_set():
                self._set_overlay(None)
                continue
            self._callbacks.status_changed(self, "watching", self._faults.check(frame) if self._faults else "")
            if self._call is None:
                # Of a call, nobody sees a picture here: most of it may be masked.
                self._callbacks.frame_seen(self, frame)
            if ticks.due(frame.t):
                observation = session.observe(frame)
                if pauses != self._pauses:
                    # Of a frame from before a pause, which may be over already: it would end the pause in its own past.
                    continue
                self._set_overlay(observation)
                self._callbacks.observation_made(self, observation, session.effort(frame.t))
            else:
                boxes = session.track_motion(frame)
                if boxes is not None:
                    self._callbacks.faces_moved(self, boxes)

    def _set_overlay(self, observation: Observation | None) -> None:
        if self._virtual_camera is not None:
            self._virtual_camera.set_overlay(observation)

    def _in_its_own_time(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Frames of a file as they would be seen when it is played, held while the session is paused."""
        last, shown = 0.0, time.monotonic()
        for frame in frames:
            self._stopping.wait(max(0.0, frame.t - last - (time.monotonic() - shown)))
            self._going.wait()
            if self._stopping.is_set():
                return
            last, shown = frame.t, time.monotonic()
            yield frame

    def _lost(self, error: SourceLost) -> None:
        self._callbacks.status_changed(self, "lost", str(error))
