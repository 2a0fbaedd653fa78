"""The demo's calls as they are served: who agreed is on record and seen, whoever did not is masked, and nothing of it stays."""

import os
from pathlib import Path
from threading import Event as Signal

import numpy as np
import pytest

from tests.web.conftest import SOON, Heard, made_up
from tracker.config.settings import Settings
from tracker.core.geometry import Box
from tracker.live.call import Call, CallView, RosterEntry
from tracker.live.events import Event
from tracker.sources.rtms.credentials import CLIENT_SECRET
from tracker.sources.rtms.emulator import user
from tracker.sources.synthetic_call_script import AGREED, CALL_NAMES
from tracker.store.consents import list_consents
from tracker.vision.meeting_layout import Tile
from web import serving
from web.commands import demo_call
from web.commands.demo_call import CallDemo, DemoConsents, agreed_in, serve_call
from web.dependencies import Dependencies
from web.live.socket import LiveSocket
from web.storage import Storage


class Served:
    """A demo that is served with a fake detector, and looked at as soon as the three are seen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.view: CallView | None = None
        self.on_record: list[tuple[str, str, bool]] = []
        self.folder = Path()
        self.secret: str | None = None
        self.heard: Heard | None = None
        self._all_seen = Signal()
        outer = self

        class Watched(DemoConsents):
            def __init__(self, live: LiveSocket, source: str) -> None:
                super().__init__(live, source)
                self._controller = live.controller
                outer.heard = Heard(live)
                monkeypatch.setattr(live, "emit", outer.heard.emit)

            def consume(self, event: Event) -> None:
                super().consume(event)
                call = self._controller.call
                if call is not None and [*call.view.places.values()] == [None] * len(AGREED):
                    outer.view = call.view
                    outer._all_seen.set()

        monkeypatch.setattr(demo_call, "DemoConsents", Watched)
        monkeypatch.setattr(serving, "dependencies_for", self._dependencies)
        monkeypatch.setattr(serving, "wait", lambda *_: self._look())

    def _dependencies(self, settings: Settings) -> Dependencies:
        self._storage = Storage(settings.db)
        return Dependencies(made_up, made_up, list, settings, self._storage)

    def _look(self) -> None:
        assert self._all_seen.wait(SOON)
        assert self._storage.database is not None
        assert self._storage.database.path is not None
        self.folder, self.secret = self._storage.database.path.parent, os.environ.get(CLIENT_SECRET)
        with self._storage.reading() as store:
            self.on_record = [(entry.who, entry.how, entry.stands) for entry in list_consents(store)]


@pytest.mark.parametrize("demo", ["meeting", "zoom"])
def test_who_agreed_is_on_record_and_seen_and_nobody_else(monkeypatch: pytest.MonkeyPatch, demo: CallDemo) -> None:
    """Three are put on record at the start and are seen, two are not, and pages hear that it is the demo.

    Afterwards database and credentials are gone.
    """
    monkeypatch.delenv(CLIENT_SECRET, raising=False)
    served = Served(monkeypatch)
    serve_call(Settings(port=0, token=False), demo, browser=False, seconds=None)

    view, heard = served.view, served.heard
    assert view is not None
    assert heard is not None
    assert {call["is_demo"] for call in heard.all("call") if call} == {True}
    assert view.mode == "private"
    assert [person.name for person in view.people] == list(AGREED)
    assert served.on_record == [(name, "chat", True) for name in AGREED]
    if demo == "meeting":
        names = {person.person: person.name for person in view.people}
        assert [names.get(tile.person or 0) for tile in view.tiles] == [*AGREED, None, None]
    else:
        bound = {entry.name for entry in view.roster if entry.participant in view.bound.values()}
        assert (bound, len(view.roster)) == (set(AGREED), len(CALL_NAMES))
    assert served.secret == "secret"
    assert CLIENT_SECRET not in os.environ
    assert not served.folder.exists()


def test_nothing_is_said_before_all_five_are_there() -> None:
    """While the gallery is still found in part, or the list of names is not complete, tiles and names could be mixed up."""
    tiles = [Tile(number + 7, Box(100 * number, 0, 90, 60), certain=True) for number in range(5)]
    by_tiles, by_names = Call("private", "tiles"), Call("private", "names")
    roster = [RosterEntry(user(number), name, video=True) for number, name in enumerate(CALL_NAMES)]
    pixels = np.zeros((60, 500, 3), np.uint8)

    by_tiles.look(pixels, tiles[:4])
    by_names.set_roster(roster[:4])
    assert [*agreed_in(by_tiles.view), *agreed_in(by_names.view)] == []

    by_tiles.look(pixels, tiles)
    by_names.set_roster(roster)
    assert [(each.who, each.tile) for each in agreed_in(by_tiles.view)] == [("Ana", 7), ("Ben", 8), ("Chidi", 9)]
    assert [(each.who, each.participant) for each in agreed_in(by_names.view)] == [
        (each.name, each.participant) for each in roster[:3]
    ]
