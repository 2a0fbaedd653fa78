"""The page that asks for the token; a browser without the token gets it in place of any other page."""

from typing import Final
from urllib.parse import quote

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from web.security.access import WAY, Access
from web.security.gate import LOCKED_PATH, UNLOCK_PATH

MAX_FORM_BYTES: Final = 4096
"""Of a token and a path. Anybody may send a form, and what is sent is in memory."""


def unlock_blueprint(access: Access) -> Blueprint:
    """The page and its form; the only pages that are served without the token, beside ``/panel/installed``."""
    blueprint = Blueprint("unlock", __name__)

    @blueprint.get(UNLOCK_PATH)
    def page() -> tuple[str, int]:
        wanted = request.environ.get(LOCKED_PATH, "/")
        return render_template("unlock.html", wanted=wanted, wrong=False), 403 if LOCKED_PATH in request.environ else 200

    @blueprint.post(UNLOCK_PATH)
    def unlock() -> Response | tuple[str, int]:
        """A form {token, wanted}; wanted: the path of this dashboard to which a right token leads."""
        request.max_content_length = MAX_FORM_BYTES
        try:
            wanted = _own_path(request.form.get("wanted", ""))
        except RequestEntityTooLarge:
            return f"This form has at most {MAX_FORM_BYTES} bytes. Open /unlock, and enter the token there.\n", 413
        if not access.is_token(request.form.get("token", "").strip()):
            return render_template("unlock.html", wanted=wanted, wrong=True), 403
        answer = redirect(wanted, 303)
        answer.headers["Set-Cookie"] = access.cookie(request.environ, request.environ[WAY])
        return answer

    return blueprint


def _own_path(wanted: str) -> str:
    """The path if it is that of a page here, else that of the page Now; ready for a header."""
    # With two slashes at its beginning it would name another host.
    path = "/" + wanted.lstrip("/\\")
    return quote(path) if current_app.url_map.bind_to_environ(request.environ).test(path, "GET") else "/"
