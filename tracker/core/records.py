"""What was observed, as it is stored, shown and written: typed records, their JSON, and their rows of a table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Self, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, to_builtins

from tracker.core.face import Amount, Face, Motion, Number, Observation, Pose, Reading, Text
from tracker.core.scores import Doubt
from tracker.core.validation import Share, converted, utc
from tracker.core.vocabulary import EXPRESSIONS, SHOWN

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""A value that is written as JSON."""
JsonObject: TypeAlias = dict[str, Json]
"""An object that is written as JSON, with its members in this order."""
Cell = str | int | float | None
TableRow = dict[str, Cell]

MAX_COORDINATE: Final = 2**31 - 1
"""Of a box's edges, in pixels: what a column of the tables takes."""
SUM_TOLERANCE: Final = 1e-3
"""How far seven probabilities may be from 1 together: they have four decimals."""
PROBABILITY_DIGITS: Final = 4

Coordinate = Annotated[int, Meta(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
Length = Annotated[int, Meta(ge=0, le=MAX_COORDINATE)]
Moment = Annotated[datetime, Meta(tz=True, description="a date and time in ISO 8601 with its time zone")]
Expression = Annotated[str, Meta(pattern=rf"^({'|'.join(EXPRESSIONS)})\Z", description=f"one of {', '.join(EXPRESSIONS)}")]
Label = Annotated[str, Meta(pattern=rf"^({'|'.join(SHOWN)})\Z", description=f"one of {', '.join(SHOWN)}")]
"""An expression, or unclear."""
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z", description="small letters, digits and _, up to 40")]
"""Of a movement, or the id of a reading; several are written with spaces or commas between them."""
PixelBox = tuple[Coordinate, Coordinate, Length, Length]
"""x, y, width, height in whole pixels of the source."""


class QualityRecord(Struct, frozen=True):
    """Whether a face could be judged; reason: why not, as a short phrase, or None."""

    ok: bool
    reason: Text | None

    @classmethod
    def of(cls, reason: str | None) -> Self:
        """From the reason alone."""
        return cls(reason is None, reason)


class FaceRecord(Struct, frozen=True, kw_only=True):
    """One face of an observation.

    id: the face's number in its session, from 1. name: what the person calls whose it is; UNSET where nobody has agreed, and
    while a session runs. expression, emoji: what is shown, which stays until frames of another
    expression hold. confidence: smoothed probability of the expression, of the likeliest one if it is unclear. doubt: why it is
    unclear; UNSET where it is not, where quality says why, and in what was stored. scores: of this frame alone, and smooth:
    over the last moments: expression -> probability, all seven, in the order of EXPRESSIONS. motion: since the face's
    observation before; None where it was not watched. shows: names of the movements that are there, unseen: of those that
    cannot be told, and possible: ids of the readings that they may mean, strongest first; UNSET but in a call. blendshapes:
    name -> 0 to 1, and pose: both or neither, only where shapes were asked for.
    """

    id: int
    name: Text | UnsetType = UNSET
    box: PixelBox
    expression: Label
    emoji: str | UnsetType = UNSET
    confidence: Share
    doubt: Doubt | UnsetType = UNSET
    scores: dict[Expression, Share]
    smooth: dict[Expression, Share]
    quality: QualityRecord
    motion: Motion | None = None
    shows: tuple[Name, ...] | UnsetType = UNSET
    unseen: tuple[Name, ...] | UnsetType = UNSET
    possible: tuple[Name, ...] | UnsetType = UNSET
    blendshapes: dict[Text, Number] | UnsetType = UNSET
    pose: Pose | UnsetType = UNSET

    @classmethod
    def of(cls, reading: Reading, scale: tuple[float, float] = (1.0, 1.0), *, shapes: bool = False) -> Self:
        """A reading of the running session. scale: the source's pixels for one of the frame, across and down."""
        face, detection = reading.face, reading.face.detection if shapes else None
        shape = None if detection is None else detection.shape
        movements, possible = reading.movements, reading.possible
        return cls(
            id=reading.id,
            box=face.box.scaled(scale).rounded(),
            expression=reading.words.expression,
            emoji=reading.words.emoji,
            confidence=round(reading.words.confidence, PROBABILITY_DIGITS),
            doubt=UNSET if reading.words.doubt is None else reading.words.doubt,
            scores=face.prediction.scores.as_dict(),
            smooth=reading.smooth.as_dict(),
            quality=QualityRecord.of(face.quality.reason),
            motion=reading.motion,
            shows=UNSET if movements is None else tuple(movement.name for movement in movements.present),
            unseen=UNSET if movements is None else tuple(movements.unknown),
            possible=UNSET if possible is None else tuple(each.id for each in possible.readings),
            blendshapes=UNSET if shape is None else rounded(shape.blendshapes),
            pose=UNSET if shape is None else shape.pose,
        )

    @property
    def area(self) -> int:
        """Square pixels of its box."""
        return self.box[2] * self.box[3]


class PictureFaceRecord(Struct, frozen=True, kw_only=True):
    """One face of a single picture, judged now or stored earlier.

    expression, emoji, confidence: of the scores. doubt: why it is unclear; UNSET where it is not, or where quality says why.
    heads: each of the model's heads -> label -> probability. found: how the face was found.
    """

    box: PixelBox
    expression: Label
    emoji: str
    confidence: Share
    doubt: Doubt | UnsetType = UNSET
    scores: Mapping[str, Share]
    heads: Mapping[str, Mapping[str, Share]]
    quality: QualityRecord
    found: str

    @classmethod
    def of(cls, face: Face) -> Self:
        """A face that was judged just now."""
        return cls(
            box=face.box.rounded(),
            expression=face.words.expression,
            emoji=face.words.emoji,
            confidence=round(face.words.confidence, PROBABILITY_DIGITS),
            doubt=UNSET if face.words.doubt is None else face.words.doubt,
            scores=face.prediction.scores.as_dict(),
            heads={name: scores.as_dict() for name, scores in face.prediction.heads.items()},
            quality=QualityRecord.of(face.quality.reason),
            found=face.found,
        )


class Load(Struct, frozen=True):
    """What a session cost over its last seconds.

    readings, looks: observations, and frames on which only movement was watched, a second; wanted: such frames asked for.
    core: share of one processor core, 1 is all of it.
    """

    readings: float
    looks: float
    core: float
    wanted: float


class ObservationRecord(Struct, frozen=True, kw_only=True):
    """What one frame said, from the session to the page, the store and the files.

    n: the running number in a session that runs, from 1. t: seconds since the session began (media time for files), with
    three decimals. at: the wall clock in UTC, in whole milliseconds. frame: the source's own count, from 0. faces: none where
    nobody was there. took: milliseconds from the frame to its words. effort: what the session costs of late; None at its
    beginning. What is UNSET has no place in the JSON.
    """

    n: int | UnsetType = UNSET
    session: Text
    t: Amount
    at: Moment
    frame: int
    source: Text = ""
    faces: tuple[FaceRecord, ...]
    took: int | UnsetType | None = UNSET
    effort: Load | UnsetType | None = UNSET

    @classmethod
    def of(
        cls,
        observation: Observation,
        session: str,
        source: str,
        *,
        shapes: bool = False,
        effort: Load | UnsetType | None = UNSET,
    ) -> Self:
        """An observation of the session with this id; shapes: with blendshapes and pose (degrees) of each face."""
        return cls(
            session=session,
            t=round(observation.t, 3),
            at=whole_milliseconds(observation.at),
            frame=observation.frame,
            # An Address is a str of its own, which msgspec does not write.
            source=str(source),
            faces=tuple(FaceRecord.of(reading, observation.scale, shapes=shapes) for reading in observation.readings),
            took=observation.took,
            effort=effort,
        )


class MarkerRecord(Struct, frozen=True, kw_only=True):
    """A person's note on a moment, as files have it."""

    session: Text
    t: Amount
    at: Moment
    marker: Text


class PauseRecord(Struct, frozen=True, kw_only=True):
    """Seconds without observations, as files have them; until: when it went on, None if it did not."""

    session: Text
    t: Amount
    at: Moment
    pause: Text
    until: Amount | None


Entry = ObservationRecord | MarkerRecord | PauseRecord
"""What a line of a file tells."""


def parse_entry(found: object) -> Entry:
    """A record from parsed JSON. ValueError with a sentence for what is none of Mien's."""
    kinds: dict[str, type[Entry]] = {"faces": ObservationRecord, "marker": MarkerRecord, "pause": PauseRecord}
    kind = next((kind for name, kind in kinds.items() if isinstance(found, dict) and name in found), None)
    if kind is None:
        raise ValueError("it should be an object with faces, a marker or a pause")
    entry = converted(found, kind, "it")
    utc(entry.at, "it.at")
    for face in entry.faces if isinstance(entry, ObservationRecord) else ():
        if not all(
            len(each) == len(EXPRESSIONS) and abs(sum(each.values()) - 1) <= SUM_TOLERANCE
            for each in (face.scores, face.smooth)
        ):
            raise ValueError("scores and smooth of a face are seven probabilities that sum to 1")
        if (face.pose is UNSET) != (face.blendshapes is UNSET):
            raise ValueError("pose and blendshapes go together")
    return entry


def as_json(record: Struct) -> JsonObject:
    """The JSON object of any record here: members in the order of its fields, without those that are UNSET."""
    found: dict[str, Json | datetime] = to_builtins(record, builtin_types=(datetime,))
    return {name: timestamp(value) if isinstance(value, datetime) else value for name, value in found.items()}


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and a Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def whole_milliseconds(moment: datetime) -> datetime:
    """The same moment as its time stamp tells it, cut to milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rounded(values: Mapping[str, float], digits: int = PROBABILITY_DIGITS) -> dict[str, float]:
    """The same names with rounded numbers."""
    return {name: round(value, digits) for name, value in values.items()}


CALL_COLUMNS: Final = ("name", "shows", "unseen", "possible")
"""What faces have only in a call; of several names, as text with spaces between them."""
BOX_PARTS: Final = ("x", "y", "width", "height")
TABLE_COLUMNS: Final = (
    "session", "t", "at", "frame", "source", "id", *(f"box_{part}" for part in BOX_PARTS), "expression", "confidence", "reason",
    *(f"score_{name}" for name in EXPRESSIONS), *(f"smooth_{name}" for name in EXPRESSIONS),
    *(f"motion_{name}" for name in Motion.__struct_fields__), *CALL_COLUMNS,
)  # fmt: skip


def table_rows(record: ObservationRecord) -> Iterator[TableRow]:
    """A row for each face, without the columns that have no value; one without a face where nobody was there."""
    shared: TableRow = {
        "session": record.session,
        "t": record.t,
        "at": timestamp(record.at),
        "frame": record.frame,
        "source": record.source,
    }
    for face in record.faces:
        row: TableRow = {"id": face.id, "expression": face.expression, "confidence": face.confidence}
        row |= {f"box_{part}": value for part, value in zip(BOX_PARTS, face.box, strict=True)}
        row |= {f"score_{name}": value for name, value in face.scores.items()}
        row |= {f"smooth_{name}": value for name, value in face.smooth.items()}
        if face.motion is not None:
            row |= {f"motion_{name}": getattr(face.motion, name) for name in Motion.__struct_fields__}
        row |= _call_cells(face)
        if face.pose is not UNSET and face.blendshapes is not UNSET:
            row |= {f"pose_{angle}": getattr(face.pose, angle) for angle in Pose.__struct_fields__}
            row |= {f"shape_{name}": value for name, value in face.blendshapes.items()}
        yield shared | row | {"reason": face.quality.reason}
    if not record.faces:
        yield shared


def _call_cells(face: FaceRecord) -> TableRow:
    values = {name: getattr(face, name) for name in CALL_COLUMNS}
    return {name: value if isinstance(value, str) else " ".join(value) for name, value in values.items() if value is not UNSET}


def entry_rows(entry: Entry) -> Iterator[TableRow]:
    """An entry as rows of a table: one for each face, one for nobody, one for a marker or a pause."""
    match entry:
        case ObservationRecord():
            yield from table_rows(entry)
        case MarkerRecord():
            yield {"session": entry.session, "t": entry.t, "at": timestamp(entry.at), "marker": entry.marker}
        case PauseRecord():
            at = timestamp(entry.at)
            yield {"session": entry.session, "t": entry.t, "at": at, "pause": entry.pause, "until": entry.until}
