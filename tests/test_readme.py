"""README states figures that were measured, DECISIONS has an index, and docs/reliability.md names tests that exist."""

import importlib.util
import re
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def figures() -> ModuleType:
    """docs/readme_figures.py, which lies in no package."""
    spec = importlib.util.spec_from_file_location("readme_figures", ROOT / "docs" / "readme_figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_are_those_that_were_measured(figures: ModuleType) -> None:
    """Each place in README that states a figure has the one of docs/figures.json, models/scores.json, or the model itself."""
    readme = figures.README.read_text(encoding="utf-8")
    assert figures.fill(readme, figures.read()) == readme, "README.md is stale. Run: make readme-figures"


def test_the_sample_of_a_picture_is_what_the_command_prints(figures: ModuleType) -> None:
    """The same faces and first words; a best guess may differ by two points, as between processors."""
    face = re.compile(r"^ +(\d  \S+ (?:looks \w+|unclear)).*?(\d+) %", re.MULTILINE)
    sample, printed = face.findall(figures.read().sample), face.findall(figures.sample_output())
    assert [words for words, _ in printed] == [words for words, _ in sample]
    assert [int(best) for _, best in printed] == pytest.approx([int(best) for _, best in sample], abs=2)


def test_the_sample_of_the_log_has_the_members_of_a_line(figures: ModuleType) -> None:
    """None is missing, and none is there that a line has no more."""
    names = re.compile(r'"([a-z]+)":')
    assert names.findall(figures.log_line()) == names.findall(figures.read().log)


def test_a_figure_that_is_not_there_is_named(figures: ModuleType) -> None:
    """A sentence of README that was reworded says so, instead of going unmeasured."""
    with pytest.raises(ValueError, match="these words once"):
        figures.fill("Mien", figures.read())


def test_every_decision_is_found_by_its_topic() -> None:
    """DECISIONS.md begins with an index by topic that links each entry, and nothing that is not there."""
    text = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")
    index, entries = text.split("<!-- /index -->")
    linked = re.findall(r"^- \[(.+)\]\(#", index, re.MULTILINE)
    assert set(linked) == set(re.findall(r"^## [\d-]+ · (.+)$", entries, re.MULTILINE))


def test_each_test_that_stands_for_a_fault_exists() -> None:
    """docs/reliability.md names no test that was renamed or deleted."""
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert set(re.findall(r"`(test_\w+)`", page)) - there == set()
