"""Settings: one table for flags, mien.toml and README."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tracker.commands.options import settings_options
from tracker.config.settings import SETTING_NAMES, Settings, markdown_table, read_config
from tracker.core.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]


@click.command()
@settings_options(*SETTING_NAMES)
def show(settings: Settings) -> None:
    click.echo(repr(settings))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(show, arguments, catch_exceptions=False)
    return result.output.strip()


def test_nothing_given_is_the_table_s_defaults() -> None:
    """A command without flags gets the defaults of the settings table."""
    assert run() == repr(Settings())


def test_a_file_gives_defaults_and_a_flag_wins(tmp_path: Path) -> None:
    """mien.toml changes a default; the same setting as a flag is stronger."""
    config = tmp_path / "mien.toml"
    config.write_text('hz = 5\nfaces = "all"\n')
    assert run("--config", str(config), "--faces", "own") == repr(Settings(hz=5.0, faces="own"))


def test_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    """A key that is no setting is named, with those there are."""
    config = tmp_path / "mien.toml"
    config.write_text("herz = 5\n")
    with pytest.raises(UsageError, match="herz is not known; there are source, hz"):
        read_config(config)


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    """TOML that cannot be parsed is told with the file's name and place."""
    config = tmp_path / "mien.toml"
    config.write_text("hz = = 5\n")
    with pytest.raises(UsageError, match=r"mien\.toml cannot be read.*line 1"):
        read_config(config)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("hz = 600", "hz should be a number from 0 to 60, found 600"),
        ("hz = nan", "hz should be a number from 0 to 60, found nan"),
        ("hz = [1, 2]", r"hz should be a number from 0 to 60, found \[1, 2\]"),
        ('hz = "5"', "hz should be a number from 0 to 60, found '5'"),
        ("hz = true", "hz should be a number from 0 to 60, found True"),
        ("port = 80.5", "port should be a whole number from 0 to 65535, found 80.5"),
        ("release = 1", "release should be true or false, found 1"),
        ("model = 3", "model should be a text, found 3"),
        ("db = true", "db should be a text, found True"),
        ('source = ["0", "1"]', "source should be a text or a number, found "),
        ('faces = "both"', "faces should be one of all, own, found 'both'"),
    ],
)
def test_a_value_that_its_flag_would_refuse_is_refused(tmp_path: Path, line: str, sentence: str) -> None:
    """A wrong value in the file is a sentence with the file's and the setting's name, whichever command reads it."""
    config = tmp_path / "mien.toml"
    config.write_text(f"{line}\n")
    with pytest.raises(UsageError, match=rf"mien\.toml: {sentence}"):
        read_config(config)


def test_what_may_be_a_number_may_be_written_as_one(tmp_path: Path) -> None:
    """A camera's index, a prior and looks a second need no quotes."""
    config = tmp_path / "mien.toml"
    config.write_text("source = 1\nprior = 0.5\nmotion = 20\nhz = 5\n")
    assert run("--config", str(config)) == repr(Settings(source="1", prior="0.5", motion="20", hz=5.0))


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("flag", ["--hz", "--smoothing"])
def test_no_number_is_not_a_number_of_something(flag: str, value: str) -> None:
    """Infinity and what is no number at all are wrong use, as -1 is."""
    assert "Error: Invalid value" in run(flag, value)


def test_readme_has_the_table() -> None:
    """README's table of settings is the one that the code has."""
    assert markdown_table() in (ROOT / "README.md").read_text(encoding="utf-8")
