"""Erasing from the pages: a session or a stretch of it, a picture, or everything."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from tracker.errors import UsageError
from tracker.store import erase
from web.keeping import Keeping
from web.past import number


def erasing(keeping: Keeping, erased: Callable[[], None]) -> Blueprint:
    """What the pages ask, after they have asked the person; ``erased`` is told when everything went."""
    blueprint = Blueprint("erasing", __name__)

    @blueprint.delete("/api/sessions/<uuid>")
    def session(uuid: str) -> dict[str, Any]:
        erase.erase_session(keeping.require(), uuid)
        return {"ok": True}

    @blueprint.delete("/api/sessions/<uuid>/stretch")
    def stretch(uuid: str) -> dict[str, Any]:
        """What it said ``from`` one second ``to`` another, both of them needed."""
        begin, end = number("from"), number("to")
        if begin is None or end is None:
            raise UsageError("Say from which second of the session to which.")
        erase.erase_moment(keeping.require(), uuid, begin, end)
        return {"ok": True}

    @blueprint.delete("/api/pictures/<uuid>")
    def picture(uuid: str) -> dict[str, Any]:
        erase.erase_picture(keeping.require(), uuid)
        return {"ok": True}

    @blueprint.delete("/api/everything")
    def everything() -> dict[str, Any]:
        """Also for how long things are kept: Mien asks again before it keeps anything."""
        try:
            erase.erase_everything(keeping.require())
        finally:
            # Also where some of it is not gone yet, and the person is told so.
            keeping.retention = None
            erased()
        return {"ok": True}

    return blueprint
