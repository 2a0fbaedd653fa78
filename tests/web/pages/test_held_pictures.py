"""Pictures that pages show are held in memory: within bounds, until a deadline, and no longer than the person wants."""

import io
from threading import Event
from typing import Any, Final

import numpy as np
import pytest

from tests.web.pages.test_pictures import ADDRESS, encoded
from tracker.core.errors import UnknownError
from web.app import Dashboard
from web.pages import held_pictures
from web.pages.held_pictures import HeldPictures, PictureAnswer

PICTURE: Final = encoded(np.full((99, 99, 3), 90, np.uint8))


def answer(shown: str = "") -> PictureAnswer:
    return PictureAnswer(
        path="a.png", width=9, height=9, model="", faces=[], prior="default", trouble=None, kept=None, held="", shown=shown
    )


def test_the_oldest_are_forgotten_when_there_are_too_many_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither number nor bytes grow beyond their bounds; another prior's answer takes the place of the one before."""
    monkeypatch.setattr(held_pictures, "MAX_HELD_PICTURES", 3)
    monkeypatch.setattr(held_pictures, "MAX_HELD_BYTES", 100)
    held = HeldPictures()
    tokens = [held.hold(b"small", answer()) for _ in range(4)]
    with pytest.raises(UnknownError, match="Choose the picture again"):
        held[tokens[0]]
    again = held.hold(b"small", answer(), instead_of=tokens[1])
    with pytest.raises(UnknownError):
        held[tokens[1]]
    assert held[tokens[2]].data == b"small"
    held.hold(bytes(95), answer())
    assert held[again].answer["held"] == again
    with pytest.raises(UnknownError):
        held[tokens[3]]
    held.forget_all()
    first, shown_large = held.hold(b"small", answer()), held.hold(b"small", answer(shown="a" * 95))
    with pytest.raises(UnknownError):
        held[first]
    assert held[shown_large].data == b"small"
    held.forget_all()


def test_after_its_time_a_picture_is_gone_although_nobody_asks() -> None:
    """A timer drops it; looking at it does not put that off."""
    gone = Event()

    class Watched(bytes):
        def __del__(self) -> None:
            gone.set()

    held = HeldPictures(seconds=0.05)
    held.hold(Watched(b"pixels"), answer())
    assert gone.wait(30)


def test_a_reload_gets_the_picture_and_what_was_said_of_it(dashboard: Dashboard) -> None:
    """The same answer and file, also under another prior, until the person removes it or erases what was stored of it."""
    client = dashboard.app.test_client()

    def ask(method: str, address: str, **form: Any) -> Any:
        return client.open(address, method=method, base_url=ADDRESS.url, data=form)

    ask("POST", "/api/retention", retention="forever")
    told = ask("POST", "/api/picture", picture=(io.BytesIO(PICTURE), "a.png")).json
    at = f"/api/held/{told['held']}"
    assert ask("GET", at).json == told
    assert ask("GET", f"/picture/held/{told['held']}").data == PICTURE
    number = ask("POST", "/api/verdicts", face=told["faces"][0]["token"], said="sad").json["id"]
    assert ask("GET", at).json["faces"][0]["saved"] == {"id": number, "said": "sad"}
    judged_again = {"prior": "natural", "again": told["kept"], "held": told["held"]}
    told = ask("POST", "/api/picture", picture=(io.BytesIO(PICTURE), "a.png"), **judged_again).json
    assert told["faces"][0]["saved"] == {"id": number, "said": "sad"}
    assert ask("GET", at).status_code == 404
    at = f"/api/held/{told['held']}"
    ask("DELETE", f"/api/verdicts/{number}")
    told["faces"][0]["saved"] = None
    assert ask("GET", at).json == told
    assert ask("DELETE", f"/api/pictures/{told['kept']}").status_code == 200
    assert ask("GET", at).status_code == 404
    told = ask("POST", "/api/picture", picture=(io.BytesIO(PICTURE), "a.png")).json
    ask("DELETE", f"/api/held/{told['held']}")
    assert "no longer has this face" in ask("POST", "/api/verdicts", face=told["faces"][0]["token"], said="sad").json["error"]
    assert ask("GET", f"/picture/held/{told['held']}").status_code == 404
