"""A session beside a person's last ones: the share of each expression, and between which shares it usually lies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from tracker.core.text import hundredths
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.reports.sentences import Number, Phrase, count_number, share_number

MAX_SESSIONS: Final = 10
MIN_SESSIONS: Final = 3
"""Sessions: quartiles of two say nothing."""
COMPARED_WORDS: Final = (*EXPRESSIONS, UNCLEAR)
QUARTILES: Final = (25, 50, 75)


@dataclass(frozen=True, slots=True)
class EarlierSession:
    """A session before the one that is told of. counts: readings of each word. alike: read by the same model and prior."""

    id: str
    began: datetime
    counts: dict[str, int]
    alike: bool = True

    def share(self, word: str) -> float:
        """Of all its readings."""
        return self.counts.get(word, 0) / sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class EarlierSessions:
    """A person's last sessions before one, newest first; reason: why that one cannot be put beside others."""

    sessions: tuple[EarlierSession, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalRange:
    """The share of a word now, and the quartiles of its shares in the last sessions, 0 to 1."""

    word: str
    now: float
    low: float
    middle: float
    high: float


def personal_ranges(counts: dict[str, int], lately: EarlierSessions) -> tuple[PersonalRange, ...]:
    """Each word that was said now or before; none where there are too few sessions, or nothing was read."""
    total = sum(counts.values())
    if lately.reason or len(lately.sessions) < MIN_SESSIONS or not total:
        return ()
    found = []
    for word in COMPARED_WORDS:
        low, middle, high = np.percentile([each.share(word) for each in lately.sessions], QUARTILES)
        found.append(PersonalRange(word, counts.get(word, 0) / total, float(low), float(middle), float(high)))
    return tuple(each for each in found if each.now or each.high)


def format_range(usual: PersonalRange) -> Phrase:
    """The usual range, short: 9 to 14 %."""
    ends = (usual.low, f"usual {usual.word} low"), (usual.high, f"usual {usual.word} high")
    if hundredths(usual.low) == hundredths(usual.high):
        return (share_number(*ends[0]),)
    low = Number(round(usual.low, 4), ends[0][1], str(hundredths(usual.low)))
    return (low, " to ", share_number(*ends[1]))


def describe_range(usual: PersonalRange, name: str) -> Phrase:
    """As in: happy 18 %, usually 9 to 14 % (median 11 %)."""
    middle = share_number(usual.middle, f"usual {usual.word} median")
    return (f"{usual.word} ", share_number(usual.now, name), ", usually ", *format_range(usual), " (median ", middle, ")")


def describe_comparison(lately: EarlierSessions, found: tuple[PersonalRange, ...]) -> Phrase:
    """What the comparison rests on, or why there is none."""
    if lately.reason:
        return (lately.reason,)
    many = count_number(len(lately.sessions), "earlier sessions")
    if not found:
        least = count_number(MIN_SESSIONS, "sessions needed")
        return ("Not enough sessions yet to say what is usual: ", many, " of the ", least, " that are needed.")
    others = sum(not each.alike for each in lately.sessions)
    told: Phrase = ("Usually: the middle half of the shares in your last ", many, " sessions.")
    if others:
        otherwise = count_number(others, "earlier sessions read otherwise")
        told += (" ", otherwise, " of them had another model or prior, which alone moves shares.")
    return told
