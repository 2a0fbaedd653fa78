"""The page that Zoom shows in its side panel, the question for its key, and the end of Zoom's way to add an app."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.origin import COOKIE, Panel
from web.tools import Tools

REMEMBERED: Final = 31_536_000
"""Seconds that a browser keeps the key: a year."""


def panel_pages(panel: Panel, tools: Tools) -> Blueprint:
    """Only there if the panel was asked for."""
    blueprint = Blueprint("panel", __name__)

    @blueprint.get("/panel")
    def page() -> str:
        if not panel.is_open_to(request.environ):
            return render_template("panel-key.html", wrong=False)
        return render_template("panel.html", choices=tools.choices)

    @blueprint.post("/panel")
    def unlock() -> Response | tuple[str, int]:
        if not panel.opens_with(request.form.get("key", "").strip()):
            return render_template("panel-key.html", wrong=True), 403
        answer = redirect(url_for("panel.page"), 303)
        # Zoom's client in a browser frames the panel: for it the cookie is another site's, which is sent only if that is
        # said. Partitioned: Zoom's frame has it, and a frame on any other site has not.
        answer.set_cookie(COOKIE, panel.key, REMEMBERED, secure=True, httponly=True, samesite="None", partitioned=True)
        return answer

    @blueprint.get("/panel/installed")
    def installed() -> str:
        """Zoom sends a code along, with which a token could be had: nothing here needs one, so it is not read."""
        return render_template("panel-installed.html")

    return blueprint
