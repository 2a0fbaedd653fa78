"""The page that asks for the token, in place of whatever page was asked for without it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from web.security.access import Access
from web.security.gate import LOCKED_PATH, UNLOCK_PATH
from web.security.zoom_origin import ZoomPanel


def unlock_blueprint(access: Access, panel: ZoomPanel | None) -> Blueprint:
    """There in any case: who has no token is told how to get one."""
    blueprint = Blueprint("unlock", __name__)

    @blueprint.get(UNLOCK_PATH)
    def page() -> tuple[str, int]:
        wanted = request.environ.get(LOCKED_PATH, "/")
        return render_template("unlock.html", wanted=wanted, wrong=False), 403 if LOCKED_PATH in request.environ else 200

    @blueprint.post(UNLOCK_PATH)
    def unlock() -> Response | tuple[str, int]:
        """A form {token, wanted}: where to go on, as a path of ours."""
        wanted = "/" + request.form.get("wanted", "").lstrip("/\\")
        if not access.opens_with(request.form.get("token", "").strip()):
            return render_template("unlock.html", wanted=wanted, wrong=True), 403
        answer = redirect(wanted, 303)
        by_panel = panel is not None and panel.is_meant_by(request.environ)
        answer.headers["Set-Cookie"] = access.cookie(request.environ, by_panel=by_panel)
        return answer

    return blueprint
