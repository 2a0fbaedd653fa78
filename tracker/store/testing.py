"""Made-up sessions, as the tracker would store them: for tests and measurements."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import UNSET
from msgspec.structs import replace as with_fields

from tracker.config.settings import Retention
from tracker.core.face import Motion, Pose
from tracker.core.records import FaceRecord, ObservationRecord, QualityRecord, whole_milliseconds
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.provenance import ModelProvenance
from tracker.store.write_batch import SessionBeginning

BEGAN: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
JUDGE: Final = ModelProvenance("0" * 64, "mien", "1", "default", 0.5)

MOTION: Final = Motion(hz=15.2, seconds=0.512, blinks=1, nods=0, shakes=0, talking=0.25, away=0.0, smiling=0.512)


def beginning(uuid: str = "11111111-0000", retention: Retention = "forever", **given: Any) -> SessionBeginning:
    """The beginning of a session; ``given``: other fields than the usual ones."""
    usual = SessionBeginning(
        uuid=uuid, source="fake", hz=2.0, faces="own", smoothing=1.0, judge=JUDGE, started_at=BEGAN, retention=retention
    )
    return replace(usual, **given)


def row(
    n: int, ids: tuple[int, ...] = (1,), began: datetime = BEGAN, *, shapes: bool = False, hz: float = 2.0
) -> ObservationRecord:
    """The n-th observation, ``hz`` a second, of the faces with these ids, each with another expression each time."""
    faces = []
    for number in ids:
        top = EXPRESSIONS[(n + number) % len(EXPRESSIONS)]
        scores = {name: 0.7 if name == top else 0.05 for name in EXPRESSIONS}
        face = FaceRecord(
            id=number,
            box=(n % 640, 10, 100, 120),
            expression=top,
            emoji="",
            confidence=0.7,
            scores=scores,
            smooth=scores,
            quality=QualityRecord.of(None),
            motion=MOTION if n else None,
            blendshapes={"browDownLeft": 0.25, "jawOpen": n / 100} if shapes else UNSET,
            pose=Pose(10.0, -2.5, 0.0) if shapes else UNSET,
        )
        faces.append(face)
    at = whole_milliseconds(began + timedelta(seconds=n / hz))
    return ObservationRecord(session="s", t=n / hz, at=at, frame=n, source="fake", faces=tuple(faces))


def call_row(
    n: int,
    shown: Mapping[int, tuple[str, ...]],
    possible: Mapping[int, tuple[str, ...]] | None = None,
    *,
    unseen: tuple[str, ...] = (),
    hz: float = 2.0,
) -> ObservationRecord:
    """As ``row``, in a call. shown: a face's number -> the movements that are there. possible: likewise; None as at work."""
    plain = row(n, tuple(shown), hz=hz)
    faces = (
        with_fields(
            face, shows=shown[face.id], unseen=unseen, possible=UNSET if possible is None else possible.get(face.id, ())
        )
        for face in plain.faces
    )
    return with_fields(plain, faces=tuple(faces))
