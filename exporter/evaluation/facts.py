"""What the makers of a model say of it and no program can measure: the TOML file of ``mien card --facts``."""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from exporter.data.dataset import SPLITS
from exporter.data.labels import HEAD_LABELS
from tracker.core.errors import DataError
from tracker.core.parsing import read_toml
from tracker.core.validation import converted


def _one_of(*names: str) -> Meta:
    return Meta(pattern=rf"^({'|'.join(names)})\Z", description=f"one of {', '.join(names)}")


Head = Annotated[str, _one_of(*HEAD_LABELS)]
Split = Annotated[str, _one_of(*SPLITS)]
DataMember = Annotated[str, _one_of("name", "type", *SPLITS)]


class Facts(Struct, frozen=True, forbid_unknown_fields=True):
    """Texts, in Markdown where they are paragraphs; the card leaves out what is not given.

    Attributes:
        model: SHA-256 of the file that they are about; "" for any file.
        licence: As Hugging Face abbreviates it.
        licence_words: The licence for people.
        made_by: Who made the model.
        kind: What kind of network it is.
        learned_from: Hugging Face's names of the training data.
        made: How it was made.
        judges: How reliable the labels are that it is scored by.
        limits: Whose faces it may read badly.
        taught: Head -> whose labels taught it.
        judged_on: Of the data that the scores are of: its name, Hugging Face's type, and what its makers call each split.
        protocol: Split -> what its scores mean.
    """

    model: str = ""
    licence: str = ""
    licence_words: str = ""
    made_by: str = ""
    kind: str = ""
    learned_from: tuple[str, ...] = ()
    made: str = ""
    judges: str = ""
    limits: str = ""
    taught: dict[Head, str] = {}
    judged_on: dict[DataMember, str] = {}
    protocol: dict[Split, str] = {}


def read_facts(path: Path) -> Facts:
    """The facts in a TOML file.

    Raises:
        DataError: The file cannot be read, or something in it is not a fact or has the wrong type. It names the file, the fact
            and what was expected.
    """
    try:
        return converted(read_toml(path), Facts, "")
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}. Expected is a TOML file of facts, as models/facts.toml is one.") from error
