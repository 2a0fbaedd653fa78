"""Formats the report on health as text."""

from collections.abc import Iterator
from typing import Final

from tracker.core.text import counted, hundredths, number, share
from tracker.health.calibration import Calibration
from tracker.health.rates import Rate, format_interval
from tracker.health.report import HealthReport

NAME_COLUMN_WIDTH: Final = 22
GROUPING_HEADINGS: Final = {
    "origin": "by where the face came from",
    "light": "by light",
    "size": "by size",
    "model": "by model",
    "fit": "by fit",
}

OTHER_VERDICT_WORDS: Final = {
    "contempt": "that showed contempt, which is none of the seven",
    "not a face": "that were none",
    "can't tell": "of which you could not tell either",
}


def format_report(health: HealthReport) -> Iterator[str]:
    """The lines of the whole report."""
    verdicts = health.verdicts
    yield health.sentence
    if verdicts.rate.n:
        yield verdicts.selection
        if verdicts.unclear:
            spoke = format_rate(verdicts.spoken)
            yield f"Of {number(verdicts.unclear)} it was not sure and said so. Where it spoke: {spoke}."
        left_out = [f"{counted(count, 'face')} {OTHER_VERDICT_WORDS[said]}" for said, count in verdicts.apart.items() if count]
        if left_out:
            yield f"In no figure: {', '.join(left_out)}."
        yield from _format_calibration(verdicts.calibration)
        # A grouping with one group only says no more than the whole.
        yield from _format_block("by expression", [(name, rate) for name, rate in verdicts.recall.items() if rate.n])
        for by, grouping in verdicts.by.items():
            if len(grouping.groups) > 1:
                yield from _format_block(GROUPING_HEADINGS[by], [(group.name, group.rate) for group in grouping.groups])
                yield f"  {grouping.explained}"
        if len(verdicts.over_time) > 1:
            periods = [(f"{each.begin:%d %b %Y}", each.rate) for each in verdicts.over_time]
            yield from _format_block(f"{verdicts.step} by {verdicts.step}", periods)
    yield ""
    yield "without verdicts"
    for drift in health.drift:
        yield f"  {drift.sentence}"
        yield from (f"    {measure.sentence}" for measure in drift.measures if not drift.changed)


def _format_calibration(calibration: Calibration) -> Iterator[str]:
    yield ""
    yield "confidence"
    yield f"  {calibration.sentence}"
    for each in calibration.bins:
        if each.rate.n:
            yield _format_line(f"says {hundredths(each.low)} to {share(each.high)}", each.rate)
    if calibration.ece is not None and calibration.ece_by_chance is not None:
        error, by_chance = share(calibration.ece), share(calibration.ece_by_chance)
        yield f"  Expected calibration error {error}; a perfect one would show {by_chance} on so few verdicts."


def _format_block(heading: str, lines: list[tuple[str, Rate]]) -> Iterator[str]:
    yield ""
    yield heading
    yield from (_format_line(name, rate) for name, rate in lines)


def _format_line(name: str, rate: Rate) -> str:
    return f"  {name:<{NAME_COLUMN_WIDTH}} {format_rate(rate)}"


def format_rate(rate: Rate) -> str:
    """A rate as in: right 81 % (70 to 89) of 62; or how many more verdicts it needs."""
    if rate.accuracy is None or rate.interval is None:
        return f"{rate.right} of {rate.n} right; not enough yet, {rate.missing} more"
    return f"right {share(rate.accuracy)} ({format_interval(rate.interval)}) of {number(rate.n)}"
