"""``mien doctor``: what is installed, whether it is whole, and what would be reached over the network."""

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import click
from platformdirs import user_data_path

from tracker.commands.options import settings_file, settings_options
from tracker.commands.terminal import show, show_json
from tracker.config.settings import Settings
from tracker.core.errors import MienError, MissingError
from tracker.core.private_files import TOKEN_FILE

PACKAGES: Final = ("mien", "mediapipe", "onnxruntime", "opencv-python", "numpy", "flask-socketio", "torch")
SEARCHED: Final = ("mediapipe", "onnxruntime", "opencv-python", "opencv-contrib-python")
"""Compiled libraries that see pictures or the model; later releases of the first two report to their makers."""
LEFT_BEHIND: Final = Path(".cache/Microsoft/DeveloperTools/.onnxruntime")
"""In the home folder, by onnxruntime 1.29 and later on Linux: a device id, and reports that were not sent."""
NETWORK: Final = (
    "nothing: Mien opens no connection beyond this machine, unless you give it an address (a stream, a database server)"
)


@click.command(name="doctor")
@settings_options("source", "db", "model", "landmarker")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def command(ctx: click.Context, choices: Settings, *, as_json: bool) -> None:
    """Look at what is installed: packages, model files and their hashes, cameras, where settings and data lie, network."""
    result = {
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "packages": {name: installed(name) for name in PACKAGES},
        "model": examined(lambda: about_model(choices)),
        "landmarker": examined(lambda: about_landmarker(choices)),
        "cameras": examined(about_cameras),
        "settings": str(settings_file()),
        "data": str(user_data_path("mien")),
        "token": str(user_data_path("mien") / TOKEN_FILE),
        "store": examined(lambda: about_store(choices)),
        "network": network(choices),
        "collectors": about_collectors(),
    }
    show_json(result) if as_json else show(*in_words(result))
    if any("error" in result[part] for part in ("model", "landmarker")):
        ctx.exit(MissingError.exit_code)


def installed(package: str) -> str | None:
    """Its version, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def examined(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a look at something says, or the sentence that says what is wrong with it."""
    try:
        return look()
    except MienError as error:
        return {"error": str(error)}


def about_model(choices: Settings) -> dict[str, Any]:
    """The classifier's file, opened."""
    from tracker.config.model_files import released_model
    from tracker.model.classifier import OnnxClassifier

    path = released_model(choices.model)
    classifier = OnnxClassifier(path)
    contract = classifier.contract
    return {"path": str(path), "sha256": classifier.sha256, "name": contract.name, "version": contract.version}


def about_landmarker(choices: Settings) -> dict[str, Any]:
    """MediaPipe's file, opened."""
    from tracker.config.model_files import LANDMARKER_SHA256, landmarker_model
    from tracker.vision.landmarker import Landmarker

    path = landmarker_model(choices.landmarker)
    with Landmarker(path, max_faces=1):
        return {"path": str(path), "sha256": LANDMARKER_SHA256}


def about_store(choices: Settings) -> dict[str, Any]:
    """Where sessions, verdicts and saved pictures go; nothing is opened."""
    from tracker.store.database import Database

    database = Database(choices.db)
    return {"name": database.name, "where": database.location, "server": database.remote_host}


def network(choices: Settings) -> str:
    """What is reached beyond this machine: only what the person named."""
    from tracker.sources.factory import STREAM_SCHEMES

    server = examined(lambda: about_store(choices)).get("server")
    named = [f"the database server {server} (db)"] if server else []
    named += [f"{choices.source} (source)"] if choices.source.lower().startswith(STREAM_SCHEMES) else []
    return f"{' and '.join(named)}, which you named, and nothing else" if named else NETWORK


def about_cameras() -> dict[str, Any]:
    """By name; none is opened."""
    from tracker.sources.camera_names import describe_cameras
    from tracker.sources.cameras import list_cameras

    cameras = list_cameras()
    return {"found": [{"index": each.index, "name": each.name} for each in cameras], "words": describe_cameras(cameras)}


def about_collectors() -> dict[str, Any]:
    """Which compiled libraries were searched for collectors, what was found, the switches that are set, what lies about."""
    from tracker.core.collectors import collectors_of
    from tracker.core.library_switches import TELEMETRY_OFF

    left_behind = Path.home() / LEFT_BEHIND
    return {
        "searched": {name: found for name in SEARCHED if (found := installed(name))},
        "found": {name: marks for name in SEARCHED if (marks := collectors_of(name))},
        "switched_off": dict(TELEMETRY_OFF),
        "left_behind": str(left_behind) if left_behind.exists() else None,
    }


def collectors_in_words(collectors: dict[str, Any]) -> Iterator[str]:
    """What was searched for code that reports to its maker, and what to do about what was found."""
    searched = ", ".join(f"{name} {found}" for name, found in collectors["searched"].items())
    switches = " ".join(f"{name}={value}" for name, value in collectors["switched_off"].items())
    if not collectors["found"]:
        yield f"no library reports to its maker; searched {searched}, and {switches} is set"
    for name, files in collectors["found"].items():
        marks = sorted({mark for found in files.values() for mark in found})
        yield (
            f"{name} {collectors['searched'][name]} can report to its maker ({', '.join(marks)})."
            f" {switches} is set, which stops onnxruntime; install the releases that Mien names: make run"
        )
    if collectors["left_behind"]:
        yield f"{collectors['left_behind']} was left by another release of onnxruntime. Nothing needs it: delete the folder."


def in_words(result: dict[str, Any]) -> Iterator[str]:
    """The findings for people."""
    yield f"{'Python':<15} {result['python']} on {result['system']}"
    for name, found in result["packages"].items():
        yield f"{name:<15} {found or 'not installed' + (' (needed for training only)' if name == 'torch' else '')}"
    for part in ("model", "landmarker"):
        found = result[part]
        yield f"{part:<15} {found.get('error') or found['path']}"
        if "sha256" in found:
            yield f"{'':<15} SHA-256 {found['sha256']}"
    yield f"{'cameras':<15} {result['cameras'].get('error') or result['cameras']['words']}"
    for part in ("settings", "data", "token"):
        yield f"{part:<15} {result[part]}" + ("" if Path(result[part]).exists() else " (not there yet)")
    store = result["store"]
    yield f"{'store':<15} " + (store.get("error") or f"{store['name']}, {store['where']}")
    yield f"{'network':<15} {result['network']}"
    for sentence in collectors_in_words(result["collectors"]):
        yield f"{'':<15} {sentence}"
