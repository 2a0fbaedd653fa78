"""What went wrong, told as a sentence: JSON where a program asks, a page where a person does.

Each page says at its end what is stored; who has not shown the token gets the sentence alone.
"""

from typing import Any, Final

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from tracker.core.errors import OUR_MISTAKE, BusyError, MienError, MissingError, PictureError, UnknownError
from web.pages.pictures import LARGEST_MEGABYTES
from web.security.gate import UNLOCKED

STATUS_SENTENCES: Final = {
    404: "There is no such page here.",
    405: "This address is asked for in another way.",
    413: f"The picture is larger than {LARGEST_MEGABYTES} MB. Make it smaller and try again.",
    500: OUR_MISTAKE,
}
STATUS_CODES: Final[dict[type[MienError], int]] = {
    # It arrived whole, and is no picture.
    PictureError: 422,
    UnknownError: 404,
    MissingError: 503,
    BusyError: 503,
}
RETRY_SECONDS: Final = 3
"""After which whoever was refused because of others may ask again; four pictures take about so long."""


def register_error_handlers(app: Flask) -> None:
    """Give an app its error pages."""

    @app.errorhandler(MienError)
    def misused(error: MienError) -> tuple[Any, int, dict[str, str]]:
        code = next((code for kind, code in STATUS_CODES.items() if isinstance(error, kind)), 400)
        return *_told(str(error), code), {"Retry-After": str(RETRY_SECONDS)} if isinstance(error, BusyError) else {}

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Any, int]:
        code = error.code or InternalServerError.code
        return _told(STATUS_SENTENCES.get(code, error.description or error.name), code)


def _told(sentence: str, code: int) -> tuple[Any, int]:
    if request.path.startswith("/api/"):
        return {"error": sentence}, code
    if not request.environ.get(UNLOCKED, False):
        return Response(f"{sentence}\n", code, mimetype="text/plain"), code
    return render_template("error.html", sentence=sentence), code
