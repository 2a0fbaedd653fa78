"""``mien readings``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracker.commands.readings import command
from tracker.readings.own_readings import READINGS_PREFERENCE
from tracker.store.database import Database
from tracker.store.retention import set_preference


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's settings but this test's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_readings_are_listed_as_the_person_has_them(tmp_path: Path) -> None:
    """With what they chose on the page Glossary, for people and as JSON."""
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    with Database(url) as database:
        choices = {"told": {"bored": "off", "tired": "strict"}, "loaded": None}
        database.write(lambda store: set_preference(store, READINGS_PREFERENCE, choices)).result()
    lines = run("--db", url).stdout.splitlines()
    assert (
        "bored  never: bored. They may find this long, or of no use to them. It says nothing about whether they listen."
        in lines
    )
    listed = {each["id"]: each for each in map(json.loads, run("--json", "--db", url).stdout.splitlines())}
    assert (listed["tired"]["told"], listed["tired"]["threshold"], listed["worry"]["told"]) == ("strict", 0.6, "off")
    assert [name for name, each in listed.items() if each["validated"]] == ["surprise"]


def test_a_file_is_checked(tmp_path: Path) -> None:
    """What can be used says what it changes; what cannot says why, as does one that is not there."""
    file = tmp_path / "theirs.toml"
    file.write_text("[readings.bored]\nname = 'far away'")
    assert run("check", str(file)).stdout == "It can be used. Readings that it adds or changes: bored.\n"
    file.write_text("[readings.bored]\nwindow = 99")
    assert "window should be a number from 0.5 to 30" in str(run("check", str(file)).exception)
    assert "cannot be read" in str(run("check", str(tmp_path / "none.toml")).exception)
