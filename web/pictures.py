"""The page Picture: one uploaded picture in, its faces out, nothing kept."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final

from flask import Blueprint, Request, render_template, request

from tracker.errors import MissingError, PictureError, UsageError
from tracker.settings import Choices
from tracker.still import report
from tracker.vocabulary import EMOJI
from web.tools import OpenAnalyzer

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

    def judge(self, name: str, data: bytes, prior: str) -> dict[str, Any]:
        """The report of ``mien image --json``, with each face's likeliest three; PictureError if it cannot be read."""
        return self._worker.submit(self._judge, name, data, prior).result()

    def _judge(self, name: str, data: bytes, prior: str) -> dict[str, Any]:
        told = report(self._analyzer(prior), name, data)
        if "error" in told:
            raise PictureError(told["error"])
        return told | {"prior": prior, "faces": [face | {"top": likeliest(face["scores"])} for face in told["faces"]]}

    def _analyzer(self, prior: str) -> "Analyzer":
        """The one that is open if it has this prior; opening takes a twentieth of a second, so one is enough."""
        if self._opened is None or self._opened[0] != prior:
            self._opened = None
            self._stack.close()
            self._opened = prior, self._stack.enter_context(self._open_analyzer(prior))
        return self._opened[1]

    def close(self) -> None:
        """Finish what waits, and let go of the analyzer in its own thread."""
        self._worker.submit(self._stack.close)
        self._worker.shutdown()


def likeliest(scores: dict[str, float]) -> list[dict[str, Any]]:
    """The first three, with their emoji."""
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])[:SHOWN]
    return [{"expression": name, "emoji": EMOJI[name], "confidence": value} for name, value in ranked]


def pictures(desk: Desk, choices: Choices) -> Blueprint:
    """The page and what it asks."""
    blueprint = Blueprint("pictures", __name__)

    @blueprint.get("/picture")
    def page() -> str:
        return render_template("picture.html", megabytes=LARGEST_MEGABYTES, choices=choices)

    @blueprint.post("/api/picture")
    def judge() -> dict[str, Any] | tuple[dict[str, Any], int]:
        uploads = list(request.files.values())
        if len(uploads) != 1:
            raise UsageError(f"Send one picture as a form's file, not {len(uploads)}.")
        try:
            prior = request.form.get("prior", choices.prior)
            return desk.judge(uploads[0].filename or "picture", uploads[0].read(), prior)
        except PictureError as error:
            # 422: it arrived whole, and is no picture.
            return {"error": str(error)}, 422
        except MissingError as error:
            return {"error": str(error)}, 503

    return blueprint
