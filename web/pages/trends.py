"""The page Trends of History: weeks of sessions as small charts, drawn here as SVG, with the same as a table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, render_template

from tracker.config.settings import Settings
from tracker.core import text
from tracker.core.frame import now
from tracker.reports.personal_range import COMPARED_WORDS
from web.pages.time_zone import zone
from web.storage import Storage

if TYPE_CHECKING:
    from tracker.reports.trends import Trends

CHART_WIDTH, CHART_HEIGHT = 240.0, 72.0
"""The size of a chart in SVG units, without its text; the page scales it to the room there is."""
BAR_GAP: Final = 4.0
"""The space between two bars, in SVG units."""
SHARE_SCALES: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Shares that the top of a chart may stand for: each chart gets the lowest that is at least its largest value."""
MINUTE_SCALES: Final = (30, 60, 120, 300, 600, 1200, 3000, 10_080)
"""The same in minutes a week; the last one is the whole week."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A week: its rectangle in SVG units, from the top left, and whether it rests on enough time to be read."""

    x: float
    y: float
    width: float
    height: float
    enough: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of weeks.

    Attributes:
        name: what it shows.
        top: the value of its upper line, for people.
        last: the value of the newest week that has one, for people.
        bars: a bar for each week with a value.
        dots: (x, y) of each session, in SVG units.
    """

    name: str
    top: str
    last: str
    bars: tuple[Bar, ...]
    dots: tuple[tuple[float, float], ...] = ()


def trends_blueprint(storage: Storage, settings: Settings) -> Blueprint:
    """The page.

    Args:
        storage: where sessions are stored.
        settings: whose sessions are shown.
    """
    blueprint = Blueprint("trends", __name__)

    @blueprint.get("/history/trends")
    def page() -> str:
        from tracker.reports import trends as exported
        from tracker.reports.earlier_sessions import read_watched_sessions

        here = now().astimezone(zone())
        with storage.reading() as store:
            found = exported.trends_by_week(read_watched_sessions(store, exported.first_monday(here), settings.person), here)
        shares = [share_chart(found, word, here) for word in COMPARED_WORDS]
        return render_template("trends.html", trends=found, shares=shares, minutes=minutes_chart(found), words=COMPARED_WORDS)

    return blueprint


def share_chart(found: "Trends", word: str, here: datetime) -> Chart:
    """The share of one expression: a bar a week, a dot a session; here: the present moment in the person's time zone."""
    values = [week.share(word) for week in found.weeks]
    single = [each.share(word) for each in found.sessions]
    top = _top([*(value or 0.0 for value in values), *single], SHARE_SCALES)
    step = CHART_WIDTH / len(values)
    # By the wall clock: a week in which the clocks change is a week, too.
    first = datetime.combine(found.weeks[0].begin, datetime.min.time(), here.tzinfo)
    moments = (each.began.astimezone(here.tzinfo) for each in found.sessions)
    dots = tuple(
        (round((began - first) / timedelta(weeks=1) * step, 1), round(CHART_HEIGHT * (1 - share / top), 1))
        for began, share in zip(moments, single, strict=True)
    )
    last = next((text.share(value) for value in reversed(values) if value is not None), "")
    return Chart(word, text.share(top), last, _bars(found, [value or 0.0 for value in values], top), dots)


def minutes_chart(found: "Trends") -> Chart:
    """The minutes watched, a bar a week."""
    values = [week.minutes for week in found.weeks]
    top = _top(values, MINUTE_SCALES)
    return Chart("minutes watched", f"{top:g} minutes", text.minutes(found.weeks[-1].seconds), _bars(found, values, top))


def _top(values: list[float], tops: tuple[float, ...]) -> float:
    return next((top for top in tops if max(values, default=0.0) <= top), tops[-1])


def _bars(found: "Trends", values: list[float], top: float) -> tuple[Bar, ...]:
    step = CHART_WIDTH / len(values)
    heights = [min(value / top, 1.0) * CHART_HEIGHT for value in values]
    return tuple(
        Bar(place * step + BAR_GAP / 2, CHART_HEIGHT - height, step - BAR_GAP, height, week.enough)
        for place, (week, height) in enumerate(zip(found.weeks, heights, strict=True))
        if height
    )
