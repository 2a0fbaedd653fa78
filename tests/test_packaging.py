"""The wheel: what is in it, and that it works where nothing else of Mien is."""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from email import message_from_string
from hashlib import sha256
from pathlib import Path
from typing import Final

import cv2
import pytest

from hatch_build import LANDMARKER_SHA256, VENDORED
from tracker.core.frame import Pixels

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).resolve().parents[1]
SCRIPTS: Final = "Scripts" if os.name == "nt" else "bin"
NEVER_SHIPPED: Final = ("tests", "requirements", "models", ".ci", "hatch_build.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the checkout; what the hook fetches is already there, so no network is needed."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def content(wheel: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(wheel)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; what Mien requires is lent by the one that runs the tests."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(home)]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], check=True)
    (packages,) = home.rglob("site-packages")
    # A folder named in a .pth lends its packages, but its own .pth files, the editable Mien's, are not followed.
    (packages / "lent.pth").write_text(str(Path(cv2.__file__).parents[1]))
    return home


def without_network() -> list[str]:
    """A command in front of another that takes the network away, where the system lets us."""
    unshare = ["unshare", "--map-root-user", "--net"]
    try:
        works = subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        works = False
    return unshare if works else []


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, in a folder that has nothing to do with it."""
    command = [*without_network(), str(installed / SCRIPTS / "mien"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=100)


def test_every_module_and_page_is_shipped(content: zipfile.ZipFile) -> None:
    """All that the three packages hold in the checkout, but what Python caches."""
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in ("tracker", "exporter", "web")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert ours - set(content.namelist()) == set()
    assert "tracker/py.typed" in ours


def test_what_was_fetched_is_shipped(content: zipfile.ZipFile) -> None:
    """The page's libraries with their licences, and the one landmark model that is known."""
    assert {f"web/static/vendor/{name}" for name in [*VENDORED, "manifest.json"]} <= set(content.namelist())
    assert sha256(content.read("tracker/assets/face_landmarker.task")).hexdigest() == LANDMARKER_SHA256


def test_the_released_model_is_shipped_beside_the_code(content: zipfile.ZipFile) -> None:
    """Every model of the checkout, byte for byte, among the tracker's own files."""
    models = list((ROOT / "models").glob("*.onnx"))

    assert "mien.onnx" in {model.name for model in models}
    assert all(content.read(f"tracker/models/{model.name}") == model.read_bytes() for model in models)


def test_nothing_else_is_shipped(content: zipfile.ZipFile) -> None:
    """No tests, no locks, no caches: the packages and their metadata."""
    tops = {name.split("/")[0] for name in content.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"tracker", "exporter", "web"}
    assert not [name for name in content.namelist() if name.split("/")[0] in NEVER_SHIPPED or "__pycache__" in name]


def test_its_metadata_is_that_of_the_project(content: zipfile.ZipFile) -> None:
    """The one command, every subcommand, both licence files, and the exact MediaPipe that stays silent."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (info,) = {name.split("/")[0] for name in content.namelist() if ".dist-info/" in name}
    points = ConfigParser()
    points.read_string(content.read(f"{info}/entry_points.txt").decode())
    metadata = message_from_string(content.read(f"{info}/METADATA").decode())

    assert dict(points["console_scripts"]) == project["scripts"]
    assert dict(points["mien.commands"]) == project["entry-points"]["mien.commands"]
    assert "mediapipe==0.10.33" in metadata.get_all("Requires-Dist", [])
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/NOTICE"} <= set(content.namelist())


def test_an_installed_mien_uses_its_own_files(installed: Path, tmp_path: Path) -> None:
    """`mien doctor`, far from the checkout and without a network, finds both models inside of its environment."""
    done = run(installed, tmp_path, "doctor", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    for part in ("model", "landmarker"):
        assert Path(told[part]["path"]).is_relative_to(installed)


def test_an_installed_mien_judges_a_picture(installed: Path, tmp_path: Path, astronaut: Pixels) -> None:
    """`mien image`, far from the checkout and without a network, says what everybody sees."""
    cv2.imwrite(str(tmp_path / "astronaut.png"), astronaut)
    done = run(installed, tmp_path, "image", "--json", "astronaut.png")

    assert done.returncode == 0, done.stderr
    assert [face["expression"] for face in json.loads(done.stdout)["faces"]] == ["happy"]


def test_an_installed_mien_lists_its_commands(installed: Path, tmp_path: Path) -> None:
    """`mien --help` knows the subcommands of all three packages."""
    done = run(installed, tmp_path, "--help")

    assert done.returncode == 0, done.stderr
    assert all(f"\n  {command} " in done.stdout for command in ("log", "evaluate", "serve"))
