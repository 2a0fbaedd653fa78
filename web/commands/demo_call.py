"""``mien demo meeting`` and ``mien demo zoom``: a call of drawn people, as a window shows it or as Zoom streams it.

Three of the five agreed to be analysed. The demo puts that on record itself, the way a person does on the page.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Final, Literal

from tracker.config.settings import Settings
from tracker.core.clock import start_clock
from tracker.core.errors import MienError
from tracker.core.vocabulary import CALL_DEMO_SOURCE, ZOOM_SOURCE
from tracker.live.call import CallView
from tracker.live.events import CallChanged, Event, SessionBegan
from tracker.sources.rtms.emulator import ENVIRONMENT
from tracker.sources.rtms.source import EVENTS_URL
from tracker.sources.synthetic_call_script import AGREED, CALL_NAMES
from tracker.sources.synthetic_zoom import synthetic_zoom
from web.app import Dashboard
from web.live.call import Agreed
from web.live.socket import LiveSocket
from web.serving import serve

CallDemo = Literal["meeting", "zoom"]
CALL_PAGE: Final = "/call"
SOURCES: Final[Mapping[CallDemo, str]] = {"meeting": CALL_DEMO_SOURCE, "zoom": ZOOM_SOURCE}


def serve_call(settings: Settings, demo: CallDemo, *, browser: bool, seconds: float | None) -> None:
    """Serve the dashboard with the drawn call, until Ctrl-C or SIGTERM.

    Args:
        settings: As the command has them. Without a mode it is private, as the people are drawn; without a database what is
            stored of them goes into one of its own, which is deleted at the end.
        demo: How the call is watched.
        browser: Whether to open a browser.
        seconds: After how long to end; None is never.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="mien-demo-")))
        zoom = stack.enter_context(synthetic_zoom(start_clock())) if demo == "zoom" else None
        stack.enter_context(environment(ENVIRONMENT | {EVENTS_URL: ""}))

        def prepare(dashboard: Dashboard) -> None:
            dashboard.live.call_page.announce_demo(SOURCES[demo])
            dashboard.live.controller.subscribe(DemoConsents(dashboard.live, SOURCES[demo]).consume)
            if zoom is not None:
                dashboard.live.inbox.put(zoom.stream)

        scripted = replace(
            settings,
            source=SOURCES[demo],
            faces="all",
            mode=settings.mode or "private",
            db=settings.db or f"sqlite:///{folder / 'demo.db'}",
        )
        serve(scripted, browser=browser, at_once=True, seconds=seconds, prepare=prepare, page=CALL_PAGE)


class DemoConsents:
    """Says for the people of the demo's call who agreed, once in each session, as soon as they are there."""

    def __init__(self, live: LiveSocket, source: str) -> None:
        """source: of the demo's sessions; in any other session nobody is said to have agreed."""
        self._live, self._source = live, source
        self._session: str | None = None

    def consume(self, event: Event) -> None:
        """Begin to put on record who agreed, in a thread of its own, as that waits for the database."""
        if not isinstance(event, SessionBegan | CallChanged):
            return
        call, state = self._live.controller.call, self._live.controller.state
        if (
            call is None
            or state.session in (None, self._session)
            or state.request is None
            or state.request.source != self._source
        ):
            return
        agreed = tuple(agreed_in(call.view))
        if agreed:
            self._session = state.session
            Thread(target=self._put_on_record, args=[agreed], name="demo", daemon=True).start()

    def _put_on_record(self, agreed: tuple[Agreed, ...]) -> None:
        try:
            for each in agreed:
                self._live.call_page.agree(each)
        except MienError as error:
            logging.getLogger(__name__).warning("mien: The demo's people could not be put on record: %s", error)


def agreed_in(view: CallView) -> Iterator[Agreed]:
    """What a person would say on the page of those who agreed; nothing before all five are there."""
    for name, tile in zip(CALL_NAMES, view.tiles, strict=False):
        if name in AGREED and len(view.tiles) == len(CALL_NAMES):
            yield Agreed(name, "chat", layout=view.layout, tile=tile.tile)
    for entry in view.roster:
        if entry.name in AGREED and len(view.roster) == len(CALL_NAMES):
            yield Agreed(entry.name, "chat", participant=entry.participant)


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Within the block these variables of the environment have these values."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
