"""The memory of how faces move: fed with every frame on which they are watched, asked at every recorded observation."""

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
"""Seconds between two frames after which nobody knows what the face did meanwhile; one a second is the slowest that counts."""
MAX_GESTURE_GAP_SECONDS: Final = 0.3
"""Seconds between two frames after which a movement is not the same movement any more."""
MIN_AWAY_SECONDS: Final = 0.5
"""Seconds before eyes that are turned away count as away: lids that close in a blink look like eyes that look down."""
RATE_WINDOW_SECONDS: Final = 2.0
"""Seconds over which it is told how often a face is watched: one frame that is late changes nothing."""


class FaceMotion:
    """How one face has moved since it was asked last."""

    def __init__(self) -> None:
        self._blinks, self._swings, self._syllables = BlinkCounter(), HeadGestureCounter(), TalkingDetector()
        self._last: FaceSignals | None = None
        self._talks, self._aside = False, 0.0
        self._times: deque[float] = deque()
        self._start()

    def _start(self) -> None:
        self._frames = self._blinked = self._nodded = self._shaken = 0
        self._seconds = self._talked = self._away = self._smiled = 0.0

    @property
    def last(self) -> float:
        """The time of its last frame, in seconds."""
        return self._last.t if self._last else 0.0

    def see(self, now: FaceSignals) -> None:
        """The next frame; those that are not later than the last say nothing new."""
        before = self._last
        if before is not None and now.t <= before.t:
            return
        if before is not None and now.t - before.t <= MAX_FRAME_GAP_SECONDS:
            self._spend(before, now.t - before.t)
        if before is None or now.t - before.t > MAX_GESTURE_GAP_SECONDS:
            for part in (self._blinks, self._swings, self._syllables):
                part.forget()
        self._count(now)
        self._last = now

    def _spend(self, before: FaceSignals, seconds: float) -> None:
        """A face goes on with what it did, until the next frame says something else."""
        self._frames += 1
        self._seconds += seconds
        self._talked += seconds * self._talks
        self._aside = self._aside + seconds if before.away else 0.0
        self._away += seconds * (self._aside > MIN_AWAY_SECONDS)
        self._smiled += seconds * before.smiling

    def _count(self, now: FaceSignals) -> None:
        self._blinked += self._blinks.add(now.t, now.lids)
        nods, shakes = self._swings.add(now.t, now.yaw, now.pitch)
        self._nodded, self._shaken = self._nodded + nods, self._shaken + shakes
        self._talks = self._syllables.add(now.t, now.mouth)
        self._times.append(now.t)
        while now.t - self._times[0] > RATE_WINDOW_SECONDS:
            self._times.popleft()

    def take(self, budget: MotionBudget) -> Motion | None:
        """What it did since it was asked last; None when it was not watched at all. Counts need enough frames a second."""
        if not self._seconds:
            self._start()
            return None
        rate = (len(self._times) - 1) / max(self._times[-1] - self._times[0], 1e-3)
        seen = rate >= MIN_COUNTING_HZ
        motion = Motion(
            hz=round(self._frames / self._seconds, 1),
            seconds=round(self._seconds, 3),
            blinks=self._blinked if seen else None,
            nods=self._nodded if seen else None,
            shakes=self._shaken if seen else None,
            talking=round(self._talked, 3) if seen else None,
            away=round(self._away, 3),
            smiling=round(self._smiled, 3),
            reason=None if seen else budget.why_not(rate),
        )
        self._start()
        return motion


class MotionTracker:
    """The motion of each face of a session."""

    def __init__(self, budget: MotionBudget) -> None:
        self._budget = budget
        self._faces: dict[FaceId, FaceMotion] = {}

    def see(self, who: FaceId, found: Detection, t: float) -> None:
        """A face in a frame of time t (seconds), recorded or not."""
        if self._budget.hz > 0:
            self._faces.setdefault(who, FaceMotion()).see(face_signals(found, t))
            self._faces = {face: motion for face, motion in self._faces.items() if t - motion.last <= FACE_MEMORY_SECONDS}

    def take(self, who: FaceId) -> Motion | None:
        """Since the face's recorded observation before; None at its first, and where motion is switched off."""
        return self._faces[who].take(self._budget) if who in self._faces else None
