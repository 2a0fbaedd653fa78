"""The page of a stored session says what stood out in it, in the words and numbers of its report."""

import re
from datetime import timedelta
from html import unescape
from typing import Final

import pytest

from tests.tracker.exports.made import write_session
from tests.web.conftest import ADDRESS
from tracker.exports.from_database import read_session_data
from tracker.reports.earlier_sessions import read_earlier_sessions
from tracker.reports.html_report import render_report
from tracker.store.recorder import Recorder
from tracker.store.testing import BEGAN, beginning
from web.app import Dashboard
from web.storage import Storage

HERE: Final = {"base_url": ADDRESS.url}


def items(page: str) -> list[str]:
    """The text of its list items."""
    found = re.findall(r"<li>(.*?)</li>", page, re.DOTALL)
    return [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", each))).strip() for each in found]


def test_the_page_says_what_the_report_says(dashboard: Dashboard, storage: Storage) -> None:
    """Moments of change, shares beside the usual ones, and movements stand on both, word for word."""
    for day in range(4):
        write_session(storage.require(), f"{day}-day-of-it", BEGAN + timedelta(days=day), 0.2 + day / 5)
    page = dashboard.app.test_client().get("/history/3-day-of-it", **HERE).text
    section = page[page.index("What stood out") :].split("</section>")[0]
    with storage.reading() as store:
        told = items(render_report(read_session_data(store, "3-day-of-it"), read_earlier_sessions(store, "3-day-of-it")))

    assert len(items(section)) >= 10
    assert set(items(section)) <= set(told)
    assert "middle half of the shares in your last" in section


def test_too_few_sessions_are_said(dashboard: Dashboard, storage: Storage) -> None:
    """With one session before, nothing is called usual."""
    for day in range(2):
        write_session(storage.require(), f"{day}-day-of-it", BEGAN + timedelta(days=day), 0.5)
    page = dashboard.app.test_client().get("/history/1-day-of-it", **HERE).text

    assert "Not enough sessions yet to say what is usual" in page
    assert "usually" not in page


def test_an_empty_session_has_nothing_that_stood_out(dashboard: Dashboard, storage: Storage) -> None:
    """A page without an observation is shown, and is silent about it."""
    with Recorder(storage.require(), beginning("empty-session")) as recorder:
        recorder.entitle("Nobody came")
        recorder.end(BEGAN)
    answer = dashboard.app.test_client().get("/history/empty-session", **HERE)

    assert answer.status_code == 200
    assert "What stood out" not in answer.text


def test_a_page_does_not_wait_for_a_day(dashboard: Dashboard, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of more observations than a page waits for says where to read what stood out."""
    monkeypatch.setattr("web.pages.history.MAX_OBSERVATIONS_AT_ONCE", 500)
    write_session(storage.require(), "long-session", BEGAN, 0.5)
    page = dashboard.app.test_client().get("/history/long-session", **HERE).text

    assert "Its report says" in page
    assert "Moments of change" not in page
