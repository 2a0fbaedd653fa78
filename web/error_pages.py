"""Error handlers of the app: an error is answered with one sentence, as JSON below /api, and as a page elsewhere.

A page also says what is stored. Whoever has not shown the token gets the sentence alone, as plain text.
"""

from typing import Any, Final

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from tracker.core.errors import OUR_MISTAKE, BusyError, MienError, MissingError, PictureError, UnknownError
from web.pages.pictures import LARGEST_MEGABYTES
from web.security.gate import UNLOCKED

STATUS_SENTENCES: Final = {
    404: "There is no such page.",
    405: "This address does not accept this kind of request.",
    413: f"The picture is larger than {LARGEST_MEGABYTES} MB. Make it smaller and try again.",
    500: OUR_MISTAKE,
}
"""Status code of an HTTP error -> what people read in place of Werkzeug's description."""
ERROR_CODES: Final[dict[type[MienError], int]] = {
    # The upload is complete, and is no picture.
    PictureError: 422,
    UnknownError: 404,
    MissingError: 503,
    BusyError: 503,
}
"""Kind of error -> status code; all others are 400."""
RETRY_SECONDS: Final = 3
"""The header Retry-After of a BusyError: about as long as the four pictures in the queue take."""


def register_error_handlers(app: Flask) -> None:
    """Answer every MienError and every HTTP error of an app with its sentence and status code.

    Args:
        app: Its templates need ``error.html``.
    """

    @app.errorhandler(MienError)
    def mien_error(error: MienError) -> tuple[Any, int, dict[str, str]]:
        code = next((code for kind, code in ERROR_CODES.items() if isinstance(error, kind)), 400)
        return *_answer(str(error), code), {"Retry-After": str(RETRY_SECONDS)} if isinstance(error, BusyError) else {}

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[Any, int]:
        code = error.code or InternalServerError.code
        return _answer(STATUS_SENTENCES.get(code, error.description or error.name), code)


def _answer(sentence: str, code: int) -> tuple[Any, int]:
    if request.path.startswith("/api/"):
        return {"error": sentence}, code
    if not request.environ.get(UNLOCKED, False):
        return Response(f"{sentence}\n", code, mimetype="text/plain"), code
    return render_template("error.html", sentence=sentence), code
