"""The model card in the format of Hugging Face: ``card.md`` beside this file, filled in from a model's contract and scores."""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Final

from exporter.plots import draw, named_taus, percent
from tracker.card import ModelCard
from tracker.classifier import OnnxClassifier
from tracker.errors import DataError

SPLITS: Final = {"train": "Training", "public": "PublicTest", "private": "PrivateTest"}
PROTOCOL: Final = {
    "train": "These are the pictures that it learned from: the scores say what it remembers, and not how good it is.",
    "public": (
        "Fitted on Training. **These are scores on PublicTest, on which temperatures, threshold and priors were chosen**, so"
        " they flatter a little; PrivateTest is read once for a released model."
    ),
    "private": "Fitted on Training, everything chosen on PublicTest, PrivateTest read once, for these scores.",
}
PARTS: Final = {
    "shown": "shown, seven expressions",
    "ferplus": "`ferplus`, eight labels",
    "fer2013": "`fer2013`, seven labels",
}
METRICS: Final = {
    "accuracy": ("accuracy", "Accuracy"),
    "uar": ("recall", "Unweighted mean recall"),
    "macro_f1": ("f1", "Macro F1"),
    "ece": ("expected-calibration-error", "Expected calibration error"),
}
"""Key of the scores -> Hugging Face's name of the metric, and ours."""
RARE: Final = 100
"""With fewer pictures than this to judge by, a recall is uncertain by 5 points and more to each side."""


def write_card(classifier: OnnxClassifier, model: Path, scores: Mapping[str, Any], folder: Path) -> list[Path]:
    """README.md, its plots, and the scores it was made from; DataError when those are not this file's."""
    if scores.get("model") != classifier.sha256 or "curves" not in scores or scores["shown"]["prior"] != "default":
        raise DataError(
            f"The scores are not those of {model} on labelled crops with the default prior: make them anew with"
            f" 'mien evaluate --model {model} --data fer2013.npz --json'."
        )
    folder.mkdir(parents=True, exist_ok=True)
    # Where the data lay is nobody else's business.
    kept = {**scores, "data": Path(scores["data"]).name}
    written = {"README.md": text(classifier.card, model, kept), "scores.json": json.dumps(kept) + "\n"}
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [*(folder / name for name in written), *draw(kept, folder)]


def text(card: ModelCard, model: Path, scores: Mapping[str, Any]) -> str:
    """The whole card."""
    template = files("exporter").joinpath("card.md").read_text(encoding="utf-8")
    return Template(template).substitute(
        name=card.name,
        version=card.version,
        file=model.name,
        megabytes=f"{model.stat().st_size / 1e6:.1f}",
        sha256=scores["model"],
        side=card.side,
        mean=f"{card.scaling.mean:g}",
        std=f"{card.scaling.std:g}",
        features=card.features or 0,
        pictures=f"{card.training.get('pictures', 0):,}",
        ends=ends(card.training.get("mean_of", ())),
        split=scores["split"],
        protocol=PROTOCOL[scores["split"]],
        leaks=leaks(scores),
        results="\n".join(results(card, scores)),
        scores="\n".join(score_table(scores)),
        recall="\n".join(recall_table(scores["shown"])),
        priors="\n".join(prior_table(scores["curves"])),
        rare=rare(scores["shown"]),
        **{plot: f"{plot}.svg" for plot in ("confusion", "reliability", "coverage", "prior")},
    )


def parts(scores: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What of a model was judged, in the order of the card."""
    return {part: scores[part] for part in PARTS if part in scores}


def results(card: ModelCard, scores: Mapping[str, Any]) -> Iterator[str]:
    """The front matter's ``model-index``."""
    yield f"- name: {json.dumps(card.name)}"
    yield "  results:"
    for part, values in parts(scores).items():
        yield "  - task:"
        yield "      type: image-classification"
        yield "      name: Facial expression recognition"
        yield "    dataset:"
        yield f"      type: {'fer2013' if part == 'fer2013' else 'ferplus'}"
        yield f"      name: {json.dumps(f'FER-2013 ({PARTS[part]})'.replace('`', ''))}"
        yield f"      split: {SPLITS[scores['split']]}"
        yield "    metrics:"
        for key, (kind, name) in METRICS.items():
            yield f"    - {{type: {kind}, value: {values[key]}, name: {name}}}"


def ends(runs: Sequence[Mapping[str, Any]]) -> str:
    """The short runs whose mean the model is, as 30 and 12; how many is not known of another's."""
    epochs = [str(run["epochs"]) for run in runs]
    return " and ".join(filter(None, (", ".join(epochs[:-1]), *epochs[-1:]))) or "some"


def leaks(scores: Mapping[str, Any]) -> str:
    """How many of the pictures are also among the training ones."""
    widest = max(parts(scores).values(), key=lambda values: values["n"])
    return f"{widest['n'] - widest.get('without_leaks', widest)['n']:,}"


def score_table(scores: Mapping[str, Any]) -> Iterator[str]:
    """A row for each part."""
    columns = ["pictures", "accuracy (95 %)", "without leaks", "unweighted recall", "macro F1", "calibration error"]
    yield f"| {' | '.join([SPLITS[scores['split']], *columns])} |"
    yield "|---|---|---|---|---|---|---|"
    for part, values in parts(scores).items():
        low, high = (f"{end * 100:.1f}" for end in values["interval"])
        fresh = values.get("without_leaks")
        others = " | ".join(percent(values[key]) for key in ("uar", "macro_f1", "ece"))
        alone = f"{percent(fresh['accuracy'])} of {fresh['n']:,}" if fresh else "-"
        yield f"| {PARTS[part]} | {values['n']:,} | {percent(values['accuracy'])} ({low}-{high}) | {alone} | {others} |"


def recall_table(shown: Mapping[str, Any]) -> list[str]:
    """Of each expression's faces, how many were recognised."""
    recall = shown["recall"]
    return [
        f"| {' | '.join(['recognised', *recall])} |",
        "|" + "---|" * (len(recall) + 1),
        f"| of {shown['n']:,} | {' | '.join(percent(value) for value in recall.values())} |",
    ]


def prior_table(curves: Mapping[str, Any]) -> Iterator[str]:
    """What the priors that have a name give."""
    points = {point["tau"]: point for point in curves["prior"]}
    yield "| prior | tau | accuracy | unweighted recall | neutral faces recognised |"
    yield "|---|---|---|---|---|"
    for tau, name in named_taus(curves).items():
        numbers = " | ".join(percent(points[tau][key]) for key in ("accuracy", "uar", "neutral"))
        yield f"| {name} | {tau:g} | {numbers} |"


def rare(shown: Mapping[str, Any]) -> str:
    """Which expressions had so few pictures that their recall is hardly known."""
    counts = {label: sum(row) for label, row in zip(shown["recall"], shown["confusion"], strict=True)}
    few = [f"{label} ({count:,})" for label, count in counts.items() if count < RARE]
    if not few:
        return "Each of the seven was judged on 100 pictures or more."
    return f"There are few pictures to judge {' and '.join(few)} by, and few taught them: expect mistakes."
