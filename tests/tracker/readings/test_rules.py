"""The rules of the possible readings: the shipped file is whole; a person's own changes it, or is refused in a sentence."""

from pathlib import Path
from typing import Final

import pytest

from tracker.core.errors import UsageError
from tracker.motion.movements import MOVEMENTS
from tracker.readings.evaluate import strength_in_words
from tracker.readings.markdown import markdown_list
from tracker.readings.rules import EXPRESSION_SIGNS, SIGNS, ReadingRule, ReadingRules, load_rules, own_file

ROOT: Final = Path(__file__).resolve().parents[3]
AGREED: Final = (
    "interested confused concentrating thinking amused polite_smile sceptical frustrated bored tired agreeing disagreeing"
    " contempt surprise worry"
)
OWN: Final = """
[readings.half_smile]
name = "half a smile"
meaning = "Only one side of the mouth smiles."
for = { one_sided_mouth = 0.6 }
threshold = 0.5
window = 2
alternatives = ["about to speak", "their usual smile"]
source = "my sister"
"""


def shipped(tmp_path: Path) -> ReadingRules:
    return load_rules(tmp_path / "nothing here")


def with_own(tmp_path: Path, text: str) -> ReadingRules:
    own_file(tmp_path).write_text(text, encoding="utf-8")
    return load_rules(tmp_path)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(UsageError) as refused:
        with_own(tmp_path, text)
    return str(refused.value)


def test_the_shipped_file_has_the_readings_and_signs_that_were_agreed(tmp_path: Path) -> None:
    """Fifteen readings; every movement of layer 1 and every expression has its words."""
    rules = shipped(tmp_path)
    assert tuple(rules.readings) == tuple(AGREED.split())
    assert set(rules.signs) == {*SIGNS}


def test_every_shipped_reading_names_alternatives_and_evidence_that_exist(tmp_path: Path) -> None:
    """At least two different alternatives, and signs that layer 1 or the model tells."""
    for name, rule in shipped(tmp_path).readings.items():
        assert len({*rule.alternatives} - {rule.name}) >= 2, name
        assert {*rule.supports, *rule.opposes, *rule.must_see} <= {*SIGNS}, name


def test_no_expression_alone_makes_a_reading(tmp_path: Path) -> None:
    """Whatever the model says of a face that does not move, a shipped rule needs a movement too."""
    for name, rule in shipped(tmp_path).readings.items():
        assert max((rule.supports.get(sign, 0) for sign in EXPRESSION_SIGNS), default=0) < rule.threshold, name


def test_every_shipped_reading_can_be_clear(tmp_path: Path) -> None:
    """All evidence of a rule together reaches its strongest word."""
    for name, rule in shipped(tmp_path).readings.items():
        assert strength_in_words(sum(rule.supports.values()), rule.threshold) == "clear", name


def test_what_did_no_better_than_a_guess_is_off(tmp_path: Path) -> None:
    """Until a person switches them on."""
    rules = shipped(tmp_path)
    assert rules.readings.keys() - rules.enabled.keys() == {"worry", "contempt"}


def test_a_rule_that_the_eyes_contradict_has_to_see_them(tmp_path: Path) -> None:
    """What outweighs a rule's threshold in against, and is told of one smile or one gesture, is in must_see."""
    rules = shipped(tmp_path).readings
    for name, sign in {"polite_smile": "smile_eyes", "agreeing": "shake", "disagreeing": "nod", "contempt": "talking"}.items():
        assert sign in rules[name].must_see, name


def test_an_own_file_changes_a_reading_and_leaves_the_rest(tmp_path: Path) -> None:
    """A new name and threshold hold; meaning, signs and the other readings are the shipped ones."""
    before = shipped(tmp_path)
    after = with_own(tmp_path, '[readings.bored]\nname = "far away"\nthreshold = 0.7')
    assert (after.readings["bored"].name, after.readings["bored"].threshold) == ("far away", 0.7)
    assert after.readings["bored"].supports == before.readings["bored"].supports
    assert {name: rule for name, rule in after.readings.items() if name != "bored"} == {
        name: rule for name, rule in before.readings.items() if name != "bored"
    }


def test_an_own_file_switches_off_and_adds(tmp_path: Path) -> None:
    """A reading that is off is not among the enabled ones; one of the person's own is, with their words."""
    rules = with_own(
        tmp_path, f"[readings.bored]\non = false\n{OWN}\n[signs]\nnod = 'nods yes'\n[needs_context]\nbossy = 'Why.'"
    )
    assert "bored" not in rules.enabled
    assert "half_smile" in rules.enabled
    assert rules.enabled["half_smile"].alternatives == ("about to speak", "their usual smile")
    assert (rules.signs["nod"], rules.needs_context["bossy"]) == ("nods yes", "Why.")


@pytest.mark.parametrize(
    ("change", "validated"), [("name = 'x'", True), ("window = 9", False), ("validated = true\nfor = {nod = 1}", False)]
)
def test_a_rule_whose_evidence_was_changed_is_not_validated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str, validated: bool
) -> None:
    """A person may rename a validated reading; whoever changes its signs, threshold or window has another rule."""
    monkeypatch.setattr("tracker.readings.rules.SHIPPED", as_if_validated(tmp_path))
    rule = with_own(tmp_path, f"[readings.amused]\n{change}").readings["amused"]
    assert rule.validated is validated
    assert ("Changed" in rule.validation) is not validated


def as_if_validated(tmp_path: Path) -> Path:
    from tracker.readings.rules import SHIPPED

    copy = tmp_path / "shipped.toml"
    copy.write_text(SHIPPED.read_text(encoding="utf-8").replace("validated = false", "validated = true"), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[readings.confusd]\non = false", "confusd is no shipped reading (did you mean confused?)"),
        (OWN.replace('source = "my sister"', ""), "one of your own also needs source."),
        ("[readings.bored]\nfor = {nodd = 0.3}", "bored.for has 'nodd', which is no sign (did you mean nod?)"),
        ("[readings.bored]\nmust_see = ['smile']", "bored.must_see has 'smile', which is no sign"),
        ("[readings.bored]\nfor = {}", "bored.for names no sign"),
        ("[readings.bored]\nfor = {nod = 0.9}", "bored has nod in for and in against"),
        ("[readings.bored]\nfor = {yawn = 0.1}", "bored.threshold should be above 0 and at most the sum"),
        ("[readings.bored]\nthreshold = nan", "bored.threshold should be a number from 0 to 1, found nan"),
        ("[readings.bored]\nthreshold = 0", "bored.threshold should be above 0"),
        ("[readings.bored]\nwindow = 99", "bored.window should be a number from 0.5 to 30, found 99"),
        ("[readings.bored]\nalternatives = ['tired']", "bored.alternatives should be a list of at least 2 different texts"),
        ("[readings.bored]\nalternatives = ['a', 'a']", "bored.alternatives should be a list of at least 2 different texts"),
        ("[readings.bored]\nname = 'Lying'", "bored is called lying, which a face alone cannot tell, so it is never guessed"),
        ("[readings.bored]\ncolour = 1", "bored.colour is not known; there are name, meaning, for"),
        ("[readings.Bored]\non = false", "a name in readings should be small letters"),
        ("[reading.bored]\non = false", "reading is not known; there are signs, readings, needs_context"),
        ("[signs]\nwink = 'winks'", "signs has 'wink', which is no sign"),
        ("readings = 3", "readings should be an object, found 3"),
        ("what?", "at line 1, column 5"),
    ],
)
def test_a_mistake_in_the_own_file_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    """It names the file, the member and what was expected, and what to do."""
    told = refusal(tmp_path, text)
    assert told.startswith(f"The readings in {own_file(tmp_path)} cannot be used: ")
    assert said in told
    assert told.endswith("Repair that file, or delete it.")


def test_a_word_that_needs_context_cannot_be_a_reading_of_ones_own(tmp_path: Path) -> None:
    """Neither by its id nor by its name, in whatever letters."""
    assert "never guessed" in refusal(tmp_path, OWN.replace("half_smile", "sarcastic"))
    assert "never guessed" in refusal(tmp_path, OWN.replace('"half a smile"', '"SARCASTIC"'))


def test_every_word_is_explained_in_a_sentence(tmp_path: Path) -> None:
    """Movements, readings and words that need context."""
    rules = shipped(tmp_path)
    explained = [movement.meaning for movement in MOVEMENTS] + [rule.meaning for rule in rules.readings.values()]
    assert all(words.endswith((".", "?")) for words in (*explained, *rules.needs_context.values()))


def test_docs_list_the_rules_as_they_are(tmp_path: Path) -> None:
    """The part of docs/readings.md between its marks is ``markdown_list`` of the shipped file."""
    text = (ROOT / "docs/readings.md").read_text(encoding="utf-8")
    listed = text.split("<!-- rules -->\n")[1].split("\n<!-- /rules -->")[0]
    assert listed == markdown_list(shipped(tmp_path))


def test_the_example_in_the_docs_is_a_file_that_works(tmp_path: Path) -> None:
    """What docs/readings.md shows as an own file can be loaded as it stands."""
    text = (ROOT / "docs/readings.md").read_text(encoding="utf-8").split("## Your own rules")[1].split("## The readings")[0]
    example = "\n".join(line.strip() for line in text.splitlines() if line.startswith("    "))
    rules = with_own(tmp_path, example)
    assert isinstance(rules.enabled["half_smile"], ReadingRule)
    assert "bored" not in rules.enabled
    assert "worry" in rules.enabled
