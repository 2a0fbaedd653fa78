"""The rules of the possible readings: the shipped ``readings.toml``, with what a person changed laid over it, checked."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, field, to_builtins
from platformdirs import user_config_path

from tracker.core.errors import UsageError
from tracker.core.parsing import read_toml
from tracker.core.validation import Share, converted, storable
from tracker.core.vocabulary import ADJECTIVES, EXPRESSIONS
from tracker.motion.movements import MOVEMENTS

SHIPPED: Final = Path(__file__).with_name("readings.toml")
EXPRESSION_SIGNS: Final = (*EXPRESSIONS, "contempt")
"""Expressions that may be evidence; not every model file tells contempt."""
SIGNS: Final = {movement.name: movement.words for movement in MOVEMENTS} | {
    expression: f"looks {ADJECTIVES.get(expression, expression)} to the model" for expression in EXPRESSION_SIGNS
}
"""Everything that may be evidence, and what "why?" says of it, after a name: movements, then expressions of the model."""
LONGEST_WINDOW: Final = 30.0
"""Seconds; what lasts longer is no movement any more."""
FEWEST_ALTERNATIVES: Final = 2
REQUIRED: Final = ("name", "meaning", "for", "threshold", "window", "alternatives", "source")
"""What a reading needs that is not in the shipped file."""
EVIDENCE: Final = ("for", "against", "must_see", "threshold", "window")
"""What decides when a reading is told: whoever changes it has a rule that nobody validated."""
CHANGED: Final = "Changed or added by you, and not compared with people's answers."

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z", description="small letters, digits and _, up to 40")]
Words = Annotated[str, storable(80), Meta(min_length=1)]
Sentences = Annotated[str, storable(400), Meta(min_length=1)]
Weight = Annotated[float, Meta(gt=0, le=1)]
Unchecked = str | bool | float | list[Any] | Mapping[Any, Any]
"""A member of a reading before it is known whose it is; it is checked when the reading is whole."""
Window = Annotated[float, Meta(ge=0.5, le=LONGEST_WINDOW)]
Alternatives = Annotated[
    tuple[Sentences, ...],
    Meta(min_length=FEWEST_ALTERNATIVES, description=f"a list of at least {FEWEST_ALTERNATIVES} different texts"),
]


class ReadingRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When one reading is told, and what is said with it. ``readings.toml`` says what each member means.

    supports, opposes: weights of signs, by their ids (in the file: for, against). must_see: ids of signs that have to be
    visible. threshold: 0 to 1. window: seconds. enabled: in the file, on.
    """

    name: Words
    meaning: Sentences
    supports: dict[str, Weight] = field(name="for")
    opposes: dict[str, Weight] = field(name="against", default_factory=dict)
    must_see: tuple[str, ...] = ()
    threshold: Share
    window: Window
    alternatives: Alternatives
    source: Sentences
    validated: bool = False
    validation: Sentences = "Nobody has compared this with people's answers."
    enabled: bool = field(name="on", default=True)


class RuleTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it is written: a person's own may hold any part of it, and any part of a reading."""

    signs: dict[str, Words] = {}
    readings: dict[Id, dict[str, Unchecked]] = {}
    needs_context: dict[Id, Sentences] = {}


class ReadingRules(Struct, frozen=True, forbid_unknown_fields=True):
    """All rules, those that are switched off as well.

    signs: each of SIGNS -> what "why?" says of it. readings: id -> rule. needs_context: word -> why no face tells it.
    """

    signs: dict[str, Words]
    readings: dict[Id, ReadingRule]
    needs_context: dict[Id, Sentences]

    def __post_init__(self) -> None:
        """ValueError for a sign or a reading that cannot be."""
        _require_known(self.signs, "signs")
        taken = {_plain(word) for word in self.needs_context}
        for name, rule in self.readings.items():
            place = f"readings.{name}"
            for part, signs in (("for", rule.supports), ("against", rule.opposes), ("must_see", rule.must_see)):
                _require_known(signs, f"{place}.{part}")
            if len({*rule.alternatives}) < FEWEST_ALTERNATIVES:
                raise ValueError(f"{place}.alternatives should be a list of at least {FEWEST_ALTERNATIVES} different texts")
            if not rule.supports:
                raise ValueError(f"{place}.for names no sign: a reading needs evidence")
            if both := rule.supports.keys() & rule.opposes.keys():
                raise ValueError(f"{place} has {min(both)} in for and in against: keep one of them")
            if not 0 < rule.threshold <= sum(rule.supports.values()):
                raise ValueError(f"{place}.threshold should be above 0 and at most the sum of the weights in for")
            if rule.enabled and (named := {_plain(name), _plain(rule.name)} & taken):
                raise ValueError(f"{place} is called {min(named)}, which a face alone cannot tell, so it is never guessed")

    @property
    def enabled(self) -> Mapping[str, ReadingRule]:
        """The readings that are not switched off, in the file's order."""
        return {name: rule for name, rule in self.readings.items() if rule.enabled}


def own_file(folder: Path | None = None) -> Path:
    """Where a person's own rules are; ``folder``: else the user's settings folder."""
    return (folder or user_config_path("mien")) / "readings.toml"


def load_rules(folder: Path | None = None, loaded: RuleTable | None = None) -> ReadingRules:
    """The shipped rules with the person's own laid over them.

    A reading of the own file replaces those members that it has; one with a new id is added. Where it changes when a shipped
    reading is told, that reading no longer counts as validated.

    Args:
        folder: Where the own file is; else the user's settings folder.
        loaded: What the person took from somebody else's file, which is laid over their own in the same way.

    Raises:
        UsageError: The own file cannot be read, or one of both holds what is no rule; it names the file and the member.
    """
    shipped, own = converted(read_toml(SHIPPED), RuleTable, ""), own_table(folder)
    try:
        table = _laid_over(RuleTable(SIGNS, shipped.readings, shipped.needs_context), own)
        rules = _checked(table)
    except ValueError as error:
        raise _unusable(own_file(folder), error) from error
    if loaded is None:
        return rules
    try:
        return _checked(_laid_over(table, loaded))
    except ValueError as error:
        raise UsageError(f"The readings that were loaded on the page Glossary cannot be used: {error}.") from error


def own_table(folder: Path | None = None) -> RuleTable:
    """What the person's own file has; empty where there is none, UsageError where it cannot be used."""
    path = own_file(folder)
    try:
        return converted(read_toml(path), RuleTable, "")
    except FileNotFoundError:
        return RuleTable()
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from error


def merged(before: RuleTable, after: RuleTable) -> RuleTable:
    """All that two tables have; where both have a member, the later one's. Nothing is checked."""
    readings = {
        name: {**before.readings.get(name, {}), **after.readings.get(name, {})}
        for name in (*before.readings, *(after.readings.keys() - before.readings.keys()))
    }
    return RuleTable({**before.signs, **after.signs}, readings, {**before.needs_context, **after.needs_context})


def _unusable(path: Path, error: Exception) -> UsageError:
    return UsageError(f"The readings in {path} cannot be used: {error}. Repair that file, or delete it.")


def _checked(table: RuleTable) -> ReadingRules:
    """The table as rules; ValueError says which member is none."""
    return converted(to_builtins(table), ReadingRules, "")


def _laid_over(before: RuleTable, own: RuleTable) -> RuleTable:
    """A whole table with what another one has; ValueError for a new reading that lacks something."""
    changed = dict[str, dict[str, Unchecked]]()
    for name, given in own.readings.items():
        if name not in before.readings and (missing := [member for member in REQUIRED if member not in given]):
            needed = f"one of your own also needs {', '.join(missing)}"
            raise ValueError(f"readings.{name} is no shipped reading{_meant(name, before.readings)}; {needed}")
        changed[name] = {"validation": CHANGED, **given, "validated": False} if given.keys() & {*EVIDENCE} else given
    return merged(before, RuleTable(own.signs, changed, own.needs_context))


def _require_known(signs: Iterable[str], place: str) -> None:
    for sign in signs:
        if sign not in SIGNS:
            raise ValueError(f"{place} has {sign!r}, which is no sign{_meant(sign, SIGNS)}. There are {', '.join(SIGNS)}")


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _plain(name: str) -> str:
    """A name as it is compared with others."""
    return name.casefold().replace("_", " ").strip()
