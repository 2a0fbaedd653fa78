"""The page that compares two sessions: their figures beside each other, and what makes the two hard to compare."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, request

from tracker.core.errors import UsageError
from tracker.core.text import THIN, clock, hundredths, share
from tracker.core.vocabulary import EXPRESSIONS, UNCLEAR
from tracker.store import session_queries
from web.pages.history import session_entry
from web.pages.session_trends import session_trends
from web.storage import Storage

COMPARED: Final = 2
"""Sessions on the page."""
MINUS: Final = "\N{MINUS SIGN}"
CONDITIONS: Final = {
    "model": "the model file",
    "person": "the person whose fit was applied",
    "prior": "how readily rare expressions are named",
    "threshold": "how sure the model must be",
    "smoothing": "smoothing",
    "faces": "whose faces were watched",
    "hz": "how often was looked",
}
"""What is stored of a session and has an influence on its shares, by the field's name."""


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A line of the table; difference: of the second session to the first, in words."""

    name: str
    first: str
    second: str
    difference: str
    expression: str | None = None


def comparison_blueprint(storage: Storage) -> Blueprint:
    """The page."""
    blueprint = Blueprint("comparison", __name__)

    @blueprint.get("/history/compare")
    def page() -> str:
        wanted = list(dict.fromkeys(request.args.getlist("session")))
        if len(wanted) != COMPARED:
            raise UsageError(f"Two sessions are compared with each other. Select two in History, not {len(wanted)}.")
        with storage.reading() as store:
            found = [session_queries.session_detail(store, each).summary for each in wanted]
        first, second = sorted(found, key=lambda each: each.started_at)
        entries = [session_entry(each, with_day=True) for each in (first, second)]
        return render_template(
            "history-compare.html",
            sessions=entries,
            trends=session_trends(entries),
            rows=comparison_rows(first, second),
            differing=[words for name, words in CONDITIONS.items() if getattr(first, name) != getattr(second, name)],
        )

    return blueprint


def comparison_rows(first: session_queries.SessionSummary, second: session_queries.SessionSummary) -> list[ComparisonRow]:
    """The figures of two sessions beside each other; expressions that neither of them shows are left out."""
    figures = first.figures, second.figures
    shares = [each.shares() for each in figures]
    rows = [ComparisonRow("length", clock(first.seconds), clock(second.seconds), "")]
    for word in (*EXPRESSIONS, UNCLEAR):
        before, after = (each.get(word, 0.0) for each in shares)
        if before or after:
            rows.append(ComparisonRow(word, share(before), share(after), points(before, after), word))
    for name, (before, after) in (
        ("unreadable", (figures[0].unreadable_share, figures[1].unreadable_share)),
        ("nobody there", (figures[0].nobody_share, figures[1].nobody_share)),
    ):
        if before or after:
            rows.append(ComparisonRow(name, share(before), share(after), points(before, after)))
    return rows


def points(before: float, after: float) -> str:
    """The difference of two shares, 0 to 1, in percentage points, as in: +12; of the percentages as they are shown."""
    difference = abs(hundredths(after) - hundredths(before))
    if not difference:
        return "same" if before == after else f"<{THIN}1"
    return f"{'+' if after > before else MINUS}{difference}"
