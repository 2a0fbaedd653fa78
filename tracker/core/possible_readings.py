"""What one face may mean: possible readings with their evidence, or the reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tracker.core.text import clock

Strength = Literal["weak", "some", "clear"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sign that was seen. words: as said after a name. level: 0 to 1, the mean of the window. began, ended: in seconds of the
    session.
    """

    sign: str
    words: str
    level: float
    began: float
    ended: float

    @property
    def sentence(self) -> str:
        """What was seen, and from when to when."""
        return f"{clock(self.began)} to {clock(self.ended)}: {self.words}"


@dataclass(frozen=True, slots=True)
class PossibleReading:
    """One meaning that the signs may have; never a fact about the person.

    id, name, meaning, alternatives, validated: as in the rules. strength: how much of the evidence was there, in a word.
    supports, opposes: signs that were seen, those that count most first. unseen: the words of signs that could not be told,
    and why.
    """

    id: str
    name: str
    meaning: str
    strength: Strength
    supports: tuple[Evidence, ...]
    opposes: tuple[Evidence, ...]
    unseen: Mapping[str, str]
    alternatives: tuple[str, ...]
    validated: bool

    @property
    def why(self) -> tuple[str, ...]:
        """The answer to "why?": what was seen, what speaks against it, what could not be told, what else it can mean."""
        return (
            *(evidence.sentence for evidence in self.supports),
            *(f"Against it: {evidence.sentence}" for evidence in self.opposes),
            *(f"Could not be told whether this person {words} ({reason})" for words, reason in self.unseen.items()),
            *(f"This can also mean: {alternative}" for alternative in self.alternatives),
        )


@dataclass(frozen=True, slots=True)
class PossibleReadings:
    """What one face may mean. t: when this was said, in seconds of the session.

    readings: strongest first, at most three. unclear: a sentence that says why there are none; None where there are. levels: of
    each rule that is on, by id, how strong its evidence was, 0 to 1: the most that its signs added up to since the answer
    before; None where that could not be told.
    """

    t: float
    readings: tuple[PossibleReading, ...]
    unclear: str | None = None
    levels: Mapping[str, float | None] = field(default_factory=dict)
