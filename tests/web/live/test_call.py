"""A call over the live connection, with the drawn call and real faces' landmarks: what pages ask, and what they are told."""

from threading import enumerate as enumerate_threads
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.web.conftest import SOON, Heard
from tests.web.live.conftest import OK, agree, ask, begin, people, stored
from tracker.core.errors import UnknownError
from tracker.exports.from_database import read_session_data
from tracker.live.call import MOVED, RosterEntry
from tracker.readings.own_readings import OwnReadings
from tracker.store.consents import list_consents
from tracker.store.find_session import find_session
from tracker.store.reading_verdicts import list_reading_verdicts
from web.app import Dashboard
from web.dependencies import Dependencies
from web.own_readings import keep_own_readings
from web.storage import Storage

if TYPE_CHECKING:
    from flask_socketio import SocketIOTestClient


@pytest.fixture
def dependencies(call_dependencies: Dependencies) -> Dependencies:
    return call_dependencies


def test_a_person_is_shown_after_they_agreed_and_deleted_when_they_revoke(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage
) -> None:
    """Before, nobody is in any row; after, the one who agreed is; then nothing of them is anywhere, and the other one stays."""
    call = begin(tab, heard)
    assert call["people"] == []
    assert not any(row["faces"] for row in heard.all("observation"))
    ana, ben = agree(tab, call, "Ana", 0), agree(tab, call, "Ben", 1)
    heard.wait(lambda: {each["state"] for each in people(heard).values()} == {"seen"})
    numbers = {name: each["number"] for name, each in people(heard).items()}
    assert people(heard)["Ana"]["learning"] is not None
    assert {each["words"] for each in people(heard)["Ana"]["unknown"]} >= {"nods", "blinks often"}
    late = dashboard.socket.test_client(dashboard.app).get_received()
    assert [each["args"][0]["people"][0]["name"] for each in late if each["name"] == "call"] == ["Ana"]

    assert ask(tab, "revoke", {"no": "number"})["ok"] is False
    assert ask(tab, "revoke", {"person": ana}) == OK
    assert set(people(heard)) == {"Ben"}
    assert heard.all("call")[-1]["tiles"][0]["person"] is None
    rows = len(heard.all("observation"))
    heard.wait(lambda: len(heard.all("observation")) > rows + 2)
    assert all(face["id"] != numbers["Ana"] for row in heard.all("observation")[rows:] for face in row["faces"])
    assert {face.id for row in dashboard.live.controller.timeline.since(0) for face in row.faces} == {numbers["Ben"]}
    assert ask(tab, "stop") == OK
    heard.wait(lambda: heard.all("call")[-1] is None)
    dashboard.live.recorder.close()
    with stored(storage).session() as store:
        data = read_session_data(store, str(dashboard.live.controller.state.session))
        stored_faces = {face.id for record in data.rows() for face in record.faces}
        assert stored_faces == {numbers["Ben"]}
        assert [(entry.who, entry.stands) for entry in list_consents(store)] == [("", False), ("Ben", True)]
    assert ben != ana


def test_what_a_page_asks_that_cannot_be_is_a_sentence(tab: "SocketIOTestClient", heard: Heard) -> None:
    """Without a call, for tiles and people that are not there, and for what makes no sense."""
    early: dict[str, Any] = {
        "agreed": {"who": "Ana", "how": "chat"},
        "confirm": {"person": 1},
        "said": {"person": 1, "said": "none", "t": 1.0},
        "hide": {"tile": 1},
        "revoke": {"person": 1},
        "confirm_all": {"layout": 1},
        "meanings": {"on": True},
    }
    for name, sent in early.items():
        assert "No call is being watched" in ask(tab, name, sent)["error"]
    call = begin(tab, heard)
    tile, layout = call["tiles"][0]["tile"], call["layout"]
    wrong: list[tuple[str, Any, str]] = [
        ("agreed", {"who": "Ana", "how": "telepathy", "layout": layout, "tile": tile}, "chat"),
        ("agreed", {"who": "", "how": "chat", "layout": layout, "tile": tile}, "1 to 60"),
        ("agreed", {"who": "Ana", "how": "chat", "layout": layout - 1, "tile": tile}, "moved meanwhile"),
        ("agreed", {"who": "Ana", "how": "chat", "participant": 16}, "left the meeting"),
        ("confirm", {"person": 44, "layout": layout, "tile": tile}, "No consent stands"),
        ("confirm", {"person": 0, "layout": layout, "tile": 99}, "no tile 99"),
        ("confirm_all", {"layout": "all"}, "the layout"),
        ("revoke", {"person": 44}, "not being watched"),
        ("meanings", {"on": "yes"}, "on or off"),
        ("said", {"person": 44, "said": "none", "t": 1.0}, "nothing to correct"),
        ("everybody", None, "nobody is looked at who has not agreed"),
    ]
    for event, what, why in wrong:
        answer = ask(tab, event, *(() if what is None else (what,)))
        assert answer["ok"] is False
        assert why in answer["error"], (event, what, answer)
    assert all(tile["person"] is None for tile in heard.all("call")[-1]["tiles"])


def test_what_faces_may_mean_is_told_when_asked_for_corrected_and_never_at_work(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage
) -> None:
    """In private a person switches it on and off, and says what it was, of readings that are chosen; at work there is none."""
    keep_own_readings(storage, OwnReadings({"bored": "off", "worry": "usual"}))
    call = begin(tab, heard)
    ana = agree(tab, call, "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    assert people(heard)["Ana"]["possible"] is None
    assert ask(tab, "meanings", {"on": True}) == OK
    heard.wait(lambda: people(heard)["Ana"]["possible"] is not None)
    assert people(heard)["Ana"]["possible"]["unclear"]
    told_at = people(heard)["Ana"]["possible"]["t"]
    assert ask(tab, "said", {"person": ana, "said": "no_such", "t": told_at})["ok"] is False
    assert ask(tab, "said", {"person": ana, "said": "thinking", "t": told_at + 1})["ok"] is False
    heard.wait(lambda: people(heard)["Ana"]["possible"]["t"] > told_at)
    assert ask(tab, "said", {"person": ana, "said": "thinking", "t": told_at}) == OK
    with stored(storage).session() as store:
        (verdict,) = list_reading_verdicts(store)
    assert verdict.t == pytest.approx(told_at, abs=0.01)
    assert (verdict.number, verdict.said, verdict.told) == (people(heard)["Ana"]["number"], "thinking", ())
    assert verdict.levels.keys() >= {"thinking", "confused", "worry"}
    assert "bored" not in verdict.levels
    assert ask(tab, "meanings", {"on": False}) == OK
    assert people(heard)["Ana"]["possible"] is None

    call = begin(tab, heard, mode="work")
    assert call["mode"] == "work"
    agree(tab, call, "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    assert "At work" in ask(tab, "meanings", {"on": True})["error"]
    face = next(face for row in reversed(heard.all("observation")) for face in row["faces"])
    assert face["expression"] == "unclear"
    assert "possible" not in face
    assert face["quality"]["reason"] == "not read: work or education mode"
    assert len(face["unseen"]) > 3


def test_a_withdrawn_permission_ends_the_session_and_deletes_it(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage
) -> None:
    """As Zoom demands where its host takes the app's permission back."""
    call = begin(tab, heard)
    agree(tab, call, "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    session = dashboard.live.controller.state.session
    watched = dashboard.live.controller.call
    assert watched is not None
    watched.purge()
    heard.wait(lambda: heard.all("state")[-1]["kind"] == "idle")
    assert dashboard.live.controller.timeline.since(0) == []
    with stored(storage).session() as store, pytest.raises(UnknownError):
        find_session(store, str(session))


def test_a_layout_that_changes_is_told_with_suggestions(dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard) -> None:
    """All who were seen are masked, and say why; the list of names of a stream is told, too."""
    call = begin(tab, heard)
    ana = agree(tab, call, "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    watched = dashboard.live.controller.call
    assert watched is not None
    assert ask(tab, "pause") == OK
    heard.wait_for("paused")
    tiles = dashboard.live.call_page._call()._tiles
    watched.look(np.zeros((720, 1280, 3), np.uint8), tiles[:2])
    told = heard.all("call")[-1]
    assert (people(heard)["Ana"]["state"], people(heard)["Ana"]["why"]) == ("masked", MOVED)
    assert [each["suggested"] for each in told["tiles"]] == [ana, None]
    assert ask(tab, "confirm_all", {"layout": call["layout"]})["ok"] is False
    assert ask(tab, "confirm_all", {"layout": told["layout"]}) == OK
    assert people(heard)["Ana"]["state"] != "masked"
    assert ask(tab, "hide", {"tile": told["tiles"][0]["tile"]}) == OK
    assert people(heard)["Ana"]["state"] == "masked"
    watched.set_roster([RosterEntry(16, "Ana <b>", video=False)])
    assert heard.all("call")[-1]["roster"] == [{"participant": 16, "name": "Ana <b>", "video": False, "person": None}]


def test_a_permission_that_is_withdrawn_late_deletes_the_earlier_session_alone(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage
) -> None:
    """Zoom may say it after the call is over, while another one is watched: that one goes on."""
    call = begin(tab, heard)
    agree(tab, call, "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    first, earlier = dashboard.live.controller.state.session, dashboard.live.controller.call
    assert earlier is not None
    agree(tab, begin(tab, heard), "Ben", 1)
    heard.wait(lambda: people(heard).get("Ben", {}).get("state") == "seen")
    dashboard.live.recorder.flush_ended()
    earlier.purge()
    for thread in [thread for thread in enumerate_threads() if thread.name == "withdrawn"]:
        thread.join(SOON)
    with stored(storage).session() as store:
        assert [entry.who for entry in list_consents(store)] == ["Ben"]
        with pytest.raises(UnknownError):
            find_session(store, str(first))
    assert dashboard.live.controller.state.kind == "watching"
    assert set(people(heard)) == {"Ben"}
