"""Computes trends: how long was watched, and the share of each expression, for each week and each session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tracker.core.records import JsonObject, timestamp
from tracker.core.text import counted, minutes, share
from tracker.reports.personal_range import COMPARED_WORDS

MINUTE_SECONDS: Final = 60
HOUR_MINUTES: Final = 60
WEEK_DAYS: Final = 7
DEFAULT_WEEKS: Final = 12
"""A quarter of a year, like the calendar of History."""
MIN_WEEK_MINUTES: Final = 30
"""With less, a week shows one or two conversations, and no habit."""
MIN_TREND_WEEKS: Final = 3
"""There is a trend only if so many weeks have MIN_WEEK_MINUTES."""


@dataclass(frozen=True, slots=True)
class WatchedSession:
    """A session that is part of a trend.

    Attributes:
        id: Its uuid.
        title: As the person wrote it, or empty.
        began: Aware of its time zone.
        seconds: How long was watched, without pauses and gaps; more than 0.
        counts: Word -> readings; at least one reading.
    """

    id: str
    title: str
    began: datetime
    seconds: float
    counts: dict[str, int]

    def share(self, word: str) -> float:
        """The share of a word in all readings, 0 to 1."""
        return self.counts.get(word, 0) / sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Week:
    """The seven days that begin on the Monday ``begin``, with their sessions, oldest first."""

    begin: date
    sessions: tuple[WatchedSession, ...]

    @property
    def seconds(self) -> float:
        """How long was watched, without pauses."""
        return sum(each.seconds for each in self.sessions)

    @property
    def minutes(self) -> float:
        """The same in minutes."""
        return self.seconds / MINUTE_SECONDS

    @property
    def enough(self) -> bool:
        """Whether at least MIN_WEEK_MINUTES were watched."""
        return self.minutes >= MIN_WEEK_MINUTES

    def share(self, word: str) -> float | None:
        """The mean of its sessions' shares of a word, weighted by their length, 0 to 1; None without a session."""
        return sum(each.share(word) * each.seconds for each in self.sessions) / self.seconds if self.seconds else None


@dataclass(frozen=True, slots=True)
class Trends:
    """The last weeks, oldest first; weeks without a session are among them."""

    weeks: tuple[Week, ...]

    @property
    def sessions(self) -> tuple[WatchedSession, ...]:
        """The sessions of all weeks, oldest first."""
        return tuple(each for week in self.weeks for each in week.sessions)

    @property
    def missing(self) -> int:
        """How many more weeks with enough minutes are needed before there is a trend; 0 if there is one."""
        return max(MIN_TREND_WEEKS - sum(week.enough for week in self.weeks), 0)

    @property
    def sentence(self) -> str:
        """The first sentence that a person reads: how many sessions, how long, and whether that is enough for a trend."""
        count, hours = len(self.sessions), sum(week.minutes for week in self.weeks) / HOUR_MINUTES
        if not count:
            return f"No session of your own face lies in the last {len(self.weeks)} weeks."
        watched = f"{hours:.1f} hours" if hours >= 1 else f"{minutes(hours * HOUR_MINUTES * MINUTE_SECONDS)} minutes"
        first = f"{counted(count, 'session')} in the last {len(self.weeks)} weeks, {watched} together."
        if not self.missing:
            return first
        needed = f"{MIN_TREND_WEEKS} weeks of at least {MIN_WEEK_MINUTES} minutes each; still missing: {self.missing}"
        return f"{first} Too early for a trend: it takes {needed}."

    def as_dict(self) -> JsonObject:
        """As JSON: shares from 0 to 1 with four decimals, null for a week in which nothing was watched."""
        weeks: list[JsonObject] = [
            {
                "begin": week.begin.isoformat(),
                "minutes": round(week.minutes, 1),
                "sessions": len(week.sessions),
                "enough": week.enough,
                "shares": {word: round(week.share(word) or 0.0, 4) for word in COMPARED_WORDS} if week.sessions else None,
            }
            for week in self.weeks
        ]
        sessions: list[JsonObject] = [
            {
                "id": each.id,
                "title": each.title,
                "started_at": timestamp(each.began.astimezone(UTC)),
                "seconds": round(each.seconds, 3),
                "shares": {word: round(each.share(word), 4) for word in COMPARED_WORDS},
            }
            for each in self.sessions
        ]
        return {
            "sentence": self.sentence,
            "enough": not self.missing,
            "weeks_missing": self.missing,
            "weeks": weeks,
            "sessions": sessions,
        }


def trends_by_week(sessions: Iterable[WatchedSession], now: datetime, weeks: int = DEFAULT_WEEKS) -> Trends:
    """Group sessions by week.

    Args:
        sessions: Oldest first; those outside of the weeks are left out.
        now: The present time, in the time zone in which weeks begin.
        weeks: How many, the current one included.
    """
    first = first_monday(now, weeks).date()
    by_week: list[list[WatchedSession]] = [[] for _ in range(weeks)]
    for each in sessions:
        index = (each.began.astimezone(now.tzinfo).date() - first).days // WEEK_DAYS
        if 0 <= index < weeks:
            by_week[index].append(each)
    return Trends(tuple(Week(first + timedelta(weeks=index), tuple(found)) for index, found in enumerate(by_week)))


def first_monday(now: datetime, weeks: int = DEFAULT_WEEKS) -> datetime:
    """The midnight at which the first of the last weeks began, in the time zone of ``now``; arguments as in trends_by_week."""
    monday = now - timedelta(days=now.weekday(), weeks=weeks - 1)
    return monday.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def format_trends(trends: Trends) -> Sequence[str]:
    """The trends as text: the first sentence, then a line for each week with a session."""
    lines = [trends.sentence]
    for week in trends.weeks:
        if not week.sessions:
            continue
        ranked = sorted(((week.share(word) or 0.0, word) for word in COMPARED_WORDS), reverse=True)
        shares = ", ".join(f"{word} {share(value)}" for value, word in ranked if value)
        remark = "" if week.enough else "  (less than half an hour)"
        sessions = counted(len(week.sessions), "session")
        lines.append(f"{week.begin:%Y-%m-%d}  {minutes(week.seconds):>6} min  {sessions:>12}  {shares}{remark}")
    return lines
