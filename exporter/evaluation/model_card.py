"""The model card in the format of Hugging Face: ``card.md`` beside this file, filled in from contract, scores and facts.

No sentence is about our own model alone: each comes from the file, from the run that gave the scores, or from ``Facts``.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from textwrap import fill
from typing import Any, Final

from exporter.evaluation.facts import Facts
from exporter.evaluation.plots import draw, named_taus, percent
from tracker.core.errors import DataError
from tracker.model.classifier import FEATURES_OUTPUT, OnnxClassifier
from tracker.model.contract import ModelContract

PROTOCOL: Final = {
    "train": "These are pictures to learn from: if it did, the scores say what it remembers, and not how good it is.",
    "public": (
        "`mien export` fits temperatures, threshold and priors on a public split: if it was this one, the scores flatter a"
        " little."
    ),
    "private": "",
}
"""What the scores of a split mean, where nobody said how it was used."""
CONTRACT: Final = (
    "The contract is JSON in the file's ONNX metadata under the key `mien`: {}. `tracker/model/contract.py` reads it and"
    " refuses a file whose contract cannot be kept. To look at it, or to run it:"
)
KINDS: Final = {"onnx": "an ONNX file", "keras": "a Keras model", "torch.export": "a torch.export program"}
"""What a network may be made from, as a contract has it, in words."""
WIDE: Final = 120
"""Letters a line, of what is put together here."""
PARTS: Final = {
    "shown": "shown, seven expressions",
    "ferplus": "`ferplus`, eight labels",
    "fer2013": "`fer2013`, seven labels",
    "wide": "`wide`, seven labels",
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


def write_card(
    classifier: OnnxClassifier, model: Path, scores: Mapping[str, Any], folder: Path, facts: Facts | None = None
) -> list[Path]:
    """README.md, its plots, and the scores it was made from; DataError when those, or the facts, are not this file's."""
    if facts is not None and facts.model not in ("", classifier.sha256):
        raise DataError(
            f"The facts are about another file than {model}: their 'model' is {facts.model}. Give --facts of its own."
        )
    if scores.get("model") != classifier.sha256 or "curves" not in scores or scores["shown"]["prior"] != "default":
        raise DataError(
            f"The scores are not those of {model} on labelled crops with the default prior: make them anew with"
            f" 'mien evaluate --model {model} --data fer2013.npz --json'."
        )
    folder.mkdir(parents=True, exist_ok=True)
    # Where the data lay is nobody else's business.
    kept = {**scores, "data": Path(scores["data"]).name}
    written = {"README.md": text(classifier.contract, model, kept, facts), "scores.json": json.dumps(kept) + "\n"}
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [*(folder / name for name in written), *draw(kept, folder)]


def text(contract: ModelContract, model: Path, scores: Mapping[str, Any], facts: Facts | None = None) -> str:
    """The whole card."""
    facts = facts or Facts()
    template = files("exporter.evaluation").joinpath("card.md").read_text(encoding="utf-8")
    blocks = {
        "front": front_matter(contract, scores, facts),
        "about": about(model, scores, facts),
        "outputs": outputs(contract, facts),
        "made": made(contract, facts),
        "leaks": leaks(scores),
        "scores": score_table(scores, facts),
        "recall": recall_table(scores["shown"]),
        "priors": priors(contract),
        "prior_table": prior_table(scores["curves"]),
        "limits": limits(scores["shown"], facts),
    }
    filled = Template(template).substitute(
        name=contract.name,
        version=contract.version,
        file=model.name,
        side=contract.side,
        heads=f"{len(contract.heads)} head{'s' * (len(contract.heads) != 1)}",
        contract=fill(CONTRACT.format(contract_contents(contract)), WIDE),
        shown=fill(shown(contract), WIDE),
        protocol=facts.protocol.get(scores["split"], PROTOCOL[scores["split"]]),
        judges=facts.judges.strip(),
        **{name: "\n".join(lines) for name, lines in blocks.items()},
    )
    return _without_gaps(filled)


def _without_gaps(filled: str) -> str:
    """What was left out leaves no empty lines behind."""
    while "\n\n\n" in filled:
        filled = filled.replace("\n\n\n", "\n\n")
    return filled


def split_name(scores: Mapping[str, Any], facts: Facts) -> str:
    """What the data's makers call the split, else what Mien does."""
    return facts.judged_on.get(scores["split"], f"{scores['split']} split")


def front_matter(contract: ModelContract, scores: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    """YAML, as Hugging Face reads it."""
    if facts.licence:
        yield f"license: {json.dumps(facts.licence)}"
    yield from ("language: en", "library_name: onnx", "pipeline_tag: image-classification")
    calibrated = ["calibrated"] if contract.shown.log_prior else []
    yield from _listed("tags", ["facial-expression-recognition", "onnx", *facts.learned_from, *calibrated])
    if facts.learned_from:
        yield from _listed("datasets", facts.learned_from)
    yield from _listed("metrics", [kind for kind, _ in METRICS.values()])
    yield "model-index:"
    yield from results(contract, scores, facts)


PLAIN: Final = r"[a-z][a-z0-9-]+"
"""What YAML takes for a text without quotation marks."""


def _listed(name: str, values: Sequence[str]) -> Iterator[str]:
    yield f"{name}:"
    yield from (f"- {value if re.fullmatch(PLAIN, value) else json.dumps(value)}" for value in values)


def about(model: Path, scores: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    """The file, and what its makers say of it in a line."""
    yield from ("| | |", "|---|---|")
    yield f"| file | `{model.name}`, {model.stat().st_size / 1e6:.1f} MB, {parameters(model):,} numbers |"
    yield f"| SHA-256 | `{scores['model']}` |"
    told = {"made by": facts.made_by, "kind": facts.kind, "licence": facts.licence_words or facts.licence}
    yield from (f"| {what} | {words} |" for what, words in told.items() if words)


def parameters(model: Path) -> int:
    """Numbers that the file holds, whether they were learned or not."""
    import onnx

    return sum(int(onnx.numpy_helper.to_array(entry).size) for entry in onnx.load(model).graph.initializer)


def outputs(contract: ModelContract, facts: Facts) -> Iterator[str]:
    """A row for what goes in, and for each thing that comes out."""
    scaling = f"gray bytes as `(byte / 255 - {contract.scaling.mean:g}) / {contract.scaling.std:g}`"
    yield from ("| name | shape | meaning |", "|---|---|---|")
    shape = f"[N, 1, {contract.side}, {contract.side}] floats"
    yield f"| `crops` (in) | {shape} | {scaling}; eyes and mouth where the contract's `crop` has them |"
    for name, head in contract.heads.items():
        taught = f": {facts.taught[name]}" if name in facts.taught else ""
        yield f"| `{name}` | [N, {len(head.labels)}] logits | {', '.join(head.labels)}{taught} |"
    if contract.features:
        refit = "; a refit starts from here" if contract.statistics else ""
        yield f"| `{FEATURES_OUTPUT}` | [N, {contract.features}] | what is read before the last layer{refit} |"


def contract_contents(contract: ModelContract) -> str:
    """What stands in it."""
    known = {
        "labels in order": True,
        "scaling": True,
        "crop geometry": True,
        "temperatures": True,
        "the prior of the pictures it was calibrated on": bool(contract.shown.log_prior),
        "thresholds": bool(contract.shown.log_prior),
        "the fingerprint of the training pictures": "fingerprint" in contract.training,
        "what it was made from": "from" in contract.training,
        f"the scores on the {contract.measured.get('split')} split": "split" in contract.measured,
    }
    *most, last = (words for words, there in known.items() if there)
    return f"{', '.join(most)} and {last}"


def shown(contract: ModelContract) -> str:
    """How what is shown comes from one head or two, and when it is ``unclear``."""
    head = f"the `{contract.shown.head}` head's seven labels"
    if not contract.shown.log_prior:
        return (
            f"What Mien shows is one distribution: {head} at temperature {contract.heads[contract.shown.head].temperature:g}."
            " The file was not calibrated: its confidence is the network's own, no prior is known, no reading is *unclear*."
        )
    second = contract.shown.second
    beside = (
        ""
        if second is None
        else f" As the prior is taken out, the `{second.head}` head is heard beside it: its logits without their own prior are"
        f" added {second.weight:g} times `tau` times, which at `natural` is nothing."
    )
    return (
        f"What Mien shows is one distribution: {head} with `tau` of the prior taken out and a temperature fitted for that"
        f" `tau` (`tracker/model/prior.py`).{beside} Below its threshold a reading says *unclear*: `mien export` chooses the"
        " lowest confidence from which on 95 % of the readings on a public split are right, as long as 30 % of them are left;"
        " where no confidence reaches that, the most accurate one that leaves 30 %."
    )


def made(contract: ModelContract, facts: Facts) -> Iterator[str]:
    """What its makers say, and what the contract tells; nothing where both are silent."""
    told = list(origin(contract))
    if facts.made or told:
        yield "## How it was made"
        yield ""
        yield facts.made.strip()
        yield ""
        yield from told


def origin(contract: ModelContract) -> Iterator[str]:
    """The contract's own words, as sentences."""
    training = contract.training
    if "from" in training:
        kind = KINDS.get(training["from"], training["from"])
        yield f"`mien export` made this file from {kind} (SHA-256 `{training.get('sha256')}`)."
    if runs := ends(training.get("mean_of", ())):
        yield f"Its weights are the mean of runs of {runs} epochs."
    data = training.get("calibrated_on", training)
    if "fingerprint" in data:
        what = "It was calibrated with" if "from" in training else "Its contract names"
        count = f"{data['pictures']:,} pictures"
        yield f"{what} data whose training split holds {count} (fingerprint `{data['fingerprint']}`)."


def priors(contract: ModelContract) -> Iterator[str]:
    """What ``--prior`` does to this file."""
    if not contract.shown.log_prior:
        yield "The file knows no prior, so `--prior` changes nothing of what it shows."
        return
    yield "A network that saw few faces of a kind hardly ever names it. Taking `tau` of the prior out helps what is rare"
    yield "and costs what is common: `natural` is tau 0, `balanced` is tau 1, and `--prior`, or the page, takes any number."
    yield "`mien export` chooses the two defaults on a public split: `live` is the largest tau that still recognises 92 % of"
    yield "the neutral faces there (0 if none does), because people in meetings are mostly neutral; `picture` the largest that"
    yield "costs at most 2 points of accuracy."


def limits(shown: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    """What its makers know, and what the run shows."""
    yield facts.limits.strip() or "- **Whose faces it learned from** is not told: nobody who made this card knew, or said so."
    yield f"- **Expressions that are rare here.** {rare(shown)}"
    yield "- **Groups.** With labelled pictures of your own and a `groups.csv` beside them, `mien evaluate --images` tells each"
    yield "  group's share of right answers."


def parts(scores: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What of a model was judged, in the order of the card."""
    return {part: scores[part] for part in PARTS if part in scores}


def results(contract: ModelContract, scores: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    """The front matter's ``model-index``."""
    data = facts.judged_on.get("name", Path(scores["data"]).name)
    kind = facts.judged_on.get("type", Path(scores["data"]).stem)
    yield f"- name: {json.dumps(contract.name)}"
    yield "  results:"
    for part, values in parts(scores).items():
        yield "  - task:"
        yield "      type: image-classification"
        yield "      name: Facial expression recognition"
        yield "    dataset:"
        yield f"      type: {json.dumps(kind)}"
        yield f"      name: {json.dumps(f'{data} ({PARTS[part]})'.replace('`', ''))}"
        yield f"      split: {json.dumps(split_name(scores, facts))}"
        yield "    metrics:"
        for key, (metric, name) in METRICS.items():
            yield f"    - {{type: {metric}, value: {values[key]}, name: {name}}}"


def ends(runs: Sequence[Mapping[str, Any]]) -> str:
    """The runs whose mean the model is, as 30 and 12; empty where there is no word of any."""
    epochs = [str(run["epochs"]) for run in runs]
    return " and ".join(filter(None, (", ".join(epochs[:-1]), *epochs[-1:])))


def leaks(scores: Mapping[str, Any]) -> Iterator[str]:
    """How many of the pictures are also among the data's training ones."""
    widest = max(parts(scores).values(), key=lambda values: values["n"])
    if "without_leaks" in widest:
        count = widest["n"] - widest["without_leaks"]["n"]
        yield f'"Without leaks" leaves out the {count:,} pictures that are pixel-identical with one of the training split.'


def score_table(scores: Mapping[str, Any], facts: Facts) -> Iterator[str]:
    """A row for each part."""
    columns = ["pictures", "accuracy (95 %)", "without leaks", "unweighted recall", "macro F1", "calibration error"]
    yield f"| {' | '.join([split_name(scores, facts), *columns])} |"
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
    return f"There are few pictures to judge {' and '.join(few)} by: how well they are recognised is hardly known."
