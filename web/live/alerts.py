"""Alerts on the pages: what the person wants to be told, and telling it to every page."""

import logging
from collections.abc import Callable, Sequence

from flask import Blueprint, request

from tracker.core.clock import start_clock
from tracker.core.errors import UsageError
from tracker.core.notes import Marker
from tracker.core.records import JsonObject
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
from tracker.live.events import Event, ObservationMade, SessionBegan

ALERT_TITLE = "Mien"


class Alerts:
    """Watches the running session for what the person wants to be told.

    tell: an event's name and its JSON, to every page. add_marker: to the session that runs.
    """

    def __init__(self, tell: Callable[[str, JsonObject], None], add_marker: Callable[[Marker], None]) -> None:
        self._tell, self._add_marker = tell, add_marker
        self._own = False
        self._detector = AlertDetector(())
        self._elapsed: Callable[[], float | None] = lambda: None
        self.trouble = ""
        try:
            self.settings = load_alert_settings()
        except UsageError as error:
            # A broken file must not keep the dashboard from starting; Settings says so.
            self.settings, self.trouble = NO_ALERTS, str(error)
            logging.getLogger(__name__).warning("%s", error)

    def change(self, settings: AlertSettings) -> None:
        """Save these settings, and go by them from now on."""
        save_alert_settings(settings)
        self.settings, self.trouble = settings, ""
        self._detector.want(self._active_alerts)

    def consume(self, event: Event) -> None:
        """Watch what one's own face shows from a session's beginning on; tell the alert that is due, and mark its moment."""
        match event:
            case SessionBegan(request=request):
                self._own = request.faces == "own" and not request.practice
                since = self._elapsed()
                self._detector = AlertDetector(self._active_alerts, request.hz, given=None if since is None else -since)
            case ObservationMade(record=record):
                alert = self._detector.observe(record)
                if alert is not None:
                    self.give(alert)
                    self._elapsed = start_clock()
                    self._add_marker(Marker(record.t, record.at, f"{MARKER_PREFIX}{alert.sentence}"))

    @property
    def _active_alerts(self) -> Sequence[Alert]:
        return self.settings.wanted if self._own else ()

    def give(self, alert: Alert) -> None:
        """To every page."""
        self._tell("alert", {"what": alert.what, "title": ALERT_TITLE, "text": alert.sentence})


def alerts_blueprint(alerts: Alerts) -> Blueprint:
    """What the page Settings asks."""
    blueprint = Blueprint("alerts", __name__)

    @blueprint.app_context_processor
    def limits() -> dict[str, object]:
        """For the form, wherever it stands."""
        return {
            "alert_limits": {
                "noticed": NOTICEABLE,
                "shortest": MIN_ALERT_SECONDS,
                "longest": MAX_ALERT_SECONDS,
                "most": MAX_ALERTS,
            }
        }

    @blueprint.get("/api/cues")
    def read() -> JsonObject:
        return alerts.settings.as_dict() | {"trouble": alerts.trouble}

    @blueprint.post("/api/cues")
    def change() -> JsonObject:
        """JSON {on, cues}: in place of those before."""
        alerts.change(AlertSettings.of(request.get_json(silent=True)))
        return alerts.settings.as_dict()

    @blueprint.post("/api/cues/shown")
    def show() -> JsonObject:
        """JSON {what, seconds, words}: how it would look, on every page."""
        alerts.give(Alert.of(request.get_json(silent=True)))
        return {"ok": True}

    return blueprint
