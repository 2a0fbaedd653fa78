"""What a person says of a session while it runs: its title, a limit, and markers on moments."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final, Self

from tracker.core.errors import UsageError
from tracker.core.records import JsonObject, timestamp

MAX_LINE_CHARACTERS: Final = 200
"""Characters: a title or a marker is a line."""
MAX_LIMIT_MINUTES: Final = 24 * 60.0
"""Minutes: a day, the longest that a timer of this kind is good for."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A note on a moment: t in seconds of the session, at by the clock."""

    t: float
    at: datetime
    text: str

    def as_dict(self) -> JsonObject:
        """As JSON for the page."""
        return asdict(self) | {"at": timestamp(self.at)}


@dataclass(frozen=True, slots=True)
class Notes:
    """limit: minutes after which the session ends, None for none. markers: the person's and the alerts',
    in the order in which they were made.
    """

    title: str = ""
    limit: float | None = None
    markers: tuple[Marker, ...] = ()

    def entitled(self, title: str) -> Self:
        """With another title, "" for none; UsageError when it is no line."""
        return replace(self, title=line(title, "A title"))

    def limited(self, minutes: float | None) -> Self:
        """With another limit; UsageError when it is none."""
        if minutes is not None and not 0 < minutes <= MAX_LIMIT_MINUTES:
            raise UsageError(f"A session may be ended after up to {MAX_LIMIT_MINUTES:.0f} minutes, not after {minutes:g}.")
        return replace(self, limit=minutes)

    def with_marker(self, marker: Marker) -> Self:
        """With one marker more."""
        return replace(self, markers=(*self.markers, marker))

    def without_name(self, name: str) -> Self:
        """Without the markers that name somebody."""
        named = names_in_text(name)
        return replace(self, markers=tuple(marker for marker in self.markers if not named(marker.text)))

    def as_dict(self) -> JsonObject:
        """As JSON for the page."""
        return {"title": self.title, "limit": self.limit, "markers": [marker.as_dict() for marker in self.markers]}


NOTHING_SAID: Final = Notes()


def names_in_text(name: str) -> Callable[[str], bool]:
    """Whether a text names somebody: as whole words, in whatever case."""
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def line(text: str, what: str) -> str:
    """A text on one line; UsageError when it is too long for that."""
    text = " ".join(text.split())
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text):
        raise UsageError(f"{what} holds a character that cannot be stored (half an emoji, or a NUL). Take it out.")
    if len(text) > MAX_LINE_CHARACTERS:
        raise UsageError(f"{what} has at most {MAX_LINE_CHARACTERS} characters, this one has {len(text)}.")
    return text
