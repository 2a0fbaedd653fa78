"""Every file of JSON or TOML that Mien reads: what cannot be taken over is a sentence that names the file, and the line."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from exporter.evaluation.scores import read_scores
from exporter.export.readers.description import read_description
from exporter.export.readers.program_guard import require_harmless
from tracker.batch.analyze_recording import Recording, finished
from tracker.config.settings import Settings, read_config
from tracker.core.errors import MienError
from tracker.exports.read_jsonl import read_entries
from tracker.live.alert_settings import cues_file, load_alert_settings
from tracker.model.contract import ModelContract
from tracker.personal import fit_files
from tracker.store.manifest import MANIFEST, read_manifest

DEEP: Final = "[" * 100_000 + "]" * 100_000
INSIDE: Final = (DEEP, "1" + "0" * 400, "9" * 5000, "NaN", "1e999", '"\\')
ODD: Final = (*(f'{{"a": {odd}}}' for odd in INSIDE), DEEP, "1" * 500, "3")
ODD_TOML: Final = tuple(f"hz = {odd}\n" for odd in (DEEP[:2000] + DEEP[-2000:], *INSIDE[1:3], "[[]", '"\udce9"'))


def a_program(text: str, folder: Path) -> Path:
    path = folder / "network.pt2"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/models/model.json", text)
    return path


def a_recording(text: str, folder: Path) -> Path:
    (folder / "clip.mp4").touch()
    path = folder / "clip.json"
    path.write_text(text)
    finished(Recording(folder / "clip.mp4", folder, Settings()))
    return path


def written(text: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(errors="surrogateescape"))
    return path


Read = Callable[[str, Path], object]
READERS: Final[dict[str, Read]] = {
    "cues.json": lambda text, folder: (written(text, cues_file(folder)), load_alert_settings(folder)),
    "1.json": lambda text, folder: (written(text, folder / "mia" / "1.json"), fit_files.versions("mia", folder)),
    "current.json": lambda text, folder: (written(text, folder / "mia" / "current.json"), fit_files.decisions("mia", folder)),
    "mine.onnx": lambda text, folder: ModelContract.from_json(text, folder / "mine.onnx"),
    "clip.json": a_recording,
    "log.jsonl, line 2": lambda text, folder: list(read_entries(written(f"\n{text}\n", folder / "log.jsonl"))),
    f"{MANIFEST}, line 2": lambda text, folder: (written(f"\n{text}\n", folder / MANIFEST), list(read_manifest(folder))),
    "scores.json": lambda text, folder: read_scores(written(text, folder / "scores.json")),
    "network.pt2": lambda text, folder: require_harmless(a_program(text, folder)),
}
TABLES: Final[dict[str, Read]] = {
    "mien.toml": lambda text, folder: read_config(written(text, folder / "mien.toml")),
    "network.toml": lambda text, folder: read_description(written(text, folder / "network.toml")),
}


@pytest.mark.parametrize("name", [*READERS, *TABLES])
def test_a_file_that_cannot_be_taken_over_is_named(name: str, tmp_path: Path) -> None:
    """Nesting without end, numbers beyond all bounds, half a file, something else than an object: never a traceback."""
    read, contents = (READERS[name], ODD) if name in READERS else (TABLES[name], ODD_TOML)
    # What a program has to hold is torch's to say.
    for content in contents[: -1 if name == "network.pt2" else None]:
        with pytest.raises(MienError) as caught:
            read(content, tmp_path)
        assert name in str(caught.value)
        assert len(str(caught.value)) < 700, content[:40]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"session": 1, "t": 0, "at": "2026-11-26T10:00:00Z", "frame": 0, "faces": []}, "session should be a text"),
        ({"session": "a", "t": 0, "at": "yesterday", "faces": []}, "at should be a date and time"),
        ({"session": "a", "t": 0, "at": "2026-11-26T10:00:00Z", "frame": 1, "faces": [{}]}, r"faces\[0\].id is missing"),
        ({"session": "a", "t": 0, "at": "2026-11-26T10:00:00Z"}, "faces, a marker or a pause"),
    ],
)
def test_a_line_that_is_somebody_elses_is_named(line: dict[str, object], sentence: str, tmp_path: Path) -> None:
    """JSON that is well formed, and no observation of ours."""
    with pytest.raises(MienError, match=rf"log.jsonl, line 1: .*{sentence}"):
        list(read_entries(written(json.dumps(line) + "\n", tmp_path / "log.jsonl")))
