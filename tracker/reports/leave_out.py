"""What a report that is passed on leaves out: exact times, scores, or what the person wrote; numbers become rough words."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from tracker.exports.session_data import SessionData
from tracker.reports.aggregate import SessionArrays
from tracker.reports.sentences import Number, NumberKind, Phrase

LeftOut = Literal["times", "scores", "notes"]
LEFT_OUT_WORDS: Final[dict[LeftOut, str]] = {
    "times": "exact times (day, clock, lengths)",
    "scores": "scores (percentages, confidences)",
    "notes": "title, notes and markers",
}
"""What can be left out, and how that is called."""
KINDS_LEFT_OUT: Final[dict[LeftOut, tuple[NumberKind, ...]]] = {
    "times": ("moment", "length", "count"),
    "scores": ("share", "mix"),
    "notes": (),
}
"""The kinds of numbers that become words. Counts are among the times: with the frequency they tell the length."""
ROUGH_SHARES: Final = ((0.9, "almost all"), (0.5, "most"), (0.2, "some"), (0.0, "few"))
"""(from this share on, word), the largest first."""
MINUTE: Final = 60


def without_notes(session: SessionData) -> SessionData:
    """A session without what the person wrote of it."""
    return replace(session, title="", notes="", markers=())


def without_confidence(data: SessionArrays) -> SessionArrays:
    """A session whose readings are all equally confident, so that drawings do not tell the confidence."""
    lanes = (replace(lane, confidence=np.sign(lane.confidence)) for lane in data.lanes)
    return replace(data, lanes=tuple(lanes), reading_confidence=np.ones_like(data.reading_confidence))


def reworded(phrase: Phrase, left_out: Collection[LeftOut]) -> Phrase:
    """A phrase with rough words in place of the numbers that are left out; without any left out, the phrase itself."""
    kinds = {kind for each in left_out for kind in KINDS_LEFT_OUT[each]}
    parts: list[str | Number] = []
    for part in phrase:
        if not (isinstance(part, Number) and part.kind in kinds):
            parts.append(part)
        elif words := rough(part):
            parts.append(words)
        elif parts and isinstance(parts[-1], str):
            parts[-1] = parts[-1].rstrip()
    return tuple(parts)


def rough(number: Number) -> str:
    """A number in rough words: minute 13, about 45 minutes, about 3,000, most; empty for a part of a mix."""
    if number.kind == "moment":
        return f"minute {int(number.value // MINUTE) + 1}"
    if number.kind == "length":
        minutes = round(abs(number.value) / MINUTE)
        return f"about {minutes} minutes" if minutes > 1 else "about a minute" if minutes else "less than a minute"
    if number.kind == "count":
        return f"about {float(f'{number.value:.0e}'):,.0f}"
    return "" if number.kind == "mix" else next(word for least, word in ROUGH_SHARES if number.value >= least)
