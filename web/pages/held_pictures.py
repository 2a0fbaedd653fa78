"""The pictures that pages show, held in memory for an hour, so that a reload does not lose them; nothing goes to the disk."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Timer
from time import monotonic
from typing import Final, TypedDict
from uuid import uuid4

from flask import Blueprint, Response

from tracker.core.errors import UnknownError
from tracker.core.records import JsonObject
from web.pages.verdicts import PendingVerdicts

HOLD_SECONDS: Final = 3600.0
"""From the last time that a picture was judged."""
MAX_HELD_PICTURES: Final = 50
MAX_HELD_BYTES: Final = 100_000_000
"""Of the files and of what is shown of them, together: three of the largest, or twenty of a phone's."""


class PictureAnswer(TypedDict):
    """What the page gets: as ``mien image --json``, and what only the page needs.

    faces: in reading order; each a ``PictureFaceRecord`` with ``top``, its likeliest expressions, ``token``, for a verdict, and
    ``saved``, the verdict ``{id, said}`` or None. trouble: why it is not stored, a sentence. kept: the uuid under which it is
    stored.
    held: the token under which the picture stays in memory. shown: a JPEG in base64.
    """

    path: str
    width: int
    height: int
    model: str
    faces: list[JsonObject]
    prior: str
    trouble: str | None
    kept: str | None
    held: str
    shown: str


@dataclass(frozen=True, slots=True, eq=False)
class HeldPicture:
    """A picture's file, what was answered on it, and when it is forgotten, on the clock of the system's uptime."""

    data: bytes
    answer: PictureAnswer
    until: float

    @property
    def size(self) -> int:
        """Bytes: of the file, and of the JPEG in its answer."""
        return len(self.data) + len(self.answer["shown"])


class HeldPictures:
    """Pictures by a token that only the page knows that sent them; the oldest are forgotten. Safe from any thread.

    Args:
        seconds: for how long each is held.
        clock: gives seconds; for tests.
    """

    def __init__(self, seconds: float = HOLD_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._pictures: OrderedDict[str, HeldPicture] = OrderedDict()
        self._lock = Lock()
        self._timer: Timer | None = None

    def hold(self, data: bytes, answer: PictureAnswer, instead_of: str = "") -> str:
        """Hold a picture and its answer, in which ``held`` becomes its token, and return the token.

        Args:
            data: the picture's file.
            answer: as the page gets it.
            instead_of: the token under which this picture was held before, if it was: that one is forgotten.
        """
        token = uuid4().hex
        answer["held"] = token
        with self._lock:
            self._pictures.pop(instead_of, None)
            self._pictures[token] = HeldPicture(data, answer, self._clock() + self._seconds)
            while (
                len(self._pictures) > MAX_HELD_PICTURES or sum(each.size for each in self._pictures.values()) > MAX_HELD_BYTES
            ):
                self._pictures.popitem(last=False)
            self._set_timer()
        return token

    def __getitem__(self, token: str) -> HeldPicture:
        """The picture of a token; UnknownError if it was forgotten."""
        with self._lock:
            self._drop_old()
            found = self._pictures.get(token)
        if found is None:
            raise UnknownError("Mien no longer has this picture. Choose the picture again.")
        return found

    def face_tokens(self, token: str) -> list[str]:
        """The tokens of a picture's faces, in the order of its answer; none if it was forgotten."""
        with self._lock:
            found = self._pictures.get(token)
        return [] if found is None else [str(face["token"]) for face in found.answer["faces"]]

    def forget(self, token: str) -> None:
        """Forget a picture; nothing happens if it was forgotten before."""
        with self._lock:
            self._pictures.pop(token, None)
            self._set_timer()

    def forget_upload(self, uuid: str) -> None:
        """Forget the pictures whose results are stored under this uuid: they are erased."""
        with self._lock:
            for token in [token for token, each in self._pictures.items() if each.answer["kept"] == uuid]:
                del self._pictures[token]
            self._set_timer()

    def forget_all(self) -> None:
        """Forget every picture; called when everything is erased, and when Mien ends."""
        with self._lock:
            self._pictures.clear()
            self._set_timer()

    def _drop_old(self) -> None:
        """With the lock: the first is the oldest."""
        while self._pictures and next(iter(self._pictures.values())).until <= self._clock():
            self._pictures.popitem(last=False)

    def _set_timer(self) -> None:
        """With the lock: one timer runs as long as there is a picture, until the oldest one's time is over."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._pictures:
            oldest = next(iter(self._pictures.values()))
            self._timer = Timer(max(0.0, oldest.until - self._clock()), self._on_time)
            self._timer.daemon = True
            self._timer.start()

    def _on_time(self) -> None:
        with self._lock:
            self._drop_old()
            self._set_timer()


def held_pictures_blueprint(held: HeldPictures, pending: PendingVerdicts) -> Blueprint:
    """What a page asks for that was loaded anew.

    Args:
        held: the pictures.
        pending: knows what was said of their faces.
    """
    blueprint = Blueprint("held_pictures", __name__)

    @blueprint.get("/api/held/<id:name>")
    def answer_again(name: str) -> PictureAnswer:
        """What was answered on a picture that is still in memory, with the verdicts that were given since; name: its token."""
        answer = held[name].answer
        faces = [face | {"saved": pending.saved_verdict(str(face["token"]))} for face in answer["faces"]]
        return {**answer, "faces": faces}

    @blueprint.get("/picture/held/<id:name>")
    def file(name: str) -> Response:
        """The picture itself, for a page that was loaded anew: it is sent again if another prior is chosen."""
        return Response(held[name].data, mimetype="application/octet-stream")

    @blueprint.delete("/api/held/<id:name>")
    def forget(name: str) -> dict[str, bool]:
        """Remove a picture and its faces from memory: it was removed from the page."""
        pending.forget(held.face_tokens(name))
        held.forget(name)
        return {"ok": True}

    return blueprint
