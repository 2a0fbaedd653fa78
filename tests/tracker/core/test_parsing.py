"""What is read from outside as JSON or TOML: taken over whole, or refused with a sentence that names the place."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.parsing import MAX_NESTING, json_lines, parse_json, read_json, read_toml

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(PLAIN)
def test_whatever_a_program_of_ours_writes_is_read_back(value: Any) -> None:
    """Nothing that can be counted with is lost or changed, also as bytes with a byte order mark."""
    assert parse_json(json.dumps(value)) == value
    assert parse_json(b"\xef\xbb\xbf" + json.dumps(value, indent=1).encode()) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "column 2: Expecting property name"),
        ('{\n"a": 1,\n"b": }', "line 3, column 6: Expecting value"),
        ('{\n"a": NaN}', "line 2, column 6: NaN is no number in JSON"),
        ("[-Infinity]", "column 2: -Infinity is no number in JSON"),
        ("[1e400]", "column 2: 1e400 is too large a number"),
        (f"[{10**400}]", r"column 2: 1000000\d+\.\.\. has more than 18 digits"),
        (f"[{'9' * 5000}]", "has more than 18 digits"),
        ("[" * (MAX_NESTING + 1) + "]" * (MAX_NESTING + 1), "nested more than 64 deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested more than 64 deep"),
        (b'["\xe9"]', "line 1: it is not UTF-8 text"),
        ("", "Expecting value"),
    ],
)
def test_what_cannot_be_counted_with_or_walked_through_is_refused(text: str | bytes, sentence: str) -> None:
    """A number beyond all bounds, nesting without end, or no JSON at all: a ValueError that says where and why."""
    with pytest.raises(ValueError, match=sentence) as caught:
        parse_json(text)
    assert len(str(caught.value)) < 120


def test_as_deep_as_may_be_is_read() -> None:
    """The limit itself is allowed, and brackets in a text are no nesting."""
    assert parse_json("[" * MAX_NESTING + "]" * MAX_NESTING)
    assert parse_json(json.dumps(["[" * 1000])) == ["[" * 1000]


def test_lines_are_counted_and_end_at_newlines_alone(tmp_path: Path) -> None:
    """Empty lines are passed over; a line separator inside of a text ends no line; a cut-off end may be left out."""
    path = tmp_path / "log.jsonl"
    path.write_text('{"a": "x\u2028y"}\n\n{"a": 2}\n{"a": ', encoding="utf-8")
    assert list(json_lines(path, cut_off=True)) == [(1, {"a": "x\u2028y"}), (3, {"a": 2})]
    with pytest.raises(ValueError, match="line 4, column"):
        list(json_lines(path))


def test_a_file_is_read_past_its_byte_order_mark(tmp_path: Path) -> None:
    """As some editors write it."""
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_json(path) == {"a": 1}
    path.write_bytes(b'\xef\xbb\xbfsource = "fake"\nhz = 5\n')
    assert read_toml(path) == {"source": "fake", "hz": 5}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"hz = {10**400}", "more than 18 digits"),
        (f"hz = {'9' * 5000}", "too large"),
        ("hz = " + "[" * 2000 + "]" * 2000, "nested more than 64 deep"),
        ("hz = " + "[" * 70 + "]" * 70, "nested more than 64 deep"),
        ("hz = \n", "line 1"),
    ],
)
def test_toml_has_the_same_limits(text: str, sentence: str, tmp_path: Path) -> None:
    """A settings file ends in a sentence, too."""
    path = tmp_path / "mien.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence):
        read_toml(path)
