"""The page Now, and what it asks for beside the live connection."""

from typing import Any, Final

from flask import Blueprint, render_template, request

from tracker.core.records import as_json
from tracker.sources.camera_names import describe_cameras
from web.dependencies import Dependencies
from web.live.socket import LiveSocket
from web.request_values import whole_number

MAX_ROW_NUMBER: Final = 10**18
"""More than any session counts to."""


def now_blueprint(live: LiveSocket, dependencies: Dependencies) -> Blueprint:
    """Everything that is not about single pictures."""
    blueprint = Blueprint("now", __name__)

    @blueprint.get("/")
    def page() -> str:
        return render_template("now.html", settings=dependencies.settings)

    @blueprint.get("/api/timeline")
    def timeline() -> dict[str, Any]:
        """The running session's rows, or the last one's, numbered above ``after``."""
        return {
            "session": live.controller.state.session,
            "rows": [as_json(each) for each in live.controller.timeline.since(_after())],
        }

    @blueprint.get("/api/sources")
    def sources() -> dict[str, Any]:
        cameras = dependencies.list_cameras()
        rows = [{"index": each.index, "name": each.name, "path": each.path, "virtual": each.virtual} for each in cameras]
        return {"cameras": rows, "message": describe_cameras(cameras)}

    @blueprint.get("/healthz")
    def healthz() -> dict[str, Any]:
        return {"ok": True, "state": live.controller.state.kind}

    return blueprint


def _after() -> int:
    return whole_number(request.args.get("after", "0"), "after is the number of the last row that you have", MAX_ROW_NUMBER)
