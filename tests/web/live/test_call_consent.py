"""Consent on a call, whatever comes at the same time: a moment that is held, another session, an entry that is gone."""

from pathlib import Path
from threading import Event as Signal
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.web.conftest import ADDRESS, SOON, Heard
from tests.web.live.conftest import OK, agree, ask, begin, people, stored
from tracker.consent import audit
from tracker.core.errors import StoreError
from tracker.core.geometry import Box
from tracker.live.events import FacesMoved
from tracker.store import consents
from tracker.store.audit import list_audit
from tracker.store.consents import list_consents, revoke_consent
from tracker.store.erase import erase_session
from web.app import Dashboard, create_app
from web.dependencies import Dependencies
from web.live import consent_watch
from web.storage import Storage

if TYPE_CHECKING:
    from flask_socketio import SocketIOTestClient

HERE: Final = f"http://127.0.0.1:{ADDRESS.port}"


@pytest.fixture
def dependencies(call_dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch) -> Dependencies:
    monkeypatch.setattr(consent_watch, "CHECK_SECONDS", 0.05)
    return call_dependencies


def test_no_picture_of_anybody_on_a_call_is_kept(dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard) -> None:
    """A verdict would keep a crop, also longer than its session, where no revoking finds it; nor is it one's own face."""
    call = begin(tab, heard, mode="private")
    agree(tab, call, "Ana", 0)
    assert ask(tab, "meanings", {"on": True}) == OK
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    client = dashboard.app.test_client()
    for path, form in (("/api/moment", {}), ("/api/guided/begin", {"expression": "happy"})):
        answer = client.post(path, data=form, base_url=HERE)
        assert answer.status_code == 400
        assert "On a call" in answer.text


def test_a_session_that_begins_over_a_call_ends_it_for_pages_and_audit_log(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No page goes on showing the people of before; the log has an end for each of two calls, and none later than theirs."""
    monkeypatch.setattr(audit, "DEMO_SOURCES", ())
    agree(tab, begin(tab, heard), "Ana", 0)
    before = len(heard.events)
    begin(tab, heard)
    told = [data for name, data, _ in heard.events[before:] if name == "call"]
    assert told[0] is None
    assert all(not each["people"] for each in told[1:])
    assert ask(tab, "start", {"source": "fake", "hz": 5}) == OK
    assert heard.all("call")[-1] is None
    heard.wait_for("watching")
    storage.write(lambda _: None)
    with stored(storage).session() as store:
        log = list_audit(store)
    assert [entry.people for entry in log] == [1, 0]
    assert all(entry.ended_at is not None for entry in log)


@pytest.mark.parametrize("gone", ["revoked", "erased"])
def test_who_has_no_entry_any_more_is_not_watched(
    gone: str, dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage
) -> None:
    """Revoked by the command of another process, or erased with the session: nobody is analysed without a standing entry."""
    call = begin(tab, heard)
    ana = agree(tab, call, "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    if gone == "revoked":
        revoke_consent(stored(storage), ana)
    else:
        erase_session(stored(storage), str(dashboard.live.controller.state.session))
    heard.wait(lambda: not people(heard))
    assert all(tile["person"] is None for tile in heard.all("call")[-1]["tiles"])
    assert not any(row.faces for row in dashboard.live.controller.timeline.since(0))


def test_what_could_not_be_deleted_is_deleted_later(
    tab: "SocketIOTestClient", heard: Heard, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is masked at once and the page is told; the page may ask again, and Mien tries again by itself."""
    fails, deleted = [True], Signal()
    really = consents.revoke_consent

    def revoke(*given: Any) -> None:
        if fails:
            raise StoreError("The database is locked.")
        really(*given)
        deleted.set()

    monkeypatch.setattr(consents, "revoke_consent", revoke)
    ana = agree(tab, begin(tab, heard), "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    for _ in range(2):
        assert "not deleted yet: The database is locked." in ask(tab, "revoke", {"person": ana})["error"]
        assert not people(heard)
    assert ask(tab, "stop") == OK
    heard.wait_for("stopped")
    fails.clear()
    assert deleted.wait(SOON)
    with stored(storage).session() as store:
        assert [entry.stands for entry in list_consents(store)] == [False]


def test_what_came_before_somebody_revoked_is_not_told_after(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard
) -> None:
    """A look that was under way names no place of theirs, and the session's markers not their name."""
    controller = dashboard.live.controller
    ana = agree(tab, begin(tab, heard), "Ana", 0)
    heard.wait(lambda: people(heard)["Ana"]["state"] == "seen")
    for text in ("Ask ana again", "Banana"):
        assert ask(tab, "mark", text) == OK
    moved: list[FacesMoved] = []
    controller.subscribe(lambda event: moved.append(event) if isinstance(event, FacesMoved) else None)
    number, worker = people(heard)["Ana"]["number"], controller._worker
    assert worker is not None
    controller.faces_moved(worker, {number: Box(1, 2, 3, 4)})
    assert ask(tab, "revoke", {"person": ana}) == OK
    controller.faces_moved(worker, {number: Box(1, 2, 3, 4)})
    assert [dict(each.boxes) for each in moved] == [{number: Box(1, 2, 3, 4)}, {}]
    assert [marker.text for marker in controller.state.notes.markers] == ["Banana"]


def test_without_a_database_nobody_can_agree(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consent that is nowhere on record does not count, and the page says so; the user's own tile needs none."""
    call = begin(tab, heard)
    place = {"layout": call["layout"], "tile": call["tiles"][0]["tile"]}
    with monkeypatch.context() as patched:
        patched.setattr(storage, "database", None)
        patched.setattr(storage, "error", "The disk is full.")
        answer = ask(tab, "agreed", {"who": "Ana", "how": "chat", **place})
        assert answer["error"] == "A consent that is not on record does not count, so nobody else is watched. The disk is full."
        assert not people(heard)
        assert ask(tab, "confirm", {"person": 0, **place}) == OK
        assert set(people(heard)) == {"You"}


def test_an_entry_and_its_face_are_written_together(
    dashboard: Dashboard, tab: "SocketIOTestClient", heard: Heard, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that fails in between leaves neither: whoever is watched can be found when they revoke."""

    def fail(*_: Any) -> None:
        raise StoreError("The disk is full.")

    call = begin(tab, heard)
    monkeypatch.setattr(consents, "add_consented_face", fail)
    place = {"layout": call["layout"], "tile": call["tiles"][0]["tile"]}
    assert ask(tab, "agreed", {"who": "Ana", "how": "chat", **place})["error"] == "The disk is full."
    assert not people(heard)
    with stored(storage).session() as store:
        assert not list_consents(store)


def test_names_that_hide_what_they_are_are_shown_as_they_are(tab: "SocketIOTestClient", heard: Heard) -> None:
    """Names tell people apart: one of no visible letter, or that turns the direction of writing, is spelled out."""
    begin(tab, heard)
    for name, shown in (("\ufeff", "\\ufeff"), ("anA\u202e", "anA\\u202e"), ("a\nb \x1b[31m", "a b \\x1b[31m")):
        assert ask(tab, "agreed", {"who": name, "how": "chat", "layout": heard.all("call")[-1]["layout"]})["ok"]
        assert shown in people(heard)


def test_what_has_to_be_deleted_is_although_mien_ends(
    call_dependencies: Dependencies, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zoom takes the permission back, and the person closes Mien in the same moment: the deletion comes before the end."""
    dashboard = create_app(call_dependencies, ADDRESS)
    heard, tab = Heard(dashboard.live), dashboard.socket.test_client(dashboard.app)
    monkeypatch.setattr(dashboard.live, "emit", heard.emit)
    agree(tab, begin(tab, heard), "Ana", 0)
    ended, call, page = Signal(), dashboard.live.controller.call, dashboard.live.call_page
    delete, close_page, close_storage = page._delete_session, page.close, storage.close

    def delete_late(session: str) -> None:
        assert ended.wait(SOON)
        delete(session)

    def close_page_early() -> None:
        ended.set()
        close_page()

    def close_storage_early() -> None:
        close_storage()
        ended.set()

    monkeypatch.setattr(page, "_delete_session", delete_late)
    monkeypatch.setattr(page, "close", close_page_early)
    monkeypatch.setattr(storage, "close", close_storage_early)
    assert call is not None
    call.purge()
    dashboard.close()
    with Storage(f"sqlite:///{tmp_path / 'mien.db'}").reading() as store:
        assert not list_consents(store)
