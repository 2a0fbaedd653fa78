"""Draws the time axis below a drawing of a session: by the clock, as on the page, or by the session's own time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from tracker.core.text import SOFT, clock
from tracker.exports.session_data import SessionData
from tracker.reports.svg import DRAWING_WIDTH
from tracker.reports.trend_svg import Span

TICK_STEP_SECONDS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
"""The distances that ticks of a time axis may have."""
MAX_TICKS: Final = 9
"""The most ticks of an axis that is as wide as the page."""
EDGE_UNITS: Final = 30
"""Labels nearer to an end than this, in SVG units, begin or end at their tick."""
MINUTE: Final = 60


def moment_words(session: SessionData, t: float, *, with_seconds: bool = True) -> str:
    """A time of the session as its page shows it: by the clock, or of a recording its own time; t in seconds."""
    if session.recorded:
        return clock(t)
    return f"{session.local(t):%H:%M:%S}" if with_seconds else f"{session.local(t):%H:%M}"


def ticks(session: SessionData, span: Span) -> Iterator[tuple[float, str]]:
    """(seconds of the session, label) at round times, as many as there is room for."""
    most = span.width / DRAWING_WIDTH * MAX_TICKS
    step = next((step for step in TICK_STEP_SECONDS if (span.end - span.begin) / step <= most), TICK_STEP_SECONDS[-1])
    began = session.local(0)
    # What the clock shows at the session's beginning, in seconds since midnight: by the clock, round times are round there.
    shown = (
        0.0 if session.recorded else (began - began.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(seconds=1)
    )
    for index in range(int(-(-(shown + span.begin) // step)), int((shown + span.end) // step) + 1):
        t = index * step - shown
        yield t, moment_words(session, t, with_seconds=step < MINUTE)


def time_axis(session: SessionData, span: Span) -> str:
    """The axis as SVG: ticks with their labels."""
    parts = []
    for t, label in ticks(session, span):
        x = span.x(t)
        anchor = "start" if x < EDGE_UNITS else "end" if x > span.width - EDGE_UNITS else "middle"
        parts.append(f'<path d="M{x:.1f},0 v5" stroke="{SOFT}"/>')
        parts.append(f'<text x="{x:.1f}" y="19" text-anchor="{anchor}">{label}</text>')
    return f'<svg class="axis" viewBox="0 0 {span.width:g} 24" aria-hidden="true">{"".join(parts)}</svg>'
