"""Weeks of sessions: for how long was watched, and the share of each expression, week by week and session by session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tracker.core.records import timestamp
from tracker.core.text import counted, minutes, share
from tracker.reports.personal_range import COMPARED_WORDS

MINUTE, DAYS = 60, 7
DEFAULT_WEEKS: Final = 12
"""A quarter of a year, as the calendar of History."""
MIN_WEEK_MINUTES: Final = 30
"""A week with less rests on one or two conversations."""
MIN_TREND_WEEKS: Final = 3
"""Two weeks make a line, and no trend."""


@dataclass(frozen=True, slots=True)
class WatchedSession:
    """A session: began knows its time zone, seconds are without pauses, counts are readings of each word, at least one."""

    id: str
    title: str
    began: datetime
    seconds: float
    counts: dict[str, int]

    def share(self, word: str) -> float:
        """Of all its readings."""
        return self.counts.get(word, 0) / sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday on."""

    begin: date
    sessions: tuple[WatchedSession, ...]

    @property
    def seconds(self) -> float:
        """Watched, without pauses."""
        return sum(each.seconds for each in self.sessions)

    @property
    def minutes(self) -> float:
        """The same."""
        return self.seconds / MINUTE

    @property
    def enough(self) -> bool:
        """Whether its shares rest on more than a conversation or two."""
        return self.minutes >= MIN_WEEK_MINUTES

    def share(self, word: str) -> float | None:
        """The mean of its sessions' shares, the longer ones counting for more; None where nothing was watched."""
        return sum(each.share(word) * each.seconds for each in self.sessions) / self.seconds if self.seconds else None


@dataclass(frozen=True, slots=True)
class Trends:
    """The last weeks, oldest first, those without a session among them."""

    weeks: tuple[Week, ...]

    @property
    def sessions(self) -> tuple[WatchedSession, ...]:
        """All, oldest first."""
        return tuple(each for week in self.weeks for each in week.sessions)

    @property
    def missing(self) -> int:
        """How many weeks it still takes."""
        return max(MIN_TREND_WEEKS - sum(week.enough for week in self.weeks), 0)

    @property
    def sentence(self) -> str:
        """What a person reads first."""
        many, hours = len(self.sessions), sum(week.minutes for week in self.weeks) / MINUTE
        if not many:
            return f"No session of your own face lies in the last {len(self.weeks)} weeks."
        watched = f"{hours:.1f} hours" if hours >= 1 else f"{minutes(hours * MINUTE * MINUTE)} minutes"
        first = f"{counted(many, 'session')} in the last {len(self.weeks)} weeks, {watched} together."
        if not self.missing:
            return first
        needed = f"{MIN_TREND_WEEKS} weeks of {MIN_WEEK_MINUTES} minutes, {self.missing} more"
        return f"{first} Too early for a trend: it takes {needed}."

    def as_dict(self) -> dict[str, Any]:
        """As JSON: shares from 0 to 1 with four decimals, null for a week in which nothing was watched."""
        enough = {"enough": not self.missing, "weeks_missing": self.missing}
        weeks = [
            {
                "begin": week.begin.isoformat(),
                "minutes": round(week.minutes, 1),
                "sessions": len(week.sessions),
                "enough": week.enough,
                "shares": {word: round(week.share(word) or 0.0, 4) for word in COMPARED_WORDS} if week.sessions else None,
            }
            for week in self.weeks
        ]
        sessions = [
            {
                "id": each.id,
                "title": each.title,
                "started_at": timestamp(each.began.astimezone(UTC)),
                "seconds": round(each.seconds, 3),
                "shares": {word: round(each.share(word), 4) for word in COMPARED_WORDS},
            }
            for each in self.sessions
        ]
        return {"sentence": self.sentence} | enough | {"weeks": weeks, "sessions": sessions}


def trends_by_week(sessions: Iterable[WatchedSession], now: datetime, weeks: int = DEFAULT_WEEKS) -> Trends:
    """Sort sessions, oldest first, into the weeks up to now's; ``now`` knows the time zone in which weeks begin."""
    first = first_monday(now, weeks).date()
    sorted_in: list[list[WatchedSession]] = [[] for _ in range(weeks)]
    for each in sessions:
        place = (each.began.astimezone(now.tzinfo).date() - first).days // DAYS
        if 0 <= place < weeks:
            sorted_in[place].append(each)
    return Trends(tuple(Week(first + timedelta(weeks=place), tuple(found)) for place, found in enumerate(sorted_in)))


def first_monday(now: datetime, weeks: int = DEFAULT_WEEKS) -> datetime:
    """The Monday on which the first of the last weeks began."""
    monday = now - timedelta(days=now.weekday(), weeks=weeks - 1)
    return monday.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def format_trends(found: Trends) -> Sequence[str]:
    """A line for each week in which something was watched."""
    lines = [found.sentence]
    for week in found.weeks:
        if not week.sessions:
            continue
        ranked = sorted(((week.share(word) or 0.0, word) for word in COMPARED_WORDS), reverse=True)
        told = ", ".join(f"{word} {share(part)}" for part, word in ranked if part)
        few = "" if week.enough else "  (less than half an hour)"
        many = counted(len(week.sessions), "session")
        lines.append(f"{week.begin:%Y-%m-%d}  {minutes(week.seconds):>6} min  {many:>12}  {told}{few}")
    return lines
