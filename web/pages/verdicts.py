"""Verdicts from the page: on faces that were judged a moment ago, saved when a person says so, taken back with Undo."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from flask import Blueprint, request
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UsageError
from tracker.core.face import Face
from tracker.core.person import ME
from tracker.store import erase
from tracker.store.crops import to_png
from tracker.store.uploads import ModelProvenance, find_prediction_id
from tracker.store.verdicts import save_moment_verdict, save_verdict
from web.storage import LARGEST_ID, Storage

MAX_REMEMBERED_FACES: Final = 500
"""Faces remembered for a verdict, some 5 kB each; who answers later chooses the picture again."""


@dataclass(frozen=True, slots=True, eq=False)
class PendingVerdict:
    """A face that a person may still speak of: in the store already, or only in memory.

    number: its place in the picture, or its id in the session. upload: the uuid under which the picture was recorded, if it
    was; a number in the store would be given to another face once retention took this one. session, t: of a live moment.
    """

    face: Face
    judge: ModelProvenance
    number: int
    upload: str | None = None
    session: str | None = None
    t: float | None = None
    origin: str = "picture"


class PendingVerdicts:
    """The last faces that were judged, by a name that the page was told; the oldest are forgotten."""

    def __init__(self) -> None:
        self._faces: OrderedDict[str, PendingVerdict] = OrderedDict()
        self._lock = Lock()

    def remember(self, judged: Sequence[PendingVerdict]) -> list[str]:
        """Their names, in order."""
        names = [uuid4().hex for _ in judged]
        with self._lock:
            self._faces.update(zip(names, judged, strict=True))
            while len(self._faces) > MAX_REMEMBERED_FACES:
                self._faces.popitem(last=False)
        return names

    def __getitem__(self, name: str) -> PendingVerdict:
        with self._lock:
            found = self._faces.get(name)
        if found is None:
            raise UsageError("Mien no longer has this face. Choose the picture again, then say what it shows.")
        return found


def verdicts_blueprint(storage: Storage, remembered: PendingVerdicts, person: str) -> Blueprint:
    """What the page asks; person: who speaks."""
    blueprint = Blueprint("verdicts", __name__)

    @blueprint.post("/api/verdicts")
    def keep() -> dict[str, Any]:
        """A form {face, said, picture}: keep what a person says of a face, and the whole picture if it comes along."""
        judged = remembered[request.form.get("face", "")]
        said = request.form.get("said", "")
        upload = request.files.get("picture")
        whole = upload.read() if upload else None
        number = storage.written(lambda store: _keep(store, judged, person, said, whole))
        whose = "" if person == ME else f", as {person}'s"
        kept = f"kept {storage.where} until you erase it{whose}"
        return {"id": number, "said": said, "kept": kept, "stored": storage.words}

    @blueprint.delete(f"/api/verdicts/<int(max={LARGEST_ID}):number>")
    def take_back(number: int) -> dict[str, Any]:
        """By the face's number in the store."""
        erase.undo_verdicts(storage.require(), [number])
        return {"ok": True, "stored": storage.words}

    return blueprint


def _keep(store: Store, judged: PendingVerdict, person: str, said: str, whole: bytes | None) -> int:
    kept = find_prediction_id(store, judged.upload, judged.number)
    if kept is not None:
        save_verdict(store, kept, said, to_png(judged.face.crop), whole, person=person)
        return kept
    return save_moment_verdict(
        store,
        judged.face,
        judged.judge,
        said,
        whole,
        session=judged.session,
        t=judged.t,
        number=judged.number,
        person=person,
        origin=judged.origin,
    )
