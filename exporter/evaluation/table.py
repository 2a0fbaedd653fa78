"""The scores of ``mien evaluate`` as lines of text."""

from collections.abc import Iterator

from exporter.evaluation.scores import Comparison, Evaluation, Interval, PortraitScores


def format_evaluation(scores: Evaluation) -> Iterator[str]:
    """A line for each part of the model, then recalls, abstention, groups, and the comparison with another model."""
    yield f"model {scores.model[:12]}  data {scores.data}  split {scores.split or '-'}  pictures {scores.n:,}"
    yield f"{'':9}{'n':>7}{'accuracy':>10}{'95 % interval':>17}{'UAR':>8}{'F1':>8}{'ECE':>8}{'best 80 %':>11}"
    for name, part in scores.parts.items():
        uar, f1, ece, best = map(_percent, (part.uar, part.macro_f1, part.ece, part.coverage["0.8"]))
        right = f"{_percent(part.accuracy):>10}{_interval(part.interval):>17}"
        yield f"{name:9}{part.n:>7,}{right}{uar:>8}{f1:>8}{ece:>8}{best:>11}"
    recall = "  ".join(f"{name} {_percent(value)}" for name, value in scores.shown.recall.items())
    yield f"recall of what is shown: {recall}"
    clear = scores.abstention
    yield (
        f"at or above {_percent(clear.threshold)} confidence: {_percent(clear.coverage)} of the readings,"
        f" {_percent(clear.accuracy)} of them right"
    )
    yield f"face found in {_percent(scores.found)}, median {scores.median_ms_per_face or 0:.1f} ms a face"
    for name, group in (scores.groups or {}).items():
        yield f"group {name}: {group.n:,} pictures, {_percent(group.accuracy)} right ({_interval(group.interval)})"
    if scores.compare:
        yield from format_comparison(scores.compare)
    if scores.portraits:
        yield from format_portraits(scores.portraits)


def format_portraits(scores: PortraitScores) -> Iterator[str]:
    """A line for each group, and the ratio of the worst to the best."""
    yield f"portraits {scores.data}  prior {scores.prior}  pictures {scores.n:,}"
    for kind, groups in scores.groups.items():
        yield f"{kind:9}{'n':>7}{'happy':>8}{'neutral':>9}{'unclear':>9}   negative of those not smiling"
        for name, group in groups.items():
            shares = (_percent(group.shown[word]) for word in ("happy", "neutral", "unclear"))
            happy, neutral, unclear = shares
            yield (
                f"{name:9}{group.n:>7,}{happy:>8}{neutral:>9}{unclear:>9}"
                f"   {_percent(group.negative)} of {group.not_smiling:,} ({_interval(group.interval)})"
            )
        ratio = scores.ratio[kind]
        yield f"worst to best: {'-' if ratio is None else f'{ratio:.1f} times'}"


def format_comparison(compared: Comparison) -> Iterator[str]:
    """A line for each part that both models have, where there are pictures."""
    yield f"compared with model {compared.model[:12]}, on the same pictures:"
    for name, part in compared.parts.items():
        if part.n:
            more, low, high = ((value or 0) * 100 for value in (part.difference, *part.interval))
            yield (
                f"{name:9}{more:+7.2f} points ({low:+.2f} to {high:+.2f}), right alone {part.only_this} : {part.only_other},"
                f" p = {part.mcnemar:.2g}, same guess {_percent(part.agreement)}"
            )


def _interval(ends: Interval) -> str:
    return " - ".join(map(_percent, ends))


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
