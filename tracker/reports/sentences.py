"""Sentences with numbers in them that say their exact value and their name, so that each can be counted again."""

from dataclasses import dataclass
from html import escape

from tracker.core import text
from tracker.core.text import clock, share


@dataclass(frozen=True, slots=True)
class Number:
    """value: exact. name: its own on the page. words: as people read it."""

    value: float
    name: str
    words: str


Said = tuple[str | Number, ...]


def part(value: float, name: str) -> Number:
    """A share, 0 to 1."""
    return Number(round(value, 4), name, share(value))


def time(value: float, name: str) -> Number:
    """A time of the session, or a length, in seconds."""
    return Number(round(value, 3), name, clock(value))


def count(value: int, name: str) -> Number:
    """How many."""
    return Number(value, name, text.number(value))


def plain(said: Said) -> str:
    """As text."""
    return "".join(each if isinstance(each, str) else each.words for each in said)


def marked(said: Said) -> str:
    """As HTML: each number carries its value and its name."""
    return "".join(escape(each) if isinstance(each, str) else _mark(each) for each in said)


def _mark(number: Number) -> str:
    # 13 digits: a moment by the clock, in seconds since 1970, to its thousandths.
    return f'<data value="{number.value:.13g}" title="{escape(number.name)}">{escape(number.words)}</data>'
