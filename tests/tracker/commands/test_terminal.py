"""What commands write: nothing from outside reaches a terminal raw, and a closed or full stream changes no exit code."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final
from unicodedata import category

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tracker.cli import main
from tracker.core.printable import CONTROL_CATEGORIES, json_line, printable
from tracker.store.database import Database
from tracker.store.recorder import Recorder
from tracker.store.testing import beginning, row

MIEN: Final = str(Path(sys.executable).with_name("mien"))
EVIL: Final = "a\x1b]0;gotcha\x07\x1b[31m\nmien: all is erased\r\x9b2J\u202egpj.exe"
ANY: Final = st.text(st.characters(codec=None, categories=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("one\ntwo\r\tthree", "one\\ntwo\\r\\tthree"),
        ("\x9b2J", "\\x9b2J"),
        ("photo\u202egpj.exe", "photo\\u202egpj.exe"),
        ("l\udce9.mp4", "l\\udce9.mp4"),
        ("Ana\u3000会議 \u202f89\u202f% 👩\u200d🚀 é", "Ana\u3000会議 \u202f89\u202f% 👩\u200d🚀 é"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_instead(text: str, shown: str) -> None:
    """Escapes, line breaks, changes of direction and surrogates are spelt out; letters, spaces and emoji stay."""
    assert printable(text) == shown


@given(ANY)
def test_no_text_is_obeyed_and_json_reads_back(text: str) -> None:
    """Of any name, a terminal obeys nothing in the line, and JSON gives the same name back."""
    for line in (printable(text), json_line({"name": text})):
        assert not harmful(line)
        line.encode()
    assert json.loads(json_line([text])) == [text]


def harmful(said: str) -> set[str]:
    return {letter for letter in said if category(letter) in CONTROL_CATEGORIES and letter not in "\u200c\u200d"}


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a session whose title and source hold escape sequences."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'mien.db'}"
    with Database(url) as database, Recorder(database, beginning("evil", source=EVIL)) as recorder:
        recorder.write(row(0))
        recorder.entitle(EVIL)
    return url


@pytest.mark.usefixtures("no_search")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["sessions", "--db", "URL"], 0),
        (["sessions", "--json", "--db", "URL"], 0),
        (["sessions", "trends", "--db", "URL"], 0),
        (["sessions", "report", EVIL, "--output", "x.html", "--db", "URL"], 2),
        (["image", EVIL], 1),
        (["image", EVIL, "--json"], 1),
        (["log", "--source", EVIL], 3),
        (["log", "--output", EVIL], 2),
        (["analyze", EVIL, "--output", "OUT"], 1),
        (["verdicts", "import", EVIL, "--db", "URL"], 2),
        (["erase", "--session", EVIL, "--db", "URL"], 2),
        (["health", "--person", EVIL, "--db", "URL"], None),
        (["doctor", "--model", EVIL], 3),
        ([EVIL], 2),
        (["image", f"--{EVIL}"], 2),
        (["log", "--hz", EVIL], 2),
    ],
)
def test_no_command_hands_a_name_on_raw(url: str, tmp_path: Path, arguments: list[str], code: int | None) -> None:
    """On stdout and stderr, as text and JSON, a terminal obeys only Mien's own line breaks, and no name begins a line."""
    told = [{"URL": url, "OUT": str(tmp_path / "out")}.get(each, each) for each in arguments]
    done = CliRunner().invoke(main, told)
    assert code is None or done.exit_code == code, done.output
    assert harmful(done.output) <= {"\n"}
    assert "\nmien: all is erased" not in done.output


@pytest.mark.usefixtures("no_search")
@pytest.mark.parametrize(
    ("arguments", "code", "lines"),
    [(["doctor"], 0, 2 * ["SHA-256"]), (["refit", "--verdicts", "FOLDER"], 2, 3 * ["mien:"])],
)
def test_lines_of_our_own_are_lines(tmp_path: Path, url: str, arguments: list[str], code: int, lines: list[str]) -> None:
    """A message of several lines has them: Mien's own line breaks are not spelt out."""
    for name in ("cat.png", "cup.png"):
        picture = tmp_path / "verdicts" / "angry" / name
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 64)).save(picture)
    told = [str(tmp_path / "verdicts") if each == "FOLDER" else each for each in arguments]
    done = CliRunner().invoke(main, [*told, *(["--db", url] if "doctor" in told else [])])
    assert done.exit_code == code, done.output
    assert "\\n" not in done.output
    first = [line.split()[0] for line in done.output.splitlines()]
    assert [word for word in first if word in lines] == lines, done.output


def test_json_keeps_the_real_name(url: str) -> None:
    """A name in JSON is escaped, and the same when it is parsed."""
    told = json.loads(CliRunner().invoke(main, ["sessions", "--json", "--db", url]).stdout)
    assert (told["title"], told["source"]) == (EVIL, EVIL)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Only Linux has a full disk at hand: /dev/full.")
@pytest.mark.parametrize(
    ("arguments", "how", "code", "lines"),
    [
        (["--version"], ">/dev/full", 3, 1),
        (["sessions", "--db", "URL"], ">/dev/full", 3, 1),
        (["--help"], "| true", 0, 0),
        (["nonsense"], "2>/dev/full", 2, 0),
        (["nonsense"], "<&- >&- 2>&-", 2, 0),
        (["sessions", "--json", "--db", "URL"], ">&- 2>&-", 0, 0),
    ],
)
def test_a_closed_or_full_stream_ends_quietly(url: str, arguments: list[str], how: str, code: int, lines: int) -> None:
    """The command's own exit code stays; only a full disk for its data is exit code 3, with a sentence."""
    told = [url if each == "URL" else each for each in arguments]
    shell = ["bash", "-c", f'"$@" {how}; exit ${{PIPESTATUS[0]}}', "bash", MIEN, *told]
    done = subprocess.run(shell, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (code, lines), done.stderr
    assert ("No space left" in done.stderr) == (code == 3)
