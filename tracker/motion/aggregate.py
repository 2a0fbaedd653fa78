"""How each face of a session has moved since its last observation: fed with every watched frame, read at each observation."""

from collections import deque
from typing import Final

from tracker.core.face import Detection, FaceId, Motion
from tracker.core.sampling import FACE_MEMORY_SECONDS
from tracker.motion.blinks import BlinkCounter
from tracker.motion.budget import MIN_COUNTING_HZ, MotionBudget
from tracker.motion.head_gestures import HeadGestureCounter
from tracker.motion.signals import FaceSignals, face_signals
from tracker.motion.talking import TalkingDetector

MAX_FRAME_GAP_SECONDS: Final = 1.2
"""Between two frames; what a face did in a longer gap is unknown. One frame a second is the slowest rate that counts."""
MAX_GESTURE_GAP_SECONDS: Final = 0.3
"""Between two frames of one movement; after a longer gap, counting starts anew."""
MIN_AWAY_SECONDS: Final = 0.5
"""Before eyes that are turned away count as away: lids that close in a blink look like eyes that look down."""
RATE_WINDOW_SECONDS: Final = 2.0
"""Over which the rate of watched frames is measured: one late frame changes nothing."""


class FaceMotion:
    """How one face has moved since it was read last."""

    def __init__(self) -> None:
        self._blink_counter, self._gesture_counter = BlinkCounter(), HeadGestureCounter()
        self._talking_detector = TalkingDetector()
        self._last: FaceSignals | None = None
        self._is_talking, self._away_for = False, 0.0
        self._times: deque[float] = deque()
        self._clear()

    def _clear(self) -> None:
        self._frames = self._blinks = self._nods = self._shakes = 0
        self._seconds = self._talking_seconds = self._away_seconds = self._smiling_seconds = 0.0

    @property
    def last_t(self) -> float:
        """The time of its last frame, in seconds."""
        return self._last.t if self._last else 0.0

    def add(self, signals: FaceSignals) -> None:
        """Take in the next frame; one that is not later than the last is ignored."""
        t, before = signals.t, self._last
        if before is not None and t <= before.t:
            return
        if before is not None and t - before.t <= MAX_FRAME_GAP_SECONDS:
            # A face goes on with what it did until the next frame says otherwise.
            seconds = t - before.t
            self._frames += 1
            self._seconds += seconds
            self._talking_seconds += seconds * self._is_talking
            self._away_for = self._away_for + seconds if before.away else 0.0
            self._away_seconds += seconds * (self._away_for > MIN_AWAY_SECONDS)
            self._smiling_seconds += seconds * before.smiling
        if before is None or t - before.t > MAX_GESTURE_GAP_SECONDS:
            self._blink_counter.reset()
            self._gesture_counter.reset()
            self._talking_detector.reset()
        self._blinks += self._blink_counter.add(t, signals.eye_closure)
        gestures = self._gesture_counter.add(t, signals.yaw, signals.pitch)
        self._nods, self._shakes = self._nods + gestures.nods, self._shakes + gestures.shakes
        self._is_talking = self._talking_detector.add(t, signals.lip_gap)
        self._times.append(t)
        while t - self._times[0] > RATE_WINDOW_SECONDS:
            self._times.popleft()
        self._last = signals

    def take(self, budget: MotionBudget) -> Motion | None:
        """Read what the face did since it was read last, and start again from zero.

        Args:
            budget: Says why counts are missing.

        Returns:
            Its motion, without counts when fewer than MIN_COUNTING_HZ frames a second were watched; None when none were.
        """
        if not self._seconds:
            self._clear()
            return None
        hz = (len(self._times) - 1) / max(self._times[-1] - self._times[0], 1e-3)
        counted = hz >= MIN_COUNTING_HZ
        motion = Motion(
            hz=round(self._frames / self._seconds, 1),
            seconds=round(self._seconds, 3),
            blinks=self._blinks if counted else None,
            nods=self._nods if counted else None,
            shakes=self._shakes if counted else None,
            talking=round(self._talking_seconds, 3) if counted else None,
            away=round(self._away_seconds, 3),
            smiling=round(self._smiling_seconds, 3),
            reason=None if counted else budget.why_not_counted(hz),
        )
        self._clear()
        return motion


class MotionTracker:
    """The motion of each face of a session; one thread uses it."""

    def __init__(self, budget: MotionBudget) -> None:
        self._budget = budget
        self._faces: dict[FaceId, FaceMotion] = {}

    def add(self, face: FaceId, detection: Detection, t: float) -> None:
        """Take in a face of a frame of time t (seconds), whether the frame is an observation or only watched."""
        if self._budget.hz > 0:
            self._faces.setdefault(face, FaceMotion()).add(face_signals(detection, t))
            self._faces = {known: motion for known, motion in self._faces.items() if t - motion.last_t <= FACE_MEMORY_SECONDS}

    def take(self, face: FaceId) -> Motion | None:
        """Read the face's motion since its last observation; None at its first, and where motion is switched off."""
        return self._faces[face].take(self._budget) if face in self._faces else None
