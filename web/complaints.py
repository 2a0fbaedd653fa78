"""What went wrong, told as a sentence: JSON where a program asks, a page where a person does."""

from typing import Any, Final

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from tracker.errors import MienError, MissingError, PictureError, UnknownError
from web.pictures import LARGEST_MEGABYTES

SENTENCES: Final = {
    404: "There is no such page here.",
    405: "This address is asked for in another way.",
    413: f"The picture is larger than {LARGEST_MEGABYTES} MB. Make it smaller and try again.",
    500: "Mien made a mistake; the terminal it was started from says more.",
}
CODES: Final[dict[type[MienError], int]] = {
    # It arrived whole, and is no picture.
    PictureError: 422,
    UnknownError: 404,
    MissingError: 503,
}


def complain(app: Flask) -> None:
    """Give an app its error pages."""

    @app.errorhandler(MienError)
    def misused(error: MienError) -> tuple[Any, int]:
        return _told(str(error), next((code for kind, code in CODES.items() if isinstance(error, kind)), 400))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Any, int]:
        code = error.code or InternalServerError.code
        return _told(SENTENCES.get(code, error.description or error.name), code)


def _told(sentence: str, code: int) -> tuple[Any, int]:
    if request.path.startswith("/api/"):
        return {"error": sentence}, code
    return render_template("error.html", sentence=sentence), code
