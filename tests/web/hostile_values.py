"""Forty-five values that no field expects, as texts of a form or an address, and as JSON."""

import json
from typing import Final

DEEP: Final = 10_000

NUMBERS: Final = (
    "9" * 5000, "-" + "9" * 5000, "1" + "0" * 400, "1e400", "-1e400", "1e-400", "NaN", "Infinity", "-Infinity", "-1", "-0",
    "0.5", str(2**31), str(2**63), str(2**64),
)  # fmt: skip
"""Each also JSON, or what some libraries take for it."""
JSON: Final = (
    "null", "true", "[]", "{}", "[1]", '["a"]', '{"a": 1}', "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP,
    "[[[[{}]]]]",
)  # fmt: skip
TEXTS: Final = (
    "", " \t\r\n ", "a" * 50_000, "\0", "a\0b", "\ud800", "\udcff\udc80", "\u202eexe.gpj\u202c", "\ufeff",
    "Z" + "\u0310" * 5000, "../../../../etc/passwd", "/etc/passwd\0.png", "%00%0d%0a%%%", "٣", "²",
    "'; DROP TABLE sessions; --", "{{ 7 * 7 }}<script>",
    "\r\nSet-Cookie: a=b", "http://127.0.0.1:9/", "C:\\con",
)  # fmt: skip
"""٣ and ² are digits to some of Python's questions and no numbers to others."""

AS_TEXT: Final = (*NUMBERS, *JSON, *TEXTS)
AS_JSON: Final = (*NUMBERS, *JSON, *(json.dumps(text) for text in TEXTS))
