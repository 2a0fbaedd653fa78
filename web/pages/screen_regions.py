"""A part of the screen is chosen on a picture of it, and remembered for each meeting app."""

from base64 import b64encode
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from flask import Blueprint, request

from tracker.core.errors import SourceError, UnknownError, UsageError
from tracker.core.notes import line
from tracker.core.records import JsonObject
from tracker.core.validation import converted
from tracker.sources.screen import ScreenArea, take_screenshot
from tracker.store.retention import get_preference, set_preference
from web.live.preview import small_jpeg
from web.request_values import whole_number
from web.security.access import WAY, is_forwarded
from web.storage import Storage

PREFERENCE: Final = "screen_regions"
MAX_REGIONS: Final = 20
MAX_MONITOR: Final = 99
SHOWN_SIZE: Final = (1920, 1200)
"""Pixels across and down of the picture that is shown, at most."""
ONLY_HERE: Final = "A picture of the screen is shown on this machine alone. Open Mien there, or type the part of the screen."


class ScreenRegions:
    """The parts of the screen that a person chose, by the name of the meeting app. Any thread may call.

    They are stored where results are; otherwise they are remembered until Mien closes.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._unsaved: dict[str, str] = {}

    def all(self) -> Mapping[str, str]:
        """Name -> X,Y,WIDTH,HEIGHT in pixels of the desktop, in the order in which they were chosen."""
        if self._storage.database is None:
            return dict(self._unsaved)
        with self._storage.reading() as store:
            return _readable(get_preference(store, PREFERENCE)) | self._unsaved

    def remember(self, name: str, region: str) -> None:
        """Remember a part for an app, in place of an earlier one; UsageError where it is none, or there are too many."""
        regions = dict(self.all())
        if not name:
            raise UsageError("Say for which app this part of the screen is.")
        if name not in regions and len(regions) >= MAX_REGIONS:
            raise UsageError(f"Mien remembers {MAX_REGIONS} parts of the screen. Forget one first.")
        if ScreenArea.parse(f"screen:{region}").region is None:
            raise UsageError(f"A part of the screen is X,Y,WIDTH,HEIGHT in pixels, not {region!r}.")
        self._keep(regions | {name: region})

    def forget(self, name: str) -> None:
        """Forget the part of an app; UnknownError where there is none."""
        regions = dict(self.all())
        if regions.pop(name, None) is None:
            raise UnknownError(f"No part of the screen is remembered for {name!r}.")
        self._keep(regions)

    def forget_all(self) -> None:
        """Forget what is not stored; what is stored is erased with everything else."""
        self._unsaved = {}

    def _keep(self, regions: dict[str, str]) -> None:
        if not self._storage.is_persistent:
            self._unsaved = regions
            return
        self._storage.write(lambda store: set_preference(store, PREFERENCE, regions))
        self._unsaved = {}


def _readable(found: object) -> dict[str, str]:
    """As it was stored; nothing where another program wrote something else there."""
    try:
        return converted(found or {}, dict[str, str], "the parts of the screen")
    except ValueError:
        return {}


def screen_regions_blueprint(regions: ScreenRegions) -> Blueprint:
    """The picture of a monitor, and the parts that are remembered."""
    blueprint = Blueprint("screen_regions", __name__)

    @blueprint.app_context_processor
    def remembered() -> dict[str, object]:
        """For the choice of a part, wherever it stands."""
        return {"screen_regions": regions.all}

    @blueprint.post("/api/screen")
    def look() -> JsonObject:
        """A form {monitor}: one picture of it, which is neither stored nor shown to another machine."""
        monitor = whole_number(request.form.get("monitor", "1"), "monitor must be a number from 1", MAX_MONITOR) or 1
        if not _is_asked_here():
            raise UnknownError(ONLY_HERE)
        try:
            shot = take_screenshot(monitor)
        except SourceError as error:
            raise UnknownError(str(error)) from error
        picture = b64encode(small_jpeg(shot.pixels, SHOWN_SIZE)).decode()
        area = {"left": shot.left, "top": shot.top, "width": shot.width, "height": shot.height}
        return {"monitor": monitor, "monitors": shot.monitors, **area, "picture": picture}

    @blueprint.get("/api/screen/regions")
    def read() -> JsonObject:
        return _as_json(regions)

    @blueprint.post("/api/screen/regions")
    def remember() -> JsonObject:
        """A form {name, region}: the part for an app, X,Y,WIDTH,HEIGHT; an empty one is forgotten."""
        name, region = line(request.form.get("name", ""), "A name"), request.form.get("region", "").strip()
        if region:
            regions.remember(name, region)
        else:
            regions.forget(name)
        return _as_json(regions)

    return blueprint


def _is_asked_here() -> bool:
    """Whether a program of this machine asks, and no proxy in between, which may be asked by another one."""
    if request.environ[WAY] != "here" or is_forwarded(request.environ) or request.remote_addr is None:
        return False
    return ip_address(request.remote_addr).is_loopback


def _as_json(regions: ScreenRegions) -> JsonObject:
    return {"regions": [{"name": name, "region": region} for name, region in regions.all().items()]}
