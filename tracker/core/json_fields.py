"""Somebody else's JSON, asked member by member: what is not as expected is a ValueError that names the member."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeGuard

LONGEST_QUOTE = 60
EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
"""What a clock says that was never set; nothing here is older."""
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""So that a session's seconds may be added."""
LARGEST_WHOLE: Final = 2**53
"""Beyond it a float no longer tells one whole number from the next."""


def is_number(found: object) -> TypeGuard[int | float]:
    """Whether a value of JSON is a number that can be counted with; true and false, numbers to Python, are none."""
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) <= sys.float_info.max


def _number(found: object, name: str) -> float:
    if not is_number(found):
        raise _unexpected(name, "a number", found)
    return float(found)


def _text(found: object, name: str) -> str:
    if not isinstance(found, str):
        raise _unexpected(name, "a text", found)
    return found


def _list(found: object, name: str) -> list[object]:
    if not isinstance(found, list):
        raise _unexpected(name, "a list", found)
    return found


def _unexpected(name: str, expected: str, found: object) -> ValueError:
    quoted = repr(found)
    return ValueError(f"{name} should be {expected}, found {quoted[:LONGEST_QUOTE]}")


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object; ``name`` is where it stands, for the sentences."""

    members: Mapping[str, object]
    name: str

    @classmethod
    def of(cls, found: object, name: str) -> "Fields":
        """Any parsed JSON that should be an object."""
        if not isinstance(found, dict):
            raise _unexpected(name, "an object", found)
        return cls(found, name)

    def path(self, key: str) -> str:
        """Where a member stands, as ``shown.curve``."""
        return f"{self.name}.{key}"

    def get(self, key: str) -> object:
        """A member of any kind."""
        if key not in self.members:
            raise ValueError(f"{self.path(key)} is missing")
        return self.members[key]

    def number(self, key: str) -> float:
        """A finite number."""
        return _number(self.get(key), self.path(key))

    def whole(self, key: str) -> int:
        """A whole number."""
        value = self.number(key)
        if value != int(value) or abs(value) > LARGEST_WHOLE:
            raise _unexpected(self.path(key), "a whole number", value)
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        found = self.get(key)
        if not isinstance(found, bool):
            raise _unexpected(self.path(key), "true or false", found)
        return found

    def text(self, key: str) -> str:
        """A text."""
        return _text(self.get(key), self.path(key))

    def moment(self, key: str, latest: datetime = LATEST, until: str = str(LATEST.year)) -> datetime:
        """A date and time in ISO 8601, in UTC where it says no zone, from EARLIEST to ``latest``, in words ``until``."""
        text = self.text(key)
        try:
            found = datetime.fromisoformat(text)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise _unexpected(self.path(key), "a date and time in ISO 8601", text) from None
        if not EARLIEST <= found <= latest:
            raise ValueError(f"{self.path(key)} should lie between 1970 and {until}, found {text}")
        return found

    def part(self, key: str) -> "Fields":
        """An object inside."""
        return Fields.of(self.get(key), self.path(key))

    def parts(self, key: str) -> list["Fields"]:
        """A list of objects."""
        return [Fields.of(found, self.path(key)) for found in _list(self.get(key), self.path(key))]

    def list_of_texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(_text(found, self.path(key)) for found in _list(self.get(key), self.path(key)))

    def pair(self, key: str) -> tuple[float, float]:
        """Two numbers, as x and y."""
        found = _list(self.get(key), self.path(key))
        if len(found) != 2:
            raise _unexpected(self.path(key), "two numbers", found)
        return _number(found[0], self.path(key)), _number(found[1], self.path(key))

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers."""
        return tuple(_number(found, self.path(key)) for found in _list(self.get(key), self.path(key)))

    def rows(self, key: str) -> tuple[tuple[float, ...], ...]:
        """A list of lists of numbers."""
        lines = (_list(found, self.path(key)) for found in _list(self.get(key), self.path(key)))
        return tuple(tuple(_number(found, self.path(key)) for found in line) for line in lines)

    def all_numbers(self) -> dict[str, float]:
        """Every member, each a number."""
        return {key: self.number(key) for key in self.members}

    def all_texts(self) -> dict[str, str]:
        """Every member, each a text."""
        return {key: self.text(key) for key in self.members}

    def all_parts(self) -> dict[str, "Fields"]:
        """Every member, each an object."""
        return {key: self.part(key) for key in self.members}
