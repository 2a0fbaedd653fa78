"""Settings: one table for flags, mien.toml and README."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tracker.commands.options import settings_options
from tracker.errors import UsageError
from tracker.settings import NAMES, Choices, markdown_table, read_config

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@settings_options(*NAMES)
def show(choices: Choices) -> None:
    click.echo(repr(choices))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(show, arguments, catch_exceptions=False)
    return result.output.strip()


def test_nothing_given_is_the_table_s_defaults() -> None:
    """A command without flags gets the defaults of the settings table."""
    assert run() == repr(Choices())


def test_a_file_gives_defaults_and_a_flag_wins(tmp_path: Path) -> None:
    """mien.toml changes a default; the same setting as a flag is stronger."""
    config = tmp_path / "mien.toml"
    config.write_text('hz = 5\nfaces = "all"\n')
    assert run("--config", str(config), "--faces", "own") == repr(Choices(hz=5.0, faces="own"))


def test_an_unknown_key_is_an_error(tmp_path: Path) -> None:
    """A key that is no setting is named, with those there are."""
    config = tmp_path / "mien.toml"
    config.write_text("herz = 5\n")
    with pytest.raises(UsageError, match="no setting herz: there are source, hz"):
        read_config(config)


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    """TOML that cannot be parsed is told with the file's name and place."""
    config = tmp_path / "mien.toml"
    config.write_text("hz = = 5\n")
    with pytest.raises(UsageError, match=r"mien\.toml cannot be read.*line 1"):
        read_config(config)


def test_a_value_out_of_range_is_refused(tmp_path: Path) -> None:
    """What the flag would refuse is refused in the file, too."""
    config = tmp_path / "mien.toml"
    config.write_text("hz = 600\n")
    assert "0<=x<=60" in run("--config", str(config))


def test_readme_has_the_table() -> None:
    """README's table of settings is the one that the code has."""
    assert markdown_table() in (ROOT / "README.md").read_text(encoding="utf-8")
