"""Column types that are small, exact enough, and the same in SQLite and PostgreSQL.

What comes out of them is always something that a page and a file can hold: a database may have been changed by hand, or by an
older Mien that stored what cannot be right. A moment beyond all calendars, a share of -5, NaN and half an emoji come out as the
nearest possible value; for what has none, such as bytes for a title or a word that is no expression, ForeignValue is raised.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import isfinite, isnan
from struct import Struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import JSON, BigInteger, Double, Integer, LargeBinary, SmallInteger, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from tracker.core.face import Motion
from tracker.core.parsing import parse_stored
from tracker.core.vocabulary import EXPRESSIONS
from tracker.motion.movements import MOVEMENTS

MILLISECONDS_PER_SECOND: Final = 1000
SHARE_SCALE: Final = 10_000
"""Shares are stored in ten-thousandths: four decimals, as they are shown."""
SCORE_SCALE: Final = 65_535
"""Scores are stored as unsigned 16-bit numbers: exact to 0.000008, in two bytes each."""
RATE_SCALE: Final = 10
"""Rates are stored in tenths of a hertz."""
NO_COUNT: Final = 255
NO_TIME: Final = 65_535
"""The largest values that fit; stored where there is no count, or no time."""
MAX_NUMBER: Final = 1e9
"""Of any number that is no share, such as seconds of a session: thirty years of them."""
EARLIEST_MOMENT: Final = datetime(1970, 1, 2, tzinfo=UTC)
"""The time of a clock that was never set."""
LATEST_MOMENT: Final = datetime(9999, 12, 1, tzinfo=UTC)
"""A month before the calendar's end: in another time zone, or a week later, it is still a date."""
EXPRESSION_BYTES: Final = 2 * len(EXPRESSIONS)
BOX_BYTES: Final = 8
MAX_QUOTED_CHARACTERS: Final = 40
"""Of a foreign value that an error repeats."""
MOVEMENT_BITS: Final = {movement.name: 1 << place for place, movement in enumerate(MOVEMENTS)}
"""Of a bit mask: new movements are added at the end of MOVEMENTS, so that what is stored stays as it is."""
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""Of a possible reading, as ``tracker.readings.rules.Id``."""
_MOTION_STRUCT: Final = Struct("<HHBBBHHH")
"""hz in tenths, milliseconds watched, three counts, three times in milliseconds; the reason follows as text."""


class ForeignValue(ValueError):
    """A database holds a value that Mien never wrote; ``translated_errors`` makes a sentence of it."""

    def __init__(self, value: object) -> None:
        super().__init__(repr(value)[:MAX_QUOTED_CHARACTERS])


def nearest_finite(value: Any) -> float:
    """The nearest number from -MAX_NUMBER to MAX_NUMBER; 0 for what is no number."""
    return float(_nearest_between(value, -MAX_NUMBER, MAX_NUMBER, 0.0))


def _nearest_between(value: Any, low: float, high: float, default: float | None = None) -> Any:
    """The nearest number of a range; ``default``, or ``low``, for what is no number, as SQLite lets any column hold."""
    if isinstance(value, int | float) and not isnan(value):
        return min(max(value, low), high)
    return low if default is None else default


def parse_json_column(text: Any) -> Any:
    """The JSON value of a column's text.

    Raises:
        ForeignValue: It is no JSON.
        TypeError: It is no text. SQLite has numbers for some texts, and SQLAlchemy then expects this error.
    """
    if not isinstance(text, str | bytes):
        raise TypeError(text)
    try:
        return parse_stored(text)
    except ValueError as error:
        raise ForeignValue(text) from error


class Text(TypeDecorator[str]):
    """Any text; ForeignValue for what is none."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        if value is not None and not isinstance(value, str):
            raise ForeignValue(value)
        return value


class KnownWord(TypeDecorator[str]):
    """One of some known words, such as an expression; ForeignValue for any other. length: of the longest, in characters."""

    impl = String
    cache_ok = True

    def __init__(self, length: int, known: Sequence[str]) -> None:
        super().__init__(length)
        self.known = tuple(known)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        if value is not None and value not in self.known:
            raise ForeignValue(value)
        return value


class WholeNumber(TypeDecorator[int]):
    """A whole number; ForeignValue for what is none."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        if value is not None and not isinstance(value, int):
            raise ForeignValue(value)
        return value


class SmallNumber(WholeNumber):
    """A whole number of two bytes."""

    impl = SmallInteger
    cache_ok = True


class FiniteNumber(TypeDecorator[float]):
    """A finite number; the nearest one for what is none."""

    impl = Double
    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else nearest_finite(value)


class PlainJson(TypeDecorator[Any]):
    """JSON that can be written as UTF-8 and read by a browser; None is stored as no value."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:  # noqa: ARG002 - SQLAlchemy's
        return _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case float():
            return value if isfinite(value) else 0.0
        case dict():
            return {_plain(name): _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
    return value


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, stored as milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else round(value.timestamp() * MILLISECONDS_PER_SECOND)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        first, last = (moment.timestamp() * MILLISECONDS_PER_SECOND for moment in (EARLIEST_MOMENT, LATEST_MOMENT))
        return datetime.fromtimestamp(_nearest_between(value, first, last) / MILLISECONDS_PER_SECOND, UTC)


class Share(TypeDecorator[float]):
    """A number from 0 to 1, stored with four decimals in two bytes."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else round(value * SHARE_SCALE)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else float(_nearest_between(value, 0, SHARE_SCALE) / SHARE_SCALE)


class Shares(TypeDecorator[tuple[float, ...]]):
    """A number from 0 to 1 for each of EXPRESSIONS, stored in two bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[float] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else (np.asarray(value) * SCORE_SCALE).round().astype("<u2").tobytes()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[float, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        return tuple((np.frombuffer(_sized(value, EXPRESSION_BYTES), "<u2") / SCORE_SCALE).tolist())


def unpack_shares(values: Iterable[Any]) -> npt.NDArray[np.float64]:
    """[n, 7] from values as the driver gives them for n columns of type Shares."""
    packed = b"".join(_sized(value, EXPRESSION_BYTES) for value in values)
    return np.frombuffer(packed, "<u2").reshape(-1, len(EXPRESSIONS)) / SCORE_SCALE


class PackedBox(TypeDecorator[tuple[int, ...]]):
    """x, y, width, height in whole pixels, stored in eight bytes together."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else np.asarray(value).clip(-32768, 32767).astype("<i2").tobytes()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[int, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else tuple(np.frombuffer(_sized(value, BOX_BYTES), "<i2").tolist())


def _sized(value: Any, size: int) -> bytes:
    """A column's value cut or filled with zeros to a number of bytes."""
    given = bytes(value) if not isinstance(value, str | int | float) else b""
    return given if len(given) == size else given[:size].ljust(size, b"\0")


class Halves(TypeDecorator[tuple[float, ...]]):
    """Several numbers, such as a network's features, stored in half precision; no number and infinity come out as 0."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[float] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else np.asarray(value).astype("<f2").tobytes()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[float, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        given = bytes(value)
        found = np.frombuffer(given[: len(given) // 2 * 2], "<f2").astype(float)
        return tuple(np.nan_to_num(found, posinf=0.0, neginf=0.0).tolist())


class PackedMotion(TypeDecorator[Motion]):
    """How a face moved: 13 bytes, and the reason where counts are missing."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Motion | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        counts = [NO_COUNT if each is None else min(each, NO_COUNT - 1) for each in (value.blinks, value.nods, value.shakes)]
        seconds = [_milliseconds(each) for each in (value.talking, value.away, value.smiling)]
        rate = min(round(value.hz * RATE_SCALE), NO_TIME)
        packed = _MOTION_STRUCT.pack(rate, _milliseconds(value.seconds), *counts, *seconds)
        return packed + (value.reason or "").encode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Motion | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        packed = bytes(value).ljust(_MOTION_STRUCT.size, b"\0")
        hz, seconds, blinks, nods, shakes, *times = _MOTION_STRUCT.unpack(packed[: _MOTION_STRUCT.size])
        counts = [None if each == NO_COUNT else each for each in (blinks, nods, shakes)]
        talking, away, smiling = (None if each == NO_TIME else each / MILLISECONDS_PER_SECOND for each in times)
        reason = packed[_MOTION_STRUCT.size :].decode("utf-8", "replace") or None
        return Motion(
            hz=hz / RATE_SCALE,
            seconds=seconds / MILLISECONDS_PER_SECOND,
            blinks=counts[0],
            nods=counts[1],
            shakes=counts[2],
            talking=talking,
            away=away or 0.0,
            smiling=smiling or 0.0,
            reason=reason,
        )


class MovementNames(TypeDecorator[tuple[str, ...]]):
    """Names of movements, stored as a bit for each of MOVEMENTS; those that this Mien does not know are left out."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else sum({MOVEMENT_BITS.get(name, 0) for name in value})

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        if not isinstance(value, int) or value < 0:
            raise ForeignValue(value)
        return tuple(name for name, bit in MOVEMENT_BITS.items() if value & bit)


class Ids(TypeDecorator[tuple[str, ...]]):
    """Ids of possible readings, stored as text with commas between them; what is no id is left out."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else ",".join(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        if not isinstance(value, str):
            raise ForeignValue(value)
        return tuple(each for each in value.split(",") if ID.fullmatch(each))


class Levels(PlainJson):
    """How strong each sign was, by its id: 0 to 1, or None where it could not be told; what is no number comes out as None."""

    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, float | None] | None:
        found = super().process_result_value(value, dialect)
        if not isinstance(found, dict):
            raise ForeignValue(found)
        return {
            name: min(max(float(level), 0.0), 1.0) if isinstance(level, int | float) else None for name, level in found.items()
        }


def _milliseconds(seconds: float | None) -> int:
    return NO_TIME if seconds is None else min(round(seconds * MILLISECONDS_PER_SECOND), NO_TIME - 1)
