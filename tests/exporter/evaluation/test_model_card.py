"""The model card: its front matter, its numbers, its plots, and the released one."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from exporter.evaluation.facts import read_facts
from exporter.evaluation.model_card import card_text
from exporter.evaluation.scores import read_scores
from tracker.cli import main
from tracker.config.model_files import CHECKOUT_MODELS, RELEASED
from tracker.core.vocabulary import EXPRESSIONS
from tracker.model.classifier import OnnxClassifier

Run = Callable[..., Result]
FACTS: Final = """
licence = "cc-by-4.0"
learned_from = ["raf-db"]
judged_on = { name = "RAF-DB", type = "raf-db", private = "test" }
"""
OURS: Final = (
    r"(?i)mien authors|\bMIT\b|FER-?2013|FER\+|ferplus|epochs|random weights|residual|multiply-adds|PublicTest|PrivateTest"
    r"|one annotator|ten voters|28,709|two thirds|models/mien|EXPERIMENTS|both heads|two heads|\$"
)
"""What only our own model's card may say."""
PLOTS: Final = ("confusion.svg", "coverage.svg", "prior.svg", "reliability.svg")


@pytest.fixture
def scores(evaluate: Run, data: Path, tmp_path: Path) -> Path:
    path = tmp_path / "printed.json"
    path.write_text(evaluate("--data", data, "--json").stdout)
    return path


@pytest.fixture
def make(model_file: Path, tmp_path: Path) -> Run:
    def run(scores: Path, folder: str = "card", *more: str) -> Result:
        arguments = ["--model", str(model_file), "--scores", str(scores), "--output", str(tmp_path / folder), *more]
        return CliRunner().invoke(main, ["card", *arguments])

    return run


def front_matter(card: str) -> Any:
    yaml = pytest.importorskip("yaml", reason="The front matter is YAML: `make setup-test` brings its reader.")
    _, matter, _ = card.split("---\n", 2)
    return yaml.safe_load(matter)


def test_a_card_has_what_hugging_face_reads(make: Run, scores: Path, tmp_path: Path) -> None:
    """Licence, tags, data sets, metrics, and a result with value for each part and metric."""
    (tmp_path / "facts.toml").write_text(FACTS)
    assert make(scores, "card", "--facts", str(tmp_path / "facts.toml")).exit_code == 0

    matter = front_matter((tmp_path / "card" / "README.md").read_text())

    assert (matter["license"], matter["datasets"]) == ("cc-by-4.0", ["raf-db"])
    assert {"datasets", "metrics", "tags", "pipeline_tag", "library_name"} <= matter.keys()
    (model,) = matter["model-index"]
    told = json.loads(scores.read_text())
    values = [{metric["type"]: metric["value"] for metric in result["metrics"]} for result in model["results"]]
    assert [value["accuracy"] for value in values] == [told[part]["accuracy"] for part in ("shown", "ferplus", "fer2013")]
    assert {result["dataset"]["split"] for result in model["results"]} == {"test"}
    assert set(matter["metrics"]) == set(values[0])


def test_numbers_are_those_of_the_scores(make: Run, scores: Path, tmp_path: Path) -> None:
    """Changed scores make another card: nothing of it is written by hand, and which split it was is said."""
    told = json.loads(scores.read_text())
    told["shown"] |= {"accuracy": 0.1234, "interval": [0.111, 0.1357]}
    told["split"] = "public"
    scores.write_text(json.dumps(told))

    make(scores)

    card = (tmp_path / "card" / "README.md").read_text()
    assert "12.3 % (11.1-13.6)" in card
    assert "| public split | pictures |" in card
    assert "if it was this one, the scores flatter a" in card
    assert "$" not in card


def test_where_the_data_lay_is_nobodys_business(make: Run, scores: Path, tmp_path: Path) -> None:
    """The kept scores name the data's file and not its folder, and make the same card again."""
    make(scores)
    assert make(tmp_path / "card" / "scores.json", "again").exit_code == 0

    for name in ("README.md", "scores.json", *PLOTS):
        written = (tmp_path / "card" / name).read_text()
        assert str(tmp_path) not in written
        assert written == (tmp_path / "again" / name).read_text()


def test_plots_are_drawings_with_words(make: Run, scores: Path, tmp_path: Path) -> None:
    """Four SVG files that the card shows, each with text that can be read and searched, and no bitmap in any."""
    make(scores)

    card = (tmp_path / "card" / "README.md").read_text()
    assert sorted(re.findall(r"!\[.+?\]\((.+?)\)", card)) == list(PLOTS)
    for name in PLOTS:
        drawing = ET.fromstring((tmp_path / "card" / name).read_text())  # noqa: S314 - we wrote it
        tags = [element.tag.rpartition("}")[2] for element in drawing.iter()]
        assert "text" in tags
        assert "image" not in tags
    labels = ET.fromstring((tmp_path / "card" / "confusion.svg").read_text())  # noqa: S314
    words = "".join(labels.itertext())
    assert all(name in words for name in EXPRESSIONS)


def test_scores_of_another_model_are_refused(make: Run, scores: Path, tmp_path: Path) -> None:
    """A card never tells the numbers of another file; the sentence says how to get the right ones, and nothing is written."""
    told = json.loads(scores.read_text())
    for wrong in ({"model": "0" * 64}, {"shown": told["shown"] | {"prior": "natural"}}):
        scores.write_text(json.dumps(told | wrong))
        result = make(scores)
        assert result.exit_code == 2
        assert "mien evaluate --model" in result.stderr
        assert not (tmp_path / "card").exists()


@pytest.mark.parametrize("content", ["no json", "[1, 2]"])
def test_what_is_no_scores_is_a_sentence(make: Run, tmp_path: Path, content: str) -> None:
    """A table instead of JSON, and no object, are refused with what was expected."""
    path = tmp_path / "wrong.json"
    path.write_text(content)

    result = make(path)

    assert result.exit_code == 2
    assert "mien evaluate --data" in result.stderr


def test_the_released_card_is_made_by_the_command() -> None:
    """models/README.md is what the released file's contract and models/scores.json make, word for word."""
    scores = read_scores(CHECKOUT_MODELS / "scores.json")
    model = CHECKOUT_MODELS / RELEASED
    classifier = OnnxClassifier(model)

    assert scores.model == classifier.sha256
    assert (CHECKOUT_MODELS / "README.md").read_text(encoding="utf-8") == card_text(
        classifier.contract, model, scores, read_facts(CHECKOUT_MODELS / "facts.toml")
    )


@pytest.fixture(params=["onnx", "keras"])
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A network of somebody else, as they gave it."""
    if request.param == "onnx":
        pytest.importorskip("torch", reason="Torch is not installed: `make test` without TORCH= brings it.")
        from tests.exporter.export.test_readers_onnx import foreign

        foreign(tmp_path / "theirs.onnx", ["n", 1, 16, 16])
        return tmp_path / "theirs.onnx"
    os.environ["KERAS_BACKEND"] = "torch"
    keras: Any = pytest.importorskip("keras", reason="Keras is not installed: python -m pip install keras h5py")
    network = keras.Sequential([keras.Input((16, 16, 1)), keras.layers.Flatten(), keras.layers.Dense(7, activation="softmax")])
    keras.saving.save_model(network, tmp_path / "theirs.keras")
    return tmp_path / "theirs.keras"


@pytest.mark.training
@pytest.mark.parametrize("calibrated", [False, True])
def test_nothing_of_ours_stands_in_the_card_of_another_network(
    foreign: Path, data: Path, tmp_path: Path, *, calibrated: bool
) -> None:
    """No author, licence, training data, size, epochs, teachers or splits of ours, and nothing of what was not done."""
    model, folder, scores = tmp_path / "their-faces.onnx", tmp_path / "card", tmp_path / "scores.json"

    def mien(*words: object) -> Result:
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == 0, done.output
        return done

    said = [
        "--labels",
        ",".join(EXPRESSIONS),
        "--scaling",
        -1,
        1,
        *(["--data", data] if calibrated else []),
    ]
    mien("export", foreign, "--output", model, *said)
    scores.write_text(mien("evaluate", "--model", model, "--data", data, "--json").stdout)
    mien("card", "--model", model, "--scores", scores, "--output", folder)

    card = (folder / "README.md").read_text().replace("`fer2013`", "").replace("(fer2013, seven labels)", "")
    found = re.findall(OURS, card)
    assert found == []
    matter = front_matter(card)
    assert not matter.keys() & {"license", "datasets"}
    assert ("calibrated" in matter["tags"], "fitted for that" in card, "`--prior` changes nothing" in card) == (
        *(calibrated, calibrated),
        not calibrated,
    )
    assert f"made this file from {'an ONNX file' if foreign.suffix == '.onnx' else 'a Keras model'} (SHA-256" in card
    assert "# Model card: their-faces 1" in card, "nobody said that it is called mien"
    assert "what most voters saw" in (folder / "confusion.svg").read_text(), "the data has a crowd's votes"


def test_facts_are_about_one_file_and_are_checked(make: Run, scores: Path, tmp_path: Path) -> None:
    """Those of ours are refused for another model; a word that is no fact, and a fact of the wrong kind, are named."""
    ours = str(CHECKOUT_MODELS / "facts.toml")
    assert "about another file" in make(scores, "card", "--facts", ours).stderr
    for wrong, sentence in (
        ("author = 'me'", "author is not known; there are model, licence"),
        ("kind = 3", "kind should be a text"),
        ("made = [", "TOML"),
    ):
        (tmp_path / "facts.toml").write_text(wrong)
        done = make(scores, "card", "--facts", str(tmp_path / "facts.toml"))
        assert (done.exit_code, sentence in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "card").exists()
