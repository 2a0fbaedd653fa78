"""Downloads every locked wheel, for each system that Mien runs on, and searches its compiled libraries for collectors.

    python requirements/collectors.py            # run by `make lock`; some minutes and about a gigabyte for each system

Exits with 1 and names what was found, unless ``EXPLAINED`` has it. What stands there also has its line in DECISIONS.md.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tracker.core.collectors import is_compiled, marks_in  # noqa: E402 - found only now

LOCKS: Final = ("run.txt", "test.txt", "build.txt", "lock.txt")
SYSTEMS: Final = {
    "Linux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "any"),
    "macOS": ("macosx_14_0_arm64", "macosx_13_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_11_0_universal2"),
    "Windows": ("win_amd64",),
}
PYTHON: Final = "3.11"
EXPLAINED: Final = {
    ("pyarrow", "opentelemetry"): "spans go nowhere unless ARROW_TRACING_BACKEND names where",
    ("mypy", "opentelemetry"): "the name in a list of packages that bring no types; no code",
}
"""(package, mark) -> how it is kept quiet."""


def download(lock: Path, platforms: tuple[str, ...], folder: Path) -> None:
    """The wheels of a lock for one system; its hashes are checked. CalledProcessError if one cannot be had."""
    wanted = [word for platform in platforms for word in ("--platform", platform)]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    subprocess.run(
        [*pip, "--only-binary", ":all:", "--python-version", PYTHON, *wanted, "--require-hashes", "-r", lock, "-d", folder],
        check=True,
    )


def unexplained(wheel: Path) -> list[str]:
    """A line for each collector's mark in a wheel that nothing explains."""
    package = wheel.name.split("-")[0].lower().replace("_", "-")
    with zipfile.ZipFile(wheel) as archive:
        found = {
            (name, mark)
            for name in archive.namelist()
            if is_compiled(name)
            for mark in marks_in(archive.read(name))
            if (package, mark) not in EXPLAINED
        }
    return [f"{wheel.name}: {name}: {mark}" for name, mark in sorted(found)]


def main() -> int:
    """0 if nothing was found that is not explained."""
    found: set[str] = set()
    for system, platforms in SYSTEMS.items():
        with tempfile.TemporaryDirectory() as folder:
            for lock in LOCKS:
                download(ROOT / "requirements" / lock, platforms, Path(folder))
            wheels = sorted(Path(folder).glob("*.whl"))
            print(f"{system}: {len(wheels)} wheels searched for collectors.", file=sys.stderr)
            found |= {line for wheel in wheels for line in unexplained(wheel)}
    print("\n".join(sorted(found)) or "No collector that is not explained.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
