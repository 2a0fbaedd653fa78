"""The tables: sessions with their observations, uploaded pictures with their predictions, verdicts on those, and consent.

Pixels are stored only if the person says so: ``Picture.data`` and ``Prediction.crop`` are empty otherwise.
"""

from datetime import datetime
from typing import Any, ClassVar, Final, Literal, get_args

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from tracker.core.face import Motion
from tracker.core.vocabulary import SAID, SHOWN
from tracker.store.columns import (
    FiniteNumber,
    ForeignValue,
    Halves,
    Ids,
    KnownWord,
    Levels,
    Moment,
    MovementNames,
    PackedBox,
    PackedMotion,
    PlainJson,
    Share,
    Shares,
    SmallNumber,
    Text,
    WholeNumber,
)

CONSTRAINT_NAMES: Final = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that a migration can refer to them."""
HowAsked = Literal["chat", "aloud", "writing"]
"""How somebody was asked whether their face may be analysed: in the call's chat, aloud, or in writing before it."""
HOW_ASKED: Final = get_args(HowAsked)
DELETE_WITH_PARENT: Final = "CASCADE"
"""A foreign key of what is deleted with its session or picture."""
SET_NULL: Final = "SET NULL"
"""A foreign key of what stays when that which it refers to is deleted."""


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, float: FiniteNumber}


@event.listens_for(Base, "load", propagate=True)
def _require_columns(row: Base, _: object) -> None:
    """ForeignValue for a row without what each row of its table has: in a file that was changed, NULL may stand anywhere."""
    for column in row.__table__.columns:
        if not column.nullable and row.__dict__.get(column.key, column) is None:
            raise ForeignValue(f"{row.__tablename__}.{column.key} NULL")


class Preference(Base):
    """A decision of the person's, such as for how long sessions are kept, by its name."""

    __tablename__ = "preferences"
    name: Mapped[str] = mapped_column(Text(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Model(Base):
    """A model file that has classified something."""

    __tablename__ = "models"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text(64), unique=True)
    name: Mapped[str]
    version: Mapped[str]
    first_used_at: Mapped[datetime] = mapped_column(Moment)


class Lease(Base):
    """A Mien that stores in this database, see ``leases.py``: a session of its is not abandoned while it runs."""

    __tablename__ = "leases"
    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    process_at: Mapped[datetime | None] = mapped_column(Moment)
    began_at: Mapped[datetime] = mapped_column(Moment)
    alive_at: Mapped[datetime] = mapped_column(Moment)


class Session(Base):
    """One watch from start to stop.

    uuid: as in logs and on the page. faces: own or all. prior: as asked for. person: whose fit was applied. ended_at:
    None while it runs, or after a crash until the next start. keep_for: seconds from its end to its deadline, None if the
    clock does not decide. keep_until: its deadline, None is never or not yet known. shapes: the names of its blendshapes.
    """

    __tablename__ = "sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(Text(36), unique=True)
    title: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    hz: Mapped[float]
    faces: Mapped[str] = mapped_column(Text(8))
    prior: Mapped[str]
    smoothing: Mapped[float]
    threshold: Mapped[float | None]
    person: Mapped[str | None]
    shapes: Mapped[list[str] | None] = mapped_column(PlainJson)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("models.id"))
    started_at: Mapped[datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    interrupted: Mapped[bool] = mapped_column(default=False)
    keep_for: Mapped[int | None] = mapped_column(WholeNumber)
    keep_until: Mapped[datetime | None] = mapped_column(Moment, index=True)
    lease_id: Mapped[int | None] = mapped_column(ForeignKey("leases.id", ondelete=SET_NULL))

    model: Mapped[Model | None] = relationship()
    participants: Mapped[list["Participant"]] = relationship(passive_deletes=True, order_by="Participant.number")
    markers: Mapped[list["Marker"]] = relationship(passive_deletes=True, order_by="Marker.t")
    pauses: Mapped[list["Pause"]] = relationship(passive_deletes=True, order_by="Pause.began_t")


class Participant(Base):
    """A face that was followed through a session; number is its id there, from 1."""

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("session_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete=DELETE_WITH_PARENT))
    number: Mapped[int] = mapped_column(WholeNumber)
    label: Mapped[str | None]


class Observation(Base):
    """What was read in one frame.

    t: seconds since the session began. frame: as the source numbers it. took: milliseconds from the frame to its expressions.
    """

    __tablename__ = "observations"
    __table_args__ = (Index(None, "session_id", "t"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete=DELETE_WITH_PARENT))
    t: Mapped[float]
    at: Mapped[datetime] = mapped_column(Moment)
    frame: Mapped[int] = mapped_column(WholeNumber)
    took: Mapped[int | None] = mapped_column(SmallNumber)


class Reading(Base):
    """One face in one observation.

    expression: as it was shown, "unclear" among them. confidence: of it, or of the best guess, 0 to 1. scores, smooth: [7] from
    0 to 1 in the order of EXPRESSIONS, of the frame and smoothed. reason: why it was unreadable. motion: how it moved since the
    reading before, None where that was not watched, as by an older Mien.
    """

    __tablename__ = "readings"
    __table_args__ = ({"sqlite_with_rowid": False},)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id", ondelete=DELETE_WITH_PARENT), primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete=DELETE_WITH_PARENT), primary_key=True, index=True
    )
    box: Mapped[tuple[int, ...]] = mapped_column(PackedBox)
    expression: Mapped[str] = mapped_column(KnownWord(12, SHOWN))
    confidence: Mapped[float] = mapped_column(Share)
    scores: Mapped[tuple[float, ...]] = mapped_column(Shares)
    smooth: Mapped[tuple[float, ...]] = mapped_column(Shares)
    reason: Mapped[str | None] = mapped_column(Text(40))
    motion: Mapped[Motion | None] = mapped_column(PackedMotion)


class ReadingShape(Base):
    """A reading's blendshapes, 0 to 1 in the order of ``Session.shapes``, and the head's yaw, pitch and roll in degrees."""

    __tablename__ = "shapes"
    __table_args__ = ({"sqlite_with_rowid": False},)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id", ondelete=DELETE_WITH_PARENT), primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete=DELETE_WITH_PARENT), primary_key=True, index=True
    )
    blendshapes: Mapped[tuple[float, ...]] = mapped_column(Halves)
    pose: Mapped[tuple[float, ...]] = mapped_column(Halves)


class ReadingMovements(Base):
    """What a reading of a call says besides; a table of its own, as a column costs other sessions a byte for each reading.

    shows: names of the movements that are there. unseen: of those that cannot be told. possible: ids of the readings that they
    may mean, the strongest first; None where nobody asked, as always at work.
    """

    __tablename__ = "movements"
    __table_args__ = ({"sqlite_with_rowid": False},)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id", ondelete=DELETE_WITH_PARENT), primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete=DELETE_WITH_PARENT), primary_key=True, index=True
    )
    shows: Mapped[tuple[str, ...]] = mapped_column(MovementNames)
    unseen: Mapped[tuple[str, ...]] = mapped_column(MovementNames)
    possible: Mapped[tuple[str, ...] | None] = mapped_column(Ids)


class Marker(Base):
    """A person's note on a moment of a session."""

    __tablename__ = "markers"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete=DELETE_WITH_PARENT), index=True)
    t: Mapped[float]
    at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str]


class Pause(Base):
    """A part of a session without observations; why: paused, lost, unsaved or erased. ended_t is None while it lasts."""

    __tablename__ = "pauses"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("sessions.id", ondelete=DELETE_WITH_PARENT), index=True)
    began_t: Mapped[float]
    ended_t: Mapped[float | None]
    why: Mapped[str] = mapped_column(Text(12))


class Picture(Base):
    """An uploaded picture; data: its file without metadata, stored only if the person ticked that."""

    __tablename__ = "pictures"
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(Text(36), unique=True)
    name: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    width: Mapped[int] = mapped_column(WholeNumber)
    height: Mapped[int] = mapped_column(WholeNumber)
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    keep_until: Mapped[datetime | None] = mapped_column(Moment, index=True)

    predictions: Mapped[list["Prediction"]] = relationship(passive_deletes=True, order_by="Prediction.face")


class Prediction(Base):
    """How the model classified one face, in a picture or in a moment of a session that the person chose to keep.

    face: its place in the picture, the largest is 0, or its id in the session. at: when it was classified. light: mean gray
    level of the crop, 0 to 255. heads: of each head that the model has ("fer2013", "ferplus", "wide") label -> probability.
    features: the last layer's input. crop: as a PNG, stored only with a verdict. fit: the number of the person's fit that was
    applied, None is the released model. expression, confidence: as they were shown; of a live moment after smoothing, while
    scores, heads and features are of its frame alone.
    """

    __tablename__ = "predictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("pictures.id", ondelete=DELETE_WITH_PARENT), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete=DELETE_WITH_PARENT), index=True)
    t: Mapped[float | None]
    face: Mapped[int] = mapped_column(WholeNumber)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("models.id"))
    person: Mapped[str | None]
    fit: Mapped[int | None] = mapped_column(WholeNumber)
    prior: Mapped[str]
    threshold: Mapped[float]
    box: Mapped[tuple[int, ...]] = mapped_column(PackedBox)
    found: Mapped[str] = mapped_column(Text(12))
    expression: Mapped[str] = mapped_column(KnownWord(12, SHOWN))
    confidence: Mapped[float] = mapped_column(Share)
    scores: Mapped[tuple[float, ...]] = mapped_column(Shares)
    heads: Mapped[dict[str, dict[str, float]]] = mapped_column(PlainJson)
    reason: Mapped[str | None] = mapped_column(Text(40))
    light: Mapped[float]
    features: Mapped[tuple[float, ...] | None] = mapped_column(Halves)
    crop: Mapped[bytes | None] = mapped_column(LargeBinary)

    model: Mapped[Model] = relationship()
    picture: Mapped[Picture | None] = relationship(back_populates="predictions", passive_deletes=True)
    session: Mapped[Session | None] = relationship(passive_deletes=True)
    verdict: Mapped["Verdict | None"] = relationship(back_populates="prediction", passive_deletes=True, uselist=False)


class Verdict(Base):
    """What a person says a face really showed: one of EXPRESSIONS, "contempt", "not a face" or "can't tell".

    origin: picture, live, start (the guided seven faces) or import. whole: whether the whole picture was ticked, too. A
    changed mind replaces it; replaced: the verdict before as JSON, which undoing brings back, or None.
    """

    __tablename__ = "verdicts"
    id: Mapped[int] = mapped_column(primary_key=True)
    prediction_id: Mapped[int] = mapped_column(ForeignKey("predictions.id", ondelete=DELETE_WITH_PARENT), unique=True)
    said: Mapped[str] = mapped_column(KnownWord(12, SAID))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    person: Mapped[str] = mapped_column(default="me")
    origin: Mapped[str] = mapped_column(Text(12))
    whole: Mapped[bool] = mapped_column(default=False)
    replaced: Mapped[Any | None] = mapped_column(PlainJson)

    prediction: Mapped[Prediction] = relationship(back_populates="verdict")


class ReadingVerdict(Base):
    """What the person says of a possible reading of somebody on a call.

    session: its uuid. number: the face's, in that session. t: seconds of the session. told: ids of the readings that were
    shown, the likeliest first; empty where there were none. said: the id of the one that is right, or "none". levels: reading
    -> what its signs added up to, 0 to 1, or None where that could not be told; from it a threshold can be judged.
    """

    __tablename__ = "reading_verdicts"
    id: Mapped[int] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(Text(36), ForeignKey("sessions.uuid", ondelete=DELETE_WITH_PARENT), index=True)
    number: Mapped[int] = mapped_column(WholeNumber)
    t: Mapped[float]
    at: Mapped[datetime] = mapped_column(Moment)
    told: Mapped[tuple[str, ...]] = mapped_column(Ids)
    said: Mapped[str] = mapped_column(Text(40))
    levels: Mapped[dict[str, float | None]] = mapped_column(Levels)


class Consent(Base):
    """Somebody else on a call agreed that their face is analysed, for one session, until they revoke it.

    session: its uuid, also of a session that is not stored. who: the name that the user gave; empty once it is revoked. how:
    one of HOW_ASKED. at: when they agreed. revoked_at: when they revoked it; the entry stays, without their data.
    """

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(Text(36), index=True)
    who: Mapped[str]
    how: Mapped[str] = mapped_column(KnownWord(12, HOW_ASKED))
    at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    faces: Mapped[list["ConsentedFace"]] = relationship(passive_deletes=True, order_by="ConsentedFace.number")


class ConsentedFace(Base):
    """A face of the session, by its number there, that is the person of a consent; a person may have had several numbers."""

    __tablename__ = "consented_faces"
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id", ondelete=DELETE_WITH_PARENT), primary_key=True)
    number: Mapped[int] = mapped_column(WholeNumber, primary_key=True, autoincrement=False)


class Audit(Base):
    """One run in which others were analysed, without anything that their faces showed.

    source: the kind of source. mode: work or private. people: how many had a consent entry. ended_at: None while it runs, or
    after a crash.
    """

    __tablename__ = "audits"
    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    people: Mapped[int] = mapped_column(WholeNumber)
    mode: Mapped[str] = mapped_column(Text(12))
    source: Mapped[str] = mapped_column(Text(12))
