"""The page that Zoom shows in its side panel, and the end of Zoom's way to add an app."""

from flask import Blueprint, render_template

from web.dependencies import Dependencies


def zoom_panel_blueprint(dependencies: Dependencies) -> Blueprint:
    """Only there if the panel was asked for."""
    blueprint = Blueprint("zoom_panel", __name__)

    @blueprint.get("/panel")
    def page() -> str:
        return render_template("zoom-panel.html", settings=dependencies.settings)

    @blueprint.get("/panel/installed")
    def installed() -> str:
        """Zoom sends a code along, with which a token could be had: nothing here needs one, so it is not read."""
        return render_template("zoom-panel-installed.html")

    return blueprint
