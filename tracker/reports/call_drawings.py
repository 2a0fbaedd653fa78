"""Draws what each person of a call showed: a strip for each movement, and when it was there in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from tracker.core.text import INK, LINE
from tracker.exports.session_data import SessionData
from tracker.reports.shown_movements import MovementLane, PersonMovements, Stretch
from tracker.reports.time_axis import moment_words
from tracker.reports.trend_svg import Span

if TYPE_CHECKING:
    from markupsafe import Markup

STRIP_HEIGHT: Final = 12
MIN_STRIP_WIDTH: Final = 2.5
"""Of what was there at all: a nod is over in a second."""
MAX_TIMES: Final = 30
"""Of one movement that are listed; the drawing has all."""
STRIPS_EXPLAINED: Final = (
    "Filled: the movement was there. Pale: it was not. Empty: it could not be told, or the person was not seen. Nothing here"
    " compares people."
)


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement of a person; words: as after a name. strip: an SVG. times: when it was there, as one line."""

    words: str
    strip: "Markup"
    times: str


@dataclass(frozen=True, slots=True)
class PersonRows:
    """A person with a row for each movement that they showed at some time."""

    who: str
    rows: list[MovementRow]


def person_rows(session: SessionData, people: Sequence[PersonMovements], span: Span) -> list[PersonRows]:
    """Rows of each person.

    Args:
        session: The session, which says how its times are told.
        people: What they showed.
        span: What part of the session is drawn.
    """
    return [
        PersonRows(
            person.who[:1].upper() + person.who[1:],
            [
                MovementRow(lane.movement.words, movement_strip(lane, person.who, span), _times(session, lane.shown))
                for lane in person.lanes
            ],
        )
        for person in people
    ]


def movement_strip(lane: MovementLane, who: str, span: Span) -> "Markup":
    """An SVG: pale where a movement could be told, filled where it was there, and nothing elsewhere."""
    from markupsafe import Markup

    told = "".join(_rectangle("told", LINE, part, span) for part in lane.told)
    shown = "".join(_rectangle("shown", INK, part, span) for part in lane.shown)
    return Markup(  # noqa: S704 - ours; the name is escaped
        f'<svg class="strip movement" viewBox="0 0 {span.width:g} {STRIP_HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="When {escape(f"{who} {lane.movement.words}")}">{told}{shown}</svg>'
    )


def _rectangle(name: str, fill: str, part: Stretch, span: Span) -> str:
    left, right = (span.x(t) for t in part)
    return (
        f'<rect class="{name}" x="{left:.1f}" y="0" width="{max(right - left, MIN_STRIP_WIDTH):.1f}" height="{STRIP_HEIGHT}"'
        f' fill="{fill}"/>'
    )


def _times(session: SessionData, parts: Sequence[Stretch]) -> str:
    """As in: 12:31:05, 12:40:00 to 12:41:10; the last of very many is said, too."""
    told = []
    for begin, end in parts[:MAX_TIMES]:
        first, last = moment_words(session, begin), moment_words(session, end)
        told.append(first if first == last else f"{first} to {last}")
    more = [f"and others up to {moment_words(session, parts[-1][1])}"] if len(parts) > MAX_TIMES else []
    return ", ".join(told + more)
