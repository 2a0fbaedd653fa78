"""The comparison with other tools, without any of them: made-up drivers, results, the tables and the plot."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from tests.benchmarks.peers import __main__ as comparison
from tests.benchmarks.peers import driven as driven_module
from tests.benchmarks.peers import environments, measure, plot
from tests.benchmarks.peers.driven import Answer, FoundFace, drive
from tests.benchmarks.peers.environments import DRIVERS, LOCKS, ready
from tests.benchmarks.peers.material import Crops, Material, Raw, make_material
from tests.benchmarks.peers.peer_table import PEERS, Peer
from tests.benchmarks.peers.results import Flicker, Gallery, PeerResult, Share, read_result, write_result
from tests.benchmarks.peers.table import format_table
from tests.benchmarks.peers.written import BEGIN, END, write_documents
from tests.conftest import ROOT
from tracker.bench.peers import run_peers
from tracker.commands.bench import command
from tracker.core.errors import MissingError, UsageError

MADE_UP: Peer = Peer("made-up", "1.0", "python", "nothing", "made-up", "made_up.py")
SLOW_TO_TIDY = """
import sys, time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1)
    print("tidied", flush=True)
    sys.exit(7)
"""
NODES_DRIVER = f"""
import {{ answer }} from {DRIVERS.joinpath("answering.mjs").as_uri()!r};
// As a library does that may print: it makes the pipe one that takes only what fits.
process.stdout.write("");
const tf = {{ tensor3d: (values) => values, dispose: () => {{}} }};
await answer(tf, {{ crops: () => async () => [{{ box: [0, 0, 10, 10], word: "happy" }}] }});
"""
DRIVER = f'''
import sys
sys.path.insert(0, {str(DRIVERS)!r})
from answering import answer

class MadeUp:
    """Sees one face in each picture, whose word follows its first pixel, which is blue 0 or 255."""
    def clip(self, hz):
        return self.frames()
    def frames(self):
        print("chatter of a library, which is no answer")
        return lambda pixels: [{{"box": [0, 0, 10, 10], "word": "sad" if pixels[0, 0, 0] else "happy"}}]
    crops = frames

answer(MadeUp)
'''


def raw(folder: Path, name: str, blues: list[int], hz: float = 0.0) -> Raw:
    """Pictures of 4x6 pixels that differ in their blue."""
    pixels = np.zeros((len(blues), 4, 6, 3), np.uint8)
    pixels[..., 2] = np.array(blues, np.uint8)[:, None, None]
    path = folder / f"{name}.rgb"
    pixels.tofile(path)
    return Raw(name, path, (len(blues), 4, 6), hz, still=hz > 0, faces=1)


@pytest.fixture
def material(tmp_path: Path) -> Material:
    """A clip that changes twice, one picture, and four crops of which three are what the driver says."""
    labels = np.array([3, 4, 3, 3], np.int64)
    return Material(
        picture=raw(tmp_path, "one", [0]),
        clips=(raw(tmp_path, "clip", [0, 0, 255, 0, 0, 0, 0], hz=2.0),),
        galleries=(raw(tmp_path, "solvay", [0]),),
        crops=Crops(raw(tmp_path, "crops", [0, 255, 0, 255]), labels, np.array([3, -1, 3, -1], np.int64)),
    )


@pytest.fixture
def made_up_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the driver that runs in place of a peer's."""
    driver = tmp_path / "made_up.py"
    driver.write_text(DRIVER)
    monkeypatch.setattr(measure, "ready", lambda peer, folder: tmp_path)
    monkeypatch.setattr(measure, "command_of", lambda peer, home: [sys.executable, str(driver)])
    monkeypatch.setattr(measure, "installed_mb", lambda peer, home: 12.5)
    monkeypatch.setattr(measure, "STARTS", 1)
    return driver


def test_a_peer_is_measured_in_a_process_of_its_own(tmp_path: Path, material: Material, made_up_command: Path) -> None:
    """Every figure comes from the driver's answers, whatever the library prints."""
    result = measure.measure(MADE_UP, material, tmp_path, lambda _: None)

    assert result.reason is None
    assert result.flicker == (Flicker("clip", changes=2, seconds=3.0, found=7, frames=7, still=True),)
    assert result.still_flicker == 40.0
    assert result.galleries == (Gallery("solvay", 1, 1),)
    assert (result.labels, result.votes, result.head) == (Share(3, 4), Share(2, 2), None)
    assert result.installed_mb == 12.5
    assert None not in (result.frame_ms, result.picture_ms, result.face_ms, result.start_s)
    assert result.memory_mb is not None
    assert result.memory_mb > 5


def test_a_peer_that_fails_is_a_row_with_its_reason(tmp_path: Path, material: Material, made_up_command: Path) -> None:
    """The run goes on, and the row says with what words the driver ended."""
    made_up_command.write_text("raise SystemExit('its model file is damaged')")
    result = measure.measure(MADE_UP, material, tmp_path, lambda _: None)

    assert result.reason is not None
    assert "its model file is damaged" in result.reason
    assert "made-up 1.0: it ended while asked for clip" in "\n".join(format_table([result]))


def test_a_peer_that_cannot_be_installed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installer's last words are the reason, and nothing is taken for installed."""
    lock = tmp_path / "locks" / "made-up"
    lock.mkdir(parents=True)
    (lock / "requirements.txt").write_text("nothing-that-exists==1.0 --hash=sha256:0\n")
    monkeypatch.setattr(environments, "LOCKS", tmp_path / "locks")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(MissingError, match="cannot be installed"):
        ready(MADE_UP, tmp_path)
    assert not list(tmp_path.glob("environments/*/lock.sha256"))


@pytest.mark.skipif(not Path("/proc/net").exists(), reason="only Linux lets a user cut a process off")
def test_drivers_reach_nobody(tmp_path: Path) -> None:
    """A driver that asks for an address gets none: it fails on what it would download."""
    driver = tmp_path / "asks.py"
    driver.write_text("import urllib.request as r\nr.urlopen('http://192.0.2.1/', timeout=5)")
    with drive([sys.executable, str(driver)], tmp_path) as driven, pytest.raises(MissingError, match=r"refused|unreachable"):
        driven.ask("frames", raw(tmp_path, "one", [0]))


def test_a_long_answer_of_a_driver_in_node_arrives_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of crops are more than a pipe takes at once; a driver that left out the rest was taken for one that hangs."""
    monkeypatch.setattr(driven_module, "TASK_SECONDS", 30.0)
    driver = tmp_path / "driver.mjs"
    driver.write_text(NODES_DRIVER)

    with drive([environments._node(), str(driver), str(tmp_path)], tmp_path) as driven:
        answer = driven.ask("crops", raw(tmp_path, "crops", [0] * 60_000))

    assert [faces[0].word for faces in answer.faces] == ["happy"] * 60_000


def test_a_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, material: Material) -> None:
    """What was measured is read; what failed, is of another version or is named by --again is measured."""
    asked: list[str] = []

    def measured(peer: Peer, *_: object) -> PeerResult:
        asked.append(peer.name)
        return PeerResult(peer.name, peer.version, reason="broken" if peer.name == "facex" else None)

    monkeypatch.setattr(comparison, "measure", measured)
    monkeypatch.setattr(comparison, "use_two_cores", lambda: None)
    monkeypatch.setattr(comparison, "make_material", lambda *_: material)
    runs = []
    for again in ((), (), ("human",)):
        asked.clear()
        results = comparison.measure_all(tmp_path, None, None, (), again)
        runs.append(list(asked))
    write_result(tmp_path, PEERS[0], PeerResult(PEERS[0].name, "another"))

    names = [peer.name for peer in PEERS]
    assert [result.peer for result in results] == names
    assert runs == [names, ["facex"], ["facex", "human"]]
    assert read_result(tmp_path, PEERS[0]) is None


def test_results_of_other_data_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, material: Material) -> None:
    """With another file of labels all are measured again; a run that names no data takes what there is."""
    asked: list[str] = []

    def measured(peer: Peer, *_: object) -> PeerResult:
        asked.append(peer.name)
        return PeerResult(peer.name, peer.version)

    monkeypatch.setattr(comparison, "measure", measured)
    monkeypatch.setattr(comparison, "use_two_cores", lambda: None)
    monkeypatch.setattr(comparison, "make_material", lambda *_: material)
    one, other = tmp_path / "one.npz", tmp_path / "other.npz"
    one.write_bytes(b"1")
    other.write_bytes(b"22")
    runs = []
    for data in (None, one, one, other, None):
        asked.clear()
        comparison.measure_all(tmp_path, data, None, (), ())
        runs.append(len(asked))

    assert runs == [len(PEERS), len(PEERS), 0, len(PEERS), 0]


@pytest.mark.parametrize(
    ("option", "name", "sentence"),
    [
        ("pictures", "nowhere", "nowhere is no folder"),
        ("pictures", "empty", "empty holds no picture"),
        ("pictures", "broken", "a.png: "),
        ("clips", "broken/a.png", "cannot be read as a video"),
        ("faces", "train.npz", "holds no picture of the private split"),
    ],
)
def test_what_cannot_be_measured_on_is_named(option: str, name: str, sentence: str, tmp_path: Path) -> None:
    """A wrong folder, picture, video or data set is wrong use, and found before anything is measured."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_bytes(b"junk")
    images, ones = np.zeros((3, 48, 48), np.uint8), np.zeros(3, np.int64)
    np.savez(tmp_path / "train.npz", images=images, fer_label=ones, usage=ones)
    (tmp_path / "raw").mkdir()
    chosen: dict[str, Any] = {"faces": None, "pictures": None, "clips": ()}
    chosen[option] = (tmp_path / name,) if option == "clips" else tmp_path / name

    with pytest.raises(UsageError, match=sentence):
        make_material(tmp_path / "raw", **chosen)


def test_a_folder_of_peers_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    """And a wrong name after --again is, too, with the names that there are; neither speaks of a module of Mien's."""
    taken = tmp_path / "taken"
    taken.touch()
    for words, code, sentence in ((["--peers-folder", str(taken)], 3, f"{taken}: "), (["--again", "x"], 2, "'facex'")):
        command = [sys.executable, "-m", "tests.benchmarks.peers", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        assert (done.returncode, sentence in done.stderr, "tests.benchmarks" in done.stderr) == (code, True, False), done.stderr


def test_the_tables_compare_with_mien(tmp_path: Path) -> None:
    """Amounts have how many times Mien's they are, shares their interval and n, and an absent peer its reason."""
    results = [
        PeerResult(
            "mien", "1", frame_ms=20.0, head=Share(710, 1000), labels=Share(640, 1000), galleries=(Gallery("solvay", 29, 29),)
        ),
        PeerResult("other", "2", frame_ms=50.0, labels=Share(60, 100), flicker=(Flicker("a", 3, 30.0, 9, 9, still=True),)),
        PeerResult("absent", "3", reason="cannot be run offline"),
    ]
    for name in ("README.md", "docs/peers.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    (tmp_path / "models").mkdir()
    write_documents(results, tmp_path)

    readme = (tmp_path / "README.md").read_text()
    assert readme.startswith(f"before\n{BEGIN}\n\n| | mien 1 | other 2 |\n")
    assert readme.endswith(f"{END}\nafter\n")
    assert "| a frame | 20.0 ms | 50.0 ms (x2.5) |" in readme
    assert "| FER-2013's labels | 71.0 % (68.1-73.7, n 1,000) | 60.0 % (50.2-69.1, n 100) |" in readme
    assert "| Solvay 1927 | 29 of 29 | - |" in readme
    assert "| flicker a minute | - | 6.0 |" in readme
    assert "- absent 3: cannot be run offline" in readme
    assert "other" in (tmp_path / "models" / "peers.svg").read_text()


def test_a_document_without_a_place_is_named(tmp_path: Path) -> None:
    """A table is never written into the middle of somebody's words."""
    for folder in ("docs", "models"):
        (tmp_path / folder).mkdir()
    (tmp_path / "README.md").write_text("Mien")
    with pytest.raises(MissingError, match="no place for the table"):
        write_documents([PeerResult("mien", "1")], tmp_path)


def test_only_frames_with_a_face_count_as_flicker() -> None:
    """A face that is lost and found again has not changed its word, and the largest face is the one that is followed."""
    small, large = FoundFace((0, 0, 5, 5), "sad"), FoundFace((0, 0, 9, 9), "happy")
    answer = Answer([1.0] * 4, [[large], [], [small, large], [small]])

    counted = measure.flicker(Raw("clip", Path(), (4, 1, 1), hz=1.0), answer)

    assert (counted.changes, counted.seconds, counted.found) == (1, 1.0, 3)


def test_each_peer_that_is_run_has_a_lock_and_a_driver() -> None:
    """Packages are pinned by hashes, so that a run installs what was looked at."""
    run = [peer for peer in PEERS if peer.kind != "absent"]
    assert [peer.name for peer in run if not (DRIVERS / peer.driver).is_file()] == []
    for peer in run[1:]:
        name, mark = ("requirements.txt", "--hash=sha256:") if peer.kind == "python" else ("package-lock.json", '"integrity"')
        text = (LOCKS / peer.environment / name).read_text()
        assert peer.version in text
        assert mark in text


def test_a_wheel_says_where_the_comparison_is(tmp_path: Path) -> None:
    """Installed without its tests, Mien names the folder of the repository instead of failing on an import."""
    with pytest.raises(MissingError, match="tests/benchmarks/peers"):
        run_peers((), tmp_path)


def test_ctrl_c_lets_the_comparison_tidy_up(tmp_path: Path) -> None:
    """It reaches both programs of a terminal; the command waits until the other one has deleted its pictures."""
    folder = tmp_path / "tests" / "benchmarks" / "peers"
    folder.mkdir(parents=True)
    (folder / "__main__.py").write_text(SLOW_TO_TIDY)
    # A terminal's programs hear Ctrl-C; those that something starts in the background inherit that they do not.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{heard}; import sys, pathlib, tracker.bench.peers as p; sys.exit(p.run_peers((), pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        os.killpg(running.pid, signal.SIGINT)
        assert running.stdout.read() == "tidied\n"
    assert running.returncode == 7


def test_options_of_the_comparison_go_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They are passed on with absolute paths, the exit code comes back, and without --peers they are wrong use."""
    given: list[str] = []

    def run(words: Iterable[str]) -> int:
        given.extend(words)
        return 3

    monkeypatch.setattr("tracker.bench.peers.run_peers", run)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(command, ["--peers", "--data", "faces.npz", "--again", "fer", "--json"])

    assert done.exit_code == 3
    assert given == ["--data", f"{tmp_path}{os.sep}faces.npz", "--again", "fer", "--json"]
    assert CliRunner().invoke(command, ["--write"]).exception is not None
    assert "go without --peers" in str(CliRunner().invoke(command, ["--peers", "--store"]).exception)


def test_the_plot_needs_no_mien(tmp_path: Path) -> None:
    """One peer alone is drawn, too."""
    plot.draw([PeerResult("other", "2", labels=Share(3, 4))], tmp_path / "plot.svg")
    assert (tmp_path / "plot.svg").stat().st_size > 0
