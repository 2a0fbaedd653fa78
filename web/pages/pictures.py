"""The page Picture: one uploaded picture in, its faces out; scores are kept as decided, pixels never by themselves."""

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
from io import BytesIO
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, Final

from flask import Blueprint, Request, render_template, request
from sqlalchemy.orm import Session as Store

from tracker.config.settings import Settings
from tracker.core.errors import BusyError, StoreError, UsageError
from tracker.core.face import Face
from tracker.core.frame import now
from tracker.core.image_files import open_picture
from tracker.core.thread_failures import tell_failure
from tracker.core.vocabulary import EMOJI
from tracker.store.uploads import ModelProvenance, store_picture, update_predictions
from tracker.vision.single_image import analyze_file, picture_report
from web.dependencies import OpenAnalyzer
from web.live.preview import small_jpeg
from web.pages.verdicts import PendingVerdict, PendingVerdicts
from web.storage import Storage

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from tracker.vision.analyzer import Analyzer

LARGEST_MEGABYTES: Final = 25
"""More than a phone's largest JPEG."""
MAX_WAITING: Final = 4
"""Pictures in hand at once. The page sends one after the other; a large group takes about a second, so that whoever is let in
is answered within five."""
TOP_EXPRESSIONS: Final = 3
"""The likeliest expressions that are listed for a face."""
MAX_REMEMBERED_UPLOADS: Final = 10_000
"""Uploads remembered, a megabyte; an older one is chosen again."""
MAX_SHOWN_SIZE: Final = (1600, 1600)
"""At most; sharp also on a fine screen."""


class InMemoryRequest(Request):
    """Uploads stay in memory, where Werkzeug would put larger ones into a file; an address may hold bytes that are no text."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # In paths and forms Werkzeug replaces such bytes itself; in what is asked for it raises.
        self.query_string = self.query_string.decode("utf-8", "replace").encode()

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()


class PictureAnalyzer:
    """Judges pictures one after the other, in the one thread that owns the analyzer; another prior opens another one."""

    def __init__(self, open_analyzer: OpenAnalyzer) -> None:
        self._open_analyzer = open_analyzer
        self._worker = ThreadPoolExecutor(1, "picture")
        self._stack = ExitStack()
        self._opened: tuple[str, Analyzer] | None = None
        self._lock, self._waiting = Lock(), set[Future[AnalyzedPicture]]()

    def judge(self, name: str, data: bytes, prior: str, has_left: Callable[[], bool] = lambda: False) -> "AnalyzedPicture":
        """What is said of a picture; PictureError if it cannot be read, BusyError if too many wait or Mien is closing.

        has_left: whether whoever asked is gone; asked when it is the picture's turn, which is then passed over (BusyError).
        """
        with self._lock:
            if len(self._waiting) >= MAX_WAITING:
                raise BusyError("Other pictures are being looked at. Try this one again in a few seconds.")
            future = self._worker.submit(self._judge, name, data, prior, has_left)
            self._waiting.add(future)
        try:
            return future.result()
        except CancelledError as error:
            raise BusyError("Mien is closing, so this picture was not looked at.") from error
        finally:
            with self._lock:
                self._waiting.discard(future)

    def _judge(self, name: str, data: bytes, prior: str, has_left: Callable[[], bool]) -> "AnalyzedPicture":
        if has_left():
            raise BusyError("Nobody waits for this picture any more.")
        analyzer = self._analyzer(prior)
        picture = open_picture(data)
        faces = analyze_file(analyzer, picture)
        told = picture_report(name, picture, faces, analyzer.classifier.sha256)
        shown = small_jpeg(picture.pixels, MAX_SHOWN_SIZE)
        return AnalyzedPicture(told | {"prior": prior}, faces, ModelProvenance.of(analyzer.classifier), shown)

    def _analyzer(self, prior: str) -> "Analyzer":
        """The one that is open if it has this prior; opening takes a twentieth of a second, so one is enough."""
        if self._opened is None or self._opened[0] != prior:
            self._let_go()
            self._opened = prior, self._stack.enter_context(self._open_analyzer(prior))
        return self._opened[1]

    def forget(self) -> None:
        """Open the analyzer anew for the next picture: another fit has taken effect."""
        self._worker.submit(self._let_go).result()

    def _let_go(self) -> None:
        self._opened = None
        self._stack.close()

    def close(self) -> None:
        """Finish the picture in hand, pass over those that wait, and let go of the analyzer in its own thread."""
        with self._lock:
            for future in self._waiting:
                future.cancel()
            self._worker.submit(self._stack.close).add_done_callback(tell_failure)
        self._worker.shutdown()


@dataclass(frozen=True, slots=True)
class AnalyzedPicture:
    """report: as ``mien image --json`` has it, and the prior. faces: in the report's order. judge: whose word it is.

    shown: a JPEG of what was judged, as large as the page shows it: browsers turn pictures by rules of their own.
    """

    report: dict[str, Any]
    faces: list[Face]
    judge: ModelProvenance
    shown: bytes


def disconnect_check(environ: "WSGIEnvironment") -> Callable[[], bool]:
    """A question whether the browser at the other end of a request has hung up; never so where it cannot be told."""
    connection = environ.get("werkzeug.socket")

    def ask() -> bool:
        if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
            return False
        try:
            readable, _, _ = select.select([connection], [], [], 0)
            return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    return ask


class RememberedUploads:
    """Which picture each upload was that these pages had recorded, by its uuid; the oldest are forgotten."""

    def __init__(self) -> None:
        self._pictures: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def remember(self, uuid: str, data: bytes) -> None:
        """It was recorded under this uuid."""
        with self._lock:
            self._pictures[uuid] = sha256(data).hexdigest()
            while len(self._pictures) > MAX_REMEMBERED_UPLOADS:
                self._pictures.popitem(last=False)

    def require(self, uuid: str, data: bytes) -> None:
        """UsageError unless this very picture was recorded under this uuid."""
        with self._lock:
            known = self._pictures.get(uuid)
        if known != sha256(data).hexdigest():
            raise UsageError("Mien no longer knows this as a picture that was looked at before. Choose the picture again.")


def likeliest(scores: dict[str, float]) -> list[dict[str, Any]]:
    """The first three, with their emoji."""
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])[:TOP_EXPRESSIONS]
    return [{"expression": name, "emoji": EMOJI[name], "confidence": value} for name, value in ranked]


def pictures_blueprint(desk: PictureAnalyzer, settings: Settings, storage: Storage, remembered: PendingVerdicts) -> Blueprint:
    """The page and what it asks."""
    blueprint, uploads = Blueprint("pictures", __name__), RememberedUploads()

    @blueprint.get("/picture")
    def page() -> str:
        return render_template("picture.html", megabytes=LARGEST_MEGABYTES, settings=settings)

    @blueprint.post("/api/picture")
    def judge() -> dict[str, Any]:
        """A form {picture, prior, again}: what is said of it; ``again`` is how this very picture was recorded before."""
        files = list(request.files.values())
        if len(files) != 1:
            raise UsageError(f"Send one picture as a form's file, not {len(files)}.")
        data, again = files[0].read(), request.form.get("again") or None
        if again:
            uploads.require(again, data)
        answered = desk.judge(
            files[0].filename or "picture", data, request.form.get("prior", settings.prior), disconnect_check(request.environ)
        )
        report = picture_answer(answered, storage, remembered, again=again)
        if report["kept"]:
            uploads.remember(report["kept"], data)
        return report

    return blueprint


def picture_answer(
    answered: AnalyzedPicture, storage: Storage, remembered: PendingVerdicts, *, again: str | None
) -> dict[str, Any]:
    """The report, with each face's likeliest three and the name by which a verdict may speak of it, and how it is kept."""
    trouble, kept = None, again
    if storage.keeps:
        try:
            kept = record_answer(answered, storage, again)
        except StoreError as error:
            # The answer is worth having without its record.
            trouble = f"This is not being saved: {error}"
    judged = [PendingVerdict(face, answered.judge, place, upload=kept) for place, face in enumerate(answered.faces)]
    reports = zip(answered.report["faces"], remembered.remember(judged), strict=True)
    faces_told = [face | {"top": likeliest(face["scores"]), "token": name} for face, name in reports]
    shown = b64encode(answered.shown).decode("ascii")
    return answered.report | {"faces": faces_told, "trouble": trouble, "kept": kept, "shown": shown}


def record_answer(answered: AnalyzedPicture, storage: Storage, again: str | None) -> str:
    """Keep what was said of an upload, for as long as the person decided; its uuid.

    again: the uuid under which it was kept before: its answer is replaced, and one that was erased meanwhile is not kept anew.
    """
    report, at = answered.report, now()
    size = report["width"], report["height"]

    def work(store: Store) -> str:
        if again:
            update_predictions(store, again, answered.faces, answered.judge, at)
            return again
        until = storage.keep_until(at)
        return store_picture(store, report["path"], size, answered.faces, answered.judge, at=at, keep_until=until)

    return storage.written(work)
