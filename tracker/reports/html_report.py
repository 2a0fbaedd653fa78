"""A session as one page of HTML that also prints well: no scripts, nothing from elsewhere, every number from the record."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from tracker.core.text import clock, share
from tracker.core.vocabulary import ADJECTIVES, EMOJI, EXPRESSIONS, UNCLEAR
from tracker.exports.files import whole_file
from tracker.exports.session_data import Record
from tracker.reports.aggregate import Digest, ExpressionSegment, digest, leading, longest
from tracker.reports.insights import standing_out
from tracker.reports.personal_range import EarlierSessions
from tracker.reports.sentences import Number, Said, marked, time
from tracker.reports.svg import WIDTH, Span, axis, flags, hatches, ribbon, strip, swatch

ENDS: Final = ((1200.0, 300.0), (120.0, 60.0))
"""From so many seconds on, the first and last so many are shown by themselves: five minutes of a meeting."""
HALF: Final = WIDTH // 2 - 20
"""Two drawings beside each other, with some air between."""
GLYPH: Final = 7
"""Characters of a model's hash that tell it from others."""
NONE: Final = "\N{EN DASH}"
MOST_TOLD: Final = 3
"""Expressions in a sentence."""
GAPS: Final = {"lost": "camera lost", "unsaved": "not saved", "silent": "nothing kept"}
"""Gaps whose words are others than their reasons; the page has them from here."""


def write_report(record: Record, path: Path, lately: EarlierSessions | None = None) -> None:
    """The page as a file; MienError when it cannot be written."""
    page = report(record, lately)
    with whole_file(path) as part:
        part.write_text(page, encoding="utf-8")


def report(record: Record, lately: EarlierSessions | None = None) -> str:
    """The whole page; lately: the person's last sessions to put it beside, None where they are not known."""
    here = files("tracker.reports")
    data = digest(record)
    return Template(here.joinpath("report.html").read_text(encoding="utf-8")).substitute(
        style=here.joinpath("report.css").read_text(encoding="utf-8"),
        hatches=hatches(),
        title=escape(title(record)),
        when=marked(told(record, data)),
        sentence=sentence(data),
        sections="\n".join(f"<section>\n{section}\n</section>" for section in sections(record, data, lately)),
        readings=number(data.readings, "readings"),
        observations=number(len(data.t), "observations"),
        facts=facts(record),
    )


def title(record: Record) -> str:
    """As the person named it, else by its day."""
    began = record.local(0)
    return record.title or f"Session of {began.day} {began:%B %Y}"


def told(record: Record, data: Digest) -> Said:
    """Day, time, length, source."""
    began, ended = data.at(data.begin), data.at(data.begin + data.length)
    day = Number(began.timestamp(), "began", f"{began:%A} {began.day} {began:%B %Y}")
    times = (", ", _oclock(began, "begin"), " to ", _oclock(ended, "end"), f" ({began:%Z})")
    # Where a recording lay is nobody else's business.
    source = Path(record.source).name if record.recorded else record.source
    often: Said = (Number(1 / data.usual, "hz", f"{1 / data.usual:.2g} Hz"),) if record.hz else ("every frame",)
    day_and_times: Said = ("Looked at on ", day) if record.recorded else (day, *times)
    parts: Said = (*day_and_times, " · ", time(data.length, "length"), " long · ", source, " · ", *often)
    return (*parts, " · interrupted") if record.interrupted else parts


def _oclock(moment: datetime, name: str) -> Number:
    return Number(moment.timestamp(), f"clock {name}", f"{moment:%H:%M}")


def sentence(data: Digest) -> str:
    """What was seen most, in words."""
    if not data.readings:
        return "Nobody was seen in this session." if data.figures.nobody else "Nothing was observed in this session."
    counts = sorted(((count, word) for word, count in data.counts().items() if word != UNCLEAR), reverse=True)
    looks = [f"{ADJECTIVES.get(word, word)} in {_share(data, word)}" for _, word in counts[:MOST_TOLD]]
    unclear = f" {_share(data, UNCLEAR).capitalize()} were unclear." if UNCLEAR in data.counts() else ""
    if not looks:
        return f"No reading was clear enough to name an expression.{unclear}"
    whose = "The face" if len(data.lanes) == 1 else "The faces"
    return f"{whose} looked {_listed(looks)} of the readings.{unclear}"


def sections(record: Record, data: Digest, lately: EarlierSessions | None = None) -> Iterator[str]:
    """Those for which there is something to show."""
    if len(data.t):
        yield timeline(record, data)
    if data.readings:
        yield shares(data)
        seconds = next((seconds for least, seconds in ENDS if data.length >= least), None)
        if seconds is not None:
            yield ends(data, seconds)
        yield from standing_out(record, data, lately)
    if record.markers:
        items = "".join(
            f'<li><span class="n">{place}</span><span class="t">{number(mark.t, f"marker {place}", clock(mark.t))}</span>'
            f"<span>{escape(mark.text)}</span></li>"
            for place, mark in enumerate(record.markers, 1)
        )
        yield f"<h2>Markers</h2>\n<ol>{items}</ol>"
    if record.notes:
        yield f'<h2>Notes</h2>\n<p class="notes">{escape(record.notes)}</p>'
    if gaps := list(silences(data)):
        yield f'<h2>Not seen, not judged</h2>\n<ul class="plain">{"".join(gaps)}</ul>'


def timeline(record: Record, data: Digest) -> str:
    """A ribbon for each face, under the markers."""
    span = Span(data.begin, data.begin + data.length)
    lanes = [_row(flags(record.markers, span))] if record.markers else []
    for place, lane in enumerate(data.lanes):
        lanes.append(_row(ribbon(data, place, span, f"{lane.title}: the timeline of what it showed"), lane.title))
    lanes.append(_row(axis(span)))
    more = data.faces - len(data.lanes)
    many = number(more, "faces not drawn")
    note = f'<p class="soft">{many} more faces, seen for a shorter time, are counted below and not drawn.</p>'
    several = len(data.lanes) > 1
    drawn = f'<div class="lanes{" several" * several}">{"".join(lanes)}</div>'
    return f"<h2>Timeline</h2>\n{drawn}{note if several and more else ''}"


def _row(drawing: str, who: str = "") -> str:
    return f'<div class="lane"><span class="who">{escape(who)}</span>{drawing}</div>'


def shares(data: Digest) -> str:
    """A row an expression: when, how much of all, and its longest stretch."""
    spells, counts = longest(data), data.counts()
    rows = [_share_row(data, word, counts.get(word, 0), spells.get(word)) for word in (*EXPRESSIONS, UNCLEAR)]
    head = (
        '<thead><tr><th>expression</th><th class="wide">share of the readings, along the session</th>'
        '<th class="number">of all</th><th class="number">longest</th><th class="number">from</th></tr></thead>'
    )
    return f"<h2>Expressions</h2>\n<table>{head}<tbody>{''.join(rows)}</tbody></table>"


def _share_row(data: Digest, word: str, count: int, spell: ExpressionSegment | None) -> str:
    emoji = f'<span class="emoji" aria-hidden="true" data-word="{word}">{EMOJI[word]}</span>'
    name = f'<th scope="row">{swatch(word)}{emoji}{word}</th>'
    lasted = number(round(spell.seconds, 3), f"longest {word}", _lasted(spell.seconds)) if spell else NONE
    began = number(round(spell.begin, 3), f"longest {word} from", clock(spell.begin)) if spell else NONE
    whose = f" ({data.lanes[spell.lane].title.lower()})" if spell and len(data.lanes) > 1 else ""
    cells = [_share(data, word) if count else NONE, lasted, began + whose]
    return (
        f'<tr>{name}<td class="wide">{strip(data, word)}</td>{"".join(f"<td class=number>{cell}</td>" for cell in cells)}</tr>'
    )


def ends(data: Digest, seconds: float) -> str:
    """The first and the last minutes beside each other, of the face that was read most."""
    finish = data.begin + data.length
    first, last = Span(data.begin, data.begin + seconds, HALF), Span(finish - seconds, finish, HALF)
    most = leading(data)
    minutes = f"{seconds / 60:.0f} minutes" if seconds > 60 else "minute"
    whose = f" (drawn: {data.lanes[most].title.lower()})" if len(data.lanes) > 1 else ""
    parts = []
    for name, span in (("first", first), ("last", last)):
        drawing = ribbon(data, most, span, f"The {name} {minutes}") + axis(span)
        long = number(seconds, f"{name} seconds", minutes)
        caption = f"The {name} {long}{whose}: {_mostly(data.counts(span.begin, span.end), name)}."
        parts.append(f"<figure>{drawing}<figcaption>{caption}</figcaption></figure>")
    return f'<h2>First and last</h2>\n<div class="pair">{"".join(parts)}</div>'


def _mostly(counts: dict[str, int], name: str) -> str:
    """The three most frequent words with their shares."""
    total = sum(counts.values())
    ranked = sorted(counts, key=lambda word: -counts[word])[:MOST_TOLD]
    parts = [f"{word} {number(counts[word] / total, f'{name} {word}', share(counts[word] / total))}" for word in ranked]
    return ", ".join(parts) or "no face was read"


def silences(data: Digest) -> Iterator[str]:
    """Why parts of the session say nothing."""
    figures, finish = data.figures, round(data.begin + data.length, 3)
    for place, gap in enumerate(figures.gaps, 1):
        begin = number(gap.begin, f"gap {place}", clock(gap.begin))
        until = "the end" if gap.begin >= finish else number(gap.end, f"gap {place} end", clock(gap.end))
        yield _item(f"{begin} to {until}", GAPS.get(gap.why, gap.why))
    if figures.nobody:
        yield _item(_part(figures.nobody_share, "nobody"), "of the observations: nobody there")
    if figures.unreadable:
        yield _item(_part(figures.unreadable_share, "unreadable"), "of the readings: unreadable")
    for reason, count in figures.unreadable.items():
        yield _item(_part(count / data.readings, reason), f"of the readings: {reason}")


def _part(value: float, name: str) -> str:
    return number(value, name, share(value))


def _item(what: str, words: str) -> str:
    return f'<li><span class="t">{what}</span><span>{escape(words)}</span></li>'


def facts(record: Record) -> str:
    """What makes it repeatable."""
    parts = [f"Session {escape(record.id)}", f"prior {escape(record.prior)}"]
    parts += [f"model {record.model[:GLYPH]}"] if record.model else []
    return " · ".join(parts) + " · made by Mien; the page loads nothing from anywhere."


def number(value: float, name: str, words: str | None = None) -> str:
    """A number with its exact value and its name, so that it can be checked against an export."""
    return marked((Number(value, name, words or f"{value:,}"),))


def _share(data: Digest, word: str) -> str:
    value = data.counts().get(word, 0) / data.readings
    return number(round(value, 4), f"share {word}", share(value))


def _lasted(seconds: float) -> str:
    return clock(seconds) if seconds >= 60 else f"{seconds:.1f} s"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
