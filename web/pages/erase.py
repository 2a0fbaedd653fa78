"""Erasing from the pages: a session or a part of it, a picture, or everything."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from tracker.core.errors import UsageError
from tracker.store import erase, partial_erase
from web.pages.history import seconds_parameter
from web.storage import Storage


def erase_blueprint(storage: Storage, erased: Callable[[], None]) -> Blueprint:
    """What the pages ask, after they have asked the person; ``erased`` is told when everything went."""
    blueprint = Blueprint("erase", __name__)

    @blueprint.delete("/api/sessions/<id:uuid>")
    def session(uuid: str) -> dict[str, Any]:
        erase.erase_session(storage.require(), uuid)
        return {"ok": True}

    @blueprint.get("/api/sessions/<id:uuid>/moment")
    def what_lies_in_it(uuid: str) -> dict[str, Any]:
        """What would go between ``from`` and ``to``, in words, as in: 140 readings, 1 marker."""
        begin, end = requested_range()
        with storage.reading() as store:
            return {"what": partial_erase.count_range(store, uuid, begin, end).contents}

    @blueprint.delete("/api/sessions/<id:uuid>/moment")
    def moment(uuid: str) -> dict[str, Any]:
        begin, end = requested_range()
        erase.erase_part(storage.require(), uuid, begin, end)
        return {"ok": True}

    @blueprint.delete("/api/pictures/<id:uuid>")
    def picture(uuid: str) -> dict[str, Any]:
        erase.erase_picture(storage.require(), uuid)
        return {"ok": True}

    @blueprint.delete("/api/everything")
    def everything() -> dict[str, Any]:
        """Also for how long things are kept: Mien asks again before it keeps anything."""
        try:
            erase.erase_everything(storage.require())
        finally:
            # Also where some of it is not gone yet, and the person is told so.
            storage.retention = None
            erased()
        return {"ok": True}

    return blueprint


def requested_range() -> tuple[float, float]:
    """The part that an address names; both ends, so that nothing more goes than somebody has seen."""
    begin, end = seconds_parameter("from"), seconds_parameter("to")
    if begin is None or end is None:
        raise UsageError("Say which part of the session: from and to, in its seconds.")
    return begin, end
