"""The manifest of labelled crops: a line of JSON a verdict, written and read back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from tracker.errors import DataError, UsageError
from tracker.face import Crop
from tracker.fields import Fields
from tracker.parsing import json_lines
from tracker.rows import timestamp
from tracker.store import schema
from tracker.store.crops import from_png
from tracker.store.pictures import SCORE_DIGITS, Judge, scores_by_name
from tracker.store.verdicts import ORIGINS, SAID
from tracker.vocabulary import EXPRESSIONS, UNCLEAR

MANIFEST: Final = "manifest.jsonl"
FOUND: Final = ("detected", "padded", "crop")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One labelled crop on its way into a store; at: when it was said, None where nobody wrote that down."""

    crop: Crop
    said: str
    person: str
    origin: str
    at: datetime | None
    prediction: schema.Prediction
    judge: Judge


def manifest_line(file: str, verdict: schema.Verdict) -> str:
    """What was said of a crop, by the model and by the person; ``file`` is its path in the folder."""
    prediction, model = verdict.prediction, verdict.prediction.model
    line: dict[str, Any] = {
        "file": file,
        "said": verdict.said,
        "expression": prediction.expression,
        "confidence": prediction.confidence,
        "scores": scores_by_name(prediction.scores, SCORE_DIGITS),
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
    crop = from_png(_inside(folder, line.text("file")).read_bytes())
    fitted_to = None if line.get("fitted_to") is None else line.text("fitted_to")
    fit = None if line.get("fit") is None else line.whole("fit")
    judge = Judge(
        line.text("model"), line.text("model_name"), line.text("model_version"), line.text("prior"),
        line.number("threshold"), fitted_to, fit,
    )  # fmt: skip
    at, origin = datetime.fromisoformat(line.text("at")), _one_of(line, "origin", ORIGINS)
    return Entry(
        crop, _one_of(line, "said", SAID), line.text("person"), origin, _utc(at), _prediction(line, crop, judge), judge
    )


def _prediction(line: Fields, crop: Crop, judge: Judge) -> schema.Prediction:
    scores = line.part("scores").all_numbers()
    if set(scores) != set(EXPRESSIONS) or not all(0 <= value <= 1 for value in scores.values()):
        raise ValueError(f"{line.path('scores')} should be a number from 0 to 1 for each of {', '.join(EXPRESSIONS)}.")
    return schema.Prediction(
        t=None if line.get("t") is None else line.number("t"),
        face=line.whole("face"),
        at=_utc(datetime.fromisoformat(line.text("judged_at"))),
        person=judge.person,
        fit=judge.fit,
        prior=judge.prior,
        threshold=judge.threshold,
        box=_box(line),
        found=_one_of(line, "found", FOUND),
        expression=_one_of(line, "expression", (*EXPRESSIONS, UNCLEAR)),
        confidence=line.number("confidence"),
        scores=[scores[name] for name in EXPRESSIONS],
        heads={name: head.all_numbers() for name, head in line.part("heads").all_parts().items()},
        reason=None if line.get("reason") is None else line.text("reason"),
        light=float(np.mean(crop)),
    )


def _inside(folder: Path, file: str) -> Path:
    """A manifest from elsewhere must not make us read any other file."""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"the file {file!r} lies outside of the folder.")
    return path


def _one_of(line: Fields, key: str, known: tuple[str, ...]) -> str:
    value = line.text(key)
    if value not in known:
        raise ValueError(f"{line.path(key)} should be one of {', '.join(known)}, found {value!r}.")
    return value


def _box(line: Fields) -> tuple[int, ...]:
    box = line.get("box")
    if not (isinstance(box, list) and len(box) == 4 and all(isinstance(part, int) for part in box)):
        raise ValueError(f"{line.path('box')} should be four whole numbers, found {box!r}.")
    return tuple(box)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
