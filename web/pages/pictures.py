"""The page Picture: one uploaded picture in, its faces out. Results are stored as decided, pixels only with a verdict."""

import select
import socket
import ssl
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template, request
from msgspec import Struct
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Settings
from tracker.core.errors import BusyError, StoreError, UsageError
from tracker.core.face import Face
from tracker.core.frame import now
from tracker.core.geometry import in_reading_order
from tracker.core.image_files import open_picture
from tracker.core.records import PictureFaceRecord, as_json
from tracker.core.thread_failures import tell_failure
from tracker.core.vocabulary import EMOJI
from tracker.model.provenance import ModelProvenance
from tracker.store.uploads import store_picture, update_predictions
from tracker.vision.single_image import analyze_file
from web.dependencies import OpenAnalyzer
from web.live.preview import small_jpeg
from web.pages.held_pictures import HeldPictures, PictureAnswer
from web.pages.verdicts import PendingVerdict, PendingVerdicts
from web.storage import Storage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from tracker.vision.analyzer import Analyzer

LARGEST_MEGABYTES: Final = 25
"""The largest upload: more than a phone's largest JPEG."""
MAX_WAITING: Final = 4
"""Pictures in hand at once. The page sends one after the other. A large group takes about a second, so whoever is let in is
answered within five."""
TOP_EXPRESSIONS: Final = 3
"""How many of the likeliest expressions are listed for a face."""
MAX_REMEMBERED_UPLOADS: Final = 10_000
"""Uploads that can be judged again under another prior, a megabyte in all; an older one has to be chosen again."""
MAX_SHOWN_SIZE: Final = (1600, 1600)
"""Width and height in pixels, at most, of the picture that comes back; sharp also on a fine screen."""


@dataclass(frozen=True, slots=True, eq=False)
class AnalyzedPicture:
    """What the model says of a picture.

    Attributes:
        name: the file's name.
        size: width and height of the file, in pixels.
        prior: as asked for.
        faces: the largest first, with boxes in the file's pixels.
        provenance: which model judged them.
        shown: the pixels that were judged, as a JPEG: browsers turn pictures by rules of their own.
    """

    name: str
    size: tuple[int, int]
    prior: str
    faces: list[Face]
    provenance: ModelProvenance
    shown: bytes


class PictureAnalyzer:
    """Judges pictures one after the other, in the one thread that owns the analyzer; another prior opens another one."""

    def __init__(self, open_analyzer: OpenAnalyzer, read_group: Callable[[], bool]) -> None:
        self._open_analyzer, self._read_group = open_analyzer, read_group
        self._worker = ThreadPoolExecutor(1, "picture")
        self._stack = ExitStack()
        self._opened: tuple[str, Analyzer] | None = None
        self._lock, self._waiting = Lock(), set[Future[AnalyzedPicture]]()

    def judge(self, name: str, data: bytes, prior: str, has_left: Callable[[], bool] = lambda: False) -> AnalyzedPicture:
        """Judge a picture, and wait for the result; called from any thread.

        Args:
            name: the file's name.
            data: the file's bytes.
            prior: as the setting ``prior``.
            has_left: whether whoever asked is gone. It is called when it is the picture's turn.

        Raises:
            PictureError: if it cannot be read.
            BusyError: if too many wait, nobody waits for it any more, or Mien is closing.
        """
        with self._lock:
            if len(self._waiting) >= MAX_WAITING:
                raise BusyError("Other pictures are being read. Try this one again in a few seconds.")
            future = self._worker.submit(self._judge, name, data, prior, has_left)
            self._waiting.add(future)
        try:
            return future.result()
        except CancelledError as error:
            raise BusyError("Mien is closing, so this picture was not read.") from error
        finally:
            with self._lock:
                self._waiting.discard(future)

    def _judge(self, name: str, data: bytes, prior: str, has_left: Callable[[], bool]) -> AnalyzedPicture:
        """In the worker's thread."""
        if has_left():
            raise BusyError("The page no longer waits for this picture.")
        # Opening an analyzer takes a twentieth of a second, so one at a time is enough.
        if self._opened is None or self._opened[0] != prior:
            self._close_analyzer()
            self._opened = prior, self._stack.enter_context(self._open_analyzer(prior))
        analyzer = self._opened[1]
        picture = open_picture(data)
        return AnalyzedPicture(
            name=name,
            size=picture.size,
            prior=prior,
            faces=analyze_file(analyzer, picture, read_group=self._read_group()),
            provenance=ModelProvenance.of(analyzer.classifier),
            shown=small_jpeg(picture.pixels, MAX_SHOWN_SIZE),
        )

    def reopen(self) -> None:
        """Open the analyzer anew for the next picture: another fit has taken effect."""
        self._worker.submit(self._close_analyzer).result()

    def _close_analyzer(self) -> None:
        self._opened = None
        self._stack.close()

    def close(self) -> None:
        """Finish the picture in hand, refuse those that wait, and close the analyzer in its own thread."""
        with self._lock:
            for future in self._waiting:
                future.cancel()
            self._worker.submit(self._stack.close).add_done_callback(tell_failure)
        self._worker.shutdown()


class RememberedUploads:
    """Which picture each stored upload was, by its uuid; the oldest are forgotten. Safe from any thread."""

    def __init__(self) -> None:
        self._hashes: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def remember(self, uuid: str, data: bytes) -> None:
        """A picture's file was stored under this uuid."""
        with self._lock:
            self._hashes[uuid] = sha256(data).hexdigest()
            while len(self._hashes) > MAX_REMEMBERED_UPLOADS:
                self._hashes.popitem(last=False)

    def require(self, uuid: str, data: bytes) -> None:
        """UsageError unless this very file was stored under this uuid."""
        with self._lock:
            known = self._hashes.get(uuid)
        if known != sha256(data).hexdigest():
            raise UsageError("Mien no longer has this picture. Choose the picture again.")


def pictures_blueprint(
    analyzer: PictureAnalyzer, settings: Settings, storage: Storage, pending: PendingVerdicts, held: HeldPictures
) -> Blueprint:
    """The page, and the upload that it sends.

    Args:
        analyzer: judges the pictures.
        settings: the prior that the page offers first.
        storage: where results are stored, if the person decided so.
        pending: gets the faces, for their verdicts.
        held: gets the pictures, for a reload of the page.
    """
    blueprint, uploads = Blueprint("pictures", __name__), RememberedUploads()

    @blueprint.get("/picture")
    def page() -> str:
        return render_template("picture.html", megabytes=LARGEST_MEGABYTES, settings=settings)

    @blueprint.post("/api/picture")
    def judge() -> PictureAnswer:
        """A form {picture, prior, again, held}; again, held: under which this very picture was stored and held before."""
        files = list(request.files.values())
        if len(files) != 1:
            raise UsageError(f"Send one picture as a form's file, not {len(files)}.")
        data, again = files[0].read(), request.form.get("again") or None
        if again:
            uploads.require(again, data)
        prior = request.form.get("prior", settings.prior)
        picture = analyzer.judge(files[0].filename or "picture", data, prior, disconnect_check(request.environ))
        trouble, uuid = None, again
        if storage.is_persistent:
            try:
                uuid = storage.write(lambda store: save(store, storage, picture, again))
            except StoreError as error:
                # The answer is worth having although it could not be stored.
                trouble = f"This is not being saved: {error}"
        if uuid:
            uploads.remember(uuid, data)
        placed = in_reading_order(enumerate(picture.faces), lambda each: each[1].box)
        judged = [PendingVerdict(face, picture.provenance, place, upload=uuid) for place, face in placed]
        tokens, before = pending.remember(judged), request.form.get("held", "")
        pending.carry_over(held.face_tokens(before), tokens)
        faces = [
            {
                **as_json(PictureFaceRecord.of(face)),
                "top": [as_json(each) for each in likeliest(face)],
                "token": token,
                "saved": pending.saved_verdict(token),
            }
            for (_, face), token in zip(placed, tokens, strict=True)
        ]
        width, height = picture.size
        answer: PictureAnswer = {
            "path": picture.name,
            "width": width,
            "height": height,
            "model": picture.provenance.sha256,
            "faces": faces,
            "prior": picture.prior,
            "trouble": trouble,
            "kept": uuid,
            "held": "",
            "shown": b64encode(picture.shown).decode("ascii"),
        }
        held.hold(data, answer, instead_of=before)
        return answer

    return blueprint


def save(store: Store, storage: Storage, picture: AnalyzedPicture, again: str | None) -> str:
    """Store the result of an upload, without pixels, for as long as the person decided; the caller commits.

    Args:
        store: a session of the database.
        storage: knows for how long.
        picture: what was judged.
        again: the uuid under which it is stored already. Then its predictions are replaced; if it was deleted meanwhile,
            nothing is stored.

    Returns:
        The uuid.
    """
    at = now()
    if again:
        update_predictions(store, again, picture.faces, picture.provenance, at)
        return again
    until = storage.deadline(at)
    return store_picture(store, picture.name, picture.size, picture.faces, picture.provenance, at=at, keep_until=until)


class LikelyExpression(Struct, frozen=True):
    """An expression and its probability, 0 to 1."""

    expression: str
    emoji: str
    confidence: float


def likeliest(face: Face) -> list[LikelyExpression]:
    """A face's likeliest expressions, ``TOP_EXPRESSIONS`` of them, the likeliest first."""
    ranked = sorted(face.prediction.scores.as_dict().items(), key=lambda pair: -pair[1])[:TOP_EXPRESSIONS]
    return [LikelyExpression(name, EMOJI[name], value) for name, value in ranked]


def disconnect_check(environ: "WSGIEnvironment") -> Callable[[], bool]:
    """Make a function that says whether the browser at the other end of a request has gone; False where it cannot be told.

    The function may be called from any thread while the request waits for its answer.
    """
    connection = environ.get("werkzeug.socket")

    def is_disconnected() -> bool:
        if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
            return False
        try:
            readable, _, _ = select.select([connection], [], [], 0)
            return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    return is_disconnected
