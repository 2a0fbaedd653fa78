"""mien.toml reaches every command that opens the database, as its flag does."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tracker.cli import main


@pytest.mark.parametrize("arguments", [["health"], ["verdicts", "export", "out"], ["sessions"], ["sessions", "trends"]])
def test_a_database_in_mien_toml_is_the_one_that_is_read(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stores into the database of mien.toml need not name it again to look at what is there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    (tmp_path / "settings" / "mien").mkdir(parents=True)
    (tmp_path / "settings" / "mien" / "mien.toml").write_text(f'db = "sqlite:///{tmp_path}/mine.db"\nperson = "nobody"\n')
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert (done.exit_code, (tmp_path / "mine.db").exists(), (tmp_path / "data").exists()) == (0, True, False), done.output
