"""Addresses: what of them is hidden, and that a secret is handed to nobody but who opens them."""

import copy
import json
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.address import Address, redacted, without_secrets
from tracker.core.errors import MienError, UsageError


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("rtsp://me:secret@camera:554/live", "rtsp://***@camera:554/live"),
        ("RTSP://me:s%40cr%25et@camera/live", "RTSP://***@camera/live"),
        ("rtsp://me:s@cret@camera/live", "rtsp://***@camera/live"),
        ("rtsp://me:se/cr?e#t@camera/live", "rtsp://***@camera/live"),
        ("rtsp://me:12/34@camera/live", "rtsp://***@camera/live"),
        ("rtsp://me:secret", "rtsp://***"),
        ("https://token@camera/live", "https://***@camera/live"),
        ("rtsp:/me:secret@camera/live", "rtsp:/***@camera/live"),
        ("http://camera/video?token=secret&channel=1", "http://camera/video?token=***&channel=1"),
        ("http://camera/video?secret", "http://camera/video?***"),
        ("http://camera/a?x=1#secret=2345", "http://camera/a?x=1#secret=***"),
        ("rtsp://camera/user=me_password=secret_channel=1.sdp", "rtsp://camera/user=me_password=***_channel=1.sdp"),
        ("postgresql+psycopg://me:p%zz@ss@server/mien", "postgresql+psycopg://***@server/mien"),
        ("postgresql:///mien?host=/run/postgresql&password=secret", "postgresql:///mien?host=/run/postgresql&password=***"),
    ],
)
def test_what_is_secret_is_hidden_and_nothing_of_it_is_left(given: str, shown: str) -> None:
    """User and password whatever letters they have, values in the query, passwords in the path."""
    assert redacted(given) == shown
    assert redacted(shown) == shown


@pytest.mark.parametrize(
    "plain",
    [
        "0", "fake:meeting", "screen:2", "/dev/video2", "C:\\films\\a@b.mp4", "a:b@c.mp4", "sqlite:////srv/a@b:c.db",
        "http://127.0.0.1:8765", "http://[::1]:8765/", "rtsp://camera.local/a@2x", "postgresql+psycopg://me@server/mien",
    ],
)  # fmt: skip
def test_what_has_no_secret_stays_as_it_is(plain: str) -> None:
    """Cameras, files, hosts with a port, an @ in a path, the user of a database."""
    assert redacted(plain) == plain


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=3))
def test_no_password_shows_whatever_it_is_made_of(password: str) -> None:
    """Strokes, colons, blanks, marks of interrogation and more of the kind."""
    assert redacted(f"rtsp://me:{password}@camera/live") == "rtsp://***@camera/live"


@pytest.mark.timeout(30)
@pytest.mark.parametrize("part", ["a1", "pass", "key=_", ".", "postgres://a@"])
def test_no_text_is_too_long(part: str) -> None:
    """A hundred thousand letters, whichever, are through in a moment; what took the square of their number took minutes."""
    long = part * (100_000 // len(part))
    for text in (long, f"postgresql://me@{long}@", f"rtsp://camera/key={long}"):
        assert redacted(text)


def test_a_sentence_keeps_all_but_the_secrets() -> None:
    """Several addresses, with the marks that end them."""
    sentence = "Neither 'rtsp://a:b@c/d?e=fgh', nor http://127.0.0.1:80. See (postgresql://me:pw@h/d,rtsp://x:y@z)."
    hidden = "Neither 'rtsp://***@c/d?e=*** nor http://127.0.0.1:80. See (postgresql://***@h/d,rtsp://***@z)."
    assert without_secrets(sentence) == hidden
    assert str(UsageError(sentence)) == hidden
    assert without_secrets("no\naddress:  at all") == "no\naddress:  at all"


def test_an_address_shows_its_secret_to_nobody_but_who_asks() -> None:
    """Written, quoted, formatted, as JSON, in an error; copies and other processes can still open it."""
    address = Address("rtsp://me:secret@camera/live")
    written = [str(address), repr(address), f"{address}", address + "", json.dumps([address]), repr(MienError(address))]
    assert not re.search("secret", "".join(written))
    for same in (address, Address(address), copy.deepcopy(address), pickle.loads(pickle.dumps(address))):  # noqa: S301 - ours
        assert same == "rtsp://***@camera/live"
        assert same.whole == "rtsp://me:secret@camera/live"
