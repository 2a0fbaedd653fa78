"""Computes from people's verdicts how often the model is right."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from tracker.core.text import counted, number, share
from tracker.core.vocabulary import EXPRESSIONS
from tracker.health.calibration import Calibration, calibration
from tracker.health.judgements import GROUPINGS, LabelledPredictions, group_masks
from tracker.health.rates import Rate, format_interval

OTHER_VERDICTS: Final = ("contempt", "not a face", "can't tell")
"""What a person may say besides the seven expressions; it is counted, and part of no accuracy."""
CONFUSION_ROWS: Final = (*EXPRESSIONS, *OTHER_VERDICTS)
MAX_SINGLE_DAYS: Final = 14
"""A longer time is shown in weeks, not in days."""
CLOCK_TOLERANCE: Final = timedelta(days=1)
"""A verdict with a later time than this after now is left out: another machine's clock was wrong."""
FAIR_SAMPLE_SHARE: Final = 0.8
"""If at least this share of the faces has a verdict, the verdicts are a fair sample of them."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """One group of verdicts and its rate."""

    name: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Grouping:
    """All verdicts, divided into groups; ``explained`` says how, for people."""

    explained: str
    groups: tuple[GroupRate, ...]


@dataclass(frozen=True, slots=True)
class PeriodRate:
    """The rate of the verdicts of one day or week, ``begin`` included, ``end`` not."""

    begin: date
    end: date
    rate: Rate


@dataclass(frozen=True, slots=True)
class VerdictFigures:
    """How often the model is right; attributes are named as in JSON.

    Attributes:
        sentence: The first sentence that a person reads.
        selection: A sentence on how the choice of the faces affects the rate.
        rate: Of the verdicts that name one of the seven expressions, by the likeliest guess, also where the model said unclear.
        spoken: Of those where the model did not say unclear.
        unclear: How often it said unclear.
        apart: Verdict that is none of the seven -> how many.
        faces: How many faces of uploads are stored.
        answered: How many of them have a verdict.
        recall: Expression -> rate of the verdicts that name it.
        rows: What the rows of ``confusion`` stand for: what the person said.
        columns: What its columns stand for: the likeliest guess.
        confusion: [rows][columns] counts.
        calibration: How confidence and accuracy compare.
        by: Name of a grouping -> its groups.
        step: "day" or "week".
        over_time: The rate of each day or week with verdicts, in order.
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


def verdict_figures(labelled: LabelledPredictions, faces: int, answered: int, now: datetime) -> VerdictFigures:
    """Compute all of these figures.

    Args:
        labelled: The verdicts.
        faces: How many faces of uploads are stored.
        answered: How many of them have a verdict.
        now: In the time zone in which days and weeks begin.
    """
    named = labelled.named
    rate, spoken = Rate.of(named.right), Rate.of(named.right[named.spoken])
    step, over_time = rates_over_time(named, now)
    guess = labelled.guess
    return VerdictFigures(
        sentence=accuracy_sentence(rate),
        selection=selection_sentence(rate, faces, answered),
        rate=rate,
        spoken=spoken,
        unclear=len(named) - spoken.n,
        apart={said: int((labelled.said == said).sum()) for said in OTHER_VERDICTS},
        faces=faces,
        answered=answered,
        recall={name: Rate.of(named.right[named.said == name]) for name in EXPRESSIONS},
        rows=CONFUSION_ROWS,
        columns=EXPRESSIONS,
        confusion=tuple(
            tuple(int(((labelled.said == row) & (guess == column)).sum()) for column in EXPRESSIONS) for row in CONFUSION_ROWS
        ),
        calibration=calibration(named.confidence, named.right),
        by={
            by: Grouping(
                explained,
                tuple(GroupRate(name, Rate.of(named.right[mask])) for name, mask in group_masks(named, by).items()),
            )
            for by, explained in GROUPINGS.items()
        },
        step=step,
        over_time=over_time,
    )


def accuracy_sentence(rate: Rate) -> str:
    """How often the model is right, or how many more verdicts that takes: the first sentence that a person reads."""
    if rate.accuracy is None or rate.interval is None:
        so_far = f"There are {counted(rate.n, 'verdict')} so far" if rate.n else "There are no verdicts yet"
        if rate.n == 1:
            so_far = "There is 1 verdict so far"
        return f"{so_far}: {rate.missing} more, and Mien can tell how often the model is right."
    known = share(rate.accuracy)
    return f"On your {number(rate.n)} verdicts the model is right {known} of the time ({format_interval(rate.interval)})."


def selection_sentence(rate: Rate, faces: int, answered: int) -> str:
    """How the choice of faces that got a verdict affects the figure; parameters as in ``verdict_figures``."""
    if not rate.n:
        return 'A verdict is what you say a face shows: on the page Picture, or on Now with "Correct this".'
    if faces and answered >= FAIR_SAMPLE_SHARE * faces:
        return f"You gave verdicts on {number(answered)} of {counted(faces, 'face')} in your pictures: that is a fair sample."
    spoke = f"You gave verdicts on {number(answered)} of {counted(faces, 'face')} in your pictures. " if faces else ""
    return (
        f"{spoke}People correct a wrong answer more often than they confirm a right one, so the model is probably right"
        " more often than these verdicts say. Confirm a few that are right, and the figure becomes fairer."
    )


def rates_over_time(labelled: LabelledPredictions, now: datetime) -> tuple[str, tuple[PeriodRate, ...]]:
    """The step ("day" or, over a longer time, "week" from Monday), and the rate of each that has verdicts, in order.

    Verdicts from after ``now`` are left out; days begin in its time zone.
    """
    labelled = labelled.take(np.array([moment <= now + CLOCK_TOLERANCE for moment in labelled.at], bool))
    if not len(labelled):
        return "day", ()
    dates = [moment.astimezone(now.tzinfo) for moment in labelled.at]
    is_daily = (max(dates) - min(dates)).days < MAX_SINGLE_DAYS
    places_by_begin: dict[date, list[int]] = {}
    for place, moment in enumerate(dates):
        day = moment.date()
        places_by_begin.setdefault(day if is_daily else day - timedelta(days=day.weekday()), []).append(place)
    length = timedelta(days=1 if is_daily else 7)
    rates = (
        PeriodRate(begin, begin + length, Rate.of(labelled.right[np.array(places_by_begin[begin])]))
        for begin in sorted(places_by_begin)
    )
    return "day" if is_daily else "week", tuple(rates)
