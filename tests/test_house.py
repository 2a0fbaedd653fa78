"""The rules of the house that no other tool checks: who may import whom, what is committed."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final

import click
import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
FORBIDDEN: Final = {
    "tracker": {"exporter", "web", "torch", "flask", "flask_socketio"},
    "exporter": {"web", "flask", "flask_socketio"},
    "web": {"exporter", "torch", "cv2", "mediapipe", "onnxruntime"},
}
"""web -> tracker <- exporter; torch stays with the exporter, and the page computes nothing about faces."""
LAYERS: Final = {
    "tracker": (
        ("core",),
        ("config", "model", "sources"),
        ("vision", "motion"),
        ("readings",),
        ("live",),
        ("store",),
        ("exports", "personal", "health", "consent"),
        ("reports",),
        ("batch", "bench"),
        ("compose",),
        ("commands",),
        ("cli",),
    ),
    "exporter": (("data",), ("training", "evaluation"), ("export",), ("experiments",), ("commands",)),
    "web": (
        ("storage", "request_values", "page_constants"),
        ("dependencies", "own_readings"),
        ("security", "live", "recordings"),
        ("pages",),
        ("error_pages",),
        ("app",),
        ("serving",),
        ("commands",),
    ),
}
"""Folders, and files in a package's root, from the bottom up: each may import what stands in a row below its own."""
TESTING: Final = "testing"
"""Fakes for tests, which may look everywhere, and which nothing of ours imports."""
HEAVY: Final = {"cv2", "flask", "matplotlib", "mediapipe", "numpy", "onnxruntime", "sqlalchemy", "torch"}

SPEAKING: Final = {"click.echo", "click.secho", "print", "sys.stdout.write", "sys.stderr.write"}

LARGEST_FILE: Final = 10_000_000
NOT_OURS: Final = re.compile(
    r"(^|/)(node_modules|vendor|assets)/|\.min\.\w+$"
    r"|\.(avi|avif|bmp|csv|gif|jpe?g|mjpeg|mp4|npy|npz|parquet|png|pth|task|tflite|tiff?|webp|whl|woff2?|y4m|zip)$"
)
"""Libraries, data sets, pictures and models of others: fetched or made when they are needed, never committed."""
OUR_MODELS: Final = (".onnx", ".pt")
PRIVATE: Final = re.compile(
    r"registry\.npmjs\.org|pypi\.org|pythonhosted\.org|index-url[= ]+https?://(?!download\.pytorch\.org)|\"resolved\": \"http"
    r"|/(home|Users)/\w+/|[/]root/|[A-Z]:\\Users\\"
)
"""Where packages came from, and somebody's home: true of one machine, and nobody else's business."""


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    """The top-level name of every module that a file imports, also inside of functions and as a text."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name.split(".")[0] for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.split(".")[0]
            case ast.Call(args=[ast.Constant(value=str(module)), *_], func=function):
                if "import_module" in ast.dump(function) or "__import__" in ast.dump(function):
                    yield module.split(".")[0]


def tracked_files() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("This is no checkout: there is no list of committed files.")
    # A checkout may belong to another user, as in a container.
    listed = subprocess.check_output(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, text=True)
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_arrow_points_back(package: str) -> None:
    """Web and exporter know the tracker, the tracker knows neither, and they do not know each other."""
    files = python_files(package)
    assert files
    wrong = {str(file.relative_to(ROOT)): FORBIDDEN[package] & set(imports(ast.parse(file.read_text()))) for file in files}

    assert {file: names for file, names in wrong.items() if names} == {}


def test_commands_speak_through_one_door() -> None:
    """`tracker.commands.terminal` makes names from outside harmless; what is printed past it would be obeyed by a terminal."""
    doors = {"tracker/commands/terminal.py", "web/recordings/worker.py"}
    past = {
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for package in FORBIDDEN
        for file in sorted((ROOT / package).rglob("*.py"))
        if str(file.relative_to(ROOT)) not in doors
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SPEAKING
    }
    assert past == set()


def modules_imported(file: Path) -> Iterator[str]:
    """The full name of every module of ours that a file imports, also inside of functions."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("package", LAYERS)
def test_no_arrow_points_up(package: str) -> None:
    """Every folder imports only what stands below it, lazily or not, and every folder and file has its place in the table."""
    heights = {name: height for height, row in enumerate(LAYERS[package]) for name in row}
    wrong = []
    for file in python_files(package):
        room = file.relative_to(ROOT / package).parts[0].removesuffix(".py")
        if room in ("__init__", TESTING):
            continue
        assert room in heights, f"{file.relative_to(ROOT)} has no place in the table"
        for module in modules_imported(file):
            other = module.split(".")[1] if module.startswith(f"{package}.") else room
            if other != room and (other not in heights or heights[other] >= heights[room]):
                wrong.append(f"{file.relative_to(ROOT)} imports {module}")

    assert wrong == []


def test_no_files_import_each_other_in_a_circle() -> None:
    """Whichever file one begins to read, there is an end."""
    graph = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in python_files(*LAYERS)}
    open_, done = list[str](), set[str]()

    def follow(module: str) -> None:
        assert module not in open_, f"a circle: {' -> '.join([*open_[open_.index(module) :], module])}"
        if module in done:
            return
        open_.append(module)
        for other in set(modules_imported(graph[module])) & graph.keys() - {module}:
            follow(other)
        open_.pop()
        done.add(module)

    for module in graph:
        follow(module)


@pytest.mark.parametrize("package", LAYERS)
def test_every_folder_says_its_duty(package: str) -> None:
    """The ``__init__`` of each folder is one sentence, and does nothing."""
    silent = [
        str(folder.relative_to(ROOT))
        for folder in (ROOT / package).iterdir()
        if folder.is_dir() and any(folder.glob("*.py")) and not ast.get_docstring(_tree(folder / "__init__.py"))
    ]

    assert silent == []


def test_the_rule_sees_every_kind_of_import() -> None:
    """An import inside of a function, of a submodule, or by a text would be noticed."""
    tree = ast.parse("def f():\n import web.app\n from exporter.x import y\n import_module('torch.nn')\n from . import z")

    assert set(imports(tree)) == {"web", "exporter", "torch"}


def test_help_is_quick() -> None:
    """`mien --help` lists every command and imports nothing heavy."""
    code = f"""
import sys
from tracker.cli import main
try:
    main(["--help"], prog_name="mien")
finally:
    print("heavy:", *sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stderr.split() == ["heavy:"]
    listed = re.findall(r"^  (\w+)  ", done.stdout, re.MULTILINE)
    assert {"log", "image", "cameras", "serve"} <= set(listed)
    assert listed == sorted(entry.name for entry in entry_points(group="mien.commands"))


@pytest.mark.parametrize("entry", entry_points(group="mien.commands"), ids=lambda entry: entry.name)
def test_every_command_can_be_loaded_and_explains_itself(entry: EntryPoint) -> None:
    """What is registered exists, and says what it does."""
    command = entry.load()

    assert isinstance(command, click.Command)
    assert command.get_short_help_str()


def test_nothing_committed_tells_of_a_machine() -> None:
    """No address of a package registry and nobody's home folder stands in a committed file."""
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in tracked_files()
        if not name.endswith(OUR_MODELS)
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if PRIVATE.search(line)
    ]

    assert found == []


def test_nothing_committed_is_somebody_elses() -> None:
    """No libraries, data sets, pictures or foreign models; only our own model files and plots, in models/."""
    names = tracked_files()

    assert [name for name in names if NOT_OURS.search(name)] == []
    assert [name for name in names if name.endswith(OUR_MODELS) and not name.startswith("models/")] == []
    ours = ["web/static/icon-paused.svg", "web/static/icon.svg"]
    drawn = ("models/", "web/static/signs/", "web/static/face-states/")
    assert [name for name in names if name.endswith(".svg") and not name.startswith(drawn)] == ours


def test_nothing_committed_is_large() -> None:
    """A clone stays small."""
    assert [name for name in tracked_files() if (ROOT / name).stat().st_size > LARGEST_FILE] == []


def test_every_file_says_what_it_is() -> None:
    """Each module that has content begins with a sentence, and so does each script of the pages."""
    files = python_files("tracker", "exporter", "web", "tests")
    silent = [str(file.relative_to(ROOT)) for file in files if file.stat().st_size and not ast.get_docstring(_tree(file))]
    scripts = [*ROOT.glob("web/static/js/**/*.js"), *ROOT.glob("tests/**/*.js")]
    silent += [str(file.relative_to(ROOT)) for file in scripts if not file.read_text(encoding="utf-8").startswith("/** ")]

    assert silent == []


def test_every_test_states_its_claim() -> None:
    """Each test function has a docstring that says what is true when it passes."""
    silent = [
        f"{file.relative_to(ROOT)}: {node.name}"
        for file in python_files("tests")
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


UNTYPED_OBJECTS: Final = {
    "exporter/evaluation/scores.py": "scores as members of a contract, which holds them without types of their own",
    "exporter/export/onnx_file.py": "the same",
    "exporter/export/readers/graph.py": "onnx takes a node's attributes so",
    "tracker/store/server_connections.py": "SQLAlchemy's event gives a connection's arguments so",
}
"""Files that may say ``dict[str, Any]``, and why."""


def test_what_parts_hand_each_other_has_a_type() -> None:
    """Instead of ``dict[str, Any]`` stands a record, or ``JsonObject`` for what is written as JSON."""
    files = {
        str(file.relative_to(ROOT))
        for file in python_files("tracker", "exporter", "web")
        for node in ast.walk(_tree(file))
        if isinstance(node, ast.Subscript) and ast.unparse(node).lower() == "dict[str, any]"
    }
    assert files == set(UNTYPED_OBJECTS)


def test_json_and_toml_are_parsed_in_one_place() -> None:
    """Elsewhere a number without end or nesting without end would be a traceback."""
    parsers = re.compile(r"\b(json\.loads?|tomllib\.loads?|JSONDecoder)\(")
    files = python_files("tracker", "exporter", "web")
    assert {str(file.relative_to(ROOT)) for file in files if parsers.search(file.read_text())} == {"tracker/core/parsing.py"}


def test_onnxruntime_comes_with_its_reports_switched_off() -> None:
    """One module imports it; the quantiser's tools alone come from it directly, after that module was imported."""
    importers = {
        str(file.relative_to(ROOT))
        for file in python_files("tracker", "exporter", "web")
        if "onnxruntime" in set(imports(_tree(file)))
    }

    assert importers == {"tracker/model/onnx_runtime.py", "exporter/export/quantise.py"}


@pytest.mark.parametrize("package", FORBIDDEN)
def test_each_package_sets_the_switches_of_libraries(package: str) -> None:
    """Importing any part of Mien forbids reports before a library is there to make one, also where somebody allowed them."""
    code = f"import {package}, os, sys; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=60)

    assert done.stdout.split() == ["1", "False"]
