"""The state of one run: finds, follows, classifies and smooths the faces of each frame. One thread owns it."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol
from uuid import uuid4

from tracker.core.clock import start_clock
from tracker.core.face import Detection, Face, FaceId, Observation, Reading
from tracker.core.frame import Frame, Pixels
from tracker.core.geometry import Box
from tracker.core.records import Load, ObservationRecord
from tracker.core.sampling import sample_interval
from tracker.core.scores import Scores
from tracker.core.vocabulary import EXPRESSIONS
from tracker.core.withheld import without_expression
from tracker.live.appearance import AppearanceEncoder
from tracker.live.face_tracking import Faces, FaceTracker, TrackedFace
from tracker.live.smoothing import Smoother
from tracker.motion.aggregate import MotionTracker
from tracker.motion.budget import MotionBudget
from tracker.motion.load import LoadMeter
from tracker.sources.pacing import RateLimiter
from tracker.vision.analyzer import Analyzer
from tracker.vision.meeting_layout import MeetingLayout, Tile
from tracker.vision.picture_parts import MIN_CONFIRMING_OVERLAP
from tracker.vision.tiled_search import TiledSearch

MAX_TOOK_MILLISECONDS: Final = 32_767
"""Milliseconds for a frame, as many as two bytes hold: half a minute, after which nobody asks how long exactly."""

SHOW_EVERYBODY_SECONDS: Final = 10.0
"""Seconds for which small faces are looked for when a person wants to see who is in view: as long as all tiles take."""
MAX_RELEARNT_FRAMES: Final = 20
"""Frames of an earlier run from which a face's look is learnt again."""


def rounded_milliseconds(seconds: float) -> int:
    """A time as records have it, MAX_TOOK_MILLISECONDS at most."""
    return min(round(seconds * 1000), MAX_TOOK_MILLISECONDS)


class RunningSession(Protocol):
    """What a worker drives, in its thread: ``Session``, or ``CallSession``."""

    id: str
    analyzer: Analyzer
    in_view: tuple[Box, ...]
    scale: tuple[float, float]
    may_follow_wrong_face: bool

    def observe_at(self, hz: float) -> None: ...

    def observe(self, frame: Frame) -> Observation: ...

    def track_motion(self, frame: Frame) -> Mapping[FaceId, Box] | None: ...

    def effort(self, t: float) -> Load | None: ...


class Session:
    """The state of one run.

    read_others: whether faces have expressions although all are followed; only with ``faces="own"`` it is known whose face it
    is. smoothing: in seconds. budget: how often motion is watched between observations; never if not given.
    in_view: all faces of the newest observation, followed or not, the own one first, in pixels of its frame.
    scale: how many of the source's pixels one of these is.
    may_follow_wrong_face: whether somebody who stays in view and is not followed may be the person at this machine.

    All three may be read from any thread.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        *,
        faces: Faces = "own",
        read_others: bool = False,
        smoothing: float = 1.0,
        budget: MotionBudget | None = None,
    ) -> None:
        self.id = str(uuid4())
        self.analyzer = analyzer
        self._search = TiledSearch(analyzer.detectors, everybody=faces == "all")
        self._tracker = FaceTracker(faces)
        self._withholds = faces == "all" and not read_others
        self._meeting = MeetingLayout() if faces == "all" else None
        self._appearance = AppearanceEncoder(analyzer.classifier.statistics)
        self.in_view: tuple[Box, ...] = ()
        self.scale = (1.0, 1.0)
        self._t = self._shown = 0.0
        self.may_follow_wrong_face = False
        self._recalled: dict[FaceId, deque[tuple[int, Box]]] = {}
        self._smoother = Smoother(smoothing, analyzer.classifier.threshold)
        self._budget = budget or MotionBudget(0)
        self._motions, self._load_meter = MotionTracker(self._budget), LoadMeter()

    def observe_at(self, hz: float) -> None:
        """Set how many observations a second are asked for; a face is forgotten after a few intervals without it."""
        self._tracker.set_interval(sample_interval(hz))

    def go_through(self, frames: Iterable[Frame], hz: float, after: int = -1) -> Iterator[Observation]:
        """Observe so many frames a second (0: all of them); on the frames between, only motion is watched.

        Frames up to number ``after`` were observed by an earlier run.
        """
        ticks = RateLimiter(hz)
        self.observe_at(hz)
        # By frame: who was where whose look has to be learnt again, for looks are not written down.
        recalled: dict[int, list[tuple[FaceId, Box]]] = defaultdict(list)
        for face, seen in self._recalled.items():
            for number, box in seen:
                recalled[number].append((face, box))
        for frame in frames:
            due = ticks.due(frame.t)
            if frame.number <= after:
                self._learn_again(frame, recalled.get(frame.number, []))
                continue
            if due:
                yield self.observe(frame)
            else:
                self.track_motion(frame)

    def observe(self, frame: Frame) -> Observation:
        """The result for a frame.

        Candidates, the faces that are followed or may be the own one, are classified in one batch; followed faces that were no
        candidates in a second one.
        """
        elapsed, worked = start_clock(), self.analyzer.detectors.start_work_clock()
        if self._meeting is not None and self._meeting.watch(frame.pixels, frame.t):
            self._tracker.arrange(self._tiles)
        missing = self._tracker.away or frame.t < self._shown
        places = self._tracker.places(frame.t, everybody=missing)
        tiles = {tile.number: tile.box for tile in self._tiles}
        detections = self._search.detect(frame.pixels, frame.t, places, missing=missing, meeting=tiles)
        faces = self._classify(frame.pixels, detections, self._tracker.candidates(detections, frame.t))
        looks = {index: self._appearance.of(face) for index, face in faces.items()}
        followed = self._tracker.follow(detections, frame.t, looks)
        self.in_view = self._tracker.in_view
        self._t, self.may_follow_wrong_face = frame.t, self._tracker.may_follow_wrong_face
        self._see(followed, frame.t)
        faces |= self._classify(frame.pixels, detections, [each.place for each in followed if each.place not in faces])
        if self._withholds:
            # Before anything is made of them that could leave: the record, the overlay, the snapshot for verdicts.
            faces = {place: without_expression(face) for place, face in faces.items()}
        readings = tuple(self._reading(each.id, faces[each.place], frame.t) for each in followed)
        self._load_meter.add(frame.t, worked(), look=False)
        took = rounded_milliseconds(elapsed())
        self.scale = frame.scale
        return Observation(frame.t, frame.at, frame.number, readings, took, frame.scale)

    @property
    def _tiles(self) -> tuple[Tile, ...]:
        return () if self._meeting is None else self._meeting.tiles

    def show_everybody(self) -> None:
        """For the next seconds small faces are looked for also beside the own one, for ``in_view``; from any thread."""
        self._shown = self._t + SHOW_EVERYBODY_SECONDS

    def claim(self, box: Box) -> None:
        """A person says that the face at this place is their own; it counts from the next observation on. From any thread."""
        self._tracker.claim(box)

    def _classify(self, pixels: Pixels, detections: Sequence[Detection], which: Sequence[int]) -> dict[int, Face]:
        """Some of the detections, by index."""
        return dict(zip(which, self.analyzer.classify(pixels, [detections[index] for index in which]), strict=True))

    def track_motion(self, frame: Frame) -> dict[FaceId, Box] | None:
        """Watch how faces move between two observations, as often as the budget has it: landmarks only, of known faces.

        Returns:
            Where those are that were found, in pixels of the source; None if it did not look.
        """
        places = self._tracker.places(frame.t)
        if not places or not self._budget.due(frame.t):
            return None
        # Who is in a tile that changed is for the next observation to say.
        if self._meeting is not None and not self._meeting.shows_the_same(frame.pixels):
            return None
        worked = self.analyzer.detectors.start_work_clock()
        tiles = {tile.number: tile.box for tile in self._tiles}
        found = self._tracker.refind(self._search.detect_known(frame.pixels, places, tiles), frame.t)
        self._see(found, frame.t)
        self._budget.spend(worked(), frame.t)
        self._load_meter.add(frame.t, worked(), look=True)
        return {each.id: each.detection.landmarks.box.scaled(frame.scale) for each in found}

    def effort(self, t: float) -> Load | None:
        """What the last seconds before t cost; None at first."""
        return self._load_meter.load_at(t, self._budget.wanted_hz(t))

    def _see(self, followed: Iterable[TrackedFace], t: float) -> None:
        for each in followed:
            self._motions.add(each.id, each.detection, t)

    def recall(self, record: ObservationRecord) -> None:
        """Take over what an earlier run of this session wrote of a frame, in order: who was where, and what the frame said."""
        for face in record.faces:
            who, box = FaceId(face.id), Box(*face.box)
            self._tracker.recall(who, box, record.t)
            if face.quality.ok:
                self._recalled.setdefault(who, deque(maxlen=MAX_RELEARNT_FRAMES)).append((record.frame, box))
                self._smoother.smooth(who, Scores.of(EXPRESSIONS, [face.scores[name] for name in EXPRESSIONS]), record.t)

    def _learn_again(self, frame: Frame, known: Sequence[tuple[FaceId, Box]]) -> None:
        if not known:
            return
        found = self._search.detect_known(frame.pixels, [box for _, box in known])
        for face, box in known:
            nearest = [each for each in found if each.landmarks.box.overlap(box) >= MIN_CONFIRMING_OVERLAP]
            for judged in self.analyzer.classify(frame.pixels, nearest[:1]):
                self._tracker.learn(face, self._appearance.of(judged))

    def _reading(self, who: FaceId, face: Face, t: float) -> Reading:
        """A face that cannot be judged leaves the average as it was: bad light is not an expression."""
        motion = self._motions.take(who)
        if not face.quality.ok:
            return Reading(who, face, self._smoother.remembered(who) or face.prediction.scores, face.words, motion)
        smooth, words = self._smoother.smooth(who, face.prediction.scores, t)
        return Reading(who, face, smooth, words, motion)
