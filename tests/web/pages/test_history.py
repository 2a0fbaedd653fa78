"""History with more in it than one page holds."""

import re
from datetime import timedelta

from sqlalchemy.orm import Session as Store

from tracker.core.frame import now
from tracker.store import schema
from web.app import Dashboard
from web.pages.calendar import ENTRIES_PER_PAGE
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


def test_a_place_that_is_none_is_refused(dashboard: Dashboard) -> None:
    """With a sentence."""
    refused = dashboard.app.test_client().get("/history?skip=-1", base_url=OURS)
    assert (refused.status_code, "skip is the number of entries" in refused.text) == (400, True)
