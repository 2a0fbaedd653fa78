"""Sentences with numbers in them that say their exact value and their name, so that each can be counted again."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from tracker.core import text
from tracker.core.text import clock, share

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Number:
    """value: exact. name: its own on the page. words: as people read it."""

    value: float
    name: str
    words: str

    @property
    def exact(self) -> str:
        """The value with 13 digits: a moment by the clock, in seconds since 1970, to its thousandths."""
        return f"{self.value:.13g}"


Phrase = tuple[str | Number, ...]


def share_number(value: float, name: str) -> Number:
    """A share, 0 to 1."""
    return Number(round(value, 4), name, share(value))


def time_number(value: float, name: str) -> Number:
    """A time of the session, or a length, in seconds."""
    return Number(round(value, 3), name, clock(value))


def count_number(value: int, name: str) -> Number:
    """How many."""
    return Number(value, name, text.number(value))


def phrase_text(said: Phrase) -> str:
    """As text."""
    return "".join(each if isinstance(each, str) else each.words for each in said)


def escape_text(words: str) -> "Markup":
    """The filter ``text`` of Jinja2's templates: a text as HTML, with quotes as names."""
    from markupsafe import Markup

    return Markup(escape(words))  # noqa: S704 - it is escaped
