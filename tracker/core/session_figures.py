"""The figures of a session, each computed here and nowhere else: lists, pages, reports, trends and commands only show them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from tracker.core.records import JsonObject
from tracker.core.sampling import Gap, SampleTimes
from tracker.core.text import counted, share
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR

SHARE_DIGITS: Final = 4
"""Of a share in JSON."""
COUNTED_WORDS: Final = (*EXPRESSIONS, UNCLEAR)

Counts = dict[str, int]
Reading = tuple[int, str, str | None]
"""A face's number in the session, its expression, and the reason why it was unreadable, or None."""


@dataclass(frozen=True, slots=True)
class SharesInWords:
    """Shares of the readings as people read them; fields are named as in JSON.

    shares: expression -> as in: 55 %. of: what they are shares of, as in: 24 readings of 2 faces, and words: both as a
    sentence; empty without readings.
    """

    shares: dict[str, str]
    of: str
    words: str


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """Counted over a whole session, or a part of it.

    observations: frames that were looked at. nobody: those of them without a face. readings: face -> expression -> how many.
    unreadable: reason -> how many readings it made unreadable, most frequent first; all of them are among the unclear.
    unsure: unclear readings that could be read. begin: the first observation, seconds: from it to the end of the last one,
    watched: seconds of them that observations speak for, usual: seconds between two observations, gaps: see ``SampleTimes``.
    """

    observations: int
    nobody: int
    readings: dict[int, Counts]
    unreadable: Counts
    unsure: int
    begin: float
    seconds: float
    watched: float
    usual: float
    gaps: tuple[Gap, ...]

    @classmethod
    def of(cls, rhythm: SampleTimes, nobody: int, counts: Iterable[tuple[Reading, int]]) -> "SessionFigures":
        """counts: how often there was which reading."""
        readings: dict[int, Counter[str]] = {}
        unreadable: Counter[str] = Counter()
        unsure = 0
        for (face, word, reason), many in counts:
            readings.setdefault(face, Counter())[word] += many
            unreadable.update({reason: many} if reason else {})
            unsure += many if word == UNCLEAR and not reason else 0
        in_order = {face: _in_order(readings[face]) for face in sorted(readings)}
        return cls(
            len(rhythm.t), nobody, in_order, dict(unreadable.most_common()), unsure,
            rhythm.begin, rhythm.seconds, rhythm.watched, rhythm.usual, rhythm.gaps(),
        )  # fmt: skip

    def counts(self, face: int | None = None) -> Counts:
        """Readings of each expression that was there, of one face or of all, in the vocabulary's order."""
        if face is not None:
            return self.readings.get(face, {})
        return _in_order(sum((Counter(each) for each in self.readings.values()), Counter()))

    def total(self, face: int | None = None) -> int:
        """Readings of one face, or of all."""
        return sum(self.counts(face).values())

    def shares(self, face: int | None = None) -> dict[str, float]:
        """The share of each expression in the readings, 0 to 1; empty without any."""
        total = self.total(face)
        return {word: many / total for word, many in self.counts(face).items()}

    @property
    def nobody_share(self) -> float:
        """Of the observations, 0 to 1: nobody was there."""
        return self.nobody / self.observations if self.observations else 0.0

    @property
    def unreadable_share(self) -> float:
        """Of the readings, 0 to 1: there was a face, and it could not be read."""
        total = self.total()
        return sum(self.unreadable.values()) / total if total else 0.0

    def shares_in_words(self, most: int | None = None, face: int | None = None) -> str:
        """As in: happy 55 %, unclear 1 %; the ``most`` frequent, or all; what else there was to see where nobody was read."""
        if not self.observations:
            return "nothing was observed"
        ranked = sorted(self.shares(face).items(), key=lambda pair: -pair[1])[:most]
        return ", ".join(f"{word} {share(part)}" for word, part in ranked) or "nobody was there"

    def in_words(self) -> str:
        """Every share with what it is a share of, as sentences."""
        told = (self._told().words, self.unreadable_in_words(), self.nobody_in_words())
        return " ".join(each for each in told if each) or f"{self.shares_in_words().capitalize()}."

    def unreadable_in_words(self) -> str:
        """As in: Unreadable: 9 % of all readings (too dark). Empty where all could be read."""
        if not self.unreadable:
            return ""
        return f"Unreadable: {share(self.unreadable_share)} of all readings ({', '.join(self.unreadable)})."

    def nobody_in_words(self) -> str:
        """As in: Nobody there: 86 % of 168 observations. Empty where somebody always was."""
        return (
            f"Nobody there: {share(self.nobody_share)} of {counted(self.observations, 'observation')}." if self.nobody else ""
        )

    def as_dict(self) -> JsonObject:
        """As JSON, for a page that shows them."""
        return {
            "observations": self.observations,
            "counted": counted(self.observations, "observation"),
            "seconds": round(self.seconds, 3),
            "watched": round(self.watched, 3),
            "nobody": round(self.nobody_share, SHARE_DIGITS),
            "unreadable": round(self.unreadable_share, SHARE_DIGITS),
            "all": asdict(self._told()),
            "faces": {str(face): asdict(self._told(face)) for face in self.readings},
            "beside": " ".join(each for each in (self.unreadable_in_words(), self.nobody_in_words()) if each),
        }

    def _told(self, face: int | None = None) -> SharesInWords:
        of = ""
        if total := self.total(face):
            # As in: 24 readings, or 24 readings of 2 faces.
            whose = f" of face {face}" if face is not None else f" of {counted(len(self.readings), 'face')}"
            of = counted(total, "reading") + whose * (face is not None or len(self.readings) > 1)
        told = f"Of {of}: {self.shares_in_words(face=face)}." if of else ""
        return SharesInWords({word: share(part) for word, part in self.shares(face).items()}, of, told)


def _in_order(counts: Counter[str]) -> Counts:
    return {word: counts[word] for word in COUNTED_WORDS if counts[word]}
