"""What happens in a live session, as events, and the queue that hands them to its consumers, one at a time and in order."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import RLock

from tracker.core.face import FaceId, Observation
from tracker.core.frame import Frame
from tracker.core.geometry import Box
from tracker.core.notes import Marker
from tracker.core.records import ObservationRecord
from tracker.live.call import CallView
from tracker.live.state import LiveState, SessionRequest
from tracker.live.timeline import Pause
from tracker.model.protocols import Classifier
from tracker.model.provenance import ModelProvenance


@dataclass(frozen=True, slots=True, eq=False)
class LiveSnapshot:
    """The newest observation of the session that runs, and whose word it is; any thread may keep it.

    session: its id. provenances: what made the prediction of each reading, in the order of ``observation.readings``.
    """

    session: str
    observation: Observation
    provenances: tuple[ModelProvenance, ...]

    @classmethod
    def of(cls, session: str, observation: Observation, classifier: Classifier) -> "LiveSnapshot":
        """Of what a classifier said; the fit is the one that it applied then, perhaps another than now."""
        provenances = (ModelProvenance.of(classifier, reading.face.prediction) for reading in observation.readings)
        return cls(session, observation, tuple(provenances))

    def without(self, number: int) -> "LiveSnapshot":
        """The same without one face; number: in the session."""
        kept = [
            (reading, provenance)
            for reading, provenance in zip(self.observation.readings, self.provenances, strict=True)
            if reading.id != number
        ]
        readings = self.observation.only({reading.id for reading, _ in kept})
        return LiveSnapshot(self.session, readings, tuple(provenance for _, provenance in kept))


@dataclass(frozen=True, slots=True)
class SessionBegan:
    """A session is about to observe. started_at: the wall clock at t = 0. live: its seconds go by the clock, not by a file."""

    session: str
    request: SessionRequest
    classifier: Classifier
    started_at: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The session stands otherwise than before."""

    state: LiveState


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """A frame came, recorded or not."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class FacesMoved:
    """Between two observations: where the faces are now that are followed, in pixels of the source."""

    boxes: Mapping[FaceId, Box]


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A call that is watched stands otherwise: its people, its tiles or its list of names; None: there is no such call now."""

    view: CallView | None


@dataclass(frozen=True, slots=True)
class PersonRevoked:
    """Somebody took their consent back: nothing of them is observed any more, and what there is has to be deleted.

    person: as in the call. number: of their face in the session's records.
    """

    person: int
    number: FaceId


@dataclass(frozen=True, slots=True)
class PermissionWithdrawn:
    """A stream's permission was taken back: whatever was kept of this session has to be deleted at once."""

    session: str


@dataclass(frozen=True, slots=True)
class ObservationMade:
    """An observation was recorded, with its running number ``n``."""

    record: ObservationRecord
    snapshot: LiveSnapshot


@dataclass(frozen=True, slots=True)
class PauseBegan:
    """No observations from now on, until the next ``ObservationMade``: paused by the person, or the source is lost."""

    pause: Pause


@dataclass(frozen=True, slots=True)
class MarkerMade:
    """A marker was set on a moment, by the person or by an alert; it stands in the state's notes already."""

    marker: Marker


@dataclass(frozen=True, slots=True)
class TitleChanged:
    """What the person calls the session."""

    title: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """Nothing of the session follows but its last state."""


Event = (
    SessionBegan
    | StateChanged
    | FrameSeen
    | FacesMoved
    | CallChanged
    | PersonRevoked
    | PermissionWithdrawn
    | ObservationMade
    | PauseBegan
    | MarkerMade
    | TitleChanged
    | SessionEnded
)
Consumer = Callable[[Event], None]
"""Takes every event, and passes over those that are nothing to it.

Called by whichever thread published, mostly the worker's, with the controller's lock held: it must not wait for a disk, a
network or another thread.
"""


class EventQueue:
    """Hands each event to all consumers, in their order, before the next one; what a consumer publishes waits for its turn.

    lock: also the controller's. What is changed and published under it is told in the order in which it happened.
    """

    def __init__(self, consumers: Iterable[Consumer] = ()) -> None:
        self.lock = RLock()
        self._consumers = list(consumers)
        self._waiting: deque[Event] = deque()
        self._delivers = False

    def subscribe(self, consumer: Consumer) -> None:
        """Give a consumer, after those that are there, all events from now on."""
        with self.lock:
            self._consumers.append(consumer)

    def publish(self, event: Event) -> None:
        """Deliver an event, from any thread; what a consumer raises is raised here."""
        with self.lock:
            self._waiting.append(event)
            if self._delivers:
                return
            self._delivers = True
            try:
                while self._waiting:
                    event = self._waiting.popleft()
                    for consumer in self._consumers:
                        consumer(event)
            finally:
                self._delivers = False
