"""A call over the live connection, as a page asks and is told of it: with the drawn call and real faces' landmarks."""

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.web.conftest import Heard
from tracker.store.database import Database
from web.app import Dashboard
from web.dependencies import Dependencies
from web.storage import Storage

if TYPE_CHECKING:
    from flask_socketio import SocketIOTestClient

OK: Final = {"ok": True}
CALL: Final = {"source": "fake:call", "hz": 5, "faces": "all"}


@pytest.fixture
def call_dependencies(finding_dependencies: Dependencies, storage: Storage) -> Dependencies:
    """Eyes for real faces, and results that are kept, as consents have to be."""
    storage.set_retention("30d")
    return finding_dependencies


@pytest.fixture
def tab(dashboard: Dashboard) -> "SocketIOTestClient":
    return dashboard.socket.test_client(dashboard.app)


def ask(tab: "SocketIOTestClient", event: str, *what: Any) -> Any:
    return tab.emit(event, *what, callback=True)


def begin(tab: "SocketIOTestClient", heard: Heard, **choices: Any) -> Any:
    """The call as pages are told it, once its tiles are found."""
    assert ask(tab, "start", CALL | choices) == OK
    before = len(heard.events)
    heard.wait(lambda: any(name == "call" and data and len(data["tiles"]) == 5 for name, data, _ in heard.events[before:]))
    heard.wait(lambda: any(name == "observation" for name, *_ in heard.events[before:]))
    return heard.all("call")[-1]


def agree(tab: "SocketIOTestClient", call: Any, who: str, tile: int) -> int:
    answer = ask(tab, "agreed", {"who": who, "how": "chat", "layout": call["layout"], "tile": call["tiles"][tile]["tile"]})
    assert answer["ok"], answer
    return int(answer["person"])


def people(heard: Heard) -> dict[str, Any]:
    return {each["name"]: each for each in heard.all("call")[-1]["people"]}


def stored(storage: Storage) -> Database:
    assert storage.database is not None
    return storage.database
