"""Erasing from the pages: a session, a picture, or everything."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from tracker.store import erase
from web.keeping import Keeping


def erasing(keeping: Keeping, erased: Callable[[], None]) -> Blueprint:
    """What the pages ask, after they have asked the person; ``erased`` is told when everything went."""
    blueprint = Blueprint("erasing", __name__)

    @blueprint.delete("/api/sessions/<uuid>")
    def session(uuid: str) -> dict[str, Any]:
        erase.erase_session(keeping.require(), uuid)
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
