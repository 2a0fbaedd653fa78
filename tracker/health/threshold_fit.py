"""What verdicts on possible readings say: how often each was right when it was told, and how readily it should be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.health.rates import MIN_VERDICTS, format_interval, wilson
from tracker.readings.own_readings import TELLINGS, Telling, Vocabulary, threshold_at
from tracker.store.reading_verdicts import ReadingVerdict

EVEN = 0.5
"""A suggestion is made only where the 95 % interval of a share lies on one side of this: more often right than wrong, or the
other way round."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another way to tell a reading. sentence: what the verdicts say, and what to do about it."""

    telling: Telling
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """A reading and the verdicts on moments at which it was told.

    id, name: the reading's. told: for each of them, whether it named this reading. suggestion: None where the verdicts are too
    few, or do not say clearly that another way to tell it would be better.
    """

    id: str
    name: str
    told: tuple[bool, ...]
    suggestion: Suggestion | None

    @property
    def words(self) -> str:
        """How often it was right, and how sure that is."""
        return f"right {_of(self.told)} when told" if self.told else "never told when you said what it was"


def reading_records(verdicts: Sequence[ReadingVerdict], own: Vocabulary) -> tuple[ReadingRecord, ...]:
    """Each reading that verdicts say something of, in the order of the rules.

    A verdict names one reading, or none: each other one that was told with it was not right. Verdicts are not a sample: who
    says more where Mien was wrong makes it look worse.
    """
    records = (_record(name, verdicts, own) for name in own.chosen.readings)
    return tuple(record for record in records if record.told or record.suggestion)


def _record(name: str, verdicts: Sequence[ReadingVerdict], own: Vocabulary) -> ReadingRecord:
    told = tuple(verdict.said == name for verdict in verdicts if name in verdict.told)
    return ReadingRecord(name, own.chosen.readings[name].name, told, suggestion(name, verdicts, own))


def suggestion(name: str, verdicts: Sequence[ReadingVerdict], own: Vocabulary) -> Suggestion | None:
    """How readily a reading should be told, from its level at each verdict; None where it should stay as it is.

    One step at a time is suggested: what a step would leave out has to be wrong more often than right, what it would add has to
    be right more often than wrong, each beyond doubt and in MIN_VERDICTS verdicts at least.

    Args:
        name: The reading's id.
        verdicts: On any readings; those without a level of this one say nothing of it.
        own: The rules with the person's choices.
    """
    telling, rule = own.telling[name], own.usual.readings[name]
    if telling == "off":
        return None
    levels = [(level, verdict.said == name) for verdict in verdicts if (level := verdict.levels.get(name)) is not None]
    now = threshold_at(rule, telling)
    place = TELLINGS.index(telling)
    stricter = TELLINGS[place + 1] if place + 1 < len(TELLINGS) else None
    told = [right for level, right in levels if level >= now]
    if stricter is not None:
        limit = threshold_at(rule, stricter)
        left_out = [right for level, right in levels if now <= level < limit]
        kept = [right for level, right in levels if level >= limit]
        if _mostly_wrong(left_out) and not _mostly_wrong(kept) and sum(kept) >= EVEN * len(kept):
            found = f"From weaker evidence it was right {_of(left_out)}"
            return Suggestion(stricter, f"{found}: tell it only from stronger evidence.")
    if _mostly_wrong(told):
        return Suggestion("off", f"It was right {_of(told)}: more often wrong, so switch it off.")
    if telling == "weak":
        return None
    looser = TELLINGS[place - 1]
    added = [right for level, right in levels if threshold_at(rule, looser) <= level < now]
    if _mostly_right(added):
        found = f"With a little less evidence it would have been right {_of(added)}"
        return Suggestion(looser, f"{found}: tell it from weaker evidence.")
    return None


def _mostly_wrong(right: Sequence[bool]) -> bool:
    return len(right) >= MIN_VERDICTS and wilson(sum(right), len(right))[1] < EVEN


def _mostly_right(right: Sequence[bool]) -> bool:
    return len(right) >= MIN_VERDICTS and wilson(sum(right), len(right))[0] > EVEN


def _of(right: Sequence[bool]) -> str:
    """As in: 7 of 9 (45 to 94 %)."""
    return f"{sum(right)} of {len(right)} ({format_interval(wilson(sum(right), len(right)))} %)"
