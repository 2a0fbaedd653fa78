"""The state of one run that watches a call: masks everybody who has not agreed, and says what the others' faces show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from tracker.core.clock import start_clock
from tracker.core.face import Detection, Face, FaceId, Observation, Quality, Reading
from tracker.core.frame import Frame, Pixels
from tracker.core.geometry import Box
from tracker.core.movements import Movements
from tracker.core.records import Load
from tracker.core.withheld import SWITCHED_OFF, WITHHELD, without_expression
from tracker.live.call import Call, CallPerson
from tracker.live.session import rounded_milliseconds
from tracker.live.smoothing import Smoother
from tracker.motion.aggregate import MotionTracker
from tracker.motion.budget import MotionBudget
from tracker.motion.face_movements import FaceMovements
from tracker.motion.load import LoadMeter
from tracker.readings.evaluate import ReadingEvaluator
from tracker.readings.rules import ReadingRules
from tracker.vision.analyzer import Analyzer
from tracker.vision.meeting_faces import MeetingFaces
from tracker.vision.meeting_layout import MeetingLayout

UNASSESSED: Final = Quality()
"""Of a face before its first observation."""


@dataclass(slots=True)
class _Watched:
    """What is known of one person.

    movements: told from every picture. evaluator: of possible readings; None while they are off. quality: of the newest
    observation; pictures between two observations have none of their own. shown: what the face showed last.
    """

    movements: FaceMovements = field(default_factory=FaceMovements)
    evaluator: ReadingEvaluator | None = None
    quality: Quality = UNASSESSED
    shown: Movements = field(default_factory=Movements)


class CallSession:
    """The state of one run of a call; one thread owns it.

    Who is who is never told by a face: a person says who is in a tile, or the stream says whose picture it is. In each place
    one face at most is searched for.

    in_view, may_follow_wrong_face: as those of ``Session``; nobody is followed here, so they stay empty and false.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        call: Call,
        *,
        rules: ReadingRules | None,
        smoothing: float = 1.0,
        budget: MotionBudget | None = None,
    ) -> None:
        """Begin with nobody watched.

        Args:
            analyzer: Detects, and in private classifies.
            call: Who may be seen, and where.
            rules: Of the possible readings; None in work mode.
            smoothing: Time constant of the smoothed scores, in seconds.
            budget: How often faces are watched between observations; never if not given.
        """
        self.id = str(uuid4())
        self.analyzer, self._call, self._rules = analyzer, call, rules
        self.in_view: tuple[Box, ...] = ()
        self.scale = (1.0, 1.0)
        self.may_follow_wrong_face = False
        self._layout, self._faces = MeetingLayout(alone=True), MeetingFaces(analyzer.detectors)
        self._watched: dict[int, _Watched] = {}
        self._budget = budget or MotionBudget(0)
        self._motions, self._load_meter = MotionTracker(self._budget), LoadMeter()
        self._smoother = Smoother(smoothing, analyzer.classifier.threshold)

    def observe(self, frame: Frame) -> Observation:
        """The result for a frame: a reading for each person who may be seen, and whose face was found."""
        elapsed, worked = start_clock(), self.analyzer.detectors.start_work_clock()
        people, rules, (pixels, places) = self._call.people, self._rules_now, self._look(frame)
        found = self._detect(pixels, places)
        # Without rules no classifier gets a face: an expression is a guess about a person, too.
        classify = self.analyzer.assess if rules is None else self.analyzer.classify
        faces = dict(zip(found, classify(pixels, [*found.values()]), strict=True))
        for person, face in faces.items():
            self._of(person).quality = face.quality
        self._move(people, places, found, frame.t)
        readings = tuple(self._reading(people[who], face, frame.t, rules) for who, face in faces.items() if who in people)
        self._load_meter.add(frame.t, worked(), look=False)
        self.scale = frame.scale
        return Observation(frame.t, frame.at, frame.number, readings, rounded_milliseconds(elapsed()), frame.scale)

    def track_motion(self, frame: Frame) -> dict[FaceId, Box] | None:
        """Watch how faces move between two observations, as often as the budget has it.

        Returns:
            Where those are that were found, by number, in pixels of the source; None if it did not look.
        """
        if not self._budget.due(frame.t) or not self._shows_the_same(frame):
            return None
        worked = self.analyzer.detectors.start_work_clock()
        people, (pixels, places) = self._call.people, self._look(frame)
        found = self._detect(pixels, places)
        self._move(people, places, found, frame.t)
        self._budget.spend(worked(), frame.t)
        self._load_meter.add(frame.t, worked(), look=True)
        return {people[who].number: face.landmarks.box.scaled(frame.scale) for who, face in found.items() if who in people}

    def observe_at(self, hz: float) -> None:
        """As of ``Session``; nobody is followed here, so nobody is forgotten sooner or later."""

    def effort(self, t: float) -> Load | None:
        """What the last seconds before t cost; None at first."""
        return self._load_meter.load_at(t, self._budget.wanted_hz(t))

    def _look(self, frame: Frame) -> tuple[Pixels, Mapping[int, Box]]:
        """Of a frame what may be seen, and person -> where they are in it."""
        if frame.participant is not None:
            person = self._call.person_of(frame.participant)
            width, height = frame.size
            return frame.pixels, {} if person is None else {person: Box(0, 0, width, height)}
        if self._layout.watch(frame.pixels, frame.t):
            self._call.doubt([tile for tile in self._layout.tiles if not tile.certain])
        return self._call.look(frame.pixels, self._layout.tiles)

    def _shows_the_same(self, frame: Frame) -> bool:
        return frame.participant is not None or self._layout.shows_the_same(frame.pixels)

    def _detect(self, pixels: Pixels, places: Mapping[int, Box]) -> dict[int, Detection]:
        return self._faces.detect(pixels, places) if places else {}

    def _move(
        self, people: Mapping[int, CallPerson], places: Mapping[int, Box], found: Mapping[int, Detection], t: float
    ) -> None:
        """How the faces moved, and that one was not found where its person is. Of people who are gone all is forgotten."""
        self._watched = {person: watched for person, watched in self._watched.items() if person in people}
        for person in places.keys() & people.keys():
            watched, detection = self._of(person), found.get(person)
            watched.shown = watched.movements.add(t, detection, watched.quality)
            if detection is not None:
                self._motions.add(people[person].number, detection, t)

    @property
    def _rules_now(self) -> ReadingRules | None:
        """Of the possible readings, while they are asked for."""
        return self._rules if self._call.meanings_on else None

    def _reading(self, who: CallPerson, face: Face, t: float, rules: ReadingRules | None) -> Reading:
        watched, motion = self._of(who.person), self._motions.take(who.number)
        if rules is None:
            watched.evaluator = None
            face = without_expression(face, WITHHELD if self._rules is None else SWITCHED_OFF)
            return Reading(who.number, face, face.prediction.scores, face.words, motion, watched.shown)
        if face.quality.ok:
            smooth, words = self._smoother.smooth(who.number, face.prediction.scores, t)
        else:
            smooth, words = self._smoother.remembered(who.number) or face.prediction.scores, face.words
        watched.evaluator = watched.evaluator or ReadingEvaluator(rules)
        possible = watched.evaluator.add(t, watched.shown, smooth if face.quality.ok else None)
        return Reading(who.number, face, smooth, words, motion, watched.shown, possible)

    def _of(self, person: int) -> _Watched:
        return self._watched.setdefault(person, _Watched())
