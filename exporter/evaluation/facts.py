"""What the maker of a model says of it, which no program can read from the file: the TOML file of ``mien card --facts``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from exporter.data.dataset import SPLITS
from exporter.data.labels import HEAD_LABELS
from tracker.core.errors import DataError
from tracker.core.parsing import read_toml
from tracker.core.validation import converted

TABLES = {"taught": tuple(HEAD_LABELS), "judged_on": ("name", "type", *SPLITS), "protocol": tuple(SPLITS)}
"""The tables of such a file, and what may stand in each."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Each a text, Markdown where it is a paragraph; what is not given is left out of the card.

    model: SHA-256 of the file that they are about. licence: as Hugging Face abbreviates it. learned_from: its names of data
    sets. made: how it came to be. judges: what its judges' labels are worth. limits: whom it may read badly. taught: head -> by
    whom. judged_on: name, type (Hugging Face's) and the splits' names of the data that the scores are of. protocol: split ->
    what its scores mean.
    """

    model: str = ""
    licence: str = ""
    licence_words: str = ""
    made_by: str = ""
    kind: str = ""
    learned_from: list[str] = field(default_factory=list)
    made: str = ""
    judges: str = ""
    limits: str = ""
    taught: Mapping[str, str] = field(default_factory=dict)
    judged_on: Mapping[str, str] = field(default_factory=dict)
    protocol: Mapping[str, str] = field(default_factory=dict)


def read_facts(path: Path) -> Facts:
    """DataError names the file, and what in it is none of the facts, or no text."""
    try:
        given = read_toml(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: expected a TOML file of facts, as models/facts.toml is one ({error}).") from error
    if unknown := sorted(given.keys() - {entry.name for entry in fields(Facts)}):
        raise DataError(f"{path} has {', '.join(unknown)}: facts are {', '.join(entry.name for entry in fields(Facts))}.")
    for name, kind in get_type_hints(Facts).items():
        _require(path, name, kind, given.get(name))
    return converted(given, Facts, str(path))


def _require(path: Path, name: str, kind: Any, value: object) -> None:
    """Nothing, a text, a list of texts, or a table of them with names that are known."""
    if value is None or (kind is str and isinstance(value, str)):
        return
    if name in TABLES and isinstance(value, dict) and set(value) <= set(TABLES[name]) and _are_texts(value.values()):
        return
    if name not in TABLES and kind is not str and isinstance(value, list) and _are_texts(value):
        return
    wanted = (
        f"a table of texts: {', '.join(TABLES[name])}" if name in TABLES else "a text" if kind is str else "a list of texts"
    )
    raise DataError(f"{path}: {name} is {wanted}.")


def _are_texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)
