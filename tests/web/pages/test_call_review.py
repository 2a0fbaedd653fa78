"""The page of a stored call: who showed what, moments to ask about with links, and the same as JSON."""

import json

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session as Store

from tests.tracker.reports.made_call import ANA, BEN, CALL, CLEO, write_call
from tests.web.conftest import dependencies_with, made_up
from tracker.store.consents import add_consent, add_consented_face, list_consents, revoke_consent
from tracker.store.recorder import Recorder
from tracker.store.testing import BEGAN, beginning, call_row, row
from web.app import Dashboard
from web.serving import served
from web.storage import Storage

OURS = "http://127.0.0.1:8765"
SHOWN = ((ANA, "brows_lowered", 30.0, 34.0), (BEN, "brows_lowered", 31.0, 33.0), (CLEO, "yawn", 90.0, 93.0))
MEANT = {ANA: ("confused",)}


@pytest.fixture
def client(dashboard: Dashboard) -> FlaskClient:
    return dashboard.app.test_client()


def test_the_page_of_a_call_has_lanes_and_moments(client: FlaskClient, storage: Storage) -> None:
    """Names, strips, times as a list, a link to each moment, the marker near it, and what it may mean with alternatives."""
    write_call(storage.require(), SHOWN, possible=MEANT, marks={33.0: "<b>dates</b>"})
    page = client.get(f"/history/{CALL}", base_url=OURS, headers={"Cookie": "mien-zone=UTC"}).text
    assert "<li>lowers the brows: 09:00:30 to 09:00:34</li>" in page
    assert page.count('<svg class="strip movement"') == 3
    moments = page.split("Moments to ask about")[1].split("</section>")[0]
    assert moments.count("data-look=") == 2
    assert 'data-look="30.0"' in moments
    assert "Ana and Ben lowered the brows." in moments.replace("</data>", "")
    assert "Cleo yawned." in moments
    assert "Near your marker “&lt;b&gt;dates&lt;/b&gt;”." in moments
    assert "For Ana it may be “confused or unsure”: They may not" in moments
    assert "It can also mean: concentrating on what is said; annoyed;" in moments
    assert "For Ben" not in moments


def test_other_sessions_have_neither(client: FlaskClient, storage: Storage) -> None:
    """A session of one's own, and one of several without a call: no section, and empty lists."""
    with Recorder(storage.require(), beginning(CALL, faces="all")) as recorder:
        recorder.write(row(0, (1, 2)))
    page = client.get(f"/history/{CALL}", base_url=OURS).text
    assert not any(words in page for words in ("What each person showed", "Moments to ask about"))
    answer = client.get(f"/api/sessions/{CALL}/moments", base_url=OURS).json
    assert answer == {"people": [], "moments": [], "complete": True}


def test_it_comes_as_json(client: FlaskClient, storage: Storage) -> None:
    """People with when each movement could be told and was there, and moments in words."""
    write_call(storage.require(), SHOWN, possible=MEANT, marks={33.0: "dates"}, away=(40.0, 60.0))
    answer = client.get(f"/api/sessions/{CALL[:8]}/moments", base_url=OURS, headers={"Cookie": "mien-zone=UTC"}).json
    assert answer is not None
    assert [(person["face"], person["name"]) for person in answer["people"]] == [
        (1, "Ana"),
        (2, "Ben"),
        (3, "Cleo"),
        (4, "you"),
    ]
    assert answer["people"][1]["movements"] == [
        {"name": "brows_lowered", "words": "lowers the brows", "told": [[0, 40], [60, 120]], "shown": [[31, 33]]}
    ]
    first, second = answer["moments"]
    assert (first["words"], first["from"], first["to"], first["faces"], first["marker"]) == (
        "At 09:00:30 Ana and Ben lowered the brows.", 30, 34, [1, 2], "dates",
    )  # fmt: skip
    assert [reading["name"] for reading in first["readings"]] == ["confused or unsure"]
    assert (second["faces"], second["marker"], second["readings"]) == ([3], None, [])
    assert not any(word in json.dumps(answer) for word in ("score", "rank", "count"))


def test_who_revoked_is_on_no_page(client: FlaskClient, storage: Storage) -> None:
    """Neither name nor movements are left, on the page, as JSON and in a ribbon."""
    write_call(storage.require(), SHOWN, marks={33.0: "dates"})
    ribbon = f"/api/sessions/{CALL}/ribbon?from=0&to=60"
    ways = (f"/history/{CALL}", f"/api/sessions/{CALL}/moments", ribbon, f"/history/{CALL}/file.html")

    def named() -> list[bool]:
        return ["Ana" in client.get(way, base_url=OURS).get_data(as_text=True) for way in ways]

    assert named() == [True] * 4
    with storage.reading() as store:
        (ana, *_) = list_consents(store, CALL)
    revoke_consent(storage.require(), ana.id)
    assert named() == [False] * 4


def test_people_whom_a_stream_shows_in_turn_have_a_ribbon_each(client: FlaskClient, storage: Storage) -> None:
    """Zoom sends one person at a time, so that no observation has two: they are several all the same, with their names."""
    with Recorder(storage.require(), beginning(CALL, faces="all", hz=1.0, source="zoom")) as recorder:
        for t in range(40):
            recorder.write(call_row(t, {ANA if t // 4 % 2 else BEN: ()}, None, hz=1.0))

    def agree(store: Store) -> None:
        for number, name in ((ANA, "Ana"), (BEN, "Ben")):
            add_consented_face(store, add_consent(store, CALL, name, "chat", BEGAN).id, number)

    storage.write(agree)
    answer = client.get(f"/api/sessions/{CALL}/ribbon?from=0&to=40", base_url=OURS).json
    assert answer is not None
    assert [each["face"] for each in answer["rows"]] == [ANA, BEN]
    assert all(name in answer["svg"] for name in ("Ana", "Ben"))


def test_a_moment_leads_to_its_place_in_the_timeline(storage: Storage, page: Page) -> None:
    """A click shows it in full; faces have their names in the choice of whose timeline it is."""
    write_call(storage.require(), SHOWN, possible=MEANT)
    with served(dependencies_with(storage, made_up), "127.0.0.1", 0) as (address, _):
        page.context.add_cookies([{"name": "mien-zone", "value": "UTC", "url": address.url}])
        page.goto(f"{address.url}/history/{CALL}")
        expect(page.locator("#whose option")).to_have_text(["everybody", "Ana", "Ben", "Cleo", "you"])
        page.get_by_role("button", name="Ana and Ben lowered the brows").click()
        expect(page.locator("#minute-title")).to_contain_text("In full")
        may_mean = page.get_by_text("For Ana it may be")
        expect(may_mean).to_be_hidden()
        page.get_by_text("What it may mean", exact=True).click()
        expect(may_mean).to_be_visible()
