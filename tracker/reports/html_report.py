"""Renders a session as one page of HTML that also prints well: no scripts, nothing loaded, every number from the session."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tracker.core.text import clock, share
from tracker.core.vocabulary import ADJECTIVES, EMOJI, EXPRESSIONS, UNCLEAR
from tracker.exports.files import atomic_file
from tracker.exports.session_data import SessionData
from tracker.reports.aggregate import SessionArrays, aggregate_session, longest_segments, most_read_lane
from tracker.reports.call_drawings import STRIPS_EXPLAINED, person_rows
from tracker.reports.call_moments import MOMENTS_EXPLAINED, MORE_MOMENTS, NO_MOMENTS, READINGS_EXPLAINED, review_call
from tracker.reports.insights import find_insights
from tracker.reports.leave_out import LeftOut, reworded, without_confidence, without_notes
from tracker.reports.personal_range import EarlierSessions
from tracker.reports.sentences import (
    Number,
    Phrase,
    count_number,
    escape_text,
    length_number,
    mix_number,
    moment_number,
    share_number,
)
from tracker.reports.svg import DRAWING_WIDTH, lane_drawing, marker_flags, ribbon_drawing, shares_drawing, swatch
from tracker.reports.time_axis import moment_words, time_axis
from tracker.reports.trend import Trend, compute_trend
from tracker.reports.trend_svg import GAP_WORDS, Span, max_bins, patterns
from tracker.store.source_label import source_in_words, source_label

if TYPE_CHECKING:
    from markupsafe import Markup

END_LENGTHS: Final = ((1200.0, 300.0), (120.0, 60.0))
"""(length, part), both in seconds: a session of at least this length shows its first and its last part by themselves."""
HALF_WIDTH: Final = DRAWING_WIDTH // 2 - 20
"""The width of two drawings beside each other, with some space between them."""
HASH_DIGITS: Final = 7
"""Digits of a model file's hash that are shown: enough to tell it from others."""
PASSED_ON_FACTS: Final = "Some of it was left out before it was passed on. Made by Mien; the page loads nothing from anywhere."
REVIEW_WORDS: Final = {
    "strips": STRIPS_EXPLAINED,
    "moments": MOMENTS_EXPLAINED,
    "none": NO_MOMENTS,
    "more": MORE_MOMENTS,
    "readings": READINGS_EXPLAINED,
}
"""What stands below the sections of a call."""
NO_VALUE: Final = "\N{EN DASH}"
MAX_NAMED_EXPRESSIONS: Final = 3
"""The most expressions that one sentence names."""


def write_report(
    session: SessionData, path: Path, earlier: EarlierSessions | None = None, leave_out: Collection[LeftOut] = ()
) -> None:
    """Write the page to a file.

    Args:
        session: The session; its rows are read once.
        path: The file; an existing one is replaced.
        earlier: The person's last sessions before it; None where they are not known.
        leave_out: What a report that is passed on leaves out, besides the earlier sessions, the source and ids.

    Raises:
        MienError: The file cannot be written.
    """
    page = render_report(session, earlier, leave_out)
    with atomic_file(path) as part:
        part.write_text(page, encoding="utf-8")


def render_report(session: SessionData, earlier: EarlierSessions | None = None, leave_out: Collection[LeftOut] = ()) -> str:
    """The page as HTML; arguments as in ``write_report``."""
    import jinja2
    from markupsafe import Markup

    if "notes" in leave_out:
        session = without_notes(session)
    if "times" in leave_out:
        # As a recording: it knows its own time alone, and nothing of the clock.
        session = replace(session, recorded=True)
    if leave_out:
        # What is passed on names nobody.
        session = replace(session, names={})
    data = aggregate_session(session)
    review = None if leave_out else review_call(session, data.people)
    if "scores" in leave_out:
        data = without_confidence(data)
    end_seconds = next((part for length, part in END_LENGTHS if data.length >= length), None)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tracker.reports", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["text"] = escape_text
    # Every number of the page passes through here, so that none is told that is left out.
    environment.filters["told"] = lambda phrase: reworded(phrase, leave_out)
    return environment.get_template("report.html").render(
        style=Markup(files("tracker.reports").joinpath("report.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        hatches=Markup(patterns()),  # noqa: S704 - ours
        title=passed_on_title(session) if leave_out else report_title(session),
        when=passed_on_heading(data) if leave_out else report_heading(session, data),
        sentence=main_sentence(data),
        timeline=timeline_drawings(session, data) if len(data.t) else None,
        shares=share_rows(session, data) if data.readings else [],
        never=[word for word in EXPRESSIONS if word not in data.counts()] if data.readings else [],
        ends=first_and_last(session, data, end_seconds) if data.readings and end_seconds is not None else [],
        insights=find_insights(session, data, None if leave_out else earlier) if data.readings else None,
        review=review,
        people=person_rows(session, review.people, page_span(data)) if review else [],
        review_axis=_markup(time_axis(session, page_span(data))) if review else None,
        review_words=REVIEW_WORDS,
        markers=[
            ((moment_number(marker.t, f"marker {position}", moment_words(session, marker.t)),), marker.text)
            for position, marker in enumerate(session.markers, 1)
        ],
        notes=session.notes,
        silences=list(unseen_parts(session, data)),
        readings=(count_number(data.readings, "readings"),),
        observations=(count_number(len(data.t), "observations"),),
        facts=PASSED_ON_FACTS if leave_out else provenance_line(session),
        scores="scores" not in leave_out,
    )


def report_title(session: SessionData) -> str:
    """The session's title, or if it has none, its day."""
    began = session.local(0)
    return session.title or f"Session of {began.day} {began:%B %Y}"


def passed_on_title(session: SessionData) -> str:
    """The title of a report that leaves something out: the session's, and no day."""
    return session.title or "A session"


def passed_on_heading(data: SessionArrays) -> Phrase:
    """Of a report that leaves something out: the length alone, no day, source or frequency."""
    return (length_number(data.length, "length"), " long")


def report_heading(session: SessionData, data: SessionArrays) -> Phrase:
    """The line below the title: day, clock times, length, source, and how often Mien looked."""
    began, ended = data.local_time(data.begin), data.local_time(data.begin + data.length)
    day = Number(began.timestamp(), "began", f"{began:%A} {began.day} {began:%B %Y}")
    first, last = (
        Number(time.timestamp(), f"clock {name}", f"{time:%H:%M}") for name, time in (("begin", began), ("end", ended))
    )
    # Of a path only the name: the report may be passed on, and folders have names of people.
    source = source_in_words(source_label(session.source, live=not session.recorded))
    hz = 1 / data.sample_interval
    frequency: Phrase = (Number(hz, "hz", f"{hz:.2g} Hz"),) if session.hz else ("every frame",)
    when: Phrase = ("Looked at on ", day) if session.recorded else (day, ", ", first, " to ", last, f" ({began:%Z})")
    heading: Phrase = (*when, " · ", length_number(data.length, "length"), " long · ", source, " · ", *frequency)
    return (*heading, " · interrupted") if session.interrupted else heading


def main_sentence(data: SessionArrays) -> Phrase:
    """The sentence that names the most frequent expressions, or says that there is none to name."""
    if not data.readings:
        return ("Nobody was seen in this session." if data.figures.nobody else "Nothing was observed in this session.",)
    counts = sorted(((readings, word) for word, readings in data.counts().items() if word != UNCLEAR), reverse=True)
    unclear: Phrase = (" Unclear: ", _word_share(data, UNCLEAR), ".") if UNCLEAR in data.counts() else ()
    if not counts:
        return ("No reading was clear enough to name an expression.", *unclear)
    words = [word for _, word in counts[:MAX_NAMED_EXPRESSIONS]]
    phrase: list[str | Number] = ["The face looked " if len(data.lanes) == 1 else "The faces looked "]
    for index, word in enumerate(words):
        conjunction = "" if not index else " and " if index == len(words) - 1 else ", "
        phrase += [f"{conjunction}{ADJECTIVES.get(word, word)} in ", _word_share(data, word)]
    return (*phrase, " of the readings.", *unclear)


@dataclass(frozen=True, slots=True)
class TimelineDrawings:
    """The drawings of a session, one below the other.

    Attributes:
        lanes: (name, SVG) of each: the markers, the stacked shares, a ribbon for each face, the time axis; some have no name.
        several: Whether there is more than one ribbon.
        more: How many faces are not drawn; empty where all are.
    """

    lanes: list[tuple[str, "Markup"]]
    several: bool
    more: Phrase


def timeline_drawings(session: SessionData, data: SessionArrays) -> TimelineDrawings:
    """Draw the markers, the stacked shares, a ribbon for each face, and the time axis."""
    span, trend = page_span(data), session_trend(data)
    lanes = [("", _markup(marker_flags(session.markers, span)))] if session.markers else []
    lanes.append(("everybody" if len(data.lanes) > 1 else "", _markup(shares_drawing(trend, span, span.end))))
    for index, lane in enumerate(data.lanes):
        drawing = ribbon_drawing(data, index, span, f"{lane.title}: the timeline of what it showed")
        lanes.append((lane.title, _markup(drawing)))
    lanes.append(("", _markup(time_axis(session, span))))
    several, more = len(data.lanes) > 1, data.face_count - len(data.lanes)
    return TimelineDrawings(lanes, several, (count_number(more, "faces not drawn"),) if several and more else ())


def page_span(data: SessionArrays) -> Span:
    """The whole session, across the page."""
    return Span(data.begin, data.begin + data.length, DRAWING_WIDTH)


def session_trend(data: SessionArrays) -> Trend:
    """The trend of the whole session, of everybody, in as many bins as the page has room for."""
    return compute_trend(data.as_readings, data.begin, data.begin + data.length, max_bins(DRAWING_WIDTH))


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One expression in the table of shares.

    Attributes:
        word: The expression, or unclear.
        emoji: Its emoji.
        swatch: An SVG sample of its colour and hatch.
        strip: An SVG of its share along the session.
        cells: Its share, the length of its longest segment, and when that began.
    """

    word: str
    emoji: str
    swatch: "Markup"
    strip: "Markup"
    cells: tuple[Phrase, Phrase, Phrase]


def share_rows(session: SessionData, data: SessionArrays) -> list[ShareRow]:
    """The table of shares: a row for each expression that was read, and for unclear if anything was."""
    segments, counts, span, trend = longest_segments(data), data.counts(), page_span(data), session_trend(data)
    rows = []
    for word in (word for word in (*EXPRESSIONS, UNCLEAR) if counts.get(word)):
        length: Phrase = (NO_VALUE,)
        began: Phrase = (NO_VALUE,)
        if segment := segments.get(word):
            whose = f" ({data.lanes[segment.lane].who})" if len(data.lanes) > 1 else ""
            shown = clock(segment.seconds) if segment.seconds >= 60 else f"{segment.seconds:.1f} s"
            length = (length_number(segment.seconds, f"longest {word}", shown),)
            began = (moment_number(segment.begin, f"longest {word} from", moment_words(session, segment.begin)), whose)
        cells: tuple[Phrase, Phrase, Phrase] = ((_word_share(data, word),), length, began)
        strip = _markup(lane_drawing(trend, word, span, span.end))
        rows.append(ShareRow(word, EMOJI[word], _markup(swatch(word)), strip, cells))
    return rows


def first_and_last(session: SessionData, data: SessionArrays, seconds: float) -> list[tuple["Markup", Phrase]]:
    """The first and the last part of a session.

    Args:
        session: The session, longer than twice ``seconds``.
        data: The same, already read.
        seconds: The length of each part.

    Returns:
        (SVG, caption) of each part: the ribbon of the face with the most readings, and the shares of all faces.
    """
    finish = data.begin + data.length
    first, last = Span(data.begin, data.begin + seconds, HALF_WIDTH), Span(finish - seconds, finish, HALF_WIDTH)
    lane = most_read_lane(data)
    minutes = f"{seconds / 60:.0f} minutes" if seconds > 60 else "minute"
    whose = f" (drawn: {data.lanes[lane].who})" if len(data.lanes) > 1 else ""
    parts = []
    for name, span in (("first", first), ("last", last)):
        drawing = ribbon_drawing(data, lane, span, f"The {name} {minutes}") + time_axis(session, span)
        counts = data.counts(span.begin, span.end)
        shares: list[str | Number] = []
        for word in sorted(counts, key=lambda word: -counts[word])[:MAX_NAMED_EXPRESSIONS]:
            value = counts[word] / sum(counts.values())
            shares += [f"{', ' if shares else ''}{word} ", mix_number(value, f"{name} {word}")]
        length = Number(seconds, f"{name} seconds", minutes)
        parts.append((_markup(drawing), (f"The {name} ", length, f"{whose}: ", *(shares or ["no face was read"]), ".")))
    return parts


def unseen_parts(session: SessionData, data: SessionArrays) -> Iterator[tuple[Phrase, str]]:
    """Each gap with its reason, then the shares without a face and with an unreadable one, each with what it is a share of."""
    figures, finish = data.figures, round(data.begin + data.length, 3)
    for position, gap in enumerate(figures.gaps, 1):
        begin = moment_number(gap.begin, f"gap {position}", moment_words(session, gap.begin))
        end = moment_number(gap.end, f"gap {position} end", moment_words(session, gap.end))
        until = "the end" if gap.begin >= finish else end
        yield (begin, " to ", until), GAP_WORDS.get(gap.why, gap.why)
    if figures.nobody:
        yield (_exact_share(figures.nobody_share, "nobody"),), "of the observations: nobody there"
    if figures.unreadable:
        yield (_exact_share(figures.unreadable_share, "unreadable"),), "of the readings: unreadable"
    for reason, readings in figures.unreadable.items():
        yield (_exact_share(readings / data.readings, reason),), f"of the readings: {reason}"
    for doubt, readings in data.doubt_counts().items():
        yield (_exact_share(readings / data.readings, doubt),), f"of the readings: unclear, {doubt}"


def _exact_share(value: float, name: str) -> Number:
    return Number(value, name, share(value), "share")


def provenance_line(session: SessionData) -> str:
    """The footer's last line: session, prior and model file, with which the report can be made again."""
    parts = [f"Session {session.id}", f"prior {session.prior}"]
    parts += [f"model {session.model[:HASH_DIGITS]}"] if session.model else []
    return " · ".join(parts) + " · made by Mien; the page loads nothing from anywhere."


def _word_share(data: SessionArrays, word: str) -> Number:
    return share_number(data.counts().get(word, 0) / data.readings, f"share {word}")


def _markup(drawing: str) -> "Markup":
    """One of our SVG drawings as HTML; all text of people in it is escaped already."""
    from markupsafe import Markup

    return Markup(drawing)  # noqa: S704 - as the first sentence says
