"""What was counted between observations - blinks, nods, talking, looking away, smiling - as rates over a stretch."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tracker.core.face import Motion
from tracker.reports.sentences import Number, Phrase, share_number

COUNTED_MOTIONS: Final = {"blinks": "blinks", "nods": "nods", "shakes": "shakes of the head"}
TIMED_MOTIONS: Final = {"talking": "talking", "away": "turned or looking away", "smiling": "smiling"}
"""Each with its words."""
MOTIONS: Final = (*COUNTED_MOTIONS, *TIMED_MOTIONS)
MINUTE_SECONDS: Final = 60
MIN_WATCHED_SECONDS: Final = 60.0
"""Seconds of watched face that a rate takes: one blink in ten seconds is not six a minute."""
TOO_SHORT: Final = "a face was watched for less than a minute"
TOO_SELDOM: Final = "a face was looked at often enough for less than a minute"
DECIMAL_BELOW: Final = 10
"""Below so many a minute a decimal is told."""
NOT_WATCHED: Final = "movements between the observations were not recorded in this session"


@dataclass(frozen=True, slots=True)
class MotionRate:
    """What was counted of one kind. value: a minute, or a share of the time, 0 to 1; None where it could not be had.

    seconds: of watched faces that it rests on. reason: why it could not be had, or not all the time.
    """

    name: str
    value: float | None
    seconds: float
    reason: str | None


@dataclass(slots=True)
class MotionTally:
    """Adds up the motion of faces: the counts of those that could be counted, by the seconds of just those."""

    amount: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    watched: int = 0

    def add(self, motion: Motion | None) -> None:
        """A face's motion since its last observation, as rows have it."""
        if motion is None:
            return
        self.watched += 1
        if motion.reason:
            self.reasons[motion.reason] += 1
        for name in MOTIONS:
            amount = getattr(motion, name)
            if amount is not None:
                self.amount[name] = self.amount.get(name, 0) + amount
                self.seconds[name] = self.seconds.get(name, 0.0) + motion.seconds

    def rates(self) -> tuple[MotionRate, ...]:
        """One of each kind; none at all where no motion was recorded."""
        return tuple(self._rate(name) for name in MOTIONS) if self.watched else ()

    def _rate(self, name: str) -> MotionRate:
        seconds = float(self.seconds.get(name, 0.0))
        reason = self.reasons.most_common(1)[0][0] if self.reasons else None
        if not seconds:
            return MotionRate(name, None, 0.0, reason or "the face was not watched in between")
        if seconds < MIN_WATCHED_SECONDS:
            watched = max(self.seconds.values()) >= MIN_WATCHED_SECONDS
            short = TOO_SELDOM + (f" ({reason})" if reason else "") if watched else TOO_SHORT
            return MotionRate(name, None, round(seconds, 3), short)
        value = self.amount[name] / seconds * (MINUTE_SECONDS if name in COUNTED_MOTIONS else 1)
        return MotionRate(name, round(value, 4), round(seconds, 3), None)


def describe_rate(rate: MotionRate) -> Phrase:
    """A rate as people read it, or why there is none."""
    if rate.value is None:
        return (f"not counted: {rate.reason}",)
    if rate.name in TIMED_MOTIONS:
        return (share_number(rate.value, rate.name), " of the time")
    return (Number(rate.value, rate.name, f"{rate.value:.{0 if rate.value >= DECIMAL_BELOW else 1}f}"), " a minute")


def rate_name(rate: MotionRate) -> str:
    """What it is a rate of."""
    return (COUNTED_MOTIONS | TIMED_MOTIONS)[rate.name]
