"""What pages send: numbers beyond all bounds, nesting without end and no JSON at all are answered, and never a traceback."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import pytest
from werkzeug.test import Client

from web.app import Dashboard

HERE: Final = "http://127.0.0.1:8765"
DEEP: Final = "[" * 100_000 + "]" * 100_000
HUGE: Final = "1" + "0" * 400
ODD: Final = (DEEP, HUGE, "9" * 5000, "NaN", "-Infinity", "1e999", '{"on": tru')


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
    assert not dashboard.live.watch.state.active
    assert "Traceback" not in caplog.text + capfd.readouterr().err


def test_what_is_no_packet_costs_nobody_anything(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever arrives, the next message is answered, without a traceback."""
    page = Polling(dashboard)
    for packet in ("4z", '42{"a":1}', "42[1]", '4{"a":1}', "4", "4{}", "4null", f"4{DEEP}", "44", "49"):
        page.send(packet)
    assert page.send('425["title",3]') == 200
    assert next(page.answers()) == (5, {"ok": False, "error": "A title is a text."})
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
    assert not dashboard.live.cues.wishes.on
