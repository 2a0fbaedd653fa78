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
from tracker.health.judgements import GROUPINGS, LabelledPredictions, group_masks
from tracker.health.rates import Rate, format_interval

OTHER_VERDICTS: Final = ("contempt", "not a face", "can't tell")
"""What a person may say that none of the seven can be: counted, and in no accuracy."""
CONFUSION_ROWS: Final = (*EXPRESSIONS, *OTHER_VERDICTS)
MAX_SINGLE_DAYS: Final = 14
"""Up to so many days are shown day by day, more of them week by week."""
CLOCK_TOLERANCE: Final = timedelta(days=1)
"""Another machine's clock may go before ours; what lies farther ahead was never said then."""
FAIR_SAMPLE_SHARE: Final = 0.8
"""From this share on, verdicts are about as mixed as the faces were."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """The verdicts of one kind."""

    name: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Grouping:
    """The same verdicts, divided; ``explained`` says how."""

    explained: str
    groups: tuple[GroupRate, ...]


@dataclass(frozen=True, slots=True)
class PeriodRate:
    """The verdicts of one day or week; the end is not in it."""

    begin: date
    end: date
    rate: Rate


@dataclass(frozen=True, slots=True)
class VerdictFigures:
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
    over_time: tuple[PeriodRate, ...]


def verdict_figures(judged: LabelledPredictions, faces: int, answered: int, now: datetime) -> VerdictFigures:
    """All of these figures; days and weeks begin as they do in the time zone of ``now``."""
    named = judged.named
    rate, spoken = Rate.of(named.right), Rate.of(named.right[named.spoken])
    step, over_time = rates_over_time(named, now)
    return VerdictFigures(
        sentence=accuracy_sentence(rate),
        selection=selection_sentence(rate, faces, answered),
        rate=rate,
        spoken=spoken,
        unclear=len(named) - spoken.n,
        apart={said: int((judged.said == said).sum()) for said in OTHER_VERDICTS},
        faces=faces,
        answered=answered,
        recall={name: Rate.of(named.right[named.said == name]) for name in EXPRESSIONS},
        rows=CONFUSION_ROWS,
        columns=EXPRESSIONS,
        confusion=confusion(judged),
        calibration=calibration(named.confidence, named.right),
        by={by: Grouping(words, _groups(named, by)) for by, words in GROUPINGS.items()},
        step=step,
        over_time=over_time,
    )


def accuracy_sentence(rate: Rate) -> str:
    """The one that a person reads first."""
    if rate.accuracy is None or rate.interval is None:
        so_far = f"There are {counted(rate.n, 'verdict')} so far" if rate.n else "There are no verdicts yet"
        if rate.n == 1:
            so_far = "There is 1 verdict so far"
        return f"{so_far}: {rate.missing} more, and Mien can tell how often the model is right."
    known = share(rate.accuracy)
    return f"On your {number(rate.n)} verdicts the model is right {known} of the time ({format_interval(rate.interval)})."


def selection_sentence(rate: Rate, faces: int, answered: int) -> str:
    """What the choice of faces that people speak of does to the figure."""
    if not rate.n:
        return 'A verdict is what you say a face shows: on the page Picture, or on Now with "Say what this shows".'
    if faces and answered >= FAIR_SAMPLE_SHARE * faces:
        return f"You spoke of {number(answered)} of {counted(faces, 'face')} in your pictures: that is a fair sample of them."
    spoke = f"You spoke of {number(answered)} of {counted(faces, 'face')} in your pictures. " if faces else ""
    return (
        f"{spoke}People correct a wrong answer more often than they confirm a right one, so the model is probably right"
        " more often than these verdicts say. Confirm a few that are right, and the figure becomes fairer."
    )


def confusion(judged: LabelledPredictions) -> tuple[tuple[int, ...], ...]:
    """[said][guessed] counts, in the order of ROWS and EXPRESSIONS."""
    guess = judged.guess
    return tuple(
        tuple(int(((judged.said == row) & (guess == column)).sum()) for column in EXPRESSIONS) for row in CONFUSION_ROWS
    )


def _groups(judged: LabelledPredictions, by: str) -> tuple[GroupRate, ...]:
    return tuple(GroupRate(name, Rate.of(judged.right[inside])) for name, inside in group_masks(judged, by).items())


def rates_over_time(judged: LabelledPredictions, now: datetime) -> tuple[str, tuple[PeriodRate, ...]]:
    """Day by day, or week by week from Monday when it is longer; days without a verdict are left out, and so is the future."""
    judged = judged.take(np.array([moment <= now + CLOCK_TOLERANCE for moment in judged.at], bool))
    if not len(judged):
        return "day", ()
    local = [moment.astimezone(now.tzinfo) for moment in judged.at]
    days = 1 if (max(local) - min(local)).days < MAX_SINGLE_DAYS else 7
    return "day" if days == 1 else "week", tuple(_stretches(judged, local, days))


def _stretches(judged: LabelledPredictions, local: list[datetime], days: int) -> Iterator[PeriodRate]:
    begins = [_first_day(moment.date(), days) for moment in local]
    for begin, places in groupby(sorted(range(len(begins)), key=begins.__getitem__), begins.__getitem__):
        yield PeriodRate(begin, begin + timedelta(days=days), Rate.of(judged.right[np.array(list(places))]))


def _first_day(day: date, days: int) -> date:
    return day - timedelta(days=day.weekday()) if days > 1 else day
