"""What a ``torch.export`` archive may contain: tensors, and a graph of standard operators in plain words.

``torch.export.load`` falls back to full pickles, lets sympy evaluate the texts of sizes, looks targets up by name anywhere
below ``torch``, imports what tree specifications name, and writes names into code that it runs. So all of them are looked
at first, as text, against short lists of what a network of ours could need.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tracker.core.errors import ModelError
from tracker.core.parsing import parse_json

TENSOR_NAME: Final = re.compile(r"(weight|tensor)_\d+")
"""Names of payloads that are tensors; ``custom_obj_0`` and ``opaque_obj_0`` are objects with code."""
ALLOWED_TARGET: Final = re.compile(
    r"torch\.ops\.aten\.\w+\.\w+|torch\.sym_\w+"
    r"|_operator\.(add|sub|mul|truediv|floordiv|mod|pow|neg|eq|ne|lt|le|gt|ge|getitem)"
)
PLAIN_WORD: Final = re.compile(r"[\w.+\-]*")
ALLOWED_SIZE_WORDS: Final = {"Symbol", "Integer", "FloorDiv", "positive", "nonnegative", "integer", "True", "False"}
SIZE_CHARACTERS: Final = re.compile(r"[\w\s()',=*+/-]*")
ALLOWED_TREE_TYPES: Final = {None, "builtins.tuple", "builtins.list", "builtins.dict"}
TREE_KEYS: Final = re.compile(r'[\w\s",\[\].]*')
TREE_MEMBERS: Final = {"in_spec", "out_spec"}
METADATA_MEMBER: Final = "metadata"
"""Where sources and lines stand, for people: texts only; nothing in them is run."""


def require_harmless(path: Path) -> None:
    """ModelError unless all that torch would evaluate is on the lists."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
            texts = {name: parse_json(archive.read(name)) for name in archive.namelist() if name.lower().endswith(".json")}
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise ModelError(f"{path}: not a program that torch.export.save wrote ({error}); save it again.") from error
    if not any("/models/" in name for name in texts):
        raise ModelError(f"{path}: there is no program in it. Save one with torch.export.save, not with torch.save.")
    # Torch finds files whatever their case, and the first of two; we would look at the last.
    problems = [name for name in names if names.count(name) > 1]
    problems += [problem for text in texts.values() for problem in _problems(text)]
    if problems:
        raise ModelError(
            f"{path}: it has more in it than tensors and standard operators ({problems[0][:80]}), which could be code and is"
            " not opened. Export the network without custom operators and objects."
        )


def _problems(found: Any, key: str = "") -> Iterator[str]:
    match found:
        case dict():
            for name, value in found.items():
                if not PLAIN_WORD.fullmatch(name):
                    yield name
                # Notes are names and texts; a tensor that somebody called so is looked at.
                flat = isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
                if not (name == METADATA_MEMBER and flat):
                    yield from _problems(value, name)
        case list():
            for value in found:
                yield from _problems(value, key)
        case str():
            if not _is_harmless(key, found):
                yield f"{key}: {found}"


def _is_harmless(key: str, text: str) -> bool:
    if key == "target":
        return bool(ALLOWED_TARGET.fullmatch(text))
    if key == "path_name":
        return bool(TENSOR_NAME.fullmatch(text))
    if key == "expr_str":
        words = set(re.findall(r"[A-Za-z_]\w*", text))
        return bool(SIZE_CHARACTERS.fullmatch(text)) and all(
            word in ALLOWED_SIZE_WORDS or re.fullmatch(r"[su]\d+", word) for word in words
        )
    if key in TREE_MEMBERS:
        return _is_plain_tree(text)
    return bool(PLAIN_WORD.fullmatch(text))


def _is_plain_tree(text: str) -> bool:
    """Whether a tree of arguments is made of tuples, lists and dicts with plain keys."""
    try:
        _, top = parse_json(text)
        waiting = [top]
        while waiting:
            tree = waiting.pop()
            if tree["type"] not in ALLOWED_TREE_TYPES or not TREE_KEYS.fullmatch(tree["context"] or ""):
                return False
            waiting += tree["children_spec"]
    except (ValueError, KeyError, TypeError):
        return False
    return True
