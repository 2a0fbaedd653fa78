"""The running session in memory: its observations, numbered, the oldest forgotten when there are too many, and its figures.

Observations are packed: of five faces one takes 2 kB so, and 6 kB as objects, which would be 136 MB for all of them.
"""

from array import array
from collections import Counter, deque
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Final, Literal

import numpy as np
from msgspec.msgpack import Decoder, Encoder
from msgspec.structs import replace as replaced

from tracker.core.records import FaceRecord, ObservationRecord
from tracker.core.sampling import SampleTimes
from tracker.core.scores import Doubt
from tracker.core.session_figures import Reading, SessionFigures
from tracker.core.session_readings import WORD_INDEX, SessionReadings, doubt_index
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR

MAX_TIMELINE_ROWS: Final = 21_600
"""Three hours at 2 Hz: longer than a meeting, and flat."""


PACKER: Final = Encoder()
UNPACKER: Final = Decoder(ObservationRecord)

Why = Literal["paused", "lost"]
"""Why nothing is observed: the person wants it so, or the camera is lost."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time without observations, in seconds of the session.

    n: its running number, from 1. begin: ``t`` of the observation before it, 0 before the first. end: ``t`` of the observation
    that ended it, None while it lasts.
    """

    n: int
    begin: float
    why: Why
    end: float | None = None


class Timeline:
    """Observations in order and the pauses between them; written by one thread, read by any."""

    def __init__(self, most: int = MAX_TIMELINE_ROWS) -> None:
        self._packed: deque[bytes] = deque(maxlen=most)
        self._count = 0
        self._pauses: list[Pause] = []
        self._t = array("d")
        self._counts: Counter[Reading] = Counter()
        self._nobody = 0
        # Of all readings, also of observations that are forgotten: 14 bytes each, a few megabytes for a day of one face.
        self._observation, self._face = array("i"), array("i")
        self._word, self._confidence, self._doubt = array("B"), array("f"), array("B")
        self._lock = Lock()

    def append(self, record: ObservationRecord) -> ObservationRecord:
        """Keep an observation, and return it with its running number ``n``, from 1."""
        with self._lock:
            self._count += 1
            numbered = replaced(record, n=self._count)
            self._packed.append(PACKER.encode(numbered))
            self._end_pause(record.t)
            for face in record.faces:
                self._observation.append(len(self._t))
                self._face.append(face.id)
                self._word.append(WORD_INDEX[face.expression])
                self._confidence.append(face.confidence)
                self._doubt.append(_doubt_of(face))
            self._t.append(record.t)
            self._nobody += not record.faces
            self._counts.update((face.id, face.expression, face.quality.reason) for face in record.faces)
            return numbered

    def forget_face(self, number: int) -> None:
        """Forget all readings of a face; the observations stay, without it."""
        with self._lock:
            records = (UNPACKER.decode(each) for each in self._packed)
            kept = (replaced(each, faces=tuple(face for face in each.faces if face.id != number)) for each in records)
            self._packed = deque(map(PACKER.encode, kept), maxlen=self._packed.maxlen)
            keep = np.array(self._face) != number
            for name in ("_observation", "_face", "_word", "_confidence", "_doubt"):
                column: array[int] | array[float] = getattr(self, name)
                setattr(self, name, array(column.typecode, np.array(column)[keep].tolist()))
            self._counts = Counter({reading: count for reading, count in self._counts.items() if reading[0] != number})

    def pause(self, why: Why) -> Pause:
        """No observations until the next one; a pause for the same reason that still lasts is the same pause."""
        with self._lock:
            last = self._pauses[-1] if self._pauses else None
            if last is not None and last.end is None and last.why == why:
                return last
            t = self._t[-1] if self._t else 0.0
            self._end_pause(t)
            self._pauses.append(Pause(len(self._pauses) + 1, t, why))
            return self._pauses[-1]

    def figures(self, hz: float) -> SessionFigures:
        """Of all observations, also those that are forgotten; hz: how often one was asked for."""
        with self._lock:
            t, counts, nobody = np.array(self._t), dict(self._counts), self._nobody
            pauses = [(each.begin, each.end, each.why) for each in self._pauses]
        return SessionFigures.of(SampleTimes.of(t, hz, pauses), nobody, counts.items())

    def readings(self, hz: float) -> SessionReadings:
        """Of all observations, also those that are forgotten; hz: how often one was asked for."""
        with self._lock:
            t = np.array(self._t)
            observation, face = np.array(self._observation, np.int64), np.array(self._face, np.int64)
            word, confidence, doubt = np.array(self._word), np.array(self._confidence), np.array(self._doubt)
            pauses = [(each.begin, each.end, each.why) for each in self._pauses]
        return SessionReadings(SampleTimes.of(t, hz, pauses), observation, face, word, confidence, doubt)

    @property
    def pauses(self) -> list[Pause]:
        """All of them, oldest first."""
        with self._lock:
            return list(self._pauses)

    def _end_pause(self, t: float) -> None:
        if self._pauses and self._pauses[-1].end is None:
            self._pauses[-1] = replace(self._pauses[-1], end=t)

    def since(self, n: int) -> list[ObservationRecord]:
        """Observations numbered above n, as far as they are not forgotten."""
        with self._lock:
            forgotten = self._count - len(self._packed)
            packed = list(islice(self._packed, max(n - forgotten, 0), None))
        # Without the lock: thousands take a second.
        return [UNPACKER.decode(each) for each in packed]

    def at(self, n: int | None = None) -> ObservationRecord | None:
        """The observation numbered n, the newest for None; None if it is not here."""
        with self._lock:
            place = len(self._packed) - 1 if n is None else n - 1 - (self._count - len(self._packed))
            return UNPACKER.decode(self._packed[place]) if 0 <= place < len(self._packed) else None


def _doubt_of(face: FaceRecord) -> int:
    if face.expression != UNCLEAR or face.quality.reason:
        return 0
    scores, smooth = (np.array([[each[name] for name in EXPRESSIONS]]) for each in (face.scores, face.smooth))
    return int(doubt_index(scores, smooth, np.array([face.doubt == Doubt.CHANGING]))[0])
