"""Which movements one face shows now: its pictures in order, each compared with the face's own rest."""

from collections import deque
from dataclasses import dataclass, replace
from math import exp, hypot
from typing import Final

from tracker.core.face import Detection, Quality
from tracker.core.movements import Movement, Movements
from tracker.motion.aggregate import MAX_FRAME_GAP_SECONDS, MAX_GESTURE_GAP_SECONDS, RATE_WINDOW_SECONDS
from tracker.motion.blendshapes import both, mean_of
from tracker.motion.blinks import BlinkCounter
from tracker.motion.head_gestures import HeadGestureCounter
from tracker.motion.movements import MOVEMENTS
from tracker.motion.resting import RestingRange, RestLearner
from tracker.motion.signals import FaceSignals, face_signals, gaze_degrees
from tracker.motion.talking import TalkingDetector

SMOOTHING_SECONDS: Final = 0.3
"""Time constant of what is compared with rest, as in the practice mirror."""
LEAVE_SHARE: Final = 0.6
"""Of the threshold: a movement ends below it, so that one that lies at the threshold does not flicker."""
READABLE_AFTER_SECONDS: Final = 1.0
"""A face that was just found is watched for so long before anything is said of it: movements are held, and rates measured."""
UNREADABLE_AFTER_SECONDS: Final = 0.5
"""Single pictures in which a face is blurred or missed change nothing."""
GESTURE_SHOWN_SECONDS: Final = 2.0
"""After a nod or a shake was counted: it is over in half of that, and would be missed by who looks once a second."""
TALKING_SHOWN_SECONDS: Final = 1.0
"""After the last picture in which the mouth talks: speech pauses between words and breaths for less."""
FULL_NOD_DEGREES, FULL_SHAKE_DEGREES = 20.0, 40.0
"""From the one turning point to the other, of a gesture of strength 1; five to seven times the least that counts."""
BLINK_WINDOW_SECONDS: Final = 60.0
"""Over which blinks a minute are counted."""
OFTEN_BLINKS: Final = 30.0
"""A minute: more than the 26 that people have in a conversation, 17 at rest (Bentivoglio and others, 1997)."""
FULL_BLINKS: Final = 60.0
"""A minute, of strength 1."""
BLINKS_ABOVE_USUAL: Final = 1.5
"""Times a person's own usual rate: people differ by as much (Bentivoglio and others, 1997)."""
MAX_RESTING_SMILE, MAX_RESTING_JAW, MAX_RESTING_CLOSURE = 0.4, 0.3, 0.5
"""Blendshapes of no resting face: a smile (as in signals.py), an open mouth, closed eyes, however long they are held."""

LEARNING: Final = "still learning"
BRIEF: Final = "seen too briefly"
NOBODY: Final = "no face in view"
UNSEEN: Final = "Mien's face model does not show it"
UNSEEN_MOVEMENTS: Final = ("nose_wrinkled",)
"""MediaPipe's noseSneer stays below 0.01, in pictures of disgust as in others (models/MOVEMENTS.md)."""
TURNED_AWAY, COVERED = "turned away", "covered"
"""As tracker/vision/quality.py says it."""
UNREADABLE_MOVEMENTS: Final = {TURNED_AWAY: "turned_away", COVERED: "covered"}
"""Reasons against reading a face that are movements themselves."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that a face holds, told by how far values of it are from their rest.

    Attributes:
        name: Of a movement, or of what movements are told by.
        values: Of ``_values``.
        least: Distance from rest at which it begins at the least; more where the person's rest is unsteady.
        full: Distance at which its strength is 1.
        seconds: For which it is held before it counts.
        both_ways: Whether less than at rest counts as more does.
    """

    name: str
    values: tuple[str, ...]
    least: float
    full: float
    seconds: float = 0.5
    both_ways: bool = False


SIGNS: Final = (
    Sign("smile", ("smile",), 0.15, 0.8),
    Sign("eyes_narrowed", ("squint",), 0.12, 0.5, 0.0),
    Sign("brows_raised", ("brows_up",), 0.15, 0.7),
    Sign("brows_lowered", ("brows_down",), 0.12, 0.6),
    Sign("lips_pressed", ("press",), 0.12, 0.4),
    Sign("jaw_dropped", ("jaw",), 0.15, 0.6),
    Sign("one_sided_mouth", ("mouth_side",), 0.15, 0.4, both_ways=True),
    Sign("eyes_closed", ("closure",), 0.35, 0.6, 1.0),
    Sign("gaze_away", ("gaze_yaw", "gaze_pitch"), 0.22, 0.5, both_ways=True),
    Sign("tilt", ("roll",), 0.12, 0.3, both_ways=True),
    Sign("yawn", ("jaw",), 0.45, 0.8, 1.5),
)
"""Least is two or three times what a still face varies by (MIN_CHANGE), and full about as far from neutral as one in ten of
those pictures of FER+ goes in which voters saw the expression; of gaze, tilt and yawn, chosen on made-up tracks. What they do
on pictures and tracks is in models/MOVEMENTS.md."""
DEGREES: Final = 100.0
"""Of which angles are shares here, so that one measure of stillness fits all values."""
VALUES: Final = (
    "smile",
    "squint",
    "brows_up",
    "brows_down",
    "press",
    "jaw",
    "mouth_side",
    "closure",
    "gaze_yaw",
    "gaze_pitch",
    "roll",
)
RESTLESS: Final = ("closure", "squint", "gaze_yaw", "gaze_pitch")
"""Values that a face at rest moves all the time: it blinks, and its eyes wander over the screen."""


def face_values(detection: Detection) -> tuple[float, ...]:
    """What is compared with rest, in the order of VALUES: blendshapes, and angles in hundreds of degrees."""
    shapes = detection.shape.blendshapes
    gaze_yaw, gaze_pitch = gaze_degrees(detection)
    left, right = (
        mean_of(shapes, (f"mouthSmile{side}", f"mouthDimple{side}")) + shapes.get(f"mouth{side}", 0.0)
        for side in ("Left", "Right")
    )
    return (
        # Of a smile with one corner, the other has none: that is ``one_sided_mouth``.
        min(shapes.get(name, 0.0) for name in both("mouthSmile")),
        mean_of(shapes, both("eyeSquint")),
        mean_of(shapes, ("browInnerUp", *both("browOuterUp"))),
        mean_of(shapes, both("browDown")),
        mean_of(shapes, both("mouthPress")),
        shapes.get("jawOpen", 0.0),
        left - right,
        mean_of(shapes, both("eyeBlink")),
        gaze_yaw / DEGREES,
        gaze_pitch / DEGREES,
        detection.shape.pose.roll / DEGREES,
    )


class HeldSign:
    """Whether one sign is there, picture by picture."""

    def __init__(self, sign: Sign) -> None:
        self.sign = sign
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        self._began: float | None = None
        self._amount = 0.0

    def add(self, t: float, values: dict[str, float], rest: dict[str, RestingRange]) -> None:
        """Take in the smoothed values at time t (seconds)."""
        away = [values[name] - rest[name].middle for name in self.sign.values]
        self._amount = hypot(*away) if self.sign.both_ways else away[0]
        threshold = max(rest[name].threshold(self.sign.least) for name in self.sign.values)
        if self._amount < threshold * (LEAVE_SHARE if self._began is not None else 1):
            self._began = None
        elif self._began is None:
            self._began = t

    def at(self, t: float) -> Movement | None:
        """The sign, if it has been held for long enough."""
        if self._began is None or t - self._began < self.sign.seconds:
            return None
        return Movement(self.sign.name, min(1.0, self._amount / self.sign.full), t - self._began)


class BlinkRate:
    """Blinks a minute of one face, over its last minute, and what is usual for it; in seconds that were watched."""

    def __init__(self) -> None:
        self._seconds = self._often_since = 0.0
        self._blinks: deque[float] = deque()
        self._older_blinks = 0
        self._often = False

    def add(self, seconds: float, blinks: int) -> None:
        """Take in a picture, so many seconds after the one before."""
        self._seconds += seconds
        self._blinks.extend([self._seconds] * blinks)
        while self._blinks and self._seconds - self._blinks[0] > BLINK_WINDOW_SECONDS:
            self._blinks.popleft()
            self._older_blinks += 1
        threshold = max(OFTEN_BLINKS, BLINKS_ABOVE_USUAL * (self.usual or 0.0)) * (LEAVE_SHARE if self._often else 1)
        often = self.usual is not None and len(self._blinks) >= threshold
        if often and not self._often:
            self._often_since = self._seconds
        self._often = often

    @property
    def a_minute(self) -> float | None:
        """Over the last minute; None before it was watched for one."""
        return len(self._blinks) * 60 / BLINK_WINDOW_SECONDS if self._seconds >= BLINK_WINDOW_SECONDS else None

    @property
    def usual(self) -> float | None:
        """Before the last minute; None before that was a minute, too."""
        older = self._seconds - BLINK_WINDOW_SECONDS
        return self._older_blinks * 60 / older if older >= BLINK_WINDOW_SECONDS else None

    def often(self) -> Movement | None:
        """The movement ``blinking``, if the face blinks often now."""
        if not self._often:
            return None
        return Movement("blinking", min(1.0, len(self._blinks) / FULL_BLINKS), self._seconds - self._often_since)


class FaceMovements:
    """What one face shows, picture by picture; one thread uses it."""

    def __init__(self, *, at_any_rate: bool = False) -> None:
        """Begin with nothing known of the face.

        Args:
            at_any_rate: Tell movements also where there are too few pictures a second for them; only for measuring what
                that is worth.
        """
        self._at_any_rate = at_any_rate
        self._learner = RestLearner(VALUES, RESTLESS)
        self._held = tuple(HeldSign(sign) for sign in SIGNS)
        self._blink_counter, self._gesture_counter = BlinkCounter(), HeadGestureCounter()
        self._talking_detector, self._blink_rate = TalkingDetector(), BlinkRate()
        self._last_t: float | None = None
        self._doubt: tuple[str, float] | None = None
        self._now = Movements(unknown={kind.name: BRIEF for kind in MOVEMENTS})
        self._begin_again()

    def _begin_again(self) -> None:
        """Forget what the face was doing; its rest and its blinks stay known."""
        self._times: deque[float] = deque()
        self._readable_since: float | None = None
        self._smooth: tuple[float, ...] | None = None
        self._gestures: dict[str, tuple[float, float]] = {}
        self._talked: tuple[float, float] | None = None
        self._with_eyes = self._yawned = False
        self._learner.interrupt()
        for held in self._held:
            held.reset()
        self._reset_counters()

    def _reset_counters(self) -> None:
        self._blink_counter.reset()
        self._gesture_counter.reset()
        self._talking_detector.reset()

    def add(self, t: float, detection: Detection | None, quality: Quality) -> Movements:
        """Take in the next picture.

        Args:
            t: Its time in seconds; one that is not later than the last changes nothing.
            detection: The face as it was found; None where it was not.
            quality: Whether the face can be read, of this picture or the last for which that is known.

        Returns:
            What the face shows at that time.
        """
        if self._last_t is not None and t <= self._last_t:
            return self._now
        gap = None if self._last_t is None else t - self._last_t
        if gap is not None and gap > MAX_FRAME_GAP_SECONDS:
            self._begin_again()
        self._last_t = t
        reason = NOBODY if detection is None else quality.reason
        if reason is not None or detection is None:
            self._now = self._unreadable(t, reason or NOBODY)
        else:
            self._doubt = None
            self._take(t, detection)
            self._now = self._readable(t)
        self._now = replace(self._now, rest_known=self._learner.share_known)
        return self._now

    def _unreadable(self, t: float, reason: str) -> Movements:
        if self._doubt is None or self._doubt[0] != reason:
            self._doubt = reason, t
        since = self._doubt[1]
        if t - since < UNREADABLE_AFTER_SECONDS:
            return self._now
        self._begin_again()
        own = UNREADABLE_MOVEMENTS.get(reason)
        present = (Movement(own, 1.0, t - since),) if own else ()
        # Who is seen, but cannot be read, is known not to be turned away or covered.
        known = () if reason == NOBODY else UNREADABLE_MOVEMENTS.values()
        unknown = {kind.name: reason for kind in MOVEMENTS if kind.name not in known}
        return Movements(present, unknown, unreadable=reason)

    def _take(self, t: float, detection: Detection) -> None:
        before, signals, values = self._times[-1] if self._times else None, face_signals(detection, t), face_values(detection)
        self._times.append(t)
        while t - self._times[0] > RATE_WINDOW_SECONDS:
            self._times.popleft()
        self._readable_since = t if self._readable_since is None else self._readable_since
        if before is None or self._smooth is None:
            self._smooth = values
        else:
            weight = 1 - exp(-(t - before) / SMOOTHING_SECONDS)
            self._smooth = tuple(old + weight * (new - old) for old, new in zip(self._smooth, values, strict=True))
        self._count(signals, before)
        if self._may_be_at_rest(signals, values):
            self._learner.add(t, values)
        else:
            self._learner.interrupt()
        if self._learner.known:
            smooth = dict(zip(VALUES, self._smooth, strict=True))
            for held in self._held:
                held.add(t, smooth, self._learner.ranges)

    def _count(self, signals: FaceSignals, before: float | None) -> None:
        """Blinks, nods, shakes and talking."""
        t = signals.t
        if before is None or t - before > MAX_GESTURE_GAP_SECONDS:
            self._reset_counters()
            seconds = 0.0
        else:
            seconds = t - before
        self._blink_rate.add(seconds, self._blink_counter.add(t, signals.eye_closure))
        gestures = self._gesture_counter.add(t, signals.yaw, signals.pitch)
        if gestures.nods:
            self._gestures["nod"] = t, min(1.0, gestures.degrees / FULL_NOD_DEGREES)
        if gestures.shakes:
            self._gestures["shake"] = t, min(1.0, gestures.degrees / FULL_SHAKE_DEGREES)
        if self._talking_detector.add(t, signals.lip_gap):
            self._talked = self._talked[0] if self._talking(t) and self._talked else t, t

    def _talking(self, t: float) -> bool:
        return self._talked is not None and t - self._talked[1] <= TALKING_SHOWN_SECONDS

    def _may_be_at_rest(self, signals: FaceSignals, values: tuple[float, ...]) -> bool:
        named = dict(zip(VALUES, values, strict=True))
        return (
            named["smile"] < MAX_RESTING_SMILE
            and named["jaw"] < MAX_RESTING_JAW
            and not self._talking(signals.t)
            # A blink does not end a second at rest, eyes that stay closed do.
            and (self._smooth is None or self._smooth[VALUES.index("closure")] < MAX_RESTING_CLOSURE)
        )

    def _readable(self, t: float) -> Movements:
        hz = (len(self._times) - 1) / max(t - self._times[0], 1e-3)
        too_brief = self._readable_since is None or t - self._readable_since < READABLE_AFTER_SECONDS
        unknown: dict[str, str] = {}
        for kind in MOVEMENTS:
            reason = self._why_unknown(kind.name)
            if kind.name in UNREADABLE_MOVEMENTS.values():
                continue
            if too_brief:
                unknown[kind.name] = BRIEF
            elif hz < kind.min_hz and not self._at_any_rate:
                unknown[kind.name] = f"needs {kind.needed_hz:.0f} pictures a second"
            elif reason is not None:
                unknown[kind.name] = reason
        there = self._there(t)
        present = tuple(there[kind.name] for kind in MOVEMENTS if kind.name in there and kind.name not in unknown)
        return Movements(present, unknown, None if "blinking" in unknown else self._blink_rate.a_minute)

    def _why_unknown(self, name: str) -> str | None:
        """Why a movement cannot be told of a face that is read often enough."""
        if name in UNSEEN_MOVEMENTS:
            return UNSEEN
        if name == "blinking":
            return LEARNING if self._blink_rate.usual is None else None
        return LEARNING if name not in ("nod", "shake", "talking") and not self._learner.known else None

    def _there(self, t: float) -> dict[str, Movement]:
        """All that the face does, by name."""
        signs = {held.sign.name: movement for held in self._held if (movement := held.at(t)) is not None}
        smile, narrowed = signs.pop("smile", None), signs.pop("eyes_narrowed", None)
        # A smile that reached the eyes, and a mouth that yawned, stay so until they end.
        self._with_eyes = smile is not None and (self._with_eyes or narrowed is not None)
        self._yawned = "yawn" in signs or (self._yawned and "jaw_dropped" in signs)
        if smile is not None:
            name = "smile_eyes" if self._with_eyes else "smile_mouth"
            signs[name] = Movement(name, smile.strength, smile.seconds)
        for name, (began, strength) in self._gestures.items():
            if t - began <= GESTURE_SHOWN_SECONDS:
                signs[name] = Movement(name, strength, t - began)
        if self._talked is not None and self._talking(t):
            signs["talking"] = Movement("talking", 1.0, t - self._talked[0])
        if "talking" in signs or self._yawned:
            signs.pop("jaw_dropped", None)
        often = self._blink_rate.often()
        return signs if often is None else signs | {often.name: often}
