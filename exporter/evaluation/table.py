"""The scores of ``mien evaluate`` as lines for people."""

from collections.abc import Iterator
from typing import Any

from exporter.data.labels import HEAD_LABELS
from exporter.evaluation.paired_tests import lines


def table(scores: dict[str, Any]) -> Iterator[str]:
    """The scores as lines for people."""
    parts = [part for part in ("shown", *HEAD_LABELS) if part in scores]
    yield f"model {scores['model'][:12]}  data {scores['data']}  split {scores['split'] or '-'}  pictures {scores['n']:,}"
    yield f"{'':9}{'n':>7}{'accuracy':>10}{'95 % interval':>17}{'UAR':>8}{'F1':>8}{'ECE':>8}{'best 80 %':>11}"
    for name in parts:
        part = scores[name]
        uar, f1, ece, best = map(_percent, (part["uar"], part["macro_f1"], part["ece"], part["coverage"]["0.8"]))
        right = f"{_percent(part['accuracy']):>10}{_interval(part):>17}"
        yield f"{name:9}{part['n']:>7,}{right}{uar:>8}{f1:>8}{ece:>8}{best:>11}"
    recall = "  ".join(f"{name} {_percent(value)}" for name, value in scores["shown"]["recall"].items())
    yield f"recall of what is shown: {recall}"
    clear = scores["abstention"]
    yield (
        f"at or above {_percent(clear['threshold'])} confidence: {_percent(clear['coverage'])} of the readings,"
        f" {_percent(clear['accuracy'])} of them right"
    )
    yield f"face found in {_percent(scores['found'])}, median {scores['median_ms_per_face'] or 0:.1f} ms a face"
    for name, group in scores.get("groups", {}).items():
        yield f"group {name}: {group['n']:,} pictures, {_percent(group['accuracy'])} right ({_interval(group)})"
    if "compare" in scores:
        yield from lines(scores["compare"])


def _interval(scores: dict[str, Any]) -> str:
    return " - ".join(_percent(end) for end in scores["interval"])


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
