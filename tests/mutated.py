"""Files that went wrong, or were made to: each number gives the same one of a whole file, on every machine."""

import re
from random import Random
from typing import Final

TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null')
"""A value, or a member's name, of JSON or TOML."""
ODD: Final = (
    b"1" + b"0" * 400, b"9" * 5000, b"NaN", b"-Infinity", b"nan", b"inf", b"1e999", b"1e308", b"-1", b"0", b"1e-320",
    b"9007199254740993", b"null", b"true", b"{}", b"[]", b"[[1]]", b'""', b'"\\ud83d"', b'"\\u0000"', b'"\\u202e"',
    b'"' + b"long" * 5000 + b'"', b'"../../../etc/passwd"', b'"\xff\xfe"', b'"2026-13-45T99:99:99"',
    b'"0001-01-01T00:00:00+14:00"',
    b'"9999-12-31T23:59:59-14:00"', b"[" * 2000 + b"]" * 2000, b'{"a":' * 70 + b"1" + b"}" * 70,
)  # fmt: skip
MOST: Final = 3
"""Changes of one file: after more nobody would take it for one of ours."""


def mutated(whole: bytes, number: int, *, text: bool = False) -> bytes:
    """``whole`` with one to three changes; text: JSON or TOML, of which mostly values change."""
    chance = Random(number)
    changed = whole
    for _ in range(chance.randint(1, MOST)):
        how = chance.choice((*CHANGES, *((_value,) * 2 * len(CHANGES) if text else ())))
        changed = how(changed, chance)
    return changed


def _value(data: bytes, chance: Random) -> bytes:
    """One value in place of another: of the file's own, or an odd one."""
    found = list(TOKEN.finditer(data))
    if not found:
        return data
    old = chance.choice(found)
    new = chance.choice(found).group() if chance.random() < 0.25 else chance.choice(ODD)
    return data[: old.start()] + new + data[old.end() :]


def _flip(data: bytes, chance: Random) -> bytes:
    """Some bits, near each other or not."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 30)) if changed else 0):
        changed[_early(len(changed), chance)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(data: bytes, chance: Random) -> bytes:
    """A piece less, or the end."""
    begin, end = _piece(data, chance)
    return data[:begin] + (b"" if chance.random() < 0.5 else data[end:])


def _double(data: bytes, chance: Random) -> bytes:
    """A piece twice."""
    begin, end = _piece(data, chance)
    return data[:end] + data[begin:end] + data[end:]


def _splice(data: bytes, chance: Random) -> bytes:
    """A piece at another piece's place."""
    begin, end = _piece(data, chance)
    place = _early(len(data) + 1, chance)
    return data[:place] + data[begin:end] + data[place + (end - begin) :]


def _fill(data: bytes, chance: Random) -> bytes:
    """A piece of the same bytes throughout."""
    begin, end = _piece(data, chance)
    return data[:begin] + chance.choice((b"\0", b"\xff", b"\x80", b"[")) * (end - begin) + data[end:]


def _piece(data: bytes, chance: Random) -> tuple[int, int]:
    """From a byte to another, mostly short."""
    begin = _early(len(data) + 1, chance)
    return begin, min(len(data), begin + chance.choice((1, 4, 16, 200, len(data) // 4)))


def _early(size: int, chance: Random) -> int:
    """A place below ``size``; every other one near the beginning, where files say what they are."""
    return chance.randrange(min(size, 512) if chance.random() < 0.5 else size)


CHANGES: Final = (_flip, _cut, _double, _splice, _fill)
