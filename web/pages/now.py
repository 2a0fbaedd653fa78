"""The page Now, and what it asks for beside the live connection."""

from typing import Final, TypedDict

from flask import Blueprint, render_template, request

from tracker.core.records import JsonObject, as_json
from tracker.sources.camera_names import describe_cameras
from web.dependencies import Dependencies
from web.live.socket import LiveSocket
from web.request_values import whole_number

MAX_ROW_NUMBER: Final = 10**18
"""More rows than any session has."""


class CameraAnswer(TypedDict):
    """A camera of this machine; path: of its device file, where there is one."""

    index: int
    name: str
    path: str | None
    virtual: bool


class CamerasAnswer(TypedDict):
    """The cameras, and a sentence about them."""

    cameras: list[CameraAnswer]
    message: str


def now_blueprint(live: LiveSocket, dependencies: Dependencies) -> Blueprint:
    """The page, the rows and cameras that it asks for, and whether the server is up.

    Args:
        live: the session that runs, or ran last.
        dependencies: the settings that the form begins with, and the list of cameras.
    """
    blueprint = Blueprint("now", __name__)

    @blueprint.get("/")
    def page() -> str:
        return render_template("now.html", settings=dependencies.settings)

    @blueprint.get("/small")
    def small_view() -> str:
        """The window of the small view, where the browser has no picture-in-picture; the page Now fills it."""
        return render_template("small-view.html")

    @blueprint.get("/api/timeline")
    def timeline() -> JsonObject:
        """The rows with a number above ``after``, of the session that runs or ran last."""
        requirement = "after is the number of the last row that the page has"
        after = whole_number(request.args.get("after", "0"), requirement, MAX_ROW_NUMBER)
        return {
            "session": live.controller.state.session,
            "rows": [as_json(each) for each in live.controller.timeline.since(after)],
        }

    @blueprint.get("/api/sources")
    def sources() -> CamerasAnswer:
        cameras = dependencies.list_cameras()
        rows: list[CameraAnswer] = [
            {"index": each.index, "name": each.name, "path": each.path, "virtual": each.virtual} for each in cameras
        ]
        return {"cameras": rows, "message": describe_cameras(cameras)}

    @blueprint.get("/healthz")
    def healthz() -> dict[str, bool | str]:
        return {"ok": True, "state": live.controller.state.kind}

    return blueprint
