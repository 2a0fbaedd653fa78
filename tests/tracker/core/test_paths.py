"""File names as people write them, and as the world has them: Latin-1, a colon, 255 bytes, quotes, a tilde."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config.settings import read_config
from tracker.core.address import Address, readable
from tracker.core.errors import MienError, UsageError
from tracker.core.frame import Pixels
from tracker.core.paths import MAX_NAME_BYTES, beside, path_of
from tracker.sources import factory
from tracker.sources.camera_names import Camera, camera_index, find_camera
from tracker.sources.factory import choose_source

LATIN: Final = os.fsdecode(b"l\xe9.mp4")
"""Not UTF-8, as old disks and archives have it."""
SHOWN: Final = "l\\xe9.mp4"
LONG: Final = "n" * 251 + ".mp4"
NAMES: Final = ("10:15.mp4", LATIN, LONG, 'it\'s "5" %20.mp4', "-x.mp4", " a .mp4", "http:.mp4", "\u00e9\u4e2d.mp4")


def fail(sentence: str) -> None:
    pytest.fail(sentence)


@pytest.fixture(scope="module")
def video(astronaut: Pixels, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Three frames."""
    path = tmp_path_factory.mktemp("video") / "base.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (512, 512))
    for _ in range(3):
        writer.write(astronaut)
    writer.release()
    return path.read_bytes()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in, which is also the home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def frames_of(word: str) -> int:
    with choose_source(word, lambda: 0.0, fail) as source:
        return sum(1 for _ in source)


def test_every_name_that_a_file_may_have_is_read(video: bytes, here: Path) -> None:
    """Relative and whole; FFmpeg takes no colon for a protocol, and no byte ends the process."""
    for name in NAMES:
        Path(name).write_bytes(video)
        assert frames_of(name) == frames_of(str(here / name)) == 3, name
    folder = os.fsdecode(b"f\xe9te")
    Path(folder).mkdir()
    Path(folder, LATIN).write_bytes(video)
    assert frames_of(f"{folder}/{LATIN}") == 3


WRITTEN: Final[tuple[Callable[[Path], str], ...]] = (
    str,
    lambda path: path.name,
    lambda path: f"~/{path.name}",
    lambda path: path.as_uri(),
    lambda path: path.as_uri().replace("file://", "FILE://localhost"),
    lambda path: path.as_uri().replace("file://", "file:"),
    lambda path: f'  "{path}"\n',
    lambda path: f"'~/{path.name}'",
)


@pytest.mark.parametrize("write", WRITTEN)
def test_a_path_is_understood_however_it_was_typed_or_pasted(write: Callable[[Path], str], here: Path) -> None:
    """With a tilde, quotes or blanks around it, or as an address with percent signs."""
    path = here / "my v\u00eddeo#1.mp4"
    path.touch()
    assert path_of(write(path)).absolute() == path


def test_a_name_is_taken_as_it_is_where_it_exists(here: Path) -> None:
    """Quotes and a tilde may be a part of it; a home that is nobody's is left as it stands."""
    for name in ("'a'", "~", " b "):
        Path(name).touch()
        assert path_of(name) == Path(name)
    assert path_of("~nobody-of-that-name/a.mp4") == Path("~nobody-of-that-name/a.mp4")


@pytest.mark.parametrize("word", ["a\0b.mp4", "\ud83d.mp4", "n" * 256, "a/" * 3000])
def test_what_no_path_can_be_is_refused_before_anybody_asks_for_the_file(word: str, here: Path) -> None:
    """A NUL, half an emoji, a name that is too long: a sentence that can be shown everywhere."""
    with pytest.raises(UsageError, match="cannot be a path") as caught:
        choose_source(word, lambda: 0.0, fail)
    str(caught.value).encode()


@given(st.binary(min_size=1, max_size=250).filter(lambda name: not {0, 47} & set(name) and name not in (b".", b"..")))
def test_whatever_a_name_is_made_of_it_can_be_shown(name: bytes) -> None:
    """As UTF-8, also in an error, and the file behind it is still known."""
    word = os.fsdecode(name)
    readable(word).encode()
    str(MienError(word)).encode()
    assert Address(f"rtsp:/{word}").whole == f"rtsp:/{word}"
    str(Address(word)).encode()
    assert readable(LATIN) == SHOWN


@given(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1), st.sampled_from(["", ".parquet"])
)
def test_a_name_beside_another_always_fits(name: str, suffix: str) -> None:
    """What is written beside a file has a name that a disk takes; a short one only gains its suffix."""
    long = (name * 256).encode()[:MAX_NAME_BYTES].decode(errors="ignore") or "a"
    made = {beside(Path("folder", word), f"{suffix}.part", ".").name for word in (long, long[:-1] + "~")}
    assert len(made) == len({long, long[:-1] + "~"})
    assert max(len(os.fsencode(word)) for word in made) <= MAX_NAME_BYTES
    assert beside(Path("folder/a.mp4"), suffix) == Path(f"folder/a.mp4{suffix}")


def test_a_number_is_a_camera_unless_only_a_folder_has_it(
    astronaut: Pixels, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of the year's pictures is one; with a camera of that number, ./2 still means the folder."""
    for name in ("2024", "2"):
        Path(name).mkdir()
        cv2.imwrite(f"{name}/a.png", astronaut)
    monkeypatch.setattr(factory, "list_cameras", lambda: [Camera(2, "Desk", "")])
    assert frames_of("2024") == frames_of("./2") == 1
    assert choose_source("2", lambda: 0.0, fail).live
    assert choose_source("3", lambda: 0.0, fail).live


def test_a_camera_is_known_by_its_number_its_device_or_a_link_to_it(here: Path) -> None:
    """As in /dev/v4l/by-id; what only looks like a number is none."""
    link = here / "usb-Logitech-video-index0"
    link.symlink_to("/dev/video7")
    assert [camera_index(word) for word in ("0", "/dev/video2", str(link))] == [0, 2, 7]
    assert find_camera(str(link), []) == 7
    for word in ("\u00b2", "99999", "-1", "/dev/video", "/dev/videos2", "video2", "\u0663"):
        assert camera_index(word) is None
        with pytest.raises(MienError):
            frames_of(word)


def test_a_cameras_name_may_hold_a_stroke_or_a_dot(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a path only where no camera is called so."""
    names = ("HD Cam w/ Mic", "Chicony Inc.Cam")
    monkeypatch.setattr(factory, "list_cameras", lambda: [Camera(place, name, "") for place, name in enumerate(names)])
    assert all(choose_source(name, lambda: 0.0, fail).live for name in (*names, "w/ mic"))
    with pytest.raises(MienError, match=r"no file or folder a/b\.mp4, and no camera"):
        choose_source("a/b.mp4", lambda: 0.0, fail)


def test_settings_are_understood_as_flags_are(here: Path) -> None:
    """A byte order mark is passed over; what no path can be is named with its setting."""
    settings = here / "mien.toml"
    settings.write_bytes(b'\xef\xbb\xbfsource = "~/a.mp4"\nmodel = "~/m.onnx"\n')
    assert read_config(settings)["source"] == "~/a.mp4"
    settings.write_text('model = "a\\u0000b"\n')
    with pytest.raises(UsageError, match=r"mien.toml: model: .*NUL"):
        read_config(settings)
