"""Rates of what was counted between observations: blinks, nods, talking, looking away, smiling."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tracker.core.face import Motion
from tracker.reports.sentences import Number, Phrase, share_number

COUNTED_MOTIONS: Final = {"blinks": "blinks", "nods": "nods", "shakes": "shakes of the head"}
"""Motions whose rate is a number a minute: field of ``Motion`` -> what people call it."""
TIMED_MOTIONS: Final = {"talking": "talking", "away": "turned or looking away", "smiling": "smiling"}
"""Motions whose rate is a share of the time: field of ``Motion`` -> what people call it."""
MOTIONS: Final = (*COUNTED_MOTIONS, *TIMED_MOTIONS)
MINUTE_SECONDS: Final = 60
MIN_WATCHED_SECONDS: Final = 60.0
"""For how long a face has to be watched before there is a rate: one blink in ten seconds is not six a minute."""
TOO_SHORT: Final = "a face was watched for less than a minute"
TOO_SELDOM: Final = "a face was looked at often enough for less than a minute"
ONE_DECIMAL_BELOW: Final = 10
"""A smaller number a minute is shown with one decimal, a larger one with none."""


@dataclass(frozen=True, slots=True)
class MotionRate:
    """The rate of one motion.

    Attributes:
        name: One of MOTIONS.
        value: How many a minute, or of a timed motion its share of the time, 0 to 1; None if it could not be measured.
        seconds: For how long faces were watched.
        reason: Why it could not be measured, else None.
    """

    name: str
    value: float | None
    seconds: float
    reason: str | None


@dataclass(slots=True)
class MotionTally:
    """Adds up the motion of faces. One thread at a time.

    Attributes:
        amount: Motion -> how often it was counted, or how many seconds it lasted.
        seconds: Motion -> for how long faces were watched while it could be measured.
        reasons: Why a motion could not be measured, and how often that was so.
        added: How many motions of faces were added.
    """

    amount: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    added: int = 0

    def add(self, motion: Motion | None) -> None:
        """Add the motion of a face since its previous observation; None, where motion was not recorded, adds nothing."""
        if motion is None:
            return
        self.added += 1
        if motion.reason:
            self.reasons[motion.reason] += 1
        for name in MOTIONS:
            amount = getattr(motion, name)
            if amount is not None:
                self.amount[name] = self.amount.get(name, 0) + amount
                self.seconds[name] = self.seconds.get(name, 0.0) + motion.seconds

    def rates(self) -> tuple[MotionRate, ...]:
        """The rate of each of MOTIONS, in that order; empty where no motion was recorded."""
        return tuple(self._rate(name) for name in MOTIONS) if self.added else ()

    def _rate(self, name: str) -> MotionRate:
        seconds = float(self.seconds.get(name, 0.0))
        reason = self.reasons.most_common(1)[0][0] if self.reasons else None
        if not seconds:
            return MotionRate(name, None, 0.0, reason or "the face was not watched in between")
        if seconds < MIN_WATCHED_SECONDS:
            # If other motions could be measured for long enough, this one needs more frames a second than there were.
            others = max(self.seconds.values()) >= MIN_WATCHED_SECONDS
            short = TOO_SELDOM + (f" ({reason})" if reason else "") if others else TOO_SHORT
            return MotionRate(name, None, round(seconds, 3), short)
        value = self.amount[name] / seconds * (MINUTE_SECONDS if name in COUNTED_MOTIONS else 1)
        return MotionRate(name, round(value, 4), round(seconds, 3), None)


def describe_rate(rate: MotionRate) -> Phrase:
    """A rate for people, as in: 12 a minute, or: 31 % of the time; or why there is none."""
    if rate.value is None:
        return (f"not counted: {rate.reason}",)
    if rate.name in TIMED_MOTIONS:
        return (share_number(rate.value, rate.name), " of the time")
    decimals = 1 if rate.value < ONE_DECIMAL_BELOW else 0
    return (Number(rate.value, rate.name, f"{rate.value:.{decimals}f}"), " a minute")


def rate_name(rate: MotionRate) -> str:
    """What people call the motion."""
    return (COUNTED_MOTIONS | TIMED_MOTIONS)[rate.name]
