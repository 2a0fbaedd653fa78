"""PostgreSQL: each trouble with a server is a sentence, without the password."""

from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest

from tests.tracker.store.conftest import PASSWORD
from tracker.core.errors import StoreError, UsageError
from tracker.store.database import Database
from tracker.store.retention import get_preference, set_preference

if TYPE_CHECKING:
    from tests.tracker.store.conftest import Server


def test_a_wrong_password(server: "Server") -> None:
    """It is refused, and the sentence does not show it."""
    with (
        pytest.raises(StoreError, match="its user and password") as caught,
        Database(server.url("postgres", "open sesame")),
    ):
        pass
    assert "sesame" not in str(caught.value)


def test_a_database_that_is_not_there(server: "Server") -> None:
    """The sentence names it."""
    with pytest.raises(StoreError, match='"nowhere" does not exist'), Database(server.url("nowhere")):
        pass


def test_no_server_at_all() -> None:
    """An address where no server answers is a sentence."""
    with pytest.raises(StoreError, match="does not answer"), Database("postgresql+psycopg://me@127.0.0.1:9/mien"):
        pass


def test_a_plain_address_takes_our_driver(server: "Server") -> None:
    """`postgresql://` is enough."""
    with Database(server.url(server.create()).replace("+psycopg", "")) as database:
        assert database.url.drivername == "postgresql+psycopg"
        assert database.path is None


def test_a_server_that_went_away_and_came_back(server: "Server") -> None:
    """While it is away, writing and reading raise a sentence; afterwards both work as before."""
    with Database(server.url(server.create())) as database:
        server.stop()
        with pytest.raises(StoreError, match=r"does not answer|was shut down"):
            database.write(lambda store: set_preference(store, "a", 1)).result()
        with pytest.raises(StoreError, match="does not answer"), database.session() as store:
            get_preference(store, "a")
        server.start()
        database.write(lambda store: set_preference(store, "a", 1)).result()
        with database.session() as store:
            assert get_preference(store, "a") == 1


def test_a_password_with_marks_opens_and_is_not_shown(server: "Server") -> None:
    """Percent-encoded, any password works. With a plain @ it is refused: half of it would be taken for a server's name."""
    secret = "a%b@c/d:e?f"
    url, user = server.url(server.create()), f"u{uuid4().hex}"
    with psycopg.connect(url.replace("+psycopg", "").replace(PASSWORD, quote(PASSWORD)), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{secret}'".encode())
    address = url.replace(f"mien:{PASSWORD}@", f"{user}:{quote(secret, safe='')}@")
    with Database(address) as database:
        assert database.name == url.replace(f"mien:{PASSWORD}@", "***@")
    with pytest.raises(UsageError, match=r"//\*\*\*@.* has more than one @: write @ as %40"):
        Database(address.replace(quote(secret, safe=""), secret))
