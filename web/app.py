"""The factory of the dashboard's Flask app: it is given all that it works with, and nothing is made at module level."""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask
from flask_socketio import SocketIO
from jinja2 import ChoiceLoader, PackageLoader
from markupsafe import Markup

from tracker.config.mode import may_read_group
from tracker.core.person import ME
from tracker.core.text import clock, hundredths, minutes, number, share
from tracker.reports.sentences import escape_text
from tracker.reports.trend_svg import patterns
from tracker.store.database import data_folder
from tracker.store.erase import RECORDINGS_FOLDER
from web.dependencies import Dependencies, effective_mode
from web.error_pages import register_error_handlers
from web.live.alerts import alerts_blueprint
from web.live.messages import Message, PageJSON, SocketJSON
from web.live.socket import LiveSocket
from web.page_constants import HATCH_FACTOR, page_constants, page_constants_blueprint
from web.pages.api import api_blueprint
from web.pages.calibration import CalibrationCapture, calibration_blueprint
from web.pages.call import call_blueprint
from web.pages.call_review import call_review_blueprint
from web.pages.comparison import comparison_blueprint
from web.pages.downloads import downloads_blueprint
from web.pages.ending import ending_blueprint
from web.pages.erase import erase_blueprint
from web.pages.glossary import glossary_blueprint
from web.pages.health import health_blueprint
from web.pages.held_pictures import HeldPictures, held_pictures_blueprint
from web.pages.history import history_api_blueprint, history_blueprint
from web.pages.mode import mode_blueprint
from web.pages.now import now_blueprint
from web.pages.pictures import LARGEST_MEGABYTES, PictureAnalyzer, pictures_blueprint
from web.pages.practice import practice_blueprint
from web.pages.resting_face import resting_face_blueprint
from web.pages.screen_regions import ScreenRegions, screen_regions_blueprint
from web.pages.session_video import session_video_blueprint
from web.pages.settings import settings_blueprint
from web.pages.time_zone import zone_context
from web.pages.trend import trend_blueprint
from web.pages.trends import trends_blueprint
from web.pages.verdicts import PendingVerdicts, verdicts_blueprint
from web.pages.week import week_blueprint
from web.recordings.queue import Jobs
from web.recordings.views import recordings_blueprint
from web.request_values import IdConverter, InMemoryRequest
from web.security.access import Access
from web.security.gate import Address, Gate
from web.security.public_origin import PublicOrigin
from web.security.unlock import unlock_blueprint
from web.security.zoom_panel import ZoomPanel, zoom_panel_blueprint
from web.security.zoom_webhook import zoom_webhook_blueprint


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A Flask app with its live connection; ``close`` ends whatever still runs."""

    app: Flask
    socket: SocketIO
    live: LiveSocket
    picture_analyzer: PictureAnalyzer
    held_pictures: HeldPictures
    jobs: Jobs
    dependencies: Dependencies

    def close(self) -> None:
        """Close cameras, models and the database; within five seconds, also where a database's server does not answer."""
        self.dependencies.storage.give_up_soon()
        self.live.controller.close()
        self.live.recorder.close()
        self.live.call_page.close()
        self.live.consents.close()
        self.live.leave_queue()
        self.picture_analyzer.close()
        self.held_pictures.forget_all()
        self.jobs.close()
        self.dependencies.storage.close()


def forget_all(
    live: LiveSocket,
    picture_analyzer: PictureAnalyzer,
    jobs: Jobs,
    held: HeldPictures,
    capture: CalibrationCapture,
    *,
    regions: ScreenRegions,
) -> None:
    """After everything was erased: remove recordings, pictures and what was shown, save the session no more, apply no fit."""
    held.forget_all()
    regions.forget_all()
    jobs.remove_all()
    capture.leave()
    live.retention_decided()
    refit(live, picture_analyzer)


def refit(live: LiveSocket, picture_analyzer: PictureAnalyzer) -> None:
    """Apply the fit that is in effect now to the session that runs, and to the next picture."""
    live.fit_changed()
    picture_analyzer.reopen()


def guests(address: Address, panel: ZoomPanel | None, public: PublicOrigin | None = None, queue: str | None = None) -> str:
    """Sentences that say from where else the pages can be opened, and who else hears of them; empty for nobody."""
    heard = "" if queue is None else f"What Now shows, without pictures, also goes to the message queue {queue}."
    return " ".join(filter(None, (_opened_from(address, panel, public), heard)))


def _opened_from(address: Address, panel: ZoomPanel | None, public: PublicOrigin | None) -> str:
    if panel:
        return f"These pages, with what they show, also go through {panel.address}, as --zoom-panel says."
    if public:
        return f"These pages, with what they show, also go through {public.address}, as --public-origin says."
    if not address.private:
        how = "encrypted" if address.secure else "unencrypted"
        return f"These pages, with what they show, go {how} to every machine that opens them with the token at {address.url}."
    return ""


def create_app(
    dependencies: Dependencies,
    address: Address,
    panel: ZoomPanel | None = None,
    access: Access | None = None,
    public: PublicOrigin | None = None,
) -> Dashboard:
    """Make the dashboard.

    Args:
        dependencies: What the pages work with; they are closed with the dashboard.
        address: The only one it answers at, but for the panel's and the public one.
        panel: Zoom's, if that is wanted.
        access: Who gets in; None lets everybody in who reaches the address.
        public: A reverse proxy's, if there is one.
    """
    access = access or Access()
    app = Flask(__name__)
    app.request_class = InMemoryRequest
    app.url_map.converters["id"] = IdConverter
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_MEGABYTES * 1_000_000
    app.json = PageJSON(app)
    app.context_processor(lambda: {"page_constants": page_constants(), "trend_patterns": Markup(patterns(HATCH_FACTOR))})  # noqa: S704 - ours
    app.context_processor(zone_context)
    # The pages and the report share a macro for sentences with numbers.
    app.jinja_options = {"loader": ChoiceLoader([app.create_global_jinja_loader(), PackageLoader("tracker.reports", "")])}
    app.jinja_env.filters |= {each.__name__: each for each in (clock, share, hundredths, number, minutes)} | {
        "text": escape_text
    }
    live, pending = LiveSocket(dependencies), PendingVerdicts()
    picture_analyzer = PictureAnalyzer(
        dependencies.open_picture, lambda: may_read_group(effective_mode(dependencies.settings, dependencies.storage))
    )
    held, capture = HeldPictures(), CalibrationCapture(live, dependencies.look_seconds)
    regions = ScreenRegions(dependencies.storage)
    jobs = Jobs(dependencies.storage, dependencies.settings, data_folder() / RECORDINGS_FOLDER)
    for blueprint in (
        now_blueprint(live, dependencies),
        call_blueprint(dependencies.settings, dependencies.storage),
        pictures_blueprint(picture_analyzer, dependencies.settings, dependencies.storage, pending, held),
        held_pictures_blueprint(held, pending),
        verdicts_blueprint(live, dependencies.storage, pending, dependencies.settings.person or ME),
        history_blueprint(dependencies.storage),
        history_api_blueprint(dependencies.storage),
        call_review_blueprint(dependencies.storage),
        comparison_blueprint(dependencies.storage),
        week_blueprint(dependencies.storage),
        trend_blueprint(live, dependencies.storage),
        session_video_blueprint(dependencies.storage),
        trends_blueprint(dependencies.storage, dependencies.settings),
        downloads_blueprint(dependencies.storage),
        ending_blueprint(live, dependencies.storage),
        recordings_blueprint(jobs, dependencies.storage),
        erase_blueprint(
            dependencies.storage,
            lambda: forget_all(live, picture_analyzer, jobs, held, capture, regions=regions),
            held.forget_upload,
        ),
        health_blueprint(dependencies.storage, dependencies.settings, lambda: refit(live, picture_analyzer)),
        calibration_blueprint(live, dependencies.storage, dependencies.settings, capture),
        resting_face_blueprint(
            live, dependencies.storage, dependencies.settings, capture, lambda: refit(live, picture_analyzer)
        ),
        practice_blueprint(live),
        screen_regions_blueprint(regions),
        settings_blueprint(
            dependencies.storage,
            live.retention_decided,
            guests(address, panel, public, dependencies.settings.message_queue),
        ),
        glossary_blueprint(dependencies.storage),
        mode_blueprint(dependencies.settings, dependencies.storage),
        alerts_blueprint(live.alerts),
        unlock_blueprint(access),
        api_blueprint(access),
        page_constants_blueprint(),
    ):
        app.register_blueprint(blueprint)
    if panel:
        app.register_blueprint(zoom_panel_blueprint(dependencies))
    if panel and panel.webhook_token:
        app.register_blueprint(zoom_webhook_blueprint(panel.webhook_token, live.inbox))
    register_error_handlers(app)
    # Nobody logs in, so there is no session to manage; other origins are never allowed.
    # The type hints lack Engine.IO's serializer.
    socket = SocketIO(  # type: ignore[call-arg]
        app, async_mode="threading", manage_session=False, json=SocketJSON, serializer=Message
    )
    socket.on_namespace(live)
    live.join_queue()
    # Outermost, before Socket.IO's own middleware.
    engine = cast("Any", socket).server.eio
    gate = Gate(app.wsgi_app, address, access, panel, sockets=lambda: len(engine.sockets), public=public)
    app.wsgi_app = gate  # type: ignore[method-assign]
    return Dashboard(app, socket, live, picture_analyzer, held, jobs, dependencies)
