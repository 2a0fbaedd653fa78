"""The manifest of labelled crops: a line of JSON a verdict, written and read back; what cannot be right is not let in."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, get_args

import msgspec
import numpy as np

from tracker.core.errors import DataError, UsageError
from tracker.core.face import Crop, Found
from tracker.core.frame import now
from tracker.core.parsing import json_lines
from tracker.core.person import require_name
from tracker.core.records import JsonObject, timestamp
from tracker.core.validation import Share, converted, storable, utc
from tracker.core.vocabulary import EXPRESSIONS, Expression, Said, Shown
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.crops import from_png
from tracker.store.uploads import SCORE_DECIMALS, scores_by_name
from tracker.store.verdicts import VerdictOrigin

MANIFEST: Final = "manifest.jsonl"
CLOCK_TOLERANCE: Final = timedelta(days=1)
"""The clock of the machine that wrote it may go before ours."""
SCORE_SUM_TOLERANCE: Final = 0.01
"""How far the scores of one face may be from one together: they are rounded."""
MAX_SESSION_SECONDS: Final = 366 * 24 * 3600.0
MAX_COORDINATE: Final = 32_767
"""Of a box's edges, in pixels."""

Word = Annotated[str, storable(40)]
"""A reason, a label, a prior."""
ModelName = Annotated[str, storable(200)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""As the database keeps it."""
Coordinate = Annotated[int, msgspec.Meta(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
Length = Annotated[int, msgspec.Meta(ge=0, le=MAX_COORDINATE)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z", description="a file's SHA-256, 64 hexadecimal digits")]


class _Line(msgspec.Struct, frozen=True):
    """One line's JSON: a crop's file, what the person said of it, and what the model had said.

    at: when it was said. judged_at: when the model spoke. fitted_to, fit: the person whose fit was applied, and its number.
    face: its number in the picture. t: seconds since its session began. box: x, y, width and height, in pixels.
    """

    file: Annotated[str, storable(400)]
    said: Said
    expression: Shown
    confidence: Share
    scores: dict[Expression, Share]
    heads: dict[Word, dict[Word, Share]]
    model: Sha256
    model_name: ModelName
    model_version: ModelName
    at: datetime
    person: str
    origin: VerdictOrigin
    judged_at: datetime
    prior: Word
    threshold: Share
    fitted_to: str | None
    fit: Number | None
    box: tuple[Coordinate, Coordinate, Length, Length]
    found: Found
    reason: Word | None
    face: Number
    t: Annotated[float, msgspec.Meta(ge=0, le=MAX_SESSION_SECONDS)] | None

    def __post_init__(self) -> None:
        if len(self.scores) != len(EXPRESSIONS):
            raise ValueError(f"scores should be a number from 0 to 1 for each of {', '.join(EXPRESSIONS)}")
        if abs(sum(self.scores.values()) - 1) > SCORE_SUM_TOLERANCE:
            raise ValueError(f"scores should be 1 together, found {sum(self.scores.values()):.4f}")
        for person in (self.person, self.fitted_to):
            if person is not None:
                require_name(person)


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
    line: JsonObject = {
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
                entry = _entry(folder, converted(found, _Line, "it"))
            except (ValueError, OSError, UsageError) as error:
                raise DataError(f"{manifest}, line {number}: {str(error).rstrip('.')}. Export the verdicts anew.") from error
            yield entry
    except OSError as error:
        raise DataError(f"{manifest}: it cannot be read ({error}).") from error
    except ValueError as error:
        raise DataError(f"{manifest}, {error}. Export the verdicts anew.") from error


def _entry(folder: Path, line: _Line) -> Entry:
    path = (folder / line.file).resolve()
    # A manifest from elsewhere must not make us read any other file.
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"the file {line.file!r} lies outside of the folder")
    crop = from_png(path.read_bytes())
    latest = now() + CLOCK_TOLERANCE
    judge = ModelProvenance(
        sha256=line.model,
        name=line.model_name,
        version=line.model_version,
        prior=line.prior,
        threshold=line.threshold,
        person=line.fitted_to,
        fit=line.fit,
    )
    prediction = schema.Prediction(
        t=line.t,
        face=line.face,
        at=utc(line.judged_at, "it.judged_at", latest),
        person=judge.person,
        fit=judge.fit,
        prior=judge.prior,
        threshold=judge.threshold,
        box=line.box,
        found=line.found,
        expression=line.expression,
        confidence=line.confidence,
        scores=[line.scores[name] for name in get_args(Expression)],
        heads=line.heads,
        reason=line.reason,
        light=float(np.mean(crop)),
    )
    return Entry(
        crop=crop,
        said=line.said,
        person=line.person,
        origin=line.origin,
        at=utc(line.at, "it.at", latest),
        prediction=prediction,
        judge=judge,
    )
