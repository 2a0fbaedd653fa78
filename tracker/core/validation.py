"""Values from outside as typed records: msgspec checks them, and what does not fit is one sentence for people."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from tracker.core.address import without_secrets

T = TypeVar("T")

MAX_QUOTED: Final = 60
"""Characters of a value that a sentence repeats."""
EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)
"""What a clock says that was never set; nothing here is older."""
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""So that a session's seconds may be added."""
LARGEST_WHOLE: Final = 2**53
"""Beyond it a float no longer tells one whole number from the next."""

Whole = Annotated[int, msgspec.Meta(ge=-LARGEST_WHOLE, le=LARGEST_WHOLE)]
"""A whole number that a float holds, too."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A probability, or a part of a whole."""


def storable(max_length: int) -> msgspec.Meta:
    """Limits of a text that every database keeps: without controls (Unicode's Cc) and surrogates, halves of a character."""
    about = f"a text of up to {max_length} characters, without half an emoji, a line's end or another control"
    return msgspec.Meta(max_length=max_length, pattern=_STORABLE, description=about)


_STORABLE: Final = r"^[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*\Z"
_IN_WORDS: Final[dict[type, str]] = {
    msgspec.inspect.IntType: "a whole number",
    msgspec.inspect.FloatType: "a number",
    msgspec.inspect.StrType: "a text",
    msgspec.inspect.BoolType: "true or false",
    msgspec.inspect.NoneType: "null",
    msgspec.inspect.DateTimeType: "a date and time in ISO 8601",
    msgspec.inspect.ListType: "a list",
    msgspec.inspect.VarTupleType: "a list",
}
_STEP: Final = re.compile(r"\.([^.\[`]+)|\[(\d+|\.\.\.)\]")
"""A member, or an item, in the place that msgspec names: ``$.heads[...].labels[1]``."""


def converted(found: object, kind: type[T], name: str) -> T:
    """Parsed JSON or TOML as a record.

    Args:
        found: What ``tracker.core.parsing`` returned: dicts, lists, texts, numbers, true, false and None.
        kind: A frozen dataclass or msgspec Struct, or a container of these. Its ``__post_init__`` may raise ValueError.
            A Path is a text, true and false are no numbers, and a whole number does for a float.
        name: What a sentence calls the whole, such as ``the fit``; its members are then ``the fit.tau``. Empty: they have their
            own names alone.

    Returns:
        The record; lists become tuples where its fields are tuples. Members that it has no field for are left out, unless its
        class forbids them.

    Raises:
        ValueError: It says which member, what was expected, and what was found.
    """
    try:
        return msgspec.convert(found, kind, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ValueError(_sentence(error, found, kind, name)) from None


def _path(kind: type, found: object) -> Path:
    """For msgspec, which knows no paths."""
    if kind is Path and isinstance(found, str):
        return Path(found)
    raise ValueError("it should be a text")


def utc(moment: datetime, name: str, latest: datetime = LATEST) -> datetime:
    """A date and time in UTC, which it is taken for where it names no zone; ValueError outside of EARLIEST to ``latest``."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if not EARLIEST <= moment <= latest:
        until = latest.year if latest == LATEST else "now"
        raise ValueError(f"{name} should lie between 1970 and {until}, found {moment.isoformat()}")
    return moment.astimezone(UTC)


def _sentence(error: msgspec.ValidationError, found: Any, kind: Any, name: str) -> str:
    """The error, told of the member it is about: found and kind are followed along the place that msgspec names."""
    message, _, place = str(error).partition(" - at ")
    named = place.startswith("`key`")
    for member, item in _STEP.findall(place):
        kind = _without_null(kind)
        if item == "...":
            # msgspec doesn't say which member of an object with any names it was.
            kind = get_args(kind)[-1]
            return _first_wrong([(_member(name, key), value) for key, value in found.items()], kind)
        if item:
            kinds = get_args(kind)
            kind, found, name = kinds[0 if kinds[-1] is ... else int(item)], found[int(item)], f"{name}[{item}]"
        else:
            # msgspec names a member as JSON does.
            (attribute,) = (field.name for field in _fields(kind) if field.encode_name == member)
            kind = get_type_hints(kind, include_extras=True)[attribute]
            found, name = found[member], _member(name, member)
    if named:
        kind, _ = get_args(_without_null(kind))
        return _first_wrong([(f"a name in {name}", key) for key in found], kind)
    if error.__cause__ is not None:
        return f"{name}: {error.__cause__}" if name else str(error.__cause__)
    match re.fullmatch(r"Object (missing required|contains unknown) field `(.*)`", message):
        case re.Match() as about:
            known = ", ".join(field.encode_name for field in _fields(kind))
            problem = "is missing" if about[1].startswith("missing") else f"is not known; there are {known}"
            return f"{_member(name, about[2])} {problem}"
    quoted = without_secrets(repr(found))[:MAX_QUOTED]
    return f"{name} should be {_described(msgspec.inspect.type_info(kind))}, found {quoted}"


def _first_wrong(values: list[tuple[str, Any]], kind: Any) -> str:
    """The sentence about the first of several named values that is not of a kind, one of which is not."""
    for name, value in values:
        try:
            msgspec.convert(value, kind, dec_hook=_path)
        except msgspec.ValidationError as error:
            return _sentence(error, value, kind, name)
    raise AssertionError(f"msgspec refused one of {len(values)} values, and takes each of them alone")


def _without_null(kind: Any) -> Any:
    """Of a member that may be null or absent, or that has limits, the kind itself."""
    if get_origin(kind) is Annotated:
        return _without_null(get_args(kind)[0])
    absent = {type(None), msgspec.UnsetType}
    if absent & set(get_args(kind)):
        return _without_null(Union[tuple(each for each in get_args(kind) if each not in absent)])  # noqa: UP007
    return kind


def _fields(kind: Any) -> Any:
    record: Any = msgspec.inspect.type_info(_without_null(kind))
    return record.fields


def _member(name: str, member: str) -> str:
    return f"{name}.{member}" if name else member


def _described(kind: Any) -> str:
    """What a person would write."""
    described = _IN_WORDS.get(type(kind), "an object")
    match kind:
        case msgspec.inspect.Metadata(extra_json_schema={"description": str(about)}):
            described = about
        case msgspec.inspect.LiteralType(values=values):
            described = f"one of {', '.join(map(str, values))}" if len(values) > 1 else repr(values[0])
        case msgspec.inspect.UnionType(types=types):
            any_number = msgspec.inspect.FloatType in map(type, types)
            kinds = [each for each in types if not (any_number and isinstance(each, msgspec.inspect.IntType))]
            described = " or ".join(map(_described, kinds))
        case msgspec.inspect.TupleType(item_types=types):
            described = f"a list of {len(types)}"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            described += _limits(kind)
        case msgspec.inspect.StrType(max_length=int(most)):
            described += f" of up to {most} characters"
    return described


def _limits(kind: Any) -> str:
    least = kind.gt if kind.ge is None else kind.ge
    most = kind.lt if kind.le is None else kind.le
    if abs(most or 0) >= LARGEST_WHOLE:
        return ""
    match least, most:
        case None, None:
            return ""
        case _, None:
            return f" {'above' if kind.ge is None else 'from'} {least:g}{' on' if kind.gt is None else ''}"
        case None, _:
            return f" up to {most:g}"
    return f" from {least:g} to {most:g}"
