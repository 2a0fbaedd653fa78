"""Verdicts from the pages: faces that were judged a moment ago are remembered, and saved when a person says what they show."""

from base64 import b64encode
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, TypedDict
from uuid import uuid4

from flask import Blueprint, request
from sqlalchemy.orm import Session as Store

from tracker.core.errors import UnknownError, UsageError
from tracker.core.face import Face
from tracker.core.person import ME
from tracker.core.records import JsonObject
from tracker.core.withheld import WITHHELD
from tracker.live.events import LiveSnapshot
from tracker.model.provenance import ModelProvenance
from tracker.store import erase
from tracker.store.consents import require_not_revoked
from tracker.store.crops import to_png
from tracker.store.uploads import crop_data, find_prediction_id
from tracker.store.verdicts import VerdictOrigin, save_moment_verdict, save_verdict
from web.live.socket import LiveSocket
from web.storage import LARGEST_ID, Storage

MAX_REMEMBERED_FACES: Final = 500
"""Faces that wait for a verdict, some 5 kB each. Whoever answers later chooses the picture again."""


@dataclass(frozen=True, slots=True, eq=False)
class PendingVerdict:
    """A face on which a person may still give a verdict; it may be in the store already, or only in memory.

    Attributes:
        face: the face, with the crop that the model saw, and the words that the page showed.
        provenance: which model judged it, under which fit.
        number: its place in the picture, the largest 0, or its id in the session.
        upload: the uuid under which the picture was stored, if it was. A number of the store would not do: another face may
            get it after retention deleted this one.
        session: the uuid of the live session, if it is a live moment.
        t: seconds since that session began.
        origin: where the face came from.
    """

    face: Face
    provenance: ModelProvenance
    number: int
    upload: str | None = None
    session: str | None = None
    t: float | None = None
    origin: VerdictOrigin = "picture"


class PendingVerdicts:
    """The last faces that were judged, by the token that the page got; the oldest are forgotten. Safe from any thread."""

    def __init__(self) -> None:
        self._faces: OrderedDict[str, PendingVerdict] = OrderedDict()
        self._saved: dict[str, JsonObject] = {}
        self._lock = Lock()

    def remember(self, faces: Sequence[PendingVerdict]) -> list[str]:
        """Remember faces, and return their new tokens, in order."""
        tokens = [uuid4().hex for _ in faces]
        with self._lock:
            self._faces.update(zip(tokens, faces, strict=True))
            while len(self._faces) > MAX_REMEMBERED_FACES:
                token, _ = self._faces.popitem(last=False)
                self._saved.pop(token, None)
        return tokens

    def note_saved(self, token: str, number: int, said: str) -> None:
        """A verdict on this face was saved; number: the face's in the store."""
        with self._lock:
            if token in self._faces:
                self._saved[token] = {"id": number, "said": said}

    def carry_over(self, before: Sequence[str], tokens: Sequence[str]) -> None:
        """The same faces were judged again, under new tokens: what was saved of each still holds, if none came or went."""
        if len(before) != len(tokens):
            return
        with self._lock:
            self._saved |= {new: self._saved[old] for old, new in zip(before, tokens, strict=True) if old in self._saved}

    def forget(self, tokens: Sequence[str]) -> None:
        """Forget faces: their picture was removed from the page."""
        with self._lock:
            for token in tokens:
                self._faces.pop(token, None)
                self._saved.pop(token, None)

    def note_undone(self, number: int) -> None:
        """The verdict on the face with this number was taken back."""
        with self._lock:
            self._saved = {token: saved for token, saved in self._saved.items() if saved["id"] != number}

    def saved_verdict(self, token: str) -> JsonObject | None:
        """The verdict on a face, ``{id, said}``, as long as the face is remembered; id: the face's number in the store."""
        with self._lock:
            return self._saved.get(token)

    def __getitem__(self, token: str) -> PendingVerdict:
        """The face of a token; UsageError if it was forgotten."""
        with self._lock:
            found = self._faces.get(token)
        if found is None:
            raise UsageError("Mien no longer has this face. Choose the picture again, then say what it shows.")
        return found


class HeldFace(TypedDict):
    """A face of a live moment; id: its number in the session. crop: what the model saw, a PNG in base64."""

    token: str
    id: int
    expression: str
    crop: str


class HeldMoment(TypedDict):
    """The newest observation; t: seconds since the session began."""

    t: float
    faces: list[HeldFace]


class SavedVerdict(TypedDict):
    """A verdict that was saved; kept, stored: sentences for the page."""

    id: int
    said: str
    kept: str
    stored: str


class UndoneVerdict(TypedDict):
    """The answer to Undo; stored: the sentence below every page."""

    ok: bool
    stored: str


def verdicts_blueprint(live: LiveSocket, storage: Storage, pending: PendingVerdicts, person: str) -> Blueprint:
    """Hold a live moment, save a verdict, take it back.

    Args:
        live: the session that is on the page Now.
        storage: where verdicts are saved.
        pending: the faces that wait for a verdict, those of uploads among them.
        person: whose verdicts they are.
    """
    blueprint = Blueprint("verdicts", __name__)

    @blueprint.post("/api/moment")
    def hold() -> HeldMoment:
        """Remember the faces of the newest observation; UsageError when there are none, and on a call."""
        snapshot = _snapshot_with_faces(live)
        held = live_faces(snapshot)
        faces: list[HeldFace] = [
            {
                "token": token,
                "id": each.number,
                "expression": each.face.words.expression,
                "crop": b64encode(to_png(each.face.crop)).decode(),
            }
            for each, token in zip(held, pending.remember(held), strict=True)
        ]
        return {"t": snapshot.observation.t, "faces": faces}

    @blueprint.post("/api/verdicts")
    def save() -> SavedVerdict:
        """A form {face, said, picture}: the face's token, what it shows, and the whole picture if that is to be saved."""
        judged = pending[request.form.get("face", "")]
        said = request.form.get("said", "")
        if judged.face.quality.reason == WITHHELD:
            raise UsageError(
                "At work and in education nothing is kept of what other people's faces show, so no verdict either."
            )
        file = request.files.get("picture")
        picture = file.read() if file else None

        def work(store: Store) -> int:
            if judged.session is not None:
                require_not_revoked(store, judged.session, judged.number)
            stored = find_prediction_id(store, judged.upload, judged.number)
            if stored is not None:
                save_verdict(store, stored, said, to_png(judged.face.crop), picture, person=person)
                return stored
            return save_moment_verdict(
                store,
                judged.face,
                judged.provenance,
                said,
                picture,
                session=judged.session,
                t=judged.t,
                number=judged.number,
                person=person,
                origin=judged.origin,
            )

        number = storage.write(work)
        pending.note_saved(request.form.get("face", ""), number, said)
        return saved_answer(storage, person, number, said)

    @blueprint.post(f"/api/verdicts/<int(max={LARGEST_ID}):number>")
    def change(number: int) -> SavedVerdict:
        """A form {said}: say something else of a face whose crop was saved with a verdict; number: the face's in the store."""
        said = request.form.get("said", "")

        storage.write(lambda store: change_verdict(store, number, said, person))
        return saved_answer(storage, person, number, said)

    @blueprint.delete(f"/api/verdicts/<int(max={LARGEST_ID}):number>")
    def undo(number: int) -> UndoneVerdict:
        """Take the newest verdict on a face back; number: the face's in the store."""
        erase.undo_verdicts(storage.require(), [number])
        pending.note_undone(number)
        return {"ok": True, "stored": storage.sentence}

    return blueprint


def _snapshot_with_faces(live: LiveSocket) -> LiveSnapshot:
    if live.controller.call is not None:
        raise UsageError("On a call no picture of a face is kept. Say on the page Call what somebody meant.")
    snapshot = live.controller.snapshot
    if snapshot is None or not snapshot.observation.readings:
        raise UsageError("There is no face in view to give a verdict on.")
    return snapshot


def change_verdict(store: Store, number: int, said: str, person: str) -> None:
    """Say something else of a stored face; the caller commits. UnknownError if no crop is stored with a verdict on it."""
    if crop_data(store, number) is None:
        raise UnknownError("There is no saved face to change: its verdict was taken back or erased.")
    save_verdict(store, number, said, person=person)


def saved_answer(storage: Storage, person: str, number: int, said: str) -> SavedVerdict:
    """What the page gets after a verdict of a person was saved; number: the face's in the store."""
    whose = "" if person == ME else f", as {person}'s"
    kept = f"kept {storage.location} until you erase it{whose}"
    return {"id": number, "said": said, "kept": kept, "stored": storage.sentence}


def live_faces(snapshot: LiveSnapshot) -> list[PendingVerdict]:
    """The readings of an observation as a verdict may speak of them, in order."""
    session, t = snapshot.session, snapshot.observation.t
    return [
        PendingVerdict(reading.face_as_shown, judge, reading.id, session=session, t=t, origin="live")
        for reading, judge in zip(snapshot.observation.readings, snapshot.provenances, strict=True)
    ]
