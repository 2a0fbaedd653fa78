"""What pages send: numbers beyond all bounds, nesting without end and no JSON at all are answered, and never a traceback."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import pytest
from werkzeug.test import Client

from tests.web.conftest import Heard
from tests.web.hostile_values import AS_JSON
from tracker.core.errors import OUR_MISTAKE
from web.app import Dashboard

HERE: Final = "http://127.0.0.1:8765"
DEEP: Final = "[" * 100_000 + "]" * 100_000
HUGE: Final = "1" + "0" * 400
ODD: Final = (DEEP, HUGE, "9" * 5000, "NaN", "-Infinity", "1e999", '{"on": tru')
CALL_EVENTS: Final[dict[str, dict[str, Any]]] = {
    "agreed": {"who": "Bo", "how": "chat", "layout": 1, "tile": 2, "participant": None},
    "confirm": {"person": 1, "layout": 1, "tile": 2, "participant": None},
    "confirm_all": {"layout": 1},
    "hide": {"tile": 99},
    "revoke": {"person": 99},
    "meanings": {"on": True},
    "said": {"person": 1, "said": "none", "t": 1.0},
}
"""Each with members as they may be."""
EVENTS: Final = (
    "start", "pause", "resume", "stop", "mark", "title", "limit", "frame", "look", "everybody", "me", "rest", "reclaim",
    "unreadable", *CALL_EVENTS,
)  # fmt: skip
TOGETHER: Final = 16
"""Packets that Engine.IO takes at once."""


class Polling:
    """A page that speaks Engine.IO by hand, over HTTP alone."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._client = Client(dashboard.app.wsgi_app)
        opened = self._get("/socket.io/?EIO=4&transport=polling")
        self._address = f"/socket.io/?EIO=4&transport=polling&sid={json.loads(opened[1:])['sid']}"
        self.send("40")
        while not any(packet.startswith("40") for packet in self._get(self._address).split("\x1e")):
            pass

    def _get(self, address: str) -> str:
        answer = self._client.get(address, base_url=HERE)
        assert answer.status_code == 200
        return answer.text

    def send(self, packet: str) -> int:
        return self._client.post(self._address, data=packet, base_url=HERE).status_code

    def ask(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Any]:
        """The answer to each event with its values, which are JSON."""
        packets = [f"42{number}[{','.join((json.dumps(name), *values))}]" for number, (name, values) in enumerate(asked)]
        for first in range(0, len(packets), TOGETHER):
            assert self.send("\x1e".join(packets[first : first + TOGETHER])) == 200
        answers = dict(islice(self.answers(), len(packets)))
        return [answers[number] for number in range(len(packets))]

    def answers(self) -> Iterator[Any]:
        """What handlers answered, number and value."""
        while True:
            for packet in self._get(self._address).split("\x1e"):
                if packet.startswith("43"):
                    number, _, told = packet[2:].partition("[")
                    yield int(number), json.loads(f"[{told}")[0]


def test_a_message_that_cannot_be_read_is_answered(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The page learns it as a sentence, its connection lives on, and the terminal shows nothing."""
    page = Polling(dashboard)
    for number, odd in enumerate(ODD):
        assert page.send(f'42{number}["start",{{"source":"fake","hz":{odd}}}]') == 200
    answers = dict(islice(page.answers(), len(ODD)))
    assert sorted(answers) == list(range(len(ODD)))
    assert all(answer["error"].startswith("The page's message cannot be read: ") for answer in answers.values())
    assert "nested more than 64 deep" in answers[0]["error"]
    assert not dashboard.live.controller.state.active
    assert "Traceback" not in caplog.text + capfd.readouterr().err


def test_what_is_no_packet_costs_nobody_anything(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever arrives, the next message is answered, without a traceback."""
    page = Polling(dashboard)
    for packet in ("4z", '42{"a":1}', "42[1]", '4{"a":1}', "4", "4{}", "4null", f"4{DEEP}", "44", "49"):
        page.send(packet)
    assert page.send('425["title",3]') == 200
    number, answer = next(page.answers())
    assert (number, answer["ok"]) == (5, False)
    assert "a title should be a text, found 3" in answer["error"]
    assert "Traceback" not in caplog.text + capfd.readouterr().err


def test_a_body_that_cannot_be_read_is_refused(dashboard: Dashboard) -> None:
    """400 with a sentence, and nothing changes."""
    page = dashboard.app.test_client()
    for address in ("/api/cues", "/api/cues/shown"):
        for odd in ODD:
            body = f'{{"on": true, "cues": [], "what": "angry", "seconds": {odd}}}'
            refused = page.post(address, data=body, content_type="application/json", base_url=HERE)
            assert refused.status_code == 400
            assert refused.json is not None
            assert refused.json["error"]
    assert not dashboard.live.alerts.settings.on


@pytest.fixture
def watching(dashboard: Dashboard, heard: Heard) -> Iterator[Polling]:
    """A page of a dashboard that watches, and goes on to."""
    page = Polling(dashboard)
    assert page.ask([("start", ['{"source": "fake", "hz": 5}'])]) == [{"ok": True}]
    heard.wait_for("watching")
    session = dashboard.live.controller.state.session
    yield page
    assert page.ask([("title", ['"still here"'])]) == [{"ok": True}]
    assert (dashboard.live.controller.state.kind, dashboard.live.controller.state.session) == ("watching", session)


def test_every_event_is_answered_whatever_comes_with_it(
    watching: Polling, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Too many values, or one that no event takes: a sentence each, the connection stays and the watch goes on."""
    wrong = [(event, [value] * 9) for event in EVENTS for value in ("null", '"a"')]
    # What a text or a number may well be is refused by no event that takes one.
    wrong += [(event, [value]) for event in EVENTS for value in AS_JSON if value[0] not in '"-0123456789' and value != "null"]
    for (event, values), answer in zip(wrong, watching.ask(wrong), strict=True):
        assert not answer["ok"], (event, values)
        assert answer["error"].endswith("."), answer
        assert len(answer["error"]) < 200
    assert "Traceback" not in caplog.text + capfd.readouterr().err


def test_a_call_takes_no_hostile_field(
    dashboard: Dashboard, heard: Heard, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """45 values in each field of each event of a call: an answer each, at work no meanings, and the call goes on."""
    page = Polling(dashboard)
    assert page.ask([("start", ['{"source": "fake:call", "hz": 5, "faces": "all", "mode": "work"}'])]) == [{"ok": True}]
    heard.wait(lambda: any(call and len(call["tiles"]) == 5 for call in heard.all("call")))
    asked = [
        (event, [f"{{{', '.join(f'{json.dumps(name)}: {each}' for name, each in (fine | {field: odd}).items())}}}"])
        for event, members in CALL_EVENTS.items()
        for fine in [{name: json.dumps(each) for name, each in members.items()}]
        for field in members
        for odd in AS_JSON
    ]
    # A page that sends without reading is ended.
    for first in range(0, len(asked), TOGETHER):
        some = asked[first : first + TOGETHER]
        for (event, values), answer in zip(some, page.ask(some), strict=True):
            assert answer["ok"] or answer["error"].endswith("."), (event, values)
            assert OUR_MISTAKE not in str(answer), (event, values)
    assert heard.all("call")[-1]["meanings_on"] is False
    assert dashboard.live.controller.state.kind == "watching"
    assert "Traceback" not in caplog.text + capfd.readouterr().err


def test_events_without_values_are_answered(watching: Polling, heard: Heard) -> None:
    """Those that need none are obeyed, all others refused with a sentence."""
    answers = dict(zip(EVENTS, watching.ask([(event, []) for event in EVENTS if event not in ("stop", "pause")]), strict=False))
    assert all(isinstance(answer["ok"], bool) for answer in answers.values())
    assert watching.ask([("pause", [])]) == [{"ok": True}]
    assert watching.ask([("resume", [])]) == [{"ok": True}]
    heard.wait_for("watching")


@pytest.mark.parametrize("event", ["connect", "disconnect", "connect_error", "nosuch", "", "__init__", "\0", "a" * 5000])
def test_an_event_that_there_is_not_is_answered(watching: Polling, event: str) -> None:
    """A page that asks for what Mien has not, or plays the server, gets a sentence."""
    for answer in watching.ask([(event, []), (event, ["1", "2", "3"])]):
        assert not answer["ok"]
        assert answer["error"].endswith("Reload the page.")
        assert len(answer["error"]) < 200


@pytest.mark.parametrize(
    "packets",
    [
        '450-["title","a"]', '459999999999-["title","a"]', '451-["frame",{"_placeholder":true,"num":7}]\x1ebAAAA',
        '451-["frame",{"_placeholder":true,"num":"a"}]\x1ebAAAA', '451-["frame",1]\x1ebAAAA',
        '451-["frame",null]\x1e42["look"]',
    ],
)  # fmt: skip
def test_bytes_that_do_not_come_leave_the_connection_alone(watching: Polling, packets: str) -> None:
    """An event that promises bytes it does not bring, or too many, is answered, and so is whatever comes next."""
    numbered = re.sub(r"\[", "5[", packets, count=1)
    assert watching.send(numbered) == 200
    assert not dict([next(watching.answers())])[5]["ok"]


@pytest.mark.parametrize("field", ["source", "hz", "faces", "prior", "hand_on", "overlay", "release"])
def test_a_start_takes_no_hostile_field(dashboard: Dashboard, heard: Heard, field: str) -> None:
    """45 values in each field of a start: an answer each, and afterwards a session starts as ever."""
    page, fine = Polling(dashboard), {"source": '"fake"', "hz": "5", "faces": '"own"'}
    starts = [", ".join(f'"{name}": {each}' for name, each in (fine | {field: value}).items()) for value in AS_JSON]
    for value, answer in zip(AS_JSON, page.ask([("start", [f"{{{start}}}"]) for start in starts]), strict=True):
        assert answer["ok"] or answer["error"].endswith("."), value
        assert OUR_MISTAKE not in str(answer), value
    assert page.ask([("start", ['{"source": "fake"}'])]) == [{"ok": True}]
    heard.wait_for("watching")


def test_a_source_that_is_none_ends_in_a_sentence(dashboard: Dashboard, heard: Heard) -> None:
    """Whatever text is given for a source: the session fails or waits for it, and tells why."""
    page = Polling(dashboard)
    for value in AS_JSON:
        heard.events.clear()
        if page.ask([("start", [f'{{"source": {value}}}'])])[0]["ok"]:
            heard.wait(lambda: any(state["kind"] in ("failed", "lost") for state in heard.all("state")))
            assert heard.all("state")[-1]["message"] != OUR_MISTAKE, value
