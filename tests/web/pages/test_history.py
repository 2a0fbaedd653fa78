"""History with more in it than one page holds."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy.orm import Session as Store

from tests.tracker.exports.made import write_session
from tests.web.conftest import ADDRESS, LOOKS, dependencies_with
from tracker.core.frame import now
from tracker.core.geometry import Box
from tracker.core.text import THIN
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.store import schema, uploads
from tracker.store.find_session import find_session
from tracker.store.uploads import StoredPrediction
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer
from web.app import Dashboard, create_app
from web.pages.calendar import ENTRIES_PER_PAGE
from web.pages.history import face_in_words
from web.storage import Storage

OURS = "http://127.0.0.1:8765"
MANY = 2 * ENTRIES_PER_PAGE + 1


def many(store: Store) -> None:
    """Eight sessions a day, of half an hour each."""
    for number in range(MANY):
        began = now() - timedelta(hours=3 * number + 1)
        session = schema.Session(
            uuid=f"session-{number:04}",
            source="0",
            hz=2,
            faces="own",
            prior="live",
            smoothing=1,
            started_at=began,
            ended_at=began,
        )
        store.add(session)
        store.flush()
        store.add(schema.Observation(session_id=session.id, t=1800.0, at=began, frame=0))


def test_older_sessions_are_a_page_away(dashboard: Dashboard, storage: Storage) -> None:
    """Each session is on one page, the pages lead to each other, and the calendar's squares lead to the page of their day."""
    storage.write(many)
    client = dashboard.app.test_client()
    addresses, listed, skip = ["/history"], list[str](), 0
    for address in addresses:
        page = client.get(address, base_url=OURS).text
        listed += re.findall(r'data-session="([\w-]+)"', page)
        skip += ENTRIES_PER_PAGE
        addresses += re.findall(rf'href="(/history\?skip={skip})">Older', page)
    assert addresses == ["/history", f"/history?skip={ENTRIES_PER_PAGE}", f"/history?skip={2 * ENTRIES_PER_PAGE}"]
    assert listed == [f"session-{number:04}" for number in range(MANY)]
    assert 'href="/history">Newer' in client.get(addresses[1], base_url=OURS).text

    first = client.get("/history", base_url=OURS).text
    squares = re.findall(r'href="([^"]*)#(day-[\d-]+)"', first)
    assert len(squares) > MANY / 8 - 1
    for where, day in (squares[0], squares[-1]):
        assert f'id="{day}"' in client.get(where.replace("&amp;", "&") or "/history", base_url=OURS).text


def test_what_is_not_there_is_told(dashboard: Dashboard) -> None:
    """An address of a session, picture or file that there is not: 404 and a sentence, on a page as for a program."""
    client = dashboard.app.test_client()
    for address in (
        "/history/nobody-session",
        "/api/sessions/nobody-session/timeline",
        "/api/pictures/nobody-session",
        "/api/sessions/nobody-session/moment?from=0&to=1",
    ):
        ask = client.delete if "pictures" in address or "moment" in address else client.get
        answer = ask(address, base_url=OURS, headers={"Origin": OURS})
        assert answer.status_code == 404, address
        assert "nobody" in answer.text


@pytest.mark.parametrize(
    ("scores", "reason", "words"),
    [
        ({"neutral": 0.5, "sad": 0.4}, None, "unclear (between two expressions: neutral, 50 %, and sad, 40 %)"),
        ({"neutral": 0.56, "sad": 0.2}, None, "unclear (not sure enough; closest: neutral, 56 %)"),
        ({"neutral": 0.5, "sad": 0.4}, "too dark", "unclear (too dark; closest: neutral, 50 %)"),
    ],
)
def test_a_stored_face_says_why_it_is_unclear(scores: dict[str, float], reason: str | None, words: str) -> None:
    """By its scores: two are close, or none is likely enough; and what made it unreadable, where something did."""
    values = dict.fromkeys(EXPRESSIONS, 0.0) | scores
    face = StoredPrediction(
        id=1, box=(0, 0, 9, 9), expression=UNCLEAR, confidence=max(scores.values()), scores=values, heads={}, reason=reason,
        found="whole", light=90.0, model="m", person=None, fit=None, prior="default", threshold=0.75, verdict=None,
    )  # fmt: skip
    assert face_in_words(face).replace(THIN, " ") == words


def test_a_place_that_is_none_is_refused(dashboard: Dashboard) -> None:
    """With a sentence."""
    refused = dashboard.app.test_client().get("/history?skip=-1", base_url=OURS)
    assert (refused.status_code, "skip is the number of entries" in refused.text) == (400, True)


def test_the_demos_sessions_are_apart_from_ones_own(dashboard: Dashboard, storage: Storage) -> None:
    """As long as there are no others they are shown; then on a list of their own, and the calendar does not count them."""
    client = dashboard.app.test_client()

    def listed(address: str) -> list[str]:
        return re.findall(r'data-session="([\w-]+)"', client.get(address, base_url=OURS).text)

    write_session(storage.require(), "drawn-session", now() - timedelta(hours=1), 0.4, source="fake")
    assert listed("/history") == ["drawn-session"]
    write_session(storage.require(), "my-session", now() - timedelta(days=1), 0.4)
    assert (listed("/history"), listed("/history?demo=yes")) == (["my-session"], ["drawn-session"])
    page = client.get("/history", base_url=OURS).text
    assert len(re.findall(r'data-strength="[123]"', page)) == 1
    assert listed("/history?q=stand-UP&sort=longest") == ["my-session"]
    assert "<li><time>" in client.get("/history?q=%22%3Ci%3E", base_url=OURS).text
    assert listed("/history?q=nothing+of+the+kind") == []
    assert client.get("/history?sort=mood", base_url=OURS).status_code == 400


def test_two_sessions_are_compared(dashboard: Dashboard, storage: Storage) -> None:
    """The earlier one first, whatever the order in the address: shares, their difference, and what else differs."""
    write_session(storage.require(), "before-session", now() - timedelta(days=2), 0.2)
    write_session(storage.require(), "after-session", now() - timedelta(days=1), 0.9, smoothing=3.0)
    page = dashboard.app.test_client().get("/history/compare?session=after-session&session=before-session", base_url=OURS).text
    rows = [
        re.sub(r"<[^>]*>", " ", row).replace("\N{NARROW NO-BREAK SPACE}", "").split()
        for row in re.findall(r"<tr>.*?</tr>", page)
    ]
    assert ["happy", "7%", "29%", "+22"] in rows
    assert page.index("before-session") < page.index("after-session")
    assert "differ in smoothing, so" in page
    alone = dashboard.app.test_client().get("/history/compare?session=after-session", base_url=OURS)
    assert (alone.status_code, "Select two" in alone.text) == (400, True)


def test_a_week_is_one_picture(dashboard: Dashboard, storage: Storage) -> None:
    """Its live sessions, oldest first, on the scale of the longest; no demo, no recording, and no session of another week."""
    monday = datetime(2026, 11, 16, 9, tzinfo=UTC)
    for days, name, facts in (
        (-1, "sunday-before", {}), (1, "second-session", {}), (0, "first-session", {}),
        (2, "drawn-session", {"source": "fake"}), (3, "film-session", {"source": "recording:a.mp4"}), (8, "week-after", {}),
    ):  # fmt: skip
        write_session(storage.require(), name, monday + timedelta(days=days), 0.4, **facts)
    client = dashboard.app.test_client()
    client.set_cookie("mien-zone", "UTC", domain="127.0.0.1")
    page = client.get("/history/week?of=2026-11-19", base_url=OURS).text

    assert re.findall(r'data-session="([\w-]+)"', page) == ["first-session", "second-session"]
    assert "16 to 22 November 2026" in page
    assert "2 sessions, 10 minutes watched." in page
    assert re.findall(r"<text [^>]*>([\d:]+)</text>", page) == ["0:00", "1:00", "2:00", "3:00", "4:00", "5:00"]
    assert set(re.findall(r"\?of=([\d-]+)", page)) == {"2026-11-09", "2026-11-23"}
    assert "No session in this week." in client.get("/history/week?of=2026-01-01", base_url=OURS).text
    assert [client.get(f"/history/week?of={day}", base_url=OURS).status_code for day in ("0001-01-01", "soon")] == [400, 400]


def test_an_interrupted_session_is_kept_or_discarded(dashboard: Dashboard, storage: Storage) -> None:
    """Its entry and its page say so and offer both; once it is kept, nothing deletes it by itself, and nothing asks again."""
    write_session(storage.require(), "broken-session", now() - timedelta(days=1), 0.4, retention="30d")

    def interrupt(store: Store) -> None:
        find_session(store, "broken-session").interrupted = True

    storage.write(interrupt)
    client = dashboard.app.test_client()
    pages = "/history", "/history/broken-session"
    for address in pages:
        page = client.get(address, base_url=OURS).text
        assert page.count("Interrupted: Mien was closed") == 1
        assert 'data-keep="/api/sessions/broken-session/keep"' in page
        assert ">Discard<" in page
    answer = client.post("/api/sessions/broken-session/keep", base_url=OURS, headers={"Origin": OURS})
    assert answer.json == {"until": "It is kept until you erase it."}
    with storage.reading() as store:
        assert (find_session(store, "broken-session").keep_for, find_session(store, "broken-session").keep_until) == (
            None,
            None,
        )
    assert not any("data-keep" in client.get(address, base_url=OURS).text for address in pages)


def test_faces_are_listed_as_the_page_picture_lists_them(storage: Storage) -> None:
    """In reading order on both, not by size; and a verdict is on the face that it was given for."""

    @contextmanager
    def two(_: str) -> Iterator[Analyzer]:
        yield Analyzer(FakeDetector([[Box(10, 10, 40, 40), Box(120, 10, 70, 70)]]), FakeClassifier(LOOKS))

    storage.set_retention("forever")
    dashboard = create_app(dependencies_with(storage, two), ADDRESS)
    client = dashboard.app.test_client()
    png = BytesIO()
    Image.new("L", (256, 128), 99).save(png, "PNG")
    told = client.post("/api/picture", data={"picture": (BytesIO(png.getvalue()), "a.png")}, base_url=ADDRESS.url).json or {}
    assert [face["box"][0] for face in told["faces"]] == [10, 120]
    client.post("/api/verdicts", data={"face": told["faces"][0]["token"], "said": "sad"}, base_url=ADDRESS.url)
    page = client.get("/history/pictures", base_url=ADDRESS.url).text
    _, first, second = page.partition('class="history-faces"')[2].split("<li>")
    assert ("you said" in first, "you said" in second) == (True, False)
    with storage.reading() as store:
        (left,) = [face for face in uploads.list_pictures(store)[0].faces if face.verdict]
    assert left.box[0] == 10
    dashboard.close()
