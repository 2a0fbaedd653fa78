"""The page Picture: one uploaded picture in, its faces out; scores are kept as decided, pixels never by themselves."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final

from flask import Blueprint, Request, render_template, request
from sqlalchemy.orm import Session as Store

from tracker.errors import StoreError, UsageError
from tracker.face import Face
from tracker.frame import now
from tracker.picture import read_picture
from tracker.settings import Choices
from tracker.still import judge_picture, picture_report
from tracker.store.pictures import Judge, describe_picture, judge_again, record_picture
from tracker.vocabulary import EMOJI
from web.keeping import Keeping
from web.tools import OpenAnalyzer
from web.verdicts import Judged, Remembered

if TYPE_CHECKING:
    from tracker.analyzer import Analyzer

LARGEST_MEGABYTES: Final = 25
"""More than a phone's largest JPEG."""
SHOWN: Final = 3
"""The likeliest expressions that are listed for a face."""


class RequestInMemory(Request):
    """Uploads stay in memory, where Werkzeug would put larger ones into a file."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return BytesIO()


class Desk:
    """Judges pictures one after the other, in the one thread that owns the analyzer; another prior opens another one."""

    def __init__(self, open_analyzer: OpenAnalyzer) -> None:
        self._open_analyzer = open_analyzer
        self._worker = ThreadPoolExecutor(1, "picture")
        self._stack = ExitStack()
        self._opened: tuple[str, Analyzer] | None = None

    def judge(self, name: str, data: bytes, prior: str) -> "Answered":
        """What is said of a picture; PictureError if it cannot be read."""
        return self._worker.submit(self._judge, name, data, prior).result()

    def _judge(self, name: str, data: bytes, prior: str) -> "Answered":
        analyzer = self._analyzer(prior)
        pixels = read_picture(data)
        faces = judge_picture(analyzer, pixels)
        told = picture_report(name, pixels, faces, analyzer.classifier.sha256)
        return Answered(told | {"prior": prior}, faces, Judge.of(analyzer.classifier))

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
        """Finish what waits, and let go of the analyzer in its own thread."""
        self._worker.submit(self._stack.close)
        self._worker.shutdown()


@dataclass(frozen=True, slots=True)
class Answered:
    """report: as ``mien image --json`` has it, and the prior. faces: in the report's order. judge: whose word it is."""

    report: dict[str, Any]
    faces: list[Face]
    judge: Judge


def likeliest(scores: dict[str, float]) -> list[dict[str, Any]]:
    """The first three, with their emoji."""
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])[:SHOWN]
    return [{"expression": name, "emoji": EMOJI[name], "confidence": value} for name, value in ranked]


def pictures(desk: Desk, choices: Choices, keeping: Keeping, remembered: Remembered) -> Blueprint:
    """The page and what it asks."""
    blueprint = Blueprint("pictures", __name__)

    @blueprint.get("/picture")
    def page() -> str:
        return render_template("picture.html", megabytes=LARGEST_MEGABYTES, choices=choices)

    @blueprint.post("/api/picture")
    def judge() -> dict[str, Any]:
        """A form {picture, prior, again}: what is said of it; ``again`` is how one that was recorded before is kept."""
        uploads = list(request.files.values())
        if len(uploads) != 1:
            raise UsageError(f"Send one picture as a form's file, not {len(uploads)}.")
        prior = request.form.get("prior", choices.prior)
        answered = desk.judge(uploads[0].filename or "picture", uploads[0].read(), prior)
        return told(answered, keeping, remembered, again=request.form.get("again"))

    return blueprint


def told(answered: Answered, keeping: Keeping, remembered: Remembered, *, again: str | None) -> dict[str, Any]:
    """The report, with each face's likeliest three and the name by which a verdict may speak of it, and how it is kept."""
    numbers: Sequence[int | None] = [None] * len(answered.faces)
    trouble, kept = None, again
    if keeping.keeps:
        try:
            kept, numbers = recorded(answered, keeping, again)
        except StoreError as error:
            # The answer is worth having without its record.
            trouble = f"This is not being saved: {error}"
    faces = zip(answered.faces, numbers, strict=True)
    judged = [Judged(face, answered.judge, place, number) for place, (face, number) in enumerate(faces)]
    reports = zip(answered.report["faces"], remembered.remember(judged), strict=True)
    faces_told = [face | {"top": likeliest(face["scores"]), "token": name} for face, name in reports]
    return answered.report | {"faces": faces_told, "trouble": trouble, "kept": kept}


def recorded(answered: Answered, keeping: Keeping, again: str | None) -> tuple[str, Sequence[int | None]]:
    """Keep what was said of an upload, for as long as the person decided: its uuid, and the numbers of its faces in the store.

    again: the uuid of one that was kept before, whose answer this one replaces.
    """
    report, at = answered.report, now()
    size = report["width"], report["height"]

    def work(store: Store) -> tuple[str, Sequence[int | None]]:
        if again:
            # One that was erased in the meantime is not kept anew.
            return again, judge_again(store, again, answered.faces, answered.judge, at) or [None] * len(answered.faces)
        until = keeping.keep_until(at)
        uuid = record_picture(store, report["path"], size, answered.faces, answered.judge, at=at, keep_until=until)
        return uuid, [face["prediction"] for face in describe_picture(store, uuid)["faces"]]

    return keeping.written(work)
