"""Gentle cues on the pages: what the person wants to be told, and telling it to every page."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, request

from tracker.core.clock import start_clock
from tracker.core.errors import UsageError
from tracker.core.notes import Mark
from tracker.core.records import ObservationRecord
from tracker.live.alert_settings import NO_ALERTS, AlertSettings, load_alert_settings, save_alert_settings
from tracker.live.alerts import (
    MARKER_PREFIX,
    MAX_ALERT_SECONDS,
    MAX_ALERTS,
    MIN_ALERT_SECONDS,
    NOTICEABLE,
    Alert,
    AlertDetector,
)
from tracker.live.worker import SessionRequest

TITLE = "Mien"


class Alerts:
    """Watches the running session for the cues that are wanted. tell: to every page; mark: into the store."""

    def __init__(self, tell: Callable[[str, dict[str, Any]], None], mark: Callable[[Mark], None]) -> None:
        self._tell, self._mark = tell, mark
        self._own = False
        self._watcher = AlertDetector(())
        self._elapsed: Callable[[], float | None] = lambda: None
        self.trouble = ""
        try:
            self.wishes = load_alert_settings()
        except UsageError as error:
            # A broken file must not keep the dashboard from starting; Settings says so.
            self.wishes, self.trouble = NO_ALERTS, str(error)
            logging.getLogger(__name__).warning("%s", error)

    def wish(self, wishes: AlertSettings) -> None:
        """Keep these, and go by them from now on."""
        save_alert_settings(wishes)
        self.wishes, self.trouble = wishes, ""
        self._watcher.want(self._wanted)

    def began(self, wanted: SessionRequest) -> None:
        """A session begins: cues are about one's own face only."""
        self._own = wanted.faces == "own"
        since = self._elapsed()
        self._watcher = AlertDetector(self._wanted, wanted.hz, given=None if since is None else -since)

    @property
    def _wanted(self) -> Sequence[Alert]:
        return self.wishes.wanted if self._own else ()

    def observed(self, record: ObservationRecord) -> None:
        """Give the cue that is due, if one is."""
        cue = self._watcher.observe(record)
        if cue is not None:
            self.give(cue)
            self._elapsed = start_clock()
            self._mark(Mark(record.t, record.at, f"{MARKER_PREFIX}{cue.sentence}"))

    def give(self, cue: Alert) -> None:
        """To every page."""
        self._tell("cue", {"what": cue.what, "title": TITLE, "text": cue.sentence})


def alerts_blueprint(cues: Alerts) -> Blueprint:
    """What the page Settings asks."""
    blueprint = Blueprint("cues", __name__)

    @blueprint.app_context_processor
    def limits() -> dict[str, Any]:
        """For the form, wherever it stands."""
        return {
            "cue_limits": {
                "noticed": NOTICEABLE,
                "shortest": MIN_ALERT_SECONDS,
                "longest": MAX_ALERT_SECONDS,
                "most": MAX_ALERTS,
            }
        }

    @blueprint.get("/api/cues")
    def read() -> dict[str, Any]:
        return cues.wishes.as_dict() | {"trouble": cues.trouble}

    @blueprint.post("/api/cues")
    def change() -> dict[str, Any]:
        """JSON {on, cues}: in place of those before."""
        cues.wish(AlertSettings.of(request.get_json(silent=True)))
        return cues.wishes.as_dict()

    @blueprint.post("/api/cues/shown")
    def show() -> dict[str, Any]:
        """JSON {what, seconds, words}: how it would look, on every page."""
        cues.give(Alert.of(request.get_json(silent=True)))
        return {"ok": True}

    return blueprint
