"""A session as one page of HTML that also prints well: no scripts, nothing from elsewhere, every number from the record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.core.text import clock, share
from tracker.core.vocabulary import ADJECTIVES, EMOJI, EXPRESSIONS, UNCLEAR
from tracker.exports.files import atomic_file
from tracker.exports.session_data import SessionData
from tracker.reports.aggregate import SessionArrays, aggregate_session, longest_segments, most_read_lane
from tracker.reports.insights import find_insights
from tracker.reports.personal_range import EarlierSessions
from tracker.reports.sentences import Number, Phrase, count_number, escape_text, time_number
from tracker.reports.svg import DRAWING_WIDTH, Span, hatch_patterns, marker_flags, ribbon, share_strip, swatch, time_axis

if TYPE_CHECKING:
    from markupsafe import Markup

END_LENGTHS: Final = ((1200.0, 300.0), (120.0, 60.0))
"""From so many seconds on, the first and last so many are shown by themselves: five minutes of a meeting."""
HALF_WIDTH: Final = DRAWING_WIDTH // 2 - 20
"""Two drawings beside each other, with some air between."""
HASH_DIGITS: Final = 7
"""Characters of a model's hash that tell it from others."""
NO_VALUE: Final = "\N{EN DASH}"
MAX_EXPRESSIONS_NAMED: Final = 3
"""Expressions in a sentence."""
GAP_WORDS: Final = {"lost": "camera lost", "unsaved": "not saved", "silent": "nothing kept"}
"""Gaps whose words are others than their reasons; the page has them from here."""


def write_report(record: SessionData, path: Path, lately: EarlierSessions | None = None) -> None:
    """The page as a file; MienError when it cannot be written."""
    page = render_report(record, lately)
    with atomic_file(path) as part:
        part.write_text(page, encoding="utf-8")


def render_report(record: SessionData, lately: EarlierSessions | None = None) -> str:
    """The whole page of a session.

    Args:
        record: The session; its rows are read once.
        lately: The person's last sessions to put it beside, None where they are not known.
    """
    import jinja2
    from markupsafe import Markup

    data = aggregate_session(record)
    seconds = next((seconds for least, seconds in END_LENGTHS if data.length >= least), None)
    pages = jinja2.Environment(
        loader=jinja2.PackageLoader("tracker.reports", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    pages.filters["text"] = escape_text
    return pages.get_template("report.html").render(
        style=Markup(files("tracker.reports").joinpath("report.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        hatches=Markup(hatch_patterns()),  # noqa: S704 - ours
        title=report_title(record),
        when=report_heading(record, data),
        sentence=main_sentence(data),
        timeline=timeline_drawings(record, data) if len(data.t) else None,
        shares=share_rows(data) if data.readings else [],
        ends=first_and_last(data, seconds) if data.readings and seconds is not None else [],
        insights=find_insights(record, data, lately) if data.readings else None,
        markers=[
            ((Number(mark.t, f"marker {place}", clock(mark.t)),), mark.text) for place, mark in enumerate(record.markers, 1)
        ],
        notes=record.notes,
        silences=list(unseen_parts(data)),
        readings=(count_number(data.readings, "readings"),),
        observations=(count_number(len(data.t), "observations"),),
        facts=provenance_line(record),
    )


def report_title(record: SessionData) -> str:
    """As the person named it, else by its day."""
    began = record.local(0)
    return record.title or f"Session of {began.day} {began:%B %Y}"


def report_heading(record: SessionData, data: SessionArrays) -> Phrase:
    """Day, time, length, source."""
    began, ended = data.at(data.begin), data.at(data.begin + data.length)
    day = Number(began.timestamp(), "began", f"{began:%A} {began.day} {began:%B %Y}")
    times = (", ", _oclock(began, "begin"), " to ", _oclock(ended, "end"), f" ({began:%Z})")
    # Where a recording lay is nobody else's business.
    source = Path(record.source).name if record.recorded else record.source
    often: Phrase = (Number(1 / data.usual, "hz", f"{1 / data.usual:.2g} Hz"),) if record.hz else ("every frame",)
    day_and_times: Phrase = ("Looked at on ", day) if record.recorded else (day, *times)
    parts: Phrase = (*day_and_times, " · ", time_number(data.length, "length"), " long · ", source, " · ", *often)
    return (*parts, " · interrupted") if record.interrupted else parts


def _oclock(moment: datetime, name: str) -> Number:
    return Number(moment.timestamp(), f"clock {name}", f"{moment:%H:%M}")


def main_sentence(data: SessionArrays) -> Phrase:
    """What was seen most."""
    if not data.readings:
        return ("Nobody was seen in this session." if data.figures.nobody else "Nothing was observed in this session.",)
    counts = sorted(((readings, word) for word, readings in data.counts().items() if word != UNCLEAR), reverse=True)
    unclear: Phrase = (" ", _share(data, UNCLEAR), " were unclear.") if UNCLEAR in data.counts() else ()
    if not counts:
        return ("No reading was clear enough to name an expression.", *unclear)
    whose = "The face" if len(data.lanes) == 1 else "The faces"
    words = [word for _, word in counts[:MAX_EXPRESSIONS_NAMED]]
    said: list[str | Number] = [f"{whose} looked "]
    for place, word in enumerate(words):
        said += [("" if not place else " and " if place == len(words) - 1 else ", ") + ADJECTIVES.get(word, word) + " in "]
        said += [_share(data, word)]
    return (*said, " of the readings.", *unclear)


@dataclass(frozen=True, slots=True)
class TimelineDrawings:
    """The drawings of a session, one below the other.

    Attributes:
        lanes: What each is called, and its SVG: the markers, a ribbon for each face, the axis of time.
        several: Whether there is more than one ribbon.
        more: How many faces are not drawn; empty where all are.
    """

    lanes: list[tuple[str, "Markup"]]
    several: bool
    more: Phrase


def timeline_drawings(record: SessionData, data: SessionArrays) -> TimelineDrawings:
    """A ribbon for each face, under the markers."""
    span = Span(data.begin, data.begin + data.length)
    lanes = [("", _svg(marker_flags(record.markers, span)))] if record.markers else []
    for place, lane in enumerate(data.lanes):
        lanes.append((lane.title, _svg(ribbon(data, place, span, f"{lane.title}: the timeline of what it showed"))))
    lanes.append(("", _svg(time_axis(span))))
    several, more = len(data.lanes) > 1, data.faces - len(data.lanes)
    return TimelineDrawings(lanes, several, (count_number(more, "faces not drawn"),) if several and more else ())


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One expression's row: its sign, its readings along the session, and its share, longest stretch and when that began."""

    word: str
    emoji: str
    swatch: "Markup"
    strip: "Markup"
    cells: tuple[Phrase, Phrase, Phrase]


def share_rows(data: SessionArrays) -> list[ShareRow]:
    """A row an expression: when, how much of all, and its longest stretch."""
    segments, counts = longest_segments(data), data.counts()
    rows = []
    for word in (*EXPRESSIONS, UNCLEAR):
        lasted: Phrase = (NO_VALUE,)
        began: Phrase = (NO_VALUE,)
        if segment := segments.get(word):
            whose = f" ({data.lanes[segment.lane].title.lower()})" if len(data.lanes) > 1 else ""
            length = clock(segment.seconds) if segment.seconds >= 60 else f"{segment.seconds:.1f} s"
            lasted = (Number(round(segment.seconds, 3), f"longest {word}", length),)
            began = (Number(round(segment.begin, 3), f"longest {word} from", clock(segment.begin)), whose)
        cells: tuple[Phrase, Phrase, Phrase] = ((_share(data, word) if counts.get(word) else NO_VALUE,), lasted, began)
        rows.append(ShareRow(word, EMOJI[word], _svg(swatch(word)), _svg(share_strip(data, word)), cells))
    return rows


def first_and_last(data: SessionArrays, seconds: float) -> list[tuple["Markup", Phrase]]:
    """The first and the last so many seconds, of the face that was read most: the drawing of each, and what it showed."""
    finish = data.begin + data.length
    first, last = Span(data.begin, data.begin + seconds, HALF_WIDTH), Span(finish - seconds, finish, HALF_WIDTH)
    most = most_read_lane(data)
    minutes = f"{seconds / 60:.0f} minutes" if seconds > 60 else "minute"
    whose = f" (drawn: {data.lanes[most].title.lower()})" if len(data.lanes) > 1 else ""
    parts = []
    for name, span in (("first", first), ("last", last)):
        drawing = ribbon(data, most, span, f"The {name} {minutes}") + time_axis(span)
        counts = data.counts(span.begin, span.end)
        shares: list[str | Number] = []
        for word in sorted(counts, key=lambda word: -counts[word])[:MAX_EXPRESSIONS_NAMED]:
            part = counts[word] / sum(counts.values())
            shares += [f"{', ' if shares else ''}{word} ", Number(part, f"{name} {word}", share(part))]
        long = Number(seconds, f"{name} seconds", minutes)
        parts.append((_svg(drawing), (f"The {name} ", long, f"{whose}: ", *(shares or ["no face was read"]), ".")))
    return parts


def unseen_parts(data: SessionArrays) -> Iterator[tuple[Phrase, str]]:
    """When parts of the session say nothing, or how much of it, and why."""
    figures, finish = data.figures, round(data.begin + data.length, 3)
    for place, gap in enumerate(figures.gaps, 1):
        begin = Number(gap.begin, f"gap {place}", clock(gap.begin))
        until = "the end" if gap.begin >= finish else Number(gap.end, f"gap {place} end", clock(gap.end))
        yield (begin, " to ", until), GAP_WORDS.get(gap.why, gap.why)
    if figures.nobody:
        yield (_part(figures.nobody_share, "nobody"),), "of the observations: nobody there"
    if figures.unreadable:
        yield (_part(figures.unreadable_share, "unreadable"),), "of the readings: unreadable"
    for reason, readings in figures.unreadable.items():
        yield (_part(readings / data.readings, reason),), f"of the readings: {reason}"


def _part(value: float, name: str) -> Number:
    return Number(value, name, share(value))


def provenance_line(record: SessionData) -> str:
    """What makes it repeatable."""
    parts = [f"Session {record.id}", f"prior {record.prior}"]
    parts += [f"model {record.model[:HASH_DIGITS]}"] if record.model else []
    return " · ".join(parts) + " · made by Mien; the page loads nothing from anywhere."


def _share(data: SessionArrays, word: str) -> Number:
    value = data.counts().get(word, 0) / data.readings
    return Number(round(value, 4), f"share {word}", share(value))


def _svg(drawing: str) -> "Markup":
    """For Jinja2: a drawing of ours, in which all that people wrote is escaped."""
    from markupsafe import Markup

    return Markup(drawing)  # noqa: S704 - as the first sentence says
