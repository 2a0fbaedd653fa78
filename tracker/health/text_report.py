"""The report on health for people, line by line."""

from collections.abc import Iterator
from typing import Final

from tracker.core.text import counted, hundredths, number, share
from tracker.health.accuracy import VerdictFigures
from tracker.health.calibration import Bin, Calibration
from tracker.health.drift import Drift
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


def format_report(health: HealthReport) -> Iterator[str]:
    """The whole report."""
    yield health.sentence
    if health.verdicts.rate.n:
        yield from _of_verdicts(health.verdicts)
        yield from _of_calibration(health.verdicts.calibration)
        yield from _divided(health.verdicts)
    yield ""
    yield "without verdicts"
    for each in health.drift:
        yield from _of_drift(each)


def _of_verdicts(verdicts: VerdictFigures) -> Iterator[str]:
    yield verdicts.selection
    if verdicts.unclear:
        spoken = verdicts.spoken
        yield f"Of {number(verdicts.unclear)} it was not sure and said so. Where it spoke: {rate_words(spoken)}."
    told = [f"{counted(many, 'face')} {words}" for many, words in _apart(verdicts.apart) if many]
    if told:
        yield f"In no figure: {', '.join(told)}."


def _apart(apart: dict[str, int]) -> Iterator[tuple[int, str]]:
    yield apart["contempt"], "that showed contempt, which is none of the seven"
    yield apart["not a face"], "that were none"
    yield apart["can't tell"], "of which you could not tell either"


def _of_calibration(calibration: Calibration) -> Iterator[str]:
    yield ""
    yield "confidence"
    yield f"  {calibration.sentence}"
    for each in calibration.bins:
        if each.rate.n:
            yield _line(_bin_name(each), each.rate)
    if calibration.ece is not None and calibration.ece_by_chance is not None:
        error, luck = share(calibration.ece), share(calibration.ece_by_chance)
        yield f"  Expected calibration error {error}; a perfect one would show {luck} on so few verdicts."


def _bin_name(each: Bin) -> str:
    return f"says {hundredths(each.low)} to {share(each.high)}"


def _divided(verdicts: VerdictFigures) -> Iterator[str]:
    """What has one group only says nothing more than the whole."""
    yield from _block("by expression", [(name, rate) for name, rate in verdicts.recall.items() if rate.n])
    for by, grouping in verdicts.by.items():
        if len(grouping.groups) > 1:
            yield from _block(GROUPING_HEADINGS[by], [(group.name, group.rate) for group in grouping.groups])
            yield f"  {grouping.explained}"
    if len(verdicts.over_time) > 1:
        stretches = [(f"{each.begin:%d %b %Y}", each.rate) for each in verdicts.over_time]
        yield from _block(f"{verdicts.step} by {verdicts.step}", stretches)


def _block(heading: str, lines: list[tuple[str, Rate]]) -> Iterator[str]:
    yield ""
    yield heading
    yield from (_line(name, rate) for name, rate in lines)


def _line(name: str, rate: Rate) -> str:
    return f"  {name:<{NAME_COLUMN_WIDTH}} {rate_words(rate)}"


def rate_words(rate: Rate) -> str:
    """Right 81 % (70 to 89) of 62; or how many more it takes."""
    if rate.accuracy is None or rate.interval is None:
        return f"{rate.right} of {rate.n} right; not enough yet, {rate.missing} more"
    return f"right {share(rate.accuracy)} ({format_interval(rate.interval)}) of {number(rate.n)}"


def _of_drift(drift: Drift) -> Iterator[str]:
    yield f"  {drift.sentence}"
    yield from (f"    {measure.sentence}" for measure in drift.measures if not drift.changed)
