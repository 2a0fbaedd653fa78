"""Phrases with numbers: each number keeps its exact value and a name, so that a page can show both and a test count again."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from tracker.core import text
from tracker.core.text import clock, share

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a phrase.

    Attributes:
        value: The exact value.
        name: Unique on its page.
        words: The number as people read it, with its unit.
    """

    value: float
    name: str
    words: str

    @property
    def exact(self) -> str:
        """The value with 13 significant digits: enough for seconds since 1970 to the thousandth."""
        return f"{self.value:.13g}"


Phrase = tuple[str | Number, ...]
"""A sentence or a part of one; texts and numbers follow each other without spaces of their own."""


def share_number(value: float, name: str) -> Number:
    """A share from 0 to 1, shown as a percentage."""
    return Number(round(value, 4), name, share(value))


def time_number(value: float, name: str) -> Number:
    """A time of the session or a length, in seconds, shown as 24:13."""
    return Number(round(value, 3), name, clock(value))


def count_number(value: int, name: str) -> Number:
    """A count, shown as 14,688."""
    return Number(value, name, text.number(value))


def phrase_text(phrase: Phrase) -> str:
    """A phrase as plain text."""
    return "".join(part if isinstance(part, str) else part.words for part in phrase)


def escape_text(plain: str) -> "Markup":
    """Plain text as HTML, quotes escaped, too; the filter ``text`` of Jinja2's templates."""
    from markupsafe import Markup

    return Markup(escape(plain))  # noqa: S704 - it is escaped
