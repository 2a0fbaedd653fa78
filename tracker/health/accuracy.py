"""How well the model does for a person, as their verdicts tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

import numpy as np

from tracker.core.text import counted, number, share
from tracker.core.vocabulary import EXPRESSIONS
from tracker.health.calibration import Calibration, calibration
from tracker.health.judgements import EXPLAINED, LabelledPrediction, groups
from tracker.health.rates import Rate, between

APART: Final = ("contempt", "not a face", "can't tell")
"""What a person may say that none of the seven can be: counted, and in no accuracy."""
ROWS: Final = (*EXPRESSIONS, *APART)
BY_DAY: Final = 14
"""Up to so many days are shown day by day, more of them week by week."""
CLOCKS: Final = timedelta(days=1)
"""Another machine's clock may go before ours; what lies farther ahead was never said then."""
NEARLY_ALL: Final = 0.8
"""From this share on, verdicts are about as mixed as the faces were."""


@dataclass(frozen=True, slots=True)
class Group:
    """The verdicts of one kind."""

    name: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Grouping:
    """The same verdicts, divided; ``explained`` says how."""

    explained: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class TimeRange:
    """The verdicts of one day or week; the end is not in it."""

    begin: date
    end: date
    rate: Rate


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What verdicts say of the model.

    rate: of those that name one of the seven, the likeliest guess taken even where the model kept it to itself. spoken: the
    same where it did speak. unclear: how often it did not. apart: how many said something else. faces, answered: uploads'
    faces that are stored, and how many of them have a verdict. recall: a rate for each expression the person named.
    confusion: [rows][columns], rows what the person said, columns what the model thought. step: "day" or "week".
    """

    sentence: str
    selection: str
    rate: Rate
    spoken: Rate
    unclear: int
    apart: dict[str, int]
    faces: int
    answered: int
    recall: dict[str, Rate]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: Calibration
    by: dict[str, Grouping]
    step: str
    over_time: tuple[TimeRange, ...]


def verdict_figures(judged: LabelledPrediction, faces: int, answered: int, now: datetime) -> Verdicts:
    """All of these figures; days and weeks begin as they do in the time zone of ``now``."""
    named = judged.named
    rate, spoken = Rate.of(named.right), Rate.of(named.right[named.spoken])
    step, over_time = in_time(named, now)
    return Verdicts(
        sentence=first_sentence(rate),
        selection=selection(rate, faces, answered),
        rate=rate,
        spoken=spoken,
        unclear=len(named) - spoken.n,
        apart={said: int((judged.said == said).sum()) for said in APART},
        faces=faces,
        answered=answered,
        recall={name: Rate.of(named.right[named.said == name]) for name in EXPRESSIONS},
        rows=ROWS,
        columns=EXPRESSIONS,
        confusion=confusion(judged),
        calibration=calibration(named.confidence, named.right),
        by={by: Grouping(words, _groups(named, by)) for by, words in EXPLAINED.items()},
        step=step,
        over_time=over_time,
    )


def first_sentence(rate: Rate) -> str:
    """The one that a person reads first."""
    if rate.accuracy is None or rate.interval is None:
        so_far = f"There are {counted(rate.n, 'verdict')} so far" if rate.n else "There are no verdicts yet"
        if rate.n == 1:
            so_far = "There is 1 verdict so far"
        return f"{so_far}: {rate.missing} more, and Mien can tell how often the model is right."
    known = share(rate.accuracy)
    return f"On your {number(rate.n)} verdicts the model is right {known} of the time ({between(rate.interval)})."


def selection(rate: Rate, faces: int, answered: int) -> str:
    """What the choice of faces that people speak of does to the figure."""
    if not rate.n:
        return 'A verdict is what you say a face shows: on the page Picture, or on Now with "Say what this shows".'
    if faces and answered >= NEARLY_ALL * faces:
        return f"You spoke of {number(answered)} of {counted(faces, 'face')} in your pictures: that is a fair sample of them."
    spoke = f"You spoke of {number(answered)} of {counted(faces, 'face')} in your pictures. " if faces else ""
    return (
        f"{spoke}People correct a wrong answer more often than they confirm a right one, so the model is probably right"
        " more often than these verdicts say. Confirm a few that are right, and the figure becomes fairer."
    )


def confusion(judged: LabelledPrediction) -> tuple[tuple[int, ...], ...]:
    """[said][guessed] counts, in the order of ROWS and EXPRESSIONS."""
    guess = judged.guess
    return tuple(tuple(int(((judged.said == row) & (guess == column)).sum()) for column in EXPRESSIONS) for row in ROWS)


def _groups(judged: LabelledPrediction, by: str) -> tuple[Group, ...]:
    return tuple(Group(name, Rate.of(judged.right[inside])) for name, inside in groups(judged, by).items())


def in_time(judged: LabelledPrediction, now: datetime) -> tuple[str, tuple[TimeRange, ...]]:
    """Day by day, or week by week from Monday when it is longer; days without a verdict are left out, and so is the future."""
    judged = judged.take(np.array([moment <= now + CLOCKS for moment in judged.at], bool))
    if not len(judged):
        return "day", ()
    local = [moment.astimezone(now.tzinfo) for moment in judged.at]
    days = 1 if (max(local) - min(local)).days < BY_DAY else 7
    return "day" if days == 1 else "week", tuple(_stretches(judged, local, days))


def _stretches(judged: LabelledPrediction, local: list[datetime], days: int) -> Iterator[TimeRange]:
    begins = [_first_day(moment.date(), days) for moment in local]
    for begin, places in groupby(sorted(range(len(begins)), key=begins.__getitem__), begins.__getitem__):
        yield TimeRange(begin, begin + timedelta(days=days), Rate.of(judged.right[np.array(list(places))]))


def _first_day(day: date, days: int) -> date:
    return day - timedelta(days=day.weekday()) if days > 1 else day
