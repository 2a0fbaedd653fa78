"""A person's own choices: how readily a reading is told, files of others laid over their own, and sharing all of it."""

from pathlib import Path

import pytest

from tracker.core.errors import UsageError
from tracker.readings.own_readings import OwnReadings, choose, load_shared, share, threshold_at, vocabulary
from tracker.readings.rules import load_rules, own_file

OWN_FILE = """
# Written by hand.
[readings.bored]
threshold = 0.5
[readings.half_smile]
name = "half a \\"smile\\""
meaning = "Only one side of the mouth smiles."
for = { one_sided_mouth = 0.6 }
threshold = 0.5
window = 2
alternatives = ["about to speak", "their usual smile"]
source = "my sister"
[signs]
nod = "nods yes"
[needs_context]
bossy = "That is about how they treat others."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own_file(tmp_path).write_text(OWN_FILE)
    return tmp_path


def test_without_choices_the_rules_are_the_files(folder: Path) -> None:
    """Off stays off, and everything else is told as usual."""
    found = vocabulary(OwnReadings(), folder)
    assert found.chosen == found.usual == load_rules(folder)
    assert {name for name, telling in found.telling.items() if telling == "off"} == {"worry", "contempt"}
    assert {*found.telling.values()} == {"off", "usual"}


@pytest.mark.parametrize(("telling", "threshold"), [("weak", 0.375), ("usual", 0.5), ("strict", 0.667)])
def test_a_reading_is_told_from_less_or_more(folder: Path, telling: str, threshold: float) -> None:
    """The choice goes by the threshold of the person's own file, and leaves all other readings as they are."""
    own = choose(OwnReadings(), "bored", telling, folder)
    found = vocabulary(own, folder)
    assert found.chosen.readings["bored"].threshold == threshold
    assert {name: rule for name, rule in found.chosen.readings.items() if name != "bored"} == {
        name: rule for name, rule in found.usual.readings.items() if name != "bored"
    }


def test_every_choice_of_every_reading_can_be_made_and_taken_back(folder: Path) -> None:
    """No threshold lies beyond what the evidence adds up to; weak, usual and strict are in that order; off is not told."""
    for name, rule in load_rules(folder).readings.items():
        own = OwnReadings()
        for telling in ("weak", "strict", "off"):
            own = choose(own, name, telling, folder)
            chosen = vocabulary(own, folder).chosen
            assert (name in chosen.enabled) == (telling != "off")
        assert threshold_at(rule, "weak") < rule.threshold < threshold_at(rule, "strict") < sum(rule.supports.values())
        as_before = vocabulary(choose(own, name, "usual", folder), folder).chosen.readings[name]
        assert (as_before.threshold, as_before.validated, as_before.enabled) == (rule.threshold, rule.validated, True)


def test_a_changed_threshold_is_not_validated(folder: Path) -> None:
    """Only the rule that was compared with people's answers counts as compared."""
    assert vocabulary(OwnReadings(), folder).chosen.readings["surprise"].validated
    assert not vocabulary(choose(OwnReadings(), "surprise", "weak", folder), folder).chosen.readings["surprise"].validated


@pytest.mark.parametrize(("name", "telling"), [("bord", "off"), ("bored", "often"), ("sarcastic", "usual")])
def test_what_is_no_choice_is_refused(folder: Path, name: str, telling: str) -> None:
    """With a sentence that says what there is."""
    with pytest.raises(UsageError, match=r"there are|is told off, weak, usual, strict"):
        choose(OwnReadings(), name, telling, folder)


def test_what_is_shared_is_all_of_ones_own(folder: Path, tmp_path: Path) -> None:
    """Who loads the file has the same rules as who made it: their words, their readings, and their choices."""
    mine = choose(choose(OwnReadings(), "tired", "off", folder), "worry", "strict", folder)
    theirs = load_shared(OwnReadings(), share(mine, folder).encode(), tmp_path / "another person")
    assert vocabulary(theirs, tmp_path / "another person").chosen == vocabulary(mine, folder).chosen
    # It is a file of one's own, too.
    other = tmp_path / "by hand"
    other.mkdir()
    own_file(other).write_text(share(mine, folder))
    assert load_rules(other) == vocabulary(mine, folder).chosen


def test_a_loaded_file_changes_what_it_has_and_nothing_else(folder: Path) -> None:
    """Choices and the person's own file stay, a second file is laid over the first, and all of it can be shared on."""
    mine = choose(OwnReadings(), "tired", "weak", folder)
    first = load_shared(mine, b"[readings.bored]\nname = 'far away'\n[readings.thinking]\non = false", folder)
    second = load_shared(first, b"[readings.thinking]\nwindow = 5", folder)
    found = vocabulary(second, folder)
    assert (found.chosen.readings["bored"].name, found.chosen.readings["bored"].threshold) == ("far away", 0.5)
    assert (found.chosen.readings["thinking"].enabled, found.chosen.readings["thinking"].window) == (False, 5)
    assert (found.telling["tired"], "half_smile" in found.chosen.enabled) == ("weak", True)
    assert own_file(folder).read_text() == OWN_FILE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"what?", "at line 1, column 5"),
        (b"\xff", "line 1: it is not UTF-8 text"),
        (b"[readings.bored]\nfor = {nodd = 0.3}", "bored.for has 'nodd', which is no sign"),
        (b"[readings.new]\non = true", "new is no shipped reading; one of your own also needs name"),
        (b"[readings.bored]\nname = 'lying'", "is called lying, which a face alone cannot tell"),
        (b"[readings.bored]\nthreshold = 1.0\nfor = {yawn = 0.2}", "threshold should be above 0 and at most the sum"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence_and_changes_nothing(folder: Path, text: bytes, said: str) -> None:
    """It says what is wrong with that file."""
    with pytest.raises(UsageError, match="That file cannot be used") as refused:
        load_shared(OwnReadings(), text, folder)
    assert said in str(refused.value)
