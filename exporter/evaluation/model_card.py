"""The model card in the format of Hugging Face: the template ``card.md``, filled in from contract, scores and facts.

No sentence is about Mien's own model alone: each comes from the file, from the scores, or from ``Facts``.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from string import Template
from textwrap import fill
from typing import Final

from exporter.data.dataset import SPLITS
from exporter.evaluation.facts import Facts
from exporter.evaluation.plots import draw_plots, named_taus, percent
from exporter.evaluation.portraits import MIN_COMPARED
from exporter.evaluation.scores import Curves, DataEvaluation, PartScores, PortraitScores, ShownScores, as_json
from tracker.core.errors import DataError
from tracker.core.vocabulary import UNCLEAR
from tracker.model.classifier import FEATURES_OUTPUT, OnnxClassifier
from tracker.model.contract import ModelContract

SPLIT_NOTES: Final = {
    "train": "These are pictures to learn from: if it did, the scores say what it remembers, and not how good it is.",
    "public": (
        "`mien export` fits temperatures, threshold and priors on a public split: if it was this one, the scores flatter a"
        " little."
    ),
    "private": "",
}
"""What the scores of a split mean, where the facts do not say how it was used."""
CONTRACT_SENTENCE: Final = (
    "The contract is JSON in the file's ONNX metadata under the key `mien`: {}. `tracker/model/contract.py` reads it and"
    " refuses a file whose contract cannot be kept. To look at it, or to run it:"
)
ORIGIN_NAMES: Final = {"onnx": "an ONNX file", "keras": "a Keras model", "torch.export": "a torch.export program"}
"""The member ``from`` of a contract -> what the model was made from."""
LINE_LENGTH: Final = 120
"""Characters in a line of a paragraph that is put together here."""
PART_NAMES: Final = {
    "shown": "shown, seven expressions",
    "ferplus": "`ferplus`, eight labels",
    "fer2013": "`fer2013`, seven labels",
    "wide": "`wide`, seven labels",
}
"""The parts of a model, in the order of the card."""
METRICS: Final = (
    ("accuracy", "accuracy", "Accuracy"),
    ("uar", "recall", "Unweighted mean recall"),
    ("macro_f1", "f1", "Macro F1"),
    ("ece", "expected-calibration-error", "Expected calibration error"),
)
"""Of each metric the field of PartScores, Hugging Face's name, and Mien's."""
MIN_RECALL_PICTURES: Final = 100
"""With fewer pictures of an expression, its recall is uncertain by 5 points or more to each side."""
UNQUOTED_YAML: Final = r"[a-z][a-z0-9-]+"
"""A text that YAML takes without quotation marks."""


def write_card(
    classifier: OnnxClassifier, model: Path, scores: DataEvaluation, folder: Path, facts: Facts | None = None
) -> list[Path]:
    """Write README.md, the scores it was made from, and its plots.

    Args:
        classifier: The model, opened from its file with the default prior.
        model: The model file.
        scores: What ``mien evaluate`` found for this file with the default prior.
        folder: Where the card goes; it is made if need be.
        facts: What the makers of the file say of it.

    Returns:
        The paths of the files that were written.

    Raises:
        DataError: The scores or the facts are those of another file, or the scores of another prior. Nothing is written.
        OSError: A file cannot be written.
    """
    if facts is not None and facts.model not in ("", classifier.sha256):
        raise DataError(
            f"The facts are about another file than {model}: their 'model' is {facts.model}. Give --facts of its own."
        )
    if scores.model != classifier.sha256 or scores.split not in SPLITS or scores.shown.prior != "default":
        raise DataError(
            f"The scores are not those of {model} on labelled crops with the default prior: make them anew with"
            f" 'mien evaluate --model {model} --data fer2013.npz --json'."
        )
    folder.mkdir(parents=True, exist_ok=True)
    # The path of the data is private, its file name is enough.
    scores = replace(scores, data=Path(scores.data).name)
    if scores.portraits:
        scores = replace(scores, portraits=replace(scores.portraits, data=Path(scores.portraits.data).name))
    written = {
        "README.md": card_text(classifier.contract, model, scores, facts),
        "scores.json": json.dumps(as_json(scores)) + "\n",
    }
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [*(folder / name for name in written), *draw_plots(scores, folder)]


def card_text(contract: ModelContract, model: Path, scores: DataEvaluation, facts: Facts | None = None) -> str:
    """The whole card in Markdown; arguments as for ``write_card``."""
    facts = facts or Facts()
    template = files("exporter.evaluation").joinpath("card.md").read_text(encoding="utf-8")
    blocks = {
        "front": front_matter(contract, scores, facts),
        "about": file_table(model, scores, facts),
        "outputs": output_table(contract, facts),
        "made": how_it_was_made(contract, facts),
        "leaks": leak_note(scores),
        "scores": score_table(scores, facts),
        "recall": recall_table(scores.shown),
        "priors": prior_note(contract),
        "prior_table": prior_table(scores.curves),
        "limits": limits(scores.shown, facts),
        "groups": portrait_table(scores.portraits) if scores.portraits else (),
    }
    filled = Template(template).substitute(
        name=contract.name,
        version=contract.version,
        file=model.name,
        side=contract.side,
        heads=f"{len(contract.heads)} head{'s' * (len(contract.heads) != 1)}",
        contract=fill(CONTRACT_SENTENCE.format(contract_members(contract)), LINE_LENGTH),
        shown=fill(shown_paragraph(contract), LINE_LENGTH),
        protocol=facts.protocol.get(scores.split, SPLIT_NOTES[scores.split]),
        judges=facts.judges.strip(),
        **{name: "\n".join(lines) for name, lines in blocks.items()},
    )
    # Where something was left out, one empty line is enough.
    return re.sub(r"\n{3,}", "\n\n", filled).rstrip() + "\n"


def front_matter(contract: ModelContract, scores: DataEvaluation, facts: Facts) -> Iterator[str]:
    """The YAML at the top, as Hugging Face reads it."""
    if facts.licence:
        yield f"license: {json.dumps(facts.licence)}"
    yield from ("language: en", "library_name: onnx", "pipeline_tag: image-classification")
    calibrated = ["calibrated"] if contract.shown.log_prior else []
    yield from _yaml_list("tags", ["facial-expression-recognition", "onnx", *facts.learned_from, *calibrated])
    if facts.learned_from:
        yield from _yaml_list("datasets", facts.learned_from)
    yield from _yaml_list("metrics", [metric for _, metric, _ in METRICS])
    yield "model-index:"
    yield f"- name: {json.dumps(contract.name)}"
    yield "  results:"
    data = facts.judged_on.get("name", Path(scores.data).name)
    kind = facts.judged_on.get("type", Path(scores.data).stem)
    for part, values in _parts(scores).items():
        yield "  - task:"
        yield "      type: image-classification"
        yield "      name: Facial expression recognition"
        yield "    dataset:"
        yield f"      type: {json.dumps(kind)}"
        yield f"      name: {json.dumps(f'{data} ({PART_NAMES[part]})'.replace('`', ''))}"
        yield f"      split: {json.dumps(split_name(scores, facts))}"
        yield "    metrics:"
        for field, metric, name in METRICS:
            yield f"    - {{type: {metric}, value: {getattr(values, field)}, name: {name}}}"


def _yaml_list(name: str, values: Sequence[str]) -> Iterator[str]:
    yield f"{name}:"
    yield from (f"- {value if re.fullmatch(UNQUOTED_YAML, value) else json.dumps(value)}" for value in values)


def _parts(scores: DataEvaluation) -> dict[str, PartScores]:
    """The parts of the model that were scored, in the order of the card."""
    return {name: scores.parts[name] for name in PART_NAMES if name in scores.parts}


def split_name(scores: DataEvaluation, facts: Facts) -> str:
    """What the makers of the data call the split, else what Mien calls it."""
    return facts.judged_on.get(scores.split, f"{scores.split} split")


def file_table(model: Path, scores: DataEvaluation, facts: Facts) -> Iterator[str]:
    """The model file, and a line for each short fact."""
    yield from ("| | |", "|---|---|")
    yield f"| file | `{model.name}`, {model.stat().st_size / 1e6:.1f} MB, {parameters(model):,} numbers |"
    yield f"| SHA-256 | `{scores.model}` |"
    rows = {"made by": facts.made_by, "kind": facts.kind, "licence": facts.licence_words or facts.licence}
    yield from (f"| {name} | {words} |" for name, words in rows.items() if words)


def parameters(model: Path) -> int:
    """How many numbers a model file holds, learned or not."""
    import onnx

    return sum(int(onnx.numpy_helper.to_array(entry).size) for entry in onnx.load(model).graph.initializer)


def output_table(contract: ModelContract, facts: Facts) -> Iterator[str]:
    """A row for the input, and one for each output."""
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


def contract_members(contract: ModelContract) -> str:
    """What the contract of this file contains, as a list in words."""
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
    *first, last = (words for words, there in known.items() if there)
    return f"{', '.join(first)} and {last}"


def shown_paragraph(contract: ModelContract) -> str:
    """How the shown expression is computed from one head or two, and when it is ``unclear``."""
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


def how_it_was_made(contract: ModelContract, facts: Facts) -> Iterator[str]:
    """A section of what the facts and the contract say; nothing where neither says anything."""
    origin = list(origin_sentences(contract))
    if facts.made or origin:
        yield "## How it was made"
        yield ""
        yield facts.made.strip()
        yield ""
        yield from origin


def origin_sentences(contract: ModelContract) -> Iterator[str]:
    """What the contract says of how the file came to be."""
    training = contract.training
    if "from" in training:
        kind = ORIGIN_NAMES.get(training["from"], training["from"])
        yield f"`mien export` made this file from {kind} (SHA-256 `{training.get('sha256')}`)."
    epochs = [str(run["epochs"]) for run in training.get("mean_of", ())]
    if epochs:
        runs = " and ".join(filter(None, (", ".join(epochs[:-1]), epochs[-1])))
        yield f"Its weights are the mean of runs of {runs} epochs."
    data = training.get("calibrated_on", training)
    if "fingerprint" in data:
        what = "It was calibrated with" if "from" in training else "Its contract names"
        count = f"{data['pictures']:,} pictures"
        yield f"{what} data whose training split holds {count} (fingerprint `{data['fingerprint']}`)."


def prior_note(contract: ModelContract) -> Iterator[str]:
    """What ``--prior`` changes with this file."""
    if not contract.shown.log_prior:
        yield "The file knows no prior, so `--prior` changes nothing of what it shows."
        return
    yield "A network that saw few faces of a kind hardly ever names it. Taking `tau` of the prior out helps what is rare"
    yield "and costs what is common: `natural` is tau 0, `balanced` is tau 1, and `--prior`, or the page, takes any number."
    yield "`mien export` chooses the two defaults on a public split: `live` is the largest tau that still recognises 92 % of"
    yield "the neutral faces there (0 if none does), because people in meetings are mostly neutral; `picture` the largest that"
    yield "costs at most 2 points of accuracy."


def portrait_table(scores: PortraitScores) -> Iterator[str]:
    """Who is misread: rows for the groups of each kind, and the ratio of the worst to the best."""
    yield "### Who is misread"
    yield ""
    yield f"{scores.n:,} portraits without labels, at the `{scores.prior}` prior. A face at rest that is called angry, disgust,"
    yield "fear or sad is the mistake that such programs are known for. The last column has the share of those among the faces"
    yield "that are not called happy, by the likeliest expression, with its 95 % interval. The others are what Mien would say."
    for kind, groups in scores.groups.items():
        yield ""
        yield f"| {kind} | portraits | happy | neutral | other | unclear | negative though not smiling |"
        yield "|---|---|---|---|---|---|---|"
        for name, group in groups.items():
            happy, neutral, unclear = (group.shown[word] for word in ("happy", "neutral", UNCLEAR))
            cells = " | ".join(percent(share) for share in (happy, neutral, max(0.0, 1 - happy - neutral - unclear), unclear))
            low, high = group.interval
            yield f"| {name} | {group.n:,} | {cells} | {percent(group.negative)} ({percent(low)} to {percent(high)}) |"
        ratio = scores.ratio[kind]
        if ratio is not None:
            yield ""
            large = f"of those with {MIN_COMPARED} such faces"
            yield f"By {kind} the worst group has {ratio:.1f} times the share of the best, {large}."


def leak_note(scores: DataEvaluation) -> Iterator[str]:
    """How many of the pictures are also among the training pictures."""
    largest = max(scores.parts.values(), key=lambda part: part.n)
    if largest.without_leaks:
        count = largest.n - largest.without_leaks.n
        yield f'"Without leaks" leaves out the {count:,} pictures that are pixel-identical with one of the training split.'


def score_table(scores: DataEvaluation, facts: Facts) -> Iterator[str]:
    """A row for each part of the model."""
    columns = ["pictures", "accuracy (95 %)", "without leaks", "unweighted recall", "macro F1", "calibration error"]
    yield f"| {' | '.join([split_name(scores, facts), *columns])} |"
    yield "|---|---|---|---|---|---|---|"
    for name, part in _parts(scores).items():
        low, high = ("-" if end is None else f"{end * 100:.1f}" for end in part.interval)
        fresh = part.without_leaks
        without_leaks = f"{percent(fresh.accuracy)} of {fresh.n:,}" if fresh else "-"
        others = " | ".join(map(percent, (part.uar, part.macro_f1, part.ece)))
        yield f"| {PART_NAMES[name]} | {part.n:,} | {percent(part.accuracy)} ({low}-{high}) | {without_leaks} | {others} |"


def recall_table(shown: ShownScores) -> list[str]:
    """For each expression, the share of its faces that were recognised."""
    return [
        f"| {' | '.join(['recognised', *shown.recall])} |",
        "|" + "---|" * (len(shown.recall) + 1),
        f"| of {shown.n:,} | {' | '.join(map(percent, shown.recall.values()))} |",
    ]


def prior_table(curves: Curves) -> Iterator[str]:
    """A row for each prior that has a name."""
    points = {point.tau: point for point in curves.prior}
    yield "| prior | tau | accuracy | unweighted recall | neutral faces recognised |"
    yield "|---|---|---|---|---|"
    for tau, name in named_taus(curves).items():
        numbers = " | ".join(map(percent, (points[tau].accuracy, points[tau].uar, points[tau].neutral)))
        yield f"| {name} | {tau:g} | {numbers} |"


def limits(shown: ShownScores, facts: Facts) -> Iterator[str]:
    """Whose faces the model may read badly, as far as the facts and the scores say it."""
    yield facts.limits.strip() or "- **Whose faces it learned from** is not told: nobody who made this card knew, or said so."
    counts = {label: sum(row) for label, row in zip(shown.recall, shown.confusion, strict=True)}
    few = [f"{label} ({count:,})" for label, count in counts.items() if count < MIN_RECALL_PICTURES]
    rare = (
        f"There are few pictures to judge {' and '.join(few)} by: how well they are recognised is hardly known."
        if few
        else "Each of the seven was judged on 100 pictures or more."
    )
    yield f"- **Expressions that are rare here.** {rare}"
    yield "- **Groups.** With labelled pictures of your own and a `groups.csv` beside them, `mien evaluate --images` tells each"
    yield "  group's share of right answers."
