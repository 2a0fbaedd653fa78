"""What a person starts, pauses and stops: one session at a time, its state, its timeline, and the events that tell of it."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Timer
from typing import Final

from tracker.config.mode import call_mode
from tracker.core.clock import Clock, start_clock
from tracker.core.errors import UsageError
from tracker.core.face import FaceId, Observation
from tracker.core.frame import Frame, now
from tracker.core.geometry import Box
from tracker.core.notes import Marker, Notes, line
from tracker.core.records import Load, ObservationRecord
from tracker.core.vocabulary import ZOOM_SOURCE
from tracker.live.alerts import MARKER_PREFIX
from tracker.live.call import By, Call, CallPerson
from tracker.live.events import (
    CallChanged,
    Consumer,
    EventQueue,
    FacesMoved,
    FrameSeen,
    LiveSnapshot,
    MarkerMade,
    ObservationMade,
    PauseBegan,
    PermissionWithdrawn,
    PersonRevoked,
    SessionBegan,
    SessionEnded,
    StateChanged,
    TitleChanged,
)
from tracker.live.session import RunningSession, Session
from tracker.live.state import BROWSER, IDLE, LiveState, SessionRequest, WorkerStatus
from tracker.live.timeline import Pause, Timeline, Why
from tracker.live.worker import SessionWorker
from tracker.readings.rules import ReadingRules, load_rules
from tracker.sources.rtms.inbox import AnnouncementInbox
from tracker.vision.analyzer import Analyzer

__all__ = ["BROWSER", "IDLE", "Controller", "LiveState", "SessionRequest", "SessionSoFar"]

LIMIT_CHECK_SECONDS: Final = 15.0
"""Between two looks at a session's limit."""
STILL_HANDED_ON: Final = (
    "Nothing is watched, but the camera stays open: its picture is still handed on, so that the call goes on."
)


@dataclass(frozen=True, slots=True)
class SessionSoFar:
    """What the session that runs has said: its observations that are still in memory, its pauses, and its notes."""

    records: list[ObservationRecord]
    pauses: list[Pause]
    notes: Notes


class Controller:
    """At most one session at a time; its methods may be called from any thread.

    All but ``close`` wait for nothing but the lock. It orders everything: a state is changed, and its event delivered to all
    consumers, under it. state, timeline and snapshot may be read without.
    """

    def __init__(
        self,
        open_analyzer: Callable[[], AbstractContextManager[Analyzer]],
        consumers: Iterable[Consumer] = (),
        *,
        smoothing: float = 1.0,
        inbox: AnnouncementInbox | None = None,
        rules: Callable[[], ReadingRules] = load_rules,
    ) -> None:
        """Ready to start.

        Args:
            open_analyzer: Opens the analyzer of a session, in its worker's thread.
            consumers: Who gets the events, in this order.
            smoothing: Time constant of the smoothed scores, in seconds.
            inbox: Where announcements of Zoom's streams arrive; without one, there are none.
            rules: Of possible readings, as they are when a call begins.
        """
        self._open_analyzer, self._smoothing, self._inbox, self._rules = open_analyzer, smoothing, inbox, rules
        self._events = EventQueue(consumers)
        self._lock = self._events.lock
        self._worker: SessionWorker | None = None
        self._session: RunningSession | None = None
        self._call: Call | None = None
        self._limit_timer: Timer | None = None
        self._clock: Clock = start_clock()
        self._expired = False
        self._newest: LiveSnapshot | None = None
        self.state = IDLE
        self.timeline = Timeline()

    def subscribe(self, consumer: Consumer) -> None:
        """Give a consumer, after those that are there, all events from now on."""
        self._events.subscribe(consumer)

    @property
    def snapshot(self) -> LiveSnapshot | None:
        """The newest observation of the session that runs; None without one."""
        return self._newest if self.state.active else None

    def with_session_so_far(self, use: Callable[[SessionSoFar], None]) -> None:
        """Call ``use`` with what the session has said, before any event that comes after that is delivered."""
        with self._lock:
            use(SessionSoFar(self.timeline.since(0), self.timeline.pauses, self.state.notes))

    def start(self, request: SessionRequest) -> None:
        """Begin a session; one that still runs is stopped first."""
        with self._lock:
            before, was_call = self._worker, self.call is not None
            if before is not None:
                before.stop()
            self.timeline, self._newest, self._expired, self._session = Timeline(), None, False, None
            self._call = self._new_call(request) if request.is_call else None
            self._worker = SessionWorker(
                request,
                self._open_analyzer,
                self._smoothing,
                self,
                after=before,
                call=self._call,
                inbox=self._inbox,
                rules=self._rules,
            )
            self._clock = start_clock()
            self._become(LiveState("starting", request=request, started_at=now()))
            if was_call:
                self._events.publish(CallChanged(None))
            self._set_limit_timer(self._worker)
            self._worker.start()

    @property
    def call(self) -> Call | None:
        """The call that is watched; None while there is none."""
        return self._call if self.state.active else None

    def _new_call(self, request: SessionRequest) -> Call:
        by: By = "names" if request.source == ZOOM_SOURCE else "tiles"
        return Call(call_mode(request.mode, request.source), by, self._call_changed, self._permission_withdrawn)

    def _call_changed(self, call: Call) -> None:
        with self._lock:
            if call is self._call and self.state.active:
                self._events.publish(CallChanged(call.view))

    def revoke(self, person: int) -> CallPerson:
        """Somebody on the call took their consent back: they are masked, and nothing of them stays in memory.

        Raises:
            UsageError: There is no call, or nobody of that number in it.
        """
        with self._lock:
            if self.call is None:
                raise UsageError("No call is being watched.")
            gone = self.call.revoke(person)
            self.timeline.forget_face(gone.number)
            self._become(replace(self.state, notes=self.state.notes.without_name(gone.name)))
            if self._newest is not None:
                self._newest = self._newest.without(gone.number)
            self._events.publish(PersonRevoked(person, gone.number))
            return gone

    def _permission_withdrawn(self, call: Call) -> None:
        """Nothing of the call may be kept: its session ends, and whoever has something of it deletes that."""
        with self._lock:
            if call is self._call and self.state.active:
                self._active_worker("stop").stop()
            if call.session is not None:
                self._events.publish(PermissionWithdrawn(call.session))

    def pause(self, because: str = "", why: Why = "paused") -> None:
        """Close the camera unless it is handed on, keep the session. UsageError when nothing runs.

        because: a phrase for the state line, empty for the person's own hand. why: what the gap is called.
        """
        because = line(because, "A reason")
        with self._lock:
            worker = self._active_worker("pause")
            worker.pause()
            self._begin_pause(why)
            message = "" if worker.request.hand_on is None else STILL_HANDED_ON
            self._become(replace(self.state, kind="paused", message=message, because=because, may_follow_wrong_face=False))

    def resume(self) -> None:
        """Go on after a pause."""
        with self._lock:
            worker = self._active_worker("go on with")
            if self.state.kind == "paused":
                self._become(replace(self.state, kind="starting", message="", because=""))
                worker.resume()

    def mark(self, text: str, n: int | None = None) -> Marker:
        """Set a marker on the moment of row ``n``, else on the newest; UsageError before the first one.

        Without a text it gets a number.
        """
        text = line(text, "A marker")
        with self._lock:
            self._active_worker("mark")
            record = self.timeline.at(n)
            if record is None:
                raise UsageError("There is nothing to mark yet: the session has no observation so far.")
            own = [marker for marker in self.state.notes.markers if not marker.text.startswith(MARKER_PREFIX)]
            marker = Marker(record.t, record.at, text or f"Marker {len(own) + 1}")
            self.add_marker(marker)
        return marker

    def add_marker(self, marker: Marker) -> None:
        """Add a marker to the notes of the session that runs, and tell all consumers; a consumer may call it, too."""
        with self._lock:
            self._become(replace(self.state, notes=self.state.notes.with_marker(marker)))
            self._events.publish(MarkerMade(marker))

    def entitle(self, title: str) -> str:
        """What the person calls the session, on one line, which is returned."""
        with self._lock:
            self._active_worker("name")
            self._become(replace(self.state, notes=self.state.notes.entitled(title)))
            self._events.publish(TitleChanged(self.state.notes.title))
            return self.state.notes.title

    def entitle_ended(self, title: str) -> None:
        """What the person calls the session that ended last; UsageError while one runs, and without one."""
        with self._lock:
            self._require_ended("rename")
            self._become(replace(self.state, notes=self.state.notes.entitled(title)))

    def forget(self) -> None:
        """Nothing of the session that ended last stays in memory; UsageError while one runs."""
        with self._lock:
            self._require_ended("forget")
            self.timeline, self._newest, self._session = Timeline(), None, None
            self._become(IDLE)

    def _require_ended(self, verb: str) -> None:
        if self.state.active or self.state.session is None:
            raise UsageError(f"There is no session to {verb}: none has ended, or another one is running.")

    def limit(self, minutes: float | None) -> None:
        """End the session so many minutes after its start, or not by itself."""
        with self._lock:
            worker = self._active_worker("limit")
            self._become(replace(self.state, notes=self.state.notes.limited(minutes)))
            self._set_limit_timer(worker)

    def everybody_in_view(self) -> tuple[Box, ...]:
        """Where the faces are that the session sees, followed or not, the own one first; none is classified for it."""
        session = self._watched()
        session.show_everybody()
        return tuple(box.scaled(session.scale) for box in session.in_view)

    def claim(self, x: float, y: float) -> None:
        """The face at a point (pixels of the source) is the person's own, and followed from now on."""
        session = self._watched()
        if self.state.request is not None and self.state.request.faces != "own":
            raise UsageError("This session follows everybody. Start one with 'my own' to follow your face.")
        found = [box for box in session.in_view if box.scaled(session.scale).around(x, y)]
        if not found:
            raise UsageError("There is no face at this place any more. Choose another one.")
        session.claim(min(found, key=lambda box: box.area))

    def _watched(self) -> Session:
        with self._lock:
            self._active_worker("look at")
            if self._session is None or self.state.kind != "watching":
                raise UsageError("Nothing is being watched. Press Resume first.")
            if not isinstance(self._session, Session):
                raise UsageError("On a call nobody is looked at who has not agreed.")
            return self._session

    def _set_limit_timer(self, worker: SessionWorker) -> None:
        """In place of the one before; a session that is past its limit ends at once.

        By the session's own clock, whatever is done to the wall clock; looked at often, for a timer sleeps with the machine.
        """
        if self._limit_timer is not None:
            self._limit_timer.cancel()
            self._limit_timer = None
        limit = self.state.notes.limit
        if limit is not None and self.state.active:
            left = 60 * limit - self._clock()
            self._limit_timer = Timer(min(max(0.0, left), LIMIT_CHECK_SECONDS), self._check_limit, [worker])
            self._limit_timer.daemon = True
            self._limit_timer.start()

    def _check_limit(self, worker: SessionWorker) -> None:
        with self._lock:
            limit = self.state.notes.limit
            if worker is not self._worker or not self.state.active or limit is None:
                return
            if self._clock() < 60 * limit:
                self._set_limit_timer(worker)
                return
            self._expired = True
            worker.stop()

    def stop(self) -> None:
        """End the session; its timeline stays until the next one starts, unless it was practice."""
        with self._lock:
            self._active_worker("stop").stop()

    def push(self, jpeg: bytes) -> None:
        """A frame for a source whose frames the page pushes."""
        worker = self._worker
        if worker is not None:
            worker.push(jpeg)

    def close(self, seconds: float = 5.0) -> None:
        """End whatever runs, and wait for its worker, at most so many seconds."""
        with self._lock:
            worker = self._worker
        if worker is not None:
            worker.stop()
            worker.join(seconds)

    def _active_worker(self, verb: str) -> SessionWorker:
        if self._worker is None or not self.state.active:
            raise UsageError(f"There is nothing to {verb}: no session is running.")
        return self._worker

    def _become(self, state: LiveState) -> None:
        if state != self.state:
            self.state = state
            self._events.publish(StateChanged(state))

    def _begin_pause(self, why: Why) -> None:
        """A pause that lasts already for the same reason is told once."""
        known, pause = self.timeline.pauses[-1:], self.timeline.pause(why)
        if known != [pause]:
            self._events.publish(PauseBegan(pause))

    def session_began(self, worker: SessionWorker, session: RunningSession, clock: Clock, *, live: bool) -> None:
        """The worker's session has an id, and its clock stands at 0."""
        with self._lock:
            if worker is self._worker:
                self._session, self._clock, at = session, clock, now()
                if self._call is not None:
                    self._call.session = session.id
                self._events.publish(SessionBegan(session.id, worker.request, session.analyzer.classifier, at, live))
                self._become(replace(self.state, session=session.id, started_at=at, recorded=not live))

    def status_changed(self, worker: SessionWorker, status: WorkerStatus, message: str = "") -> None:
        """A worker's news; those of one that was replaced, or of a last frame before a pause, change nothing."""
        with self._lock:
            late = self.state.kind == "paused" and status in ("watching", "lost")
            if worker is self._worker and not late:
                if status == "lost":
                    self._begin_pause("lost")
                if status == "stopped" and self._expired:
                    message = f"It ended at its limit of {self.state.notes.limit:g} minutes."
                doubtful = self.state.may_follow_wrong_face and status == "watching"
                state = replace(self.state, kind=status, message=message, because="", may_follow_wrong_face=doubtful)
                if not state.active:
                    self._events.publish(SessionEnded())
                self._become(state)
                if not self.state.active:
                    self._set_limit_timer(worker)
                    if self._call is not None:
                        self._events.publish(CallChanged(None))
                    if worker.request.practice:
                        self.timeline, self._newest, self._session = Timeline(), None, None

    def frame_seen(self, worker: SessionWorker, frame: Frame) -> None:
        """A frame of the worker's."""
        if worker is self._worker:
            self._events.publish(FrameSeen(frame))

    def faces_moved(self, worker: SessionWorker, boxes: Mapping[FaceId, Box]) -> None:
        """A look of the worker's, between two observations."""
        with self._lock:
            if worker is not self._worker or self.state.kind != "watching":
                return
            if self._call is not None:
                # As in ``observation_made``.
                numbers = self._call.numbers
                boxes = {number: box for number, box in boxes.items() if number in numbers}
            self._events.publish(FacesMoved(boxes))

    def observation_made(self, worker: SessionWorker, observation: Observation, effort: Load | None) -> None:
        """An observation of the worker's, unless it was paused or replaced meanwhile."""
        with self._lock:
            session = self._session
            if worker is not self._worker or self.state.kind == "paused" or session is None:
                return
            if self._call is not None:
                # Of a frame from before somebody took their consent back.
                observation = observation.only(self._call.numbers)
            record = ObservationRecord.of(observation, session.id, worker.request.source, effort=effort)
            record = self.timeline.append(record)
            self._newest = LiveSnapshot.of(session.id, observation, session.analyzer.classifier)
            self._become(replace(self.state, may_follow_wrong_face=session.may_follow_wrong_face))
            self._events.publish(ObservationMade(record, self._newest))
