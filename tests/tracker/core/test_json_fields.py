"""Somebody else's JSON, asked member by member."""

from typing import Any

import pytest

from tracker.core.json_fields import Fields

OBJECT = Fields.of(
    {
        "half": 0.5,
        "three": 3,
        "yes": True,
        "nothing": None,
        "word": "a",
        "words": ["a", "b"],
        "pair": [1, 2.5],
        "part": {"x": 1},
        "parts": [{"x": 1}, {"x": 2}],
        "not_a_number": float("nan"),
    },
    "card",
)


def test_members_of_the_right_kind_are_handed_over() -> None:
    """Each question gives the member as the type it asks for."""
    assert OBJECT.number("half") == 0.5
    assert OBJECT.whole("three") == 3
    assert OBJECT.text("word") == "a"
    assert OBJECT.list_of_texts("words") == ("a", "b")
    assert OBJECT.pair("pair") == (1.0, 2.5)
    assert OBJECT.part("part").all_numbers() == {"x": 1.0}
    assert [part.number("x") for part in OBJECT.parts("parts")] == [1.0, 2.0]
    assert Fields.of({"a": "b"}, "names").all_texts() == {"a": "b"}
    assert Fields.of({"a": {"x": 1}}, "heads").all_parts()["a"].number("x") == 1.0


@pytest.mark.parametrize(
    ("question", "key", "sentence"),
    [
        ("number", "missing", "card.missing is missing"),
        ("number", "word", "card.word should be a number, found 'a'"),
        ("number", "yes", "card.yes should be a number, found True"),
        ("number", "not_a_number", "card.not_a_number should be a number, found nan"),
        ("whole", "half", "card.half should be a whole number, found 0.5"),
        ("text", "nothing", "card.nothing should be a text, found None"),
        ("list_of_texts", "word", "card.word should be a list, found 'a'"),
        ("list_of_texts", "pair", "card.pair should be a text, found 1"),
        ("pair", "words", "card.words should be a number, found 'a'"),
        ("pair", "parts", "card.parts should be a number, found {'x': 1}"),
        ("part", "words", r"card.words should be an object, found \['a', 'b'\]"),
        ("parts", "part", "card.part should be a list, found {'x': 1}"),
    ],
)
def test_a_member_that_is_not_as_expected_is_named(question: str, key: str, sentence: str) -> None:
    """The sentence says where the member stands, what it should be and what was found."""
    with pytest.raises(ValueError, match=sentence):
        getattr(OBJECT, question)(key)


def test_three_numbers_are_no_pair() -> None:
    """A point has two coordinates."""
    with pytest.raises(ValueError, match=r"crop.eye should be two numbers"):
        Fields.of({"eye": [1, 2, 3]}, "crop").pair("eye")


def test_what_is_inside_a_part_is_named_by_its_whole_path() -> None:
    """A member two levels down carries both names."""
    with pytest.raises(ValueError, match=r"card.part.x should be a text"):
        OBJECT.part("part").text("x")


def test_a_long_find_is_quoted_short() -> None:
    """A megabyte in the wrong place makes no megabyte of sentence."""
    with pytest.raises(ValueError, match="should be a number") as caught:
        Fields.of({"x": "a" * 1_000_000}, "card").number("x")
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("found", [None, [], "text", 3])
def test_only_an_object_has_members(found: Any) -> None:
    """JSON that parses to anything else is refused at once."""
    with pytest.raises(ValueError, match="the card should be an object"):
        Fields.of(found, "the card")
