"""Reads a session once and holds it as arrays, from which plots and reports count and draw."""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import UNSET

from tracker.core.records import FaceRecord
from tracker.core.sampling import SampleTimes
from tracker.core.scores import Doubt
from tracker.core.session_figures import Reading, SessionFigures
from tracker.core.session_readings import DOUBTS, NOBODY_INDEX, SessionReadings, doubt_index
from tracker.core.text import SHOWN_OR_NOBODY
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.exports.session_data import SessionData
from tracker.reports.motion_rates import MotionRate, MotionTally
from tracker.reports.shown_movements import MovementTally, PersonMovements, person_name

MAX_LANES: Final = 6
"""Faces that get a lane of their own, those with the most readings first: a page has room for no more."""

Floats = npt.NDArray[np.float64]
LaneReading = tuple[int, int, float, "array[float]", bool]
"""A reading as compact as possible, since a day of them must fit into memory: the index of its observation, the index of its
word in SHOWN_OR_NOBODY, confidence, smoothed scores, whether the face was readable."""


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One face in all n observations; where the face is not there, confidence and smoothed scores are 0.

    Attributes:
        who: What people call it in the middle of a sentence: "face 2", or in a call the person's name.
        face: Its number; None for whoever is there, where there is never more than one.
        word_index: [n] index into SHOWN_OR_NOBODY; NOBODY_INDEX where the face is not there.
        confidence: [n] 0 to 1.
        smoothed: [n, 7] smoothed scores, 0 to 1, in the order of EXPRESSIONS.
        readable: [n] whether the face is there and no quality gate calls it unreadable.
    """

    who: str
    face: int | None
    word_index: npt.NDArray[np.uint8]
    confidence: npt.NDArray[np.float32]
    smoothed: npt.NDArray[np.float32]
    readable: npt.NDArray[np.bool_]

    @property
    def title(self) -> str:
        """What people call it at the beginning of a line."""
        return self.who[:1].upper() + self.who[1:]


@dataclass(frozen=True, slots=True)
class ExpressionSegment:
    """Consecutive observations that say the same word of one face.

    Attributes:
        word: One of SHOWN_OR_NOBODY.
        begin: Seconds of the session.
        end: Seconds of the session.
        lane: Index of the face's lane.
    """

    word: str
    begin: float
    end: float
    lane: int = 0

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True, eq=False)
class SessionArrays:
    """A session of n observations with m readings, all faces together.

    Attributes:
        times: When the observations were, and how long each of them counts.
        figures: The session's counts and gaps.
        reading_observation: [m] index of the observation that each reading belongs to, ascending.
        reading_word: [m] index into SHOWN_OR_NOBODY of each reading.
        reading_face: [m] number of each reading's face.
        reading_confidence: [m] 0 to 1.
        reading_doubt: [m] index into DOUBTS.
        lanes: At least one, at most MAX_LANES; a session in which there was never more than one face has one.
        face_count: How many faces there were, those without a lane among them.
        local_time: Seconds of the session to the clock in the session's time zone, see ``SessionData.local``.
        motion_rates: Blinks, nods and so on; empty where no motion was recorded.
        people: What each person of a call showed; empty for other sessions.
    """

    times: SampleTimes
    figures: SessionFigures
    reading_observation: npt.NDArray[np.int64]
    reading_word: npt.NDArray[np.uint8]
    reading_face: npt.NDArray[np.int64]
    reading_confidence: npt.NDArray[np.float32]
    reading_doubt: npt.NDArray[np.uint8]
    lanes: tuple[Lane, ...]
    face_count: int
    local_time: Callable[[float], datetime]
    motion_rates: tuple[MotionRate, ...]
    people: tuple[PersonMovements, ...]

    @property
    def t(self) -> Floats:
        """[n] seconds of the session, of each observation."""
        return self.times.t

    @property
    def sample_interval(self) -> float:
        """Seconds between two observations, which is how long one of them counts."""
        return self.times.usual

    @property
    def as_readings(self) -> SessionReadings:
        """The readings alone, from which trends are computed."""
        return SessionReadings(
            self.times,
            self.reading_observation,
            self.reading_face,
            self.reading_word,
            self.reading_confidence,
            self.reading_doubt,
        )

    def counts(self, begin: float = -np.inf, end: float = np.inf) -> dict[str, int]:
        """Count the readings of all faces.

        Args:
            begin: Seconds of the session, included.
            end: Seconds of the session, not included.

        Returns:
            Word -> readings, in the order of SHOWN_OR_NOBODY; words without a reading are left out.
        """
        t = self.t[self.reading_observation]
        counts = np.bincount(self.reading_word[(t >= begin) & (t < end)], minlength=len(SHOWN_OR_NOBODY))
        return {word: int(count) for word, count in zip(SHOWN_OR_NOBODY, counts, strict=True) if count}

    def doubt_counts(self) -> dict[Doubt, int]:
        """Why a reading is unclear -> how many readings, of all faces that could be judged; without those that do not occur."""
        counts = np.bincount(self.reading_doubt, minlength=len(DOUBTS)).tolist()
        told = {doubt: sum(n for n, each in zip(counts, DOUBTS, strict=True) if each.doubt == doubt) for doubt in Doubt}
        return {doubt: count for doubt, count in told.items() if count}

    @property
    def readings(self) -> int:
        """How many readings there are, of all faces."""
        return len(self.reading_word)

    @property
    def length(self) -> float:
        """Seconds from the first observation to the end of the last; without any, one sample interval: it is never 0."""
        return self.times.seconds or self.sample_interval

    @property
    def begin(self) -> float:
        """Seconds of the session, of the first observation."""
        return self.times.begin

    def ends(self) -> Floats:
        """[n] seconds of the session until which each observation counts."""
        return self.times.ends()


@dataclass(slots=True)
class _UnclearReadings:
    """Unclear readings of faces that could be judged: their places among all readings, and what tells why."""

    places: list[int] = field(default_factory=list)
    scores: "array[float]" = field(default_factory=lambda: array("d"))
    smooth: "array[float]" = field(default_factory=lambda: array("d"))
    changing: list[bool | None] = field(default_factory=list)

    def add(self, place: int, face: FaceRecord) -> None:
        """Add the reading at this place."""
        self.places.append(place)
        self.scores.extend(face.scores[name] for name in EXPRESSIONS)
        self.smooth.extend(face.smooth[name] for name in EXPRESSIONS)
        self.changing.append(None if face.doubt is UNSET else face.doubt == Doubt.CHANGING)

    def doubts(self, count: int, threshold: float | None) -> npt.NDArray[np.uint8]:
        """[count] index into DOUBTS of all readings; what was stored does not say itself whether it was changing."""
        scores, smooth = (np.array(each).reshape(-1, len(EXPRESSIONS)) for each in (self.scores, self.smooth))
        sure = scores.max(axis=1, initial=0) >= (np.inf if threshold is None else threshold)
        told = np.array([each is not None for each in self.changing], np.bool_)
        found = np.zeros(count, np.uint8)
        found[self.places] = doubt_index(scores, smooth, np.where(told, np.array(self.changing, np.bool_), sure))
        return found


def aggregate_session(session: SessionData) -> SessionArrays:
    """Read all observations of a session, once; raises what ``session.rows`` raises."""
    t: list[float] = []
    readings_by_face: dict[int, list[LaneReading]] = {}
    reading_observation: list[int] = []
    reading_word: list[int] = []
    reading_face: list[int] = []
    reading_confidence: list[float] = []
    unclear = _UnclearReadings()
    counts: Counter[Reading] = Counter()
    without_face, most_faces, motion, shown = 0, 0, MotionTally(), MovementTally()
    for index, observation in enumerate(session.rows()):
        t.append(observation.t)
        without_face += not observation.faces
        most_faces = max(most_faces, len(observation.faces))
        for face in observation.faces:
            word = SHOWN_OR_NOBODY.index(face.expression)
            if face.expression == UNCLEAR and not face.quality.reason:
                unclear.add(len(reading_word), face)
            reading_observation.append(index)
            reading_word.append(word)
            reading_face.append(face.id)
            reading_confidence.append(face.confidence)
            reason = face.quality.reason
            counts[face.id, face.expression, reason] += 1
            motion.add(face.motion)
            shown.add(observation.t, face)
            reading = (index, word, face.confidence, array("f", face.smooth.values()), not reason)
            readings_by_face.setdefault(face.id, []).append(reading)
    times = SampleTimes.of(t, session.hz, ((pause.begin, pause.end, pause.why) for pause in session.pauses))
    if most_faces <= 1 and not session.names:
        # If there are several numbers and never two faces at once, it is one person, who went and came back.
        lanes: tuple[Lane, ...] = (
            _lane("the face", None, len(t), [each for one in readings_by_face.values() for each in one]),
        )
    else:
        most_read = sorted(sorted(readings_by_face), key=lambda number: -len(readings_by_face[number]))[:MAX_LANES]
        lanes = tuple(
            _lane(person_name(session, number), number, len(t), readings_by_face[number]) for number in sorted(most_read)
        )
    return SessionArrays(
        times=times,
        figures=SessionFigures.of(times, without_face, counts.items()),
        reading_observation=np.array(reading_observation, np.int64),
        reading_word=np.array(reading_word, np.uint8),
        reading_face=np.array(reading_face, np.int64),
        reading_confidence=np.array(reading_confidence, np.float32),
        reading_doubt=unclear.doubts(len(reading_word), session.threshold),
        lanes=lanes,
        face_count=len(readings_by_face),
        local_time=session.local,
        motion_rates=motion.rates(),
        people=shown.people(session),
    )


def _lane(who: str, face: int | None, n: int, readings: list[LaneReading]) -> Lane:
    words = np.full(n, NOBODY_INDEX, np.uint8)
    confidence, smoothed = np.zeros(n, np.float32), np.zeros((n, len(EXPRESSIONS)), np.float32)
    readable = np.zeros(n, np.bool_)
    if readings:
        indices = [index for index, *_ in readings]
        words[indices] = [word for _, word, *_ in readings]
        confidence[indices] = [value for _, _, value, *_ in readings]
        smoothed[indices] = [scores for *_, scores, _ in readings]
        readable[indices] = [value for *_, value in readings]
    return Lane(who, face, words, confidence, smoothed, readable)


def most_read_lane(data: SessionArrays) -> int:
    """The index of the lane with the most readings, the first of equals."""
    return max(range(len(data.lanes)), key=lambda index: int((data.lanes[index].confidence > 0).sum()))


def lane_segments(data: SessionArrays, lane: int) -> list[ExpressionSegment]:
    """The segments of the lane with this index, in order of time, "nobody there" included; a gap ends a segment."""
    words = data.lanes[lane].word_index
    if not len(words):
        return []
    until = data.ends()
    starts = np.flatnonzero((np.diff(words.astype(int)) != 0) | (until[:-1] < data.t[1:])) + 1
    first, last = np.concatenate([[0], starts]), np.concatenate([starts, [len(words)]]) - 1
    pairs = zip(first, last, strict=True)
    return [
        ExpressionSegment(SHOWN_OR_NOBODY[words[begin]], float(data.t[begin]), float(until[end]), lane) for begin, end in pairs
    ]


def longest_segments(data: SessionArrays) -> dict[str, ExpressionSegment]:
    """Word -> its longest segment in any lane, the earliest of equals."""
    longest: dict[str, ExpressionSegment] = {}
    for segment in (segment for lane in range(len(data.lanes)) for segment in lane_segments(data, lane)):
        if segment.word not in longest or segment.seconds > longest[segment.word].seconds + 1e-6:
            longest[segment.word] = segment
    return longest
