"""Compares a session with the person's last ones: the share of each expression now, and the range in which it usually lies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from tracker.core.text import hundredths
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.reports.sentences import Number, Phrase, count_number, share_number

MAX_SESSIONS: Final = 10
"""Earlier sessions that a session is compared with, the last ones."""
MIN_SESSIONS: Final = 3
"""With fewer there is no comparison: quartiles of two sessions say nothing."""
COMPARED_WORDS: Final = (*EXPRESSIONS, UNCLEAR)
QUARTILES: Final = (25, 50, 75)


@dataclass(frozen=True, slots=True)
class EarlierSession:
    """A session before the one that is compared.

    Attributes:
        id: Its uuid.
        began: In UTC.
        counts: Word -> readings; at least one reading.
        same_model: Whether it had the same model file and prior as the one that is compared.
    """

    id: str
    began: datetime
    counts: dict[str, int]
    same_model: bool = True

    def share(self, word: str) -> float:
        """The share of a word in all readings, 0 to 1."""
        return self.counts.get(word, 0) / sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class EarlierSessions:
    """A person's last sessions before one, newest first; ``reason`` says why that one cannot be compared, or is None."""

    sessions: tuple[EarlierSession, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalRange:
    """The share of a word now, and the quartiles of its shares in the last sessions; all from 0 to 1."""

    word: str
    now: float
    lower_quartile: float
    median: float
    upper_quartile: float


def personal_ranges(counts: dict[str, int], earlier: EarlierSessions) -> tuple[PersonalRange, ...]:
    """Compare a session with earlier ones.

    Args:
        counts: Word -> readings of the session.
        earlier: The sessions before it.

    Returns:
        One for each word that was read now or before, in the order of COMPARED_WORDS; none if there are fewer than MIN_SESSIONS
        earlier sessions, if the session has no reading, or if it cannot be compared.
    """
    total = sum(counts.values())
    if earlier.reason or len(earlier.sessions) < MIN_SESSIONS or not total:
        return ()
    ranges = []
    for word in COMPARED_WORDS:
        low, median, high = np.percentile([each.share(word) for each in earlier.sessions], QUARTILES)
        ranges.append(PersonalRange(word, counts.get(word, 0) / total, float(low), float(median), float(high)))
    return tuple(each for each in ranges if each.now or each.upper_quartile)


def describe_range(usual: PersonalRange, name: str) -> Phrase:
    """A word's share now and its usual range, as in: happy 18 %, usually 9 to 14 % (median 11 %).

    Args:
        usual: The range.
        name: The name of the number that says the share now.
    """
    low, high = hundredths(usual.lower_quartile), hundredths(usual.upper_quartile)
    low_name, high_name = f"usual {usual.word} low", f"usual {usual.word} high"
    # 9 to 14 %, or 9 % where both round to it.
    usually: Phrase = (
        (share_number(usual.lower_quartile, low_name),)
        if low == high
        else (Number(round(usual.lower_quartile, 4), low_name, str(low)), " to ", share_number(usual.upper_quartile, high_name))
    )
    median = share_number(usual.median, f"usual {usual.word} median")
    return (f"{usual.word} ", share_number(usual.now, name), ", usually ", *usually, " (median ", median, ")")


def describe_comparison(earlier: EarlierSessions, ranges: tuple[PersonalRange, ...]) -> Phrase:
    """What the ranges are computed from, or why there are none."""
    if earlier.reason:
        return (earlier.reason,)
    sessions = count_number(len(earlier.sessions), "earlier sessions")
    if not ranges:
        needed = count_number(MIN_SESSIONS, "sessions needed")
        return ("Not enough sessions yet to say what is usual: ", sessions, " of the ", needed, " that are needed.")
    others = sum(not each.same_model for each in earlier.sessions)
    phrase: Phrase = ("Usually: the middle half of the shares in your last ", sessions, " sessions.")
    if others:
        other_model = count_number(others, "earlier sessions read otherwise")
        phrase += (" ", other_model, " of them had another model or prior, which alone changes shares.")
    return phrase
