"""Column types that are small, exact enough, and the same in SQLite and PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from struct import Struct
from typing import Any, Final

import numpy as np
from sqlalchemy import BigInteger, LargeBinary, SmallInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

MILLISECONDS: Final = 1000
SHARE: Final = 10_000
"""Confidences have four decimals wherever they are shown."""
_MOTION: Final = Struct("<HHBBBHHH")
"""hz in tenths, milliseconds, three counts, three times in milliseconds; what was wrong follows as text."""
TENTHS: Final = 10
MANY, LONG = 255, 65_535
"""The largest that fit; as a count or a time they mean that there is none."""
FINEST: Final = 65_535
"""Scores as unsigned 16-bit numbers: exact to 0.000008, in two bytes each."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, as milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else round(value.timestamp() * MILLISECONDS)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else datetime.fromtimestamp(value / MILLISECONDS, UTC)


class Share(TypeDecorator[float]):
    """A number from 0 to 1 with four decimals, in two bytes."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else round(value * SHARE)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else value / SHARE


class Shares(TypeDecorator[tuple[float, ...]]):
    """Several numbers from 0 to 1, such as scores in the order of their labels, two bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[float] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else (np.asarray(value) * FINEST).round().astype("<u2").tobytes()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[float, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else tuple((np.frombuffer(value, "<u2") / FINEST).tolist())


class PackedBox(TypeDecorator[tuple[int, ...]]):
    """x, y, width, height in whole pixels, eight bytes together."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else np.asarray(value).clip(-32768, 32767).astype("<i2").tobytes()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[int, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else tuple(np.frombuffer(value, "<i2").tolist())


class Halves(TypeDecorator[tuple[float, ...]]):
    """Several numbers of any size in half precision, such as a network's features."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[float] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else np.asarray(value).astype("<f2").tobytes()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[float, ...] | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else tuple(np.frombuffer(value, "<f2").astype(float).tolist())


class PackedMotion(TypeDecorator[dict[str, Any]]):
    """How a face moved, as ``tracker.face.Motion`` has it by name: thirteen bytes, and the reason where counts are missing."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        counts = [MANY if value[name] is None else min(value[name], MANY - 1) for name in ("blinks", "nods", "shakes")]
        seconds = [_milliseconds(value[name]) for name in ("talking", "away", "smiling")]
        rate = min(round(value["hz"] * TENTHS), LONG)
        packed = _MOTION.pack(rate, _milliseconds(value["seconds"]), *counts, *seconds)
        return packed + (value["reason"] or "").encode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002 - SQLAlchemy's
        if value is None:
            return None
        packed = bytes(value)
        hz, seconds, blinks, nods, shakes, *times = _MOTION.unpack(packed[: _MOTION.size])
        counts = [None if each == MANY else each for each in (blinks, nods, shakes)]
        talking, away, smiling = (None if each == LONG else each / MILLISECONDS for each in times)
        return {
            "hz": hz / TENTHS, "seconds": seconds / MILLISECONDS,
            **dict(zip(("blinks", "nods", "shakes"), counts, strict=True)),
            "talking": talking, "away": away, "smiling": smiling,
            "reason": packed[_MOTION.size :].decode() or None,
        }  # fmt: skip


def _milliseconds(seconds: float | None) -> int:
    return LONG if seconds is None else min(round(seconds * MILLISECONDS), LONG - 1)
