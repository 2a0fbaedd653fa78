"""A session beside a person's last ones: the share of each expression, and between which shares it usually lies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from tracker.core.text import hundredths
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.reports.sentences import Number, Said, count, part

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


def usually(counts: dict[str, int], lately: EarlierSessions) -> tuple[PersonalRange, ...]:
    """Each word that was said now or before; none where there are too few sessions, or nothing was read."""
    total = sum(counts.values())
    if lately.reason or len(lately.sessions) < MIN_SESSIONS or not total:
        return ()
    found = []
    for word in COMPARED_WORDS:
        low, middle, high = np.percentile([each.share(word) for each in lately.sessions], QUARTILES)
        found.append(PersonalRange(word, counts.get(word, 0) / total, float(low), float(middle), float(high)))
    return tuple(each for each in found if each.now or each.high)


def span(usual: PersonalRange) -> Said:
    """The usual range, short: 9 to 14 %."""
    ends = (usual.low, f"usual {usual.word} low"), (usual.high, f"usual {usual.word} high")
    if hundredths(usual.low) == hundredths(usual.high):
        return (part(*ends[0]),)
    low = Number(round(usual.low, 4), ends[0][1], str(hundredths(usual.low)))
    return (low, " to ", part(*ends[1]))


def in_words(usual: PersonalRange, name: str) -> Said:
    """As in: happy 18 %, usually 9 to 14 % (median 11 %)."""
    middle = part(usual.middle, f"usual {usual.word} median")
    return (f"{usual.word} ", part(usual.now, name), ", usually ", *span(usual), " (median ", middle, ")")


def caption(lately: EarlierSessions, found: tuple[PersonalRange, ...]) -> Said:
    """What the comparison rests on, or why there is none."""
    if lately.reason:
        return (lately.reason,)
    many = count(len(lately.sessions), "earlier sessions")
    if not found:
        least = count(MIN_SESSIONS, "sessions needed")
        return ("Not enough sessions yet to say what is usual: ", many, " of the ", least, " that are needed.")
    others = sum(not each.alike for each in lately.sessions)
    told: Said = ("Usually: the middle half of the shares in your last ", many, " sessions.")
    if others:
        otherwise = count(others, "earlier sessions read otherwise")
        told += (" ", otherwise, " of them had another model or prior, which alone moves shares.")
    return told
