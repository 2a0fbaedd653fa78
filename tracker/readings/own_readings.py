"""A person's own choices beside their file: how readily each reading is told, and rules that they took from somebody else."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from tracker.core.errors import UsageError
from tracker.core.parsing import parse_toml
from tracker.core.validation import converted
from tracker.readings.rules import CHANGED, Id, ReadingRule, ReadingRules, RuleTable, Unchecked, load_rules, merged, own_table

READINGS_PREFERENCE: Final = "readings"
"""The name under which ``OwnReadings`` are stored: in the database and not in readings.toml, where a program would lose what
the person wrote beside the rules."""
Telling = Literal["off", "weak", "usual", "strict"]
"""How readily a reading is told: never, from weaker evidence than usual, as its rule says, only from stronger evidence."""
TELLINGS: Final[tuple[Telling, ...]] = get_args(Telling)
TELLING_WORDS: Final[Mapping[Telling, str]] = {
    "off": "never",
    "weak": "from weaker evidence",
    "usual": "as usual",
    "strict": "only from stronger evidence",
}
"""How a reading is told, in words that follow "Tell it"."""
WEAK_SHARE: Final = 0.75
"""Of the usual threshold, from which a reading is told that may be told from weak evidence."""
DECIMALS: Final = 3


class OwnReadings(Struct, frozen=True, forbid_unknown_fields=True):
    """told: reading -> how readily, where the person chose. loaded: rules of files that they loaded, the last one on top."""

    told: dict[Id, Telling] = {}
    loaded: RuleTable | None = None


def parse_own_readings(stored: object) -> OwnReadings:
    """What the store has under READINGS_PREFERENCE, None before the person chose; UsageError where it is no such thing."""
    try:
        return OwnReadings() if stored is None else converted(stored, OwnReadings, "")
    except ValueError as error:
        raise UsageError(f"Your own readings in the database cannot be used: {error}.") from error


class Vocabulary(Struct, frozen=True):
    """usual: the rules without the person's choices. chosen: with them, as they are in effect. telling: of each reading."""

    usual: ReadingRules
    chosen: ReadingRules
    telling: Mapping[str, Telling]


def vocabulary(own: OwnReadings, folder: Path | None = None) -> Vocabulary:
    """The rules as a person has them: shipped, their file (in ``folder``, as in ``load_rules``), loaded, chosen.

    Raises:
        UsageError: One of the files cannot be used, or a reading is switched on that is never guessed.
    """
    usual = load_rules(folder, own.loaded)
    telling = {name: own.told.get(name) or ("usual" if rule.enabled else "off") for name, rule in usual.readings.items()}
    readings = {name: _as_chosen(rule, telling[name]) for name, rule in usual.readings.items()}
    try:
        return Vocabulary(usual, ReadingRules(usual.signs, readings, usual.needs_context), telling)
    except ValueError as error:
        raise UsageError(f"{error}.") from error


def threshold_at(rule: ReadingRule, telling: Telling) -> float:
    """What the sum of a rule's signs has to reach, 0 to 1, if it is told so; off is as usual.

    Only from stronger evidence is a third of the way on to all evidence together: what else is weak is not told then.
    """
    if telling == "weak":
        return round(rule.threshold * WEAK_SHARE, DECIMALS)
    if telling == "strict":
        most = min(1.0, sum(rule.supports.values()))
        return round(rule.threshold + (most - rule.threshold) / 3, DECIMALS)
    return rule.threshold


def choose(own: OwnReadings, name: str, telling: str, folder: Path | None = None) -> OwnReadings:
    """The person's choices with another one; UsageError for what is no reading, no choice, or may not be told."""
    known = vocabulary(own, folder).usual.readings
    if name not in known:
        raise UsageError(f"There is no reading {name[:40]!r}; there are {', '.join(known)}.")
    for choice in TELLINGS:
        if telling == choice:
            changed = replace(own, told={**own.told, name: choice})
            vocabulary(changed, folder)
            return changed
    raise UsageError(f"A reading is told {', '.join(TELLINGS)}, not {telling[:40]!r}.")


def load_shared(own: OwnReadings, text: bytes, folder: Path | None = None) -> OwnReadings:
    """The person's readings with a file of somebody else laid over them; what the person chose stays.

    Raises:
        UsageError: The file is no TOML, or holds what is no rule, or does not fit the rules that are there.
    """
    try:
        theirs = converted(parse_toml(text), RuleTable, "")
    except ValueError as error:
        raise UsageError(f"That file cannot be used: {error}.") from error
    changed = replace(own, loaded=merged(own.loaded or RuleTable(), theirs))
    try:
        vocabulary(changed, folder)
    except UsageError as error:
        raise UsageError(f"That file cannot be used. {error}") from error
    return changed


def share(own: OwnReadings, folder: Path | None = None) -> str:
    """All that the person has of their own, as a file for somebody else: it holds nothing that was seen of anybody."""
    found = vocabulary(own, folder)
    choices = dict[str, dict[str, Unchecked]]()
    for name, usual in found.usual.readings.items():
        chosen = found.chosen.readings[name]
        choices[name] = {} if chosen.enabled == usual.enabled else {"on": chosen.enabled}
        choices[name] |= {} if chosen.threshold == usual.threshold else {"threshold": chosen.threshold}
    table = merged(merged(own_table(folder), own.loaded or RuleTable()), RuleTable(readings=choices))
    parts: list[tuple[str, Mapping[str, Unchecked]]] = [("signs", table.signs), ("needs_context", table.needs_context)]
    parts += [(f"readings.{name}", members) for name, members in table.readings.items()]
    return "\n".join(_toml_table(name, members) for name, members in parts if members)


def _as_chosen(rule: ReadingRule, telling: Telling) -> ReadingRule:
    threshold = threshold_at(rule, telling)
    if threshold == rule.threshold:
        return replace(rule, enabled=telling != "off")
    return replace(rule, enabled=True, threshold=threshold, validated=False, validation=CHANGED)


def _toml_table(name: str, members: Mapping[str, Unchecked]) -> str:
    lines = [f"[{name}]", *(f"{member} = {_toml_value(value)}" for member, value in members.items())]
    return "\n".join(lines) + "\n"


def _toml_value(value: Unchecked) -> str:
    """A text as JSON writes it is one of TOML, too; its keys are ids, which need no quotes."""
    match value:
        case Mapping():
            return f"{{ {', '.join(f'{key} = {_toml_value(each)}' for key, each in value.items())} }}"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case bool():
            return "true" if value else "false"
        case Sequence():
            return f"[{', '.join(map(_toml_value, value))}]"
    return repr(value)
