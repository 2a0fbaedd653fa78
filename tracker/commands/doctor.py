"""``mien doctor``: what is installed, whether it is whole, and what would be reached over the network."""

import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, TypeVar

import click
from platformdirs import user_data_path

from tracker.commands.options import settings_file, settings_options
from tracker.commands.terminal import show, show_json
from tracker.config.model_files import RELEASED
from tracker.config.settings import Settings
from tracker.core.errors import MienError, MissingError
from tracker.core.private_files import TOKEN_FILE

REPORTED_PACKAGES: Final = ("mien", "mediapipe", "onnxruntime", "opencv-python", "numpy", "flask-socketio", "torch")
SEARCHED_PACKAGES: Final = ("mediapipe", "onnxruntime", "opencv-python", "opencv-contrib-python")
"""Compiled libraries that see pictures or the model; later releases of the first two report to their makers."""
ONNXRUNTIME_LEFTOVERS: Final = Path(".cache/Microsoft/DeveloperTools/.onnxruntime")
"""In the home folder, written by onnxruntime 1.29 and later on Linux: a device id, and reports that were not sent."""
NO_NETWORK: Final = (
    "nothing: Mien opens no connection beyond this machine, unless you give it an address (a stream, a database server)"
)

Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person is told of a part that cannot be checked."""

    error: str


@dataclass(frozen=True, slots=True)
class ClassifierFile:
    """The model file, which was opened; quantised: it is the 8-bit copy of the file with this hash."""

    path: str
    sha256: str
    name: str
    version: str
    quantised: bool


@dataclass(frozen=True, slots=True)
class LandmarkerFile:
    """MediaPipe's file, which was opened."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CameraName:
    """A camera, which was not opened."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class CameraList:
    """The cameras of this machine; words: the same as a sentence."""

    found: list[CameraName]
    words: str


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """Where sessions, verdicts and saved pictures go; nothing was opened. server: the remote host, None on this machine."""

    name: str
    where: str
    server: str | None


@dataclass(frozen=True, slots=True)
class CollectorReport:
    """The search for code that reports to its maker.

    Attributes:
        searched: Package -> its version.
        found: Package -> file -> the marks of collectors in it.
        switched_off: The environment variables that switch reporting off, as they are set.
        left_behind: A folder that another release of onnxruntime left, or None.
    """

    searched: Mapping[str, str]
    found: Mapping[str, Mapping[str, list[str]]]
    switched_off: Mapping[str, str]
    left_behind: str | None


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What ``mien doctor --json`` prints; packages: name -> version, or None where it is not installed."""

    python: str
    system: str
    packages: Mapping[str, str | None]
    model: ClassifierFile | Problem
    landmarker: LandmarkerFile | Problem
    cameras: CameraList | Problem
    settings: str
    data: str
    token: str
    store: StoreLocation | Problem
    network: str
    collectors: CollectorReport


@click.command(name="doctor")
@settings_options("source", "db", "message_queue", "model", "landmarker")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def command(ctx: click.Context, settings: Settings, *, as_json: bool) -> None:
    """Check what is installed: packages, model files and their hashes, cameras, where settings and data lie, network."""
    from tracker.core.collectors import collectors_of
    from tracker.core.library_switches import TELEMETRY_OFF
    from tracker.sources.factory import STREAM_SCHEMES

    store = _check(lambda: _locate_store(settings))
    # What would be reached beyond this machine: only what the person named.
    reached = [f"the database server {store.server} (db)"] if isinstance(store, StoreLocation) and store.server else []
    reached += [f"{settings.source} (source)"] if settings.source.lower().startswith(STREAM_SCHEMES) else []
    reached += [f"{settings.message_queue} (message_queue)"] if (settings.message_queue or "").startswith("rediss:") else []
    leftovers = Path.home() / ONNXRUNTIME_LEFTOVERS
    report = DoctorReport(
        python=platform.python_version(),
        system=platform.platform(terse=True),
        packages={name: _installed_version(name) for name in REPORTED_PACKAGES},
        model=_check(lambda: _open_classifier(settings)),
        landmarker=_check(lambda: _open_landmarker(settings)),
        cameras=_check(_list_cameras),
        settings=str(settings_file()),
        data=str(user_data_path("mien")),
        token=str(user_data_path("mien") / TOKEN_FILE),
        store=store,
        network=f"{' and '.join(reached)}, which you named, and nothing else" if reached else NO_NETWORK,
        collectors=CollectorReport(
            searched={name: found for name in SEARCHED_PACKAGES if (found := _installed_version(name))},
            found={name: marks for name in SEARCHED_PACKAGES if (marks := collectors_of(name))},
            switched_off=dict(TELEMETRY_OFF),
            left_behind=str(leftovers) if leftovers.exists() else None,
        ),
    )
    show_json(asdict(report)) if as_json else show(*format_report(report))
    if isinstance(report.model, Problem) or isinstance(report.landmarker, Problem):
        ctx.exit(MissingError.exit_code)


def _installed_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _check(part: Callable[[], Checked]) -> Checked | Problem:
    try:
        return part()
    except MienError as error:
        return Problem(str(error))


def _open_classifier(settings: Settings) -> ClassifierFile:
    from tracker.compose import open_classifier

    classifier = open_classifier(replace(settings, person=None), "live")
    contract = classifier.contract
    return ClassifierFile(
        str(classifier.path), classifier.sha256, contract.name, contract.version, contract.quantised_from is not None
    )


def _open_landmarker(settings: Settings) -> LandmarkerFile:
    from tracker.config.model_files import LANDMARKER_SHA256, landmarker_model
    from tracker.vision.landmarker import Landmarker

    path = landmarker_model(settings.landmarker)
    with Landmarker(path, max_faces=1):
        return LandmarkerFile(str(path), LANDMARKER_SHA256)


def _list_cameras() -> CameraList:
    from tracker.sources.camera_names import describe_cameras
    from tracker.sources.cameras import list_cameras

    cameras = list_cameras()
    return CameraList([CameraName(camera.index, camera.name) for camera in cameras], describe_cameras(cameras))


def _locate_store(settings: Settings) -> StoreLocation:
    from tracker.store.database import Database

    database = Database(settings.db)
    return StoreLocation(database.name, database.location, database.remote_host)


def format_report(report: DoctorReport) -> Iterator[str]:
    """Yield the report as lines for a person."""

    def line(label: str, text: str) -> str:
        return f"{label:<15} {text}"

    yield line("Python", f"{report.python} on {report.system}")
    for name, found in report.packages.items():
        yield line(name, found or "not installed" + (" (needed for training only)" if name == "torch" else ""))
    for label, file in (("model", report.model), ("landmarker", report.landmarker)):
        if isinstance(file, Problem):
            yield line(label, file.error)
        else:
            yield line(label, file.path)
            yield line("", f"SHA-256 {file.sha256}")
            if isinstance(file, ClassifierFile) and file.quantised:
                yield line("", f"an 8-bit copy, which runs faster; this is the SHA-256 of {RELEASED}")
    yield line("cameras", report.cameras.error if isinstance(report.cameras, Problem) else report.cameras.words)
    for label, path in (("settings", report.settings), ("data", report.data), ("token", report.token)):
        yield line(label, path + ("" if Path(path).exists() else " (not there yet)"))
    store = report.store
    yield line("store", store.error if isinstance(store, Problem) else f"{store.name}, {store.where}")
    yield line("network", report.network)
    collectors = report.collectors
    searched = ", ".join(f"{name} {found}" for name, found in collectors.searched.items())
    switches = " ".join(f"{name}={value}" for name, value in collectors.switched_off.items())
    if not collectors.found:
        yield line("", f"no library reports to its maker; searched {searched}, and {switches} is set")
    for package, files in collectors.found.items():
        marks = sorted({mark for file_marks in files.values() for mark in file_marks})
        yield line(
            "",
            f"{package} {collectors.searched[package]} can report to its maker ({', '.join(marks)})."
            f" {switches} is set, which stops onnxruntime; install the releases that Mien names: make run",
        )
    if folder := collectors.left_behind:
        yield line("", f"{folder} was left by another release of onnxruntime. Nothing needs it: delete the folder.")
