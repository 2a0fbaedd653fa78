"""What is saved with a verdict is pixels alone: no metadata that a camera or a program wrote into the file."""

import io
import sqlite3
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin
from sqlalchemy import select

from tracker.core.frame import Pixels
from tracker.core.image_files import read_picture
from tracker.model.provenance import ModelProvenance
from tracker.store import schema
from tracker.store.database import Database
from tracker.store.verdict_export import export_verdicts
from tracker.store.verdicts import save_moment_verdict, save_verdict
from tracker.testing import FakeClassifier, FakeDetector
from tracker.vision.analyzer import Analyzer

JUDGE: Final = ModelProvenance("a" * 64, "fake", "1", "picture", 0.4)
SECRET: Final = b"Geheimstrasse"
GPS: Final = (47.0, 37.0, 11.0)


def taken(pixels: Pixels, kind: str) -> bytes:
    """A phone's picture: place, camera, comment, thumbnail, profile and orientation (a quarter turn), each with the secret."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = exif[ExifTags.Base.ImageDescription] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = GPS
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = SECRET
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET
    file, image = io.BytesIO(), Image.fromarray(np.ascontiguousarray(pixels[..., ::-1]))
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", SECRET.decode())
        words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        image.save(file, kind, exif=exif, icc_profile=profile, pnginfo=words)
    else:
        image.save(file, kind, exif=exif, icc_profile=profile, xmp=SECRET, **({"comment": SECRET} if kind == "JPEG" else {}))
    # What follows the picture is looked at by nobody, and kept with it.
    return file.getvalue() + SECRET


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_is_not_stored_with_a_picture(kind: str, astronaut: Pixels, astronauts_head: Pixels, tmp_path: Path) -> None:
    """The secret is in neither the whole picture nor the crop, in no byte of the database, and in nothing exported."""
    whole, crop = taken(astronaut, kind), taken(astronauts_head, "PNG")
    assert whole.count(SECRET) > 2
    face = Analyzer(FakeDetector(), FakeClassifier()).classify_crop(astronauts_head)
    path = tmp_path / "mien.db"
    with Database(f"sqlite:///{path}") as database:
        number = database.write(lambda store: save_moment_verdict(store, face, JUDGE, "happy", whole)).result()
        gray = io.BytesIO()
        Image.open(io.BytesIO(crop)).convert("L").save(gray, "PNG", pnginfo=_words())
        assert SECRET in gray.getvalue()
        database.write(lambda store: save_verdict(store, number, "sad", gray.getvalue(), whole)).result()
        with database.session() as store:
            kept = store.scalars(select(schema.Picture.data)).one()
            export_verdicts(store, tmp_path / "set")
    assert kept is not None
    image = Image.open(io.BytesIO(kept))
    assert not image.getexif()
    assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys()
    # Upright, as it was seen, and as good as before.
    assert np.abs(read_picture(kept).astype(int) - read_picture(whole)).mean() < 2
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in written} >= {"mien.db", "manifest.jsonl"}
    assert [file.name for file in written if SECRET in file.read_bytes()] == []


def _words() -> PngImagePlugin.PngInfo:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET.decode())
    return words
