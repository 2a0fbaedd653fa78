"""What a session says, written into the tables: one batch, one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from msgspec import UNSET
from msgspec.structs import astuple, replace
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Retention, Settings
from tracker.core.address import redacted
from tracker.core.errors import StoreError
from tracker.core.frame import now
from tracker.core.records import FaceRecord, ObservationRecord
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.provenance import ModelProvenance
from tracker.store import leases, schema
from tracker.store.consents import revoked_faces
from tracker.store.partial_erase import erased_moments
from tracker.store.retention import HEADLESS_RETENTION, UNTIL_CLOSED, retention_seconds
from tracker.store.source_label import source_label
from tracker.store.uploads import get_or_add_model

Change = Callable[[Store, schema.Session], None]


class SessionErased(StoreError):
    """A person erased the session while it ran: what still comes is not wanted either."""


@dataclass(frozen=True, slots=True)
class SessionBeginning:
    """What is known of a session when it begins.

    uuid: ``Session.id``. source: as the store calls it, see ``source_label``. hz, faces, smoothing: as asked for. judge: who
    says what the faces show. started_at: the wall clock at t = 0.
    """

    uuid: str
    source: str
    hz: float
    faces: str
    smoothing: float
    judge: ModelProvenance
    started_at: datetime
    retention: Retention

    @classmethod
    def of(
        cls,
        uuid: str,
        settings: Settings,
        judge: ModelProvenance,
        started_at: datetime,
        *,
        live: bool,
        retention: Retention | None,
    ) -> Self:
        """Of a session with these settings.

        Args:
            uuid: ``Session.id``.
            settings: Of which source, hz, faces and smoothing are stored.
            judge: Who says what the faces show.
            started_at: The wall clock at t = 0.
            live: The session's seconds go by the clock; otherwise they are its file's own.
            retention: For how long it is kept; None where nobody said.
        """
        source = source_label(settings.source, live=live)
        return cls(
            uuid, source, settings.hz, settings.faces, settings.smoothing, judge, started_at, retention or HEADLESS_RETENTION
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be written together: observations, then changes of the session.

    again: an earlier try failed, and nobody knows whether that was before or after it was committed.
    """

    rows: Sequence[ObservationRecord]
    changes: Sequence[Change]
    again: bool = False


def write_batch(store: Store, beginning: SessionBeginning, lease: int, batch: Batch, *, begun: bool) -> None:
    """Write it; SessionErased when the session was begun before and is not there any more."""
    session = _session(store, beginning.uuid)
    if session is None and begun:
        raise SessionErased("This session was erased: what it says from now on is not saved.")
    if session is None:
        session = _begin(store, beginning)
    _hold(store, session, lease)
    gone = erased_moments(store, session.id)
    rows = [row for row in (_new_rows(store, session, batch) if batch.again else batch.rows) if not gone(row.t)]
    if revoked := revoked_faces(store, session.uuid):
        rows = [replace(row, faces=tuple(face for face in row.faces if face.id not in revoked)) for row in rows]
    if rows:
        _observations(store, session, rows)
    for change in batch.changes:
        change(store, session)


def _session(store: Store, uuid: str) -> schema.Session | None:
    """Held until the batch is committed, so that nobody erases it in between."""
    return store.scalar(select(schema.Session).where(schema.Session.uuid == uuid).with_for_update(key_share=True))


def _begin(store: Store, beginning: SessionBeginning) -> schema.Session:
    judge, retention = beginning.judge, beginning.retention
    session = schema.Session(
        uuid=beginning.uuid,
        source=redacted(beginning.source),
        hz=beginning.hz,
        faces=beginning.faces,
        prior=judge.prior,
        smoothing=beginning.smoothing,
        threshold=judge.threshold,
        person=judge.person,
        model=get_or_add_model(store, judge, beginning.started_at),
        started_at=beginning.started_at,
        keep_for=retention_seconds(retention),
        keep_until=UNTIL_CLOSED if retention == "session" else None,
    )
    store.add(session)
    store.flush()
    return session


def _hold(store: Store, session: schema.Session, lease: int) -> None:
    """A session that another Mien took for a crash's goes on, and so does the lease."""
    if session.lease_id == lease and session.ended_at is None:
        return
    if store.get(schema.Lease, lease) is None:
        leases.renew_lease(store, lease, session.started_at, now())
    session.lease_id, session.ended_at, session.interrupted = lease, None, False


def _new_rows(store: Store, session: schema.Session, batch: Batch) -> Sequence[ObservationRecord]:
    """Without those that the earlier try did commit."""
    last = store.scalar(select(func.max(schema.Observation.t)).where(schema.Observation.session_id == session.id))
    return batch.rows if last is None else [row for row in batch.rows if row.t > last]


def _participants(store: Store, session: schema.Session, rows: Sequence[ObservationRecord]) -> dict[int, int]:
    """Who stands in which row: number -> id, those who are new among them."""
    there = {each.number: each.id for each in session.participants}
    numbers = {face.id for row in rows for face in row.faces}
    new = [schema.Participant(session_id=session.id, number=number) for number in sorted(numbers - there.keys())]
    store.add_all(new)
    store.flush()
    return there | {each.number: each.id for each in new}


def _observations(store: Store, session: schema.Session, rows: Sequence[ObservationRecord]) -> None:
    participants = _participants(store, session, rows)
    observation = insert(schema.Observation).returning(schema.Observation.id, sort_by_parameter_order=True)
    ids = store.scalars(observation, [_observation(session.id, row) for row in rows]).all()
    faces = [
        ({"observation_id": number, "participant_id": participants[face.id]}, face)
        for number, row in zip(ids, rows, strict=True)
        for face in row.faces
    ]
    if faces:
        store.execute(insert(schema.Reading), [key | _reading(face) for key, face in faces])
    moved = [key | _movements(face) for key, face in faces if face.shows is not UNSET]
    if moved:
        store.execute(insert(schema.ReadingMovements), moved)
    formed = [
        (key, face.blendshapes, face.pose) for key, face in faces if face.blendshapes is not UNSET and face.pose is not UNSET
    ]
    if formed:
        names = session.shapes = session.shapes or list(formed[0][1])
        store.execute(
            insert(schema.ReadingShape),
            [key | {"blendshapes": [shape[name] for name in names], "pose": [*astuple(pose)]} for key, shape, pose in formed],
        )


def _observation(session: int, row: ObservationRecord) -> dict[str, object]:
    took = None if row.took is UNSET else row.took
    return {"session_id": session, "t": row.t, "at": row.at, "frame": row.frame, "took": took}


def _movements(face: FaceRecord) -> dict[str, object]:
    return {
        "shows": face.shows,
        "unseen": () if face.unseen is UNSET else face.unseen,
        "possible": None if face.possible is UNSET else face.possible,
    }


def _reading(face: FaceRecord) -> dict[str, object]:
    return {
        "box": face.box,
        "expression": face.expression,
        "confidence": face.confidence,
        "scores": [face.scores[name] for name in EXPRESSIONS],
        "smooth": [face.smooth[name] for name in EXPRESSIONS],
        "reason": face.quality.reason,
        "motion": face.motion,
    }
