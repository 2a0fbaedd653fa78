"""The manifest of labelled crops: a line of JSON a verdict, written and read back; what cannot be right is not let in."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from tracker.core.errors import DataError, UsageError
from tracker.core.face import Crop
from tracker.core.frame import now
from tracker.core.json_fields import Fields
from tracker.core.parsing import json_lines
from tracker.core.person import require_name
from tracker.core.rows import timestamp
from tracker.core.vocabulary import EXPRESSIONS, SAID, SHOWN
from tracker.store import schema
from tracker.store.crops import from_png
from tracker.store.uploads import SCORE_DECIMALS, ModelProvenance, scores_by_name
from tracker.store.verdicts import VERDICT_ORIGINS

MANIFEST: Final = "manifest.jsonl"
FOUND: Final = ("detected", "padded", "crop")
CLOCKS: Final = timedelta(days=1)
"""The clock of the machine that wrote it may go before ours."""
SHA256: Final = re.compile("[0-9a-f]{64}")
SUM: Final = 0.01
"""How far the scores of one face may be from one together: they are rounded."""
LINE: Final = 200
"""Characters of a model's name or version."""
WORD: Final = 40
"""Characters of a reason, a label, a moment."""
PATH: Final = 400
"""Characters of a file's path in the folder."""
YEAR: Final = 366 * 24 * 3600.0
"""Seconds: no session is longer."""
LARGEST: Final = 2**31 - 1
"""Of a number that the database keeps."""
FARTHEST: Final = 32_767
"""Of a box's edges, in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One labelled crop on its way into a store; at: when it was said, None where nobody wrote that down."""

    crop: Crop
    said: str
    person: str
    origin: str
    at: datetime | None
    prediction: schema.Prediction
    judge: ModelProvenance


def manifest_line(file: str, verdict: schema.Verdict) -> str:
    """What was said of a crop, by the model and by the person; ``file`` is its path in the folder."""
    prediction, model = verdict.prediction, verdict.prediction.model
    line: dict[str, Any] = {
        "file": file,
        "said": verdict.said,
        "expression": prediction.expression,
        "confidence": prediction.confidence,
        "scores": scores_by_name(prediction.scores, SCORE_DECIMALS),
        "heads": prediction.heads,
        "model": model.sha256,
        "model_name": model.name,
        "model_version": model.version,
        "at": timestamp(verdict.at),
        "person": verdict.person,
        "origin": verdict.origin,
        "judged_at": timestamp(prediction.at),
        "prior": prediction.prior,
        "threshold": prediction.threshold,
        "fitted_to": prediction.person,
        "fit": prediction.fit,
        "box": list(prediction.box),
        "found": prediction.found,
        "reason": prediction.reason,
        "face": prediction.face,
        "t": prediction.t,
    }
    return json.dumps(line, ensure_ascii=False) + "\n"


def read_manifest(folder: Path) -> Iterator[Entry]:
    """Each line with its crop; DataError names the line that cannot be used."""
    manifest = folder / MANIFEST
    try:
        for number, found in json_lines(manifest):
            try:
                entry = _entry(folder, Fields.of(found, "it"))
            except (ValueError, OSError, UsageError) as error:
                raise DataError(f"{manifest}, line {number}: {error} Export the verdicts anew.") from error
            yield entry
    except OSError as error:
        raise DataError(f"{manifest}: it cannot be read ({error}).") from error
    except ValueError as error:
        raise DataError(f"{manifest}, {error}. Export the verdicts anew.") from error


def _entry(folder: Path, line: Fields) -> Entry:
    crop = from_png(_inside(folder, _text(line, "file", PATH)).read_bytes())
    judge = ModelProvenance(
        sha256=_sha256(line),
        name=_text(line, "model_name", LINE),
        version=_text(line, "model_version", LINE),
        prior=_text(line, "prior", WORD),
        threshold=_number(line, "threshold"),
        person=None if line.get("fitted_to") is None else require_name(line.text("fitted_to")),
        fit=None if line.get("fit") is None else int(_number(line, "fit", LARGEST, whole=True)),
    )
    return Entry(
        crop=crop,
        said=_one_of(line, "said", SAID),
        person=require_name(line.text("person")),
        origin=_one_of(line, "origin", VERDICT_ORIGINS),
        at=_moment(line, "at"),
        prediction=_prediction(line, crop, judge),
        judge=judge,
    )


def _prediction(line: Fields, crop: Crop, judge: ModelProvenance) -> schema.Prediction:
    scores = line.part("scores")
    if set(scores.members) != set(EXPRESSIONS):
        raise ValueError(f"{line.path('scores')} should be a number from 0 to 1 for each of {', '.join(EXPRESSIONS)}.")
    values = [_number(scores, name) for name in EXPRESSIONS]
    if abs(sum(values) - 1) > SUM:
        raise ValueError(f"{line.path('scores')} should be 1 together, found {sum(values):.4f}.")
    return schema.Prediction(
        t=None if line.get("t") is None else _number(line, "t", YEAR),
        face=int(_number(line, "face", LARGEST, whole=True)),
        at=_moment(line, "judged_at"),
        person=judge.person,
        fit=judge.fit,
        prior=judge.prior,
        threshold=judge.threshold,
        box=_box(line),
        found=_one_of(line, "found", FOUND),
        expression=_one_of(line, "expression", SHOWN),
        confidence=_number(line, "confidence"),
        scores=values,
        heads={_word(name): _head(head) for name, head in line.part("heads").all_parts().items()},
        reason=None if line.get("reason") is None else _text(line, "reason", WORD),
        light=float(np.mean(crop)),
    )


def _head(head: Fields) -> dict[str, float]:
    return {_word(label): _number(head, label) for label in head.members}


def _number(line: Fields, key: str, most: float = 1, *, whole: bool = False) -> float:
    """A number from 0 to ``most``."""
    value = line.whole(key) if whole else line.number(key)
    if not 0 <= value <= most:
        raise ValueError(f"{line.path(key)} should be from 0 to {most:g}, found {value:g}.")
    return value


def _text(line: Fields, key: str, most: int) -> str:
    value = line.text(key)
    if len(value) > most:
        raise ValueError(f"{line.path(key)} has {len(value):,} characters; there may be {most}.")
    return _plain(value, line.path(key))


def _word(name: str) -> str:
    """A member's own name, such as a label of a head."""
    if len(name) > WORD:
        raise ValueError(f"A label has {len(name):,} characters; there may be {WORD}.")
    return _plain(name, "A label")


def _plain(text: str, what: str) -> str:
    """Cc and Cs are Unicode's control characters and surrogates, halves of what they should be."""
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise ValueError(f"{what} holds a character that cannot be stored (half an emoji, a line's end or another control).")
    return text


def _sha256(line: Fields) -> str:
    value = line.text("model")
    if not SHA256.fullmatch(value):
        raise ValueError(f"{line.path('model')} should be a file's SHA-256, 64 hexadecimal digits, found {value[:LINE]!r}.")
    return value


def _moment(line: Fields, key: str) -> datetime:
    """Not in the future."""
    return line.moment(key, now() + CLOCKS, "now")


def _inside(folder: Path, file: str) -> Path:
    """A manifest from elsewhere must not make us read any other file."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"the file {file!r} lies outside of the folder.")
    return path


def _one_of(line: Fields, key: str, known: tuple[str, ...]) -> str:
    value = line.text(key)
    if value not in known:
        raise ValueError(f"{line.path(key)} should be one of {', '.join(known)}, found {value[:WORD]!r}.")
    return value


def _box(line: Fields) -> tuple[int, ...]:
    box = line.numbers("box")
    if len(box) != 4 or not all(part == int(part) and abs(part) <= FARTHEST for part in box) or min(box[2:]) < 0:
        raise ValueError(f"{line.path('box')} should be x, y, width and height, four whole numbers up to {FARTHEST}.")
    return tuple(int(part) for part in box)
