"""Text from outside - names of files, cameras, sessions, persons - as a terminal can be given it, in words and in JSON."""

import json
import re
from typing import Any, Final
from unicodedata import category

CONTROL_CATEGORIES: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of controls (escapes, line breaks), of what turns the direction of writing, and of halves of letters."""
JOINERS: Final = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Of the same category, and part of Persian words and of emoji."""
_MAYBE: Final = re.compile(r"[^ -~]")


def printable(text: str) -> str:
    r"""As one line: what a terminal would obey instead of showing it is escaped as in Python, ``\x1b``, ``\n``, ``\u202e``."""
    return _escaped(text, lambda letter: letter.encode("unicode_escape").decode("ascii"))


def json_line(value: Any) -> str:
    r"""A value as one line of JSON that reads back as it is; the same letters are escaped in JSON's way, ``\u202e``."""
    return _escaped(json.dumps(value, ensure_ascii=False), lambda letter: json.dumps(letter)[1:-1])


def _escaped(text: str, escape: Any) -> str:
    if text.isprintable():
        return text
    obeyed = {letter for letter in _MAYBE.findall(text) if category(letter) in CONTROL_CATEGORIES and letter not in JOINERS}
    return _MAYBE.sub(lambda found: escape(found[0]) if found[0] in obeyed else found[0], text)
