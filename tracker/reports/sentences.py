"""Phrases with numbers: each number keeps its exact value and a name, so that a page can show both and a test count again."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from tracker.core import text
from tracker.core.text import clock, share

if TYPE_CHECKING:
    from markupsafe import Markup


NumberKind = Literal["share", "mix", "moment", "length", "count", "other"]
"""A share, a share in a row that is sorted by size, a time of the session, a length, how many, or something else."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a phrase.

    Attributes:
        value: The exact value.
        name: Unique on its page.
        words: The number as people read it, with its unit.
        kind: What it is; a report that is passed on may leave out some kinds.
    """

    value: float
    name: str
    words: str
    kind: NumberKind = "other"

    @property
    def exact(self) -> str:
        """The value with 13 significant digits: enough for seconds since 1970 to the thousandth."""
        return f"{self.value:.13g}"


Phrase = tuple[str | Number, ...]
"""A sentence or a part of one; texts and numbers follow each other without spaces of their own."""


def share_number(value: float, name: str) -> Number:
    """A share from 0 to 1, shown as a percentage."""
    return Number(round(value, 4), name, share(value), "share")


def mix_number(value: float, name: str, words: str | None = None) -> Number:
    """The same of a share without which its phrase can do, as in a row of several, the largest first."""
    return Number(round(value, 4), name, words or share(value), "mix")


def moment_number(value: float, name: str, words: str | None = None) -> Number:
    """A time of the session, in seconds; shown as 24:13, or in other words for the same moment, such as the clock's."""
    return Number(round(value, 3), name, words or clock(value), "moment")


def length_number(value: float, name: str, words: str | None = None) -> Number:
    """A length, in seconds; shown as 24:13, or in other words."""
    return Number(round(value, 3), name, words or clock(value), "length")


def count_number(value: int, name: str) -> Number:
    """A count, shown as 14,688."""
    return Number(value, name, text.number(value), "count")


def phrase_text(phrase: Phrase) -> str:
    """A phrase as plain text."""
    return "".join(part if isinstance(part, str) else part.words for part in phrase)


def escape_text(plain: str) -> "Markup":
    """Plain text as HTML, quotes escaped, too; the filter ``text`` of Jinja2's templates."""
    from markupsafe import Markup

    return Markup(escape(plain))  # noqa: S704 - it is escaped
