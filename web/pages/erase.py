"""Erasing from the pages: a session or a part of it, a picture, or everything."""

from collections.abc import Callable

from flask import Blueprint

from tracker.core.errors import UsageError
from tracker.store import erase, partial_erase
from web.pages.history import seconds_parameter
from web.storage import Storage


def erase_blueprint(storage: Storage, erased: Callable[[], None], picture_erased: Callable[[str], None]) -> Blueprint:
    """What the pages ask for once the person has confirmed it.

    Args:
        storage: from which is erased.
        erased: called after everything was erased, also if some of it is left and an error says so.
        picture_erased: called with the uuid of a picture after it was erased.
    """
    blueprint = Blueprint("erase", __name__)

    @blueprint.delete("/api/sessions/<id:uuid>")
    def session(uuid: str) -> dict[str, bool]:
        erase.erase_session(storage.require(), uuid)
        return {"ok": True}

    @blueprint.get("/api/sessions/<id:uuid>/moment")
    def part_contents(uuid: str) -> dict[str, str]:
        """What would be erased between ``from`` and ``to``, in words, such as: 140 readings, 1 marker."""
        begin, end = requested_range()
        with storage.reading() as store:
            return {"what": partial_erase.count_range(store, uuid, begin, end).contents}

    @blueprint.delete("/api/sessions/<id:uuid>/moment")
    def part(uuid: str) -> dict[str, bool]:
        begin, end = requested_range()
        partial_erase.erase_part(storage.require(), uuid, begin, end)
        return {"ok": True}

    @blueprint.delete("/api/pictures/<id:uuid>")
    def picture(uuid: str) -> dict[str, bool]:
        try:
            erase.erase_picture(storage.require(), uuid)
        finally:
            picture_erased(uuid)
        return {"ok": True}

    @blueprint.delete("/api/everything")
    def everything() -> dict[str, bool]:
        """Erase also the person's choices: Mien asks again before it keeps anything, and where it is used."""
        try:
            erase.erase_everything(storage.require())
        finally:
            # Also if some of it could not be erased yet, which an error tells the person.
            storage.retention = storage.mode = None
            erased()
        return {"ok": True}

    return blueprint


def requested_range() -> tuple[float, float]:
    """The part of a session that the address names, in its seconds.

    Raises:
        UsageError: if one of both ends is missing: nothing may be erased that the person has not seen.
    """
    begin, end = seconds_parameter("from"), seconds_parameter("to")
    if begin is None or end is None:
        raise UsageError("Say which part of the session: from and to, in seconds since its start.")
    return begin, end
