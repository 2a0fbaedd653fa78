"""Weeks of sessions: sorted by local Mondays, weighed by their length, and silent about trends while it is too early."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tracker.reports.trends import Trends, WatchedSession, first_monday, format_trends, trends_by_week

SUNDAY = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
HERE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=HERE)


def session(began: datetime, minutes: float, **counts: int) -> WatchedSession:
    return WatchedSession(f"{began}", "", began, minutes * 60, counts)


def test_a_week_begins_on_monday_where_the_person_is() -> None:
    """Half past eleven on Sunday in London is Monday in Berlin, and belongs to the next week there."""
    found = trends_by_week([session(SUNDAY, 40, happy=1)], NOW, 2)

    assert [len(week.sessions) for week in found.weeks] == [0, 1]
    assert [len(week.sessions) for week in trends_by_week([session(SUNDAY, 40, happy=1)], NOW.astimezone(UTC), 2).weeks] == [
        1,
        0,
    ]
    assert first_monday(NOW, 2) == datetime(2026, 11, 16, tzinfo=HERE)


def test_a_longer_session_counts_for_more() -> None:
    """Thirty minutes all happy and ten never: three quarters, however often each was read."""
    (week,) = trends_by_week([session(NOW, 30, happy=3), session(NOW, 10, neutral=900)], NOW, 1).weeks

    assert week.share("happy") == pytest.approx(0.75)
    assert week.minutes == 40


def weeks(*minutes: float) -> Trends:
    found = [session(NOW - timedelta(weeks=ago), long, happy=1) for ago, long in enumerate(minutes) if long]
    return trends_by_week(sorted(found, key=lambda each: each.began), NOW, 4)


@pytest.mark.parametrize(("minutes", "missing"), [((40, 40), 1), ((40, 20, 40), 1), ((40, 0, 40, 30), 0)])
def test_too_early_is_said(minutes: tuple[float, ...], missing: int) -> None:
    """It takes three weeks of half an hour; a week with less, or without any, does not count."""
    found = weeks(*minutes)

    assert found.missing == missing
    assert ("Too early" in found.sentence) == bool(missing)
    assert found.as_dict()["enough"] is not bool(missing)


def test_a_week_without_a_session_is_a_gap() -> None:
    """It has no shares, which is not the same as shares of nothing."""
    told: dict[str, Any] = weeks(40, 0, 40).as_dict()

    assert [week["shares"] and week["shares"]["happy"] for week in told["weeks"]] == [None, 1.0, None, 1.0]
    assert [week["minutes"] for week in told["weeks"]] == [0, 40, 0, 40]
    assert len(format_trends(weeks(40, 0, 40))) == 3
