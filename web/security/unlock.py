"""The page that asks for the token, in place of whatever page was asked for without it."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from web.security.access import Access
from web.security.gate import LOCKED, UNLOCK
from web.security.zoom_origin import Panel


def unlock_pages(access: Access, panel: Panel | None) -> Blueprint:
    """There in any case: who has no token is told how to get one."""
    blueprint = Blueprint("unlock", __name__)

    @blueprint.get(UNLOCK)
    def page() -> tuple[str, int]:
        wanted = request.environ.get(LOCKED, "/")
        return render_template("unlock.html", wanted=wanted, wrong=False), 403 if LOCKED in request.environ else 200

    @blueprint.post(UNLOCK)
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
