"""Moments of a call to ask about: when somebody showed what is not everyday, as sentences. No score, no rank, no comparison."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final

from tracker.core.errors import UsageError
from tracker.exports.session_data import Marker, SessionData
from tracker.readings.rules import ReadingRule
from tracker.reports.sentences import Phrase, moment_number
from tracker.reports.shown_movements import PersonMovements, Stretch
from tracker.reports.time_axis import moment_words
from tracker.store.consents import USER_NAME

MAX_MOMENTS: Final = 20
MOMENTS_EXPLAINED: Final = (
    "At these times somebody showed something that does not happen every minute. They are for asking the person, and for"
    " nothing else: a movement is not a feeling."
)
NO_MOMENTS: Final = "Nobody showed anything unusual to ask about."
MORE_MOMENTS: Final = "There were more: these are the ones near your markers, of several people at once, and of rare movements."
READINGS_EXPLAINED: Final = (
    "What a movement may mean comes from rules, most of which nobody has compared with people's answers. Only the person knows."
)
MERGE_SECONDS: Final = 10.0
"""What begins so soon after the first of a moment belongs to it."""
TOGETHER_SECONDS: Final = 3.0
"""What two people begin within so many seconds they do at once."""
NEAR_MARKER_SECONDS: Final = 20.0
"""People mark a moment when it is over."""
READING_SECONDS: Final = 5.0
"""A reading is told for what lasted up to then, so that it may come so long after it."""
MAX_READINGS: Final = 3
"""Of one person in one moment, as on the page of a call."""


@dataclass(frozen=True, slots=True)
class Noticeable:
    """What is not everyday.

    Attributes:
        names: Movements that count as the same.
        words: What somebody did, after a name.
        seconds: How long it lasts at least.
        together: Whether it is everyday unless two people begin it at once.
    """

    names: tuple[str, ...]
    words: str
    seconds: float = 0.0
    together: bool = False


NOTICEABLE: Final = (
    Noticeable(("brows_lowered",), "lowered the brows", 1.0),
    Noticeable(("shake",), "shook the head"),
    Noticeable(("one_sided_mouth",), "moved one corner of the mouth", 1.0),
    Noticeable(("lips_pressed",), "pressed the lips together", 2.0),
    Noticeable(("nose_wrinkled",), "wrinkled the nose"),
    Noticeable(("yawn",), "yawned"),
    Noticeable(("gaze_away",), "looked away for ten seconds or more", 10.0),
    Noticeable(("eyes_closed",), "had the eyes closed for five seconds or more", 5.0),
    Noticeable(("nod",), "nodded", together=True),
    Noticeable(("smile_mouth", "smile_eyes"), "smiled", together=True),
    Noticeable(("brows_raised",), "raised the brows", together=True),
)
"""Talking, blinking, an open mouth, a tilted head, and how well a face can be seen are everyday."""


@dataclass(frozen=True, slots=True)
class MomentReading:
    """What it may have meant, of one person; its texts are the rule's. who: what the user calls them."""

    who: str
    name: str
    meaning: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallMoment:
    """A moment to ask about.

    Attributes:
        begin: Seconds of the session.
        end: Until when the last of it lasted.
        faces: The numbers of those who showed something, ascending.
        sentence: As in: At 12:31:05 Ana and Ben lowered the brows.
        marker: What the user noted near it, or None.
        readings: What it may have meant; empty at work, and where nobody asked.
    """

    begin: float
    end: float
    faces: tuple[int, ...]
    sentence: Phrase
    marker: str | None
    readings: tuple[MomentReading, ...]


@dataclass(frozen=True, slots=True)
class CallReview:
    """What the page and the report of a call tell about it.

    Attributes:
        people: Everybody who was analysed.
        moments: At most MAX_MOMENTS, in order of time.
        complete: Whether these are all that there were.
        trouble: Why it cannot be said what they may mean, as a sentence; empty where it can, or where nobody asked.
    """

    people: tuple[PersonMovements, ...]
    moments: tuple[CallMoment, ...]
    complete: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class _Event:
    """Something not everyday that a person began."""

    begin: float
    end: float
    face: int
    words: str


def review_call(session: SessionData, people: tuple[PersonMovements, ...]) -> CallReview | None:
    """What to tell about a call; None for other sessions.

    Args:
        session: The session.
        people: What was shown in it, as ``aggregate_session`` has it.
    """
    if not people:
        return None
    rules, trouble = dict[str, ReadingRule](), ""
    if any(person.possible for person in people):
        try:
            rules = dict(session.rules().enabled)
        except UsageError as error:
            trouble = str(error)
    grouped = _grouped(sorted(_events(people), key=attrgetter("begin", "face")))
    chosen = _chosen(grouped, session.markers)
    moments = (_moment(session, people, events, rules, place) for place, events in enumerate(chosen, 1))
    return CallReview(people, tuple(moments), len(chosen) == len(grouped), trouble)


def _events(people: Sequence[PersonMovements]) -> Iterator[_Event]:
    """What is not everyday; of the user only what they did with others: nobody asks themselves."""
    for what in NOTICEABLE:
        found = [
            _Event(begin, end, person.face, what.words)
            for person in people
            if what.together or person.who != USER_NAME
            for lane in person.lanes
            if lane.movement.name in what.names
            for begin, end in lane.shown
            if end - begin >= what.seconds
        ]
        yield from _at_once(found) if what.together else found


def _at_once(events: Iterable[_Event]) -> Iterator[_Event]:
    """Of one kind of event those that two people or more begin within TOGETHER_SECONDS."""
    for group in _grouped(sorted(events, key=attrgetter("begin")), TOGETHER_SECONDS):
        if len({event.face for event in group}) > 1:
            yield from group


def _grouped(events: Iterable[_Event], seconds: float = MERGE_SECONDS) -> list[list[_Event]]:
    """Events in order of time, those that begin within so many seconds of a group's first one together."""
    groups: list[list[_Event]] = []
    for event in events:
        if groups and event.begin - groups[-1][0].begin <= seconds:
            groups[-1].append(event)
        else:
            groups.append([event])
    return groups


def _chosen(groups: list[list[_Event]], markers: Sequence[Marker]) -> list[list[_Event]]:
    """At most MAX_MOMENTS in order of time: those near a marker, then of most people at once, then what is rare in the call."""
    often = Counter(event.words for group in groups for event in group)

    def key(group: list[_Event]) -> tuple[bool, int, int]:
        return _near(group, markers) is None, -len({event.face for event in group}), min(often[event.words] for event in group)

    return sorted(sorted(groups, key=key)[:MAX_MOMENTS], key=lambda group: group[0].begin)


def _span(group: list[_Event]) -> Stretch:
    return group[0].begin, max(event.end for event in group)


def _near(group: list[_Event], markers: Sequence[Marker]) -> Marker | None:
    """The marker nearest to the beginning of a moment, if one is near."""
    begin, end = _span(group)
    near = [each for each in markers if begin - NEAR_MARKER_SECONDS <= each.t <= end + NEAR_MARKER_SECONDS]
    return min(near, key=lambda marker: abs(marker.t - begin), default=None)


def _moment(
    session: SessionData,
    people: Sequence[PersonMovements],
    events: list[_Event],
    rules: Mapping[str, ReadingRule],
    place: int,
) -> CallMoment:
    begin, end = _span(events)
    names = {person.face: person.who for person in people}
    marker = _near(events, session.markers)
    faces = {event.face for event in events}
    told = [
        MomentReading(person.who, rules[name].name, rules[name].meaning, rules[name].alternatives)
        for person in people
        if person.face in faces
        for name in _possible(person, (begin, min(end, begin + MERGE_SECONDS) + READING_SECONDS), rules)
    ]
    when = moment_number(begin, f"asked about {place}", moment_words(session, begin))
    return CallMoment(
        begin, end, tuple(sorted(faces)), ("At ", when, f" {_clauses(events, names)}."), marker.text if marker else None,
        tuple(told),
    )  # fmt: skip


def _clauses(events: list[_Event], names: Mapping[int, str]) -> str:
    """As in: Ana and Ben lowered the brows; Cleo shook the head."""
    kinds = sorted(events, key=lambda event: [other.words for other in events].index(event.words))
    return "; ".join(
        f"{_listed([names[face] for face in sorted({event.face for event in group})])} {words}"
        for words, group in groupby(kinds, key=lambda event: event.words)
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1])] * (len(names) > 1) + [names[-1]])


def _possible(person: PersonMovements, part: Stretch, rules: Mapping[str, ReadingRule]) -> list[str]:
    """Ids of readings that were told of a person in a part, without those that are off or that no rule has any more."""
    told = [name for t, names in person.possible if part[0] <= t <= part[1] for name in names if name in rules]
    return list(dict.fromkeys(told))[:MAX_READINGS]
