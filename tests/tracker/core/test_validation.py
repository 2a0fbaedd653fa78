"""Values from outside, taken over as records or refused with a sentence about the member that is wrong."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest

from tracker.core.validation import Whole, converted, utc


@dataclass(frozen=True)
class Head:
    labels: tuple[str, ...]
    temperature: float

    def __post_init__(self) -> None:
        if self.temperature <= 0:
            raise ValueError(f"temperature should be above 0, found {self.temperature}")


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    heads: dict[Annotated[str, msgspec.Meta(max_length=8)], Head]
    shown: Literal["live", "picture"] = msgspec.field(name="as", default="live")
    eye: tuple[float, float] = (0, 0)
    width: Whole | None = None
    share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0
    flag: bool = False
    at: datetime | None = None


HEAD = {"labels": ["a", "b"], "temperature": 1}
WHOLE: dict[str, Any] = {
    "heads": {"fer": HEAD},
    "as": "picture",
    "eye": [1, 2.5],
    "width": 3,
    "flag": True,
    "at": "2026-11-26T10:00:00Z",
}


def test_what_fits_is_a_record() -> None:
    """Lists become tuples, whole numbers floats, and a text a moment."""
    assert converted(WHOLE, Card, "the card") == Card(
        heads={"fer": Head(("a", "b"), 1.0)},
        shown="picture",
        eye=(1.0, 2.5),
        width=3,
        flag=True,
        at=datetime(2026, 11, 26, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"heads": None}, "the card.heads should be an object, found None"),
        (
            {"heads": {"fer": HEAD, "b": HEAD | {"temperature": "1"}}},
            "the card.heads.b.temperature should be a number, found '1'",
        ),
        ({"heads": {"fer": HEAD | {"temperature": 0}}}, "the card.heads.fer: temperature should be above 0, found 0"),
        ({"heads": {"fer": HEAD | {"labels": ["a", 1]}}}, "the card.heads.fer.labels[1] should be a text, found 1"),
        ({"heads": {"fer": {"labels": []}}}, "the card.heads.fer.temperature is missing"),
        (
            {"heads": {"a.[strange] name": HEAD}},
            "a name in the card.heads should be a text of up to 8 characters, found 'a.[str",
        ),
        ({"as": "both"}, "the card.as should be one of live, picture, found 'both'"),
        ({"eye": [1, 2, 3]}, "the card.eye should be a list of 2, found [1, 2, 3]"),
        ({"width": 2.5}, "the card.width should be a whole number or null, found 2.5"),
        ({"width": 10**400}, "the card.width should be a whole number or null, found 1000"),
        ({"share": 1.5}, "the card.share should be a number from 0 to 1, found 1.5"),
        ({"share": float("nan")}, "the card.share should be a number from 0 to 1, found nan"),
        ({"share": True}, "the card.share should be a number from 0 to 1, found True"),
        ({"flag": 1}, "the card.flag should be true or false, found 1"),
        ({"at": "yesterday"}, "the card.at should be a date and time in ISO 8601 or null, found 'yesterday'"),
        ({"size": 1}, "the card.size is not known"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], sentence: str) -> None:
    """The sentence has the member's name as it is written, what it should be, and what was found."""
    with pytest.raises(ValueError, match="the card") as caught:
        converted(WHOLE | change, Card, "the card")
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("found", [None, [], "text" * 1_000_000, 3])
def test_a_long_value_is_quoted_short_and_without_a_secret(found: Any) -> None:
    """A megabyte in the wrong place makes no megabyte of sentence, and an address keeps its password."""
    with pytest.raises(ValueError, match="the card should be an object") as caught:
        converted(found, Card, "the card")
    assert len(str(caught.value)) < 120
    with pytest.raises(ValueError, match="flag") as caught:
        converted(WHOLE | {"flag": "rtsp://me:hunter2@camera/live"}, Card, "the card")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1970-01-01T00:00:00"])
def test_a_clock_that_was_never_set_is_refused(text: str) -> None:
    """Also where a date in UTC would leave what Python counts; without a zone it is UTC."""
    with pytest.raises(ValueError, match="at should lie between 1970 and 9000, found"):
        utc(datetime.fromisoformat(text), "at")
    assert utc(datetime(2026, 1, 1), "at") == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001 - without a zone
