"""Migrations: what the first one made and somebody filled is still there after the last, on both kinds of database."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import Connection, Engine

from tracker.core.errors import StoreError
from tracker.exports.from_database import read_session_data
from tracker.store.database import Database, open_engine, parse_database_url
from tracker.store.migrate import VERSION_TABLE, alembic_config, migrate
from tracker.store.schema import Base
from tracker.store.testing import BEGAN, MOTION, beginning, row
from tracker.store.write_batch import Batch, write_batch

FIRST: Final = "0001"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database where nothing is yet, before Mien opens it."""
    engine = open_engine(parse_database_url(url)).execution_options(writes=True)
    yield engine
    engine.dispose()


def test_the_migrations_make_what_the_code_describes(url: str, engine: Engine) -> None:
    """Alembic sees no difference between the tables that are there and those of the code."""
    with Database(url), engine.begin() as connection:
        command.check(alembic_config(connection))


def something(column: sa.Column[Any], n: int) -> Any:
    """A value of the column's kind."""
    values: dict[type, Any] = {int: n, float: n / 2, str: str(n), bytes: bytes([n]), bool: True, object: {"n": n}}
    return values[column.type.python_type]


def fill(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Two rows in each table that the first migration made, each cell filled; gives what is in them."""
    found = sa.MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if table.name != VERSION_TABLE:
            rows = [{column.name: something(column, n) for column in table.columns} for n in (1, 2)]
            connection.execute(table.insert(), rows)
    return contents(connection, found)


def contents(connection: Connection, tables: sa.MetaData) -> dict[str, list[tuple[Any, ...]]]:
    """Each table's rows, in the columns that it has there."""
    return {
        table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
        for table in tables.sorted_tables
        if table.name != VERSION_TABLE
    }


def test_nothing_is_lost_on_the_way_from_the_first_to_the_last(url: str, engine: Engine) -> None:
    """Every cell of a database of the first revision has its value after the upgrade."""
    with engine.begin() as connection:
        migrate(connection, "it", FIRST)
        before = fill(connection)
        first = sa.MetaData()
        first.reflect(connection)
    assert set(before) >= {"sessions", "readings", "verdicts", "promotions"}
    assert all(len(rows) == 2 for rows in before.values())
    # The one table that went again: no Mien ever wrote into it.
    del before["promotions"]
    first.remove(first.tables["promotions"])

    with engine.begin() as connection:
        migrate(connection, "it")
        command.check(alembic_config(connection))
        assert contents(connection, first) == before


def test_sessions_of_the_first_tables_read_and_go_on(url: str, engine: Engine) -> None:
    """A session with readings and a mark, stored before movements were, opens as it was and takes what comes now."""
    with engine.begin() as connection:
        migrate(connection, "it", FIRST)
        earlier = sa.MetaData()
        earlier.reflect(connection)
        at = round(BEGAN.timestamp() * 1000)
        told = {"source": "fake", "hz": 2.0, "faces": "own", "prior": "default", "smoothing": 1.0, "title": "", "notes": ""}
        connection.execute(
            earlier.tables["sessions"].insert(), {"id": 7, "uuid": "a", "started_at": at, "interrupted": False, **told}
        )
        connection.execute(earlier.tables["participants"].insert(), {"id": 7, "session_id": 7, "number": 1})
        connection.execute(
            earlier.tables["markers"].insert(), {"id": 7, "session_id": 7, "t": 0.0, "at": at, "text": "the start"}
        )
        connection.execute(earlier.tables["observations"].insert(), {"id": 7, "session_id": 7, "t": 0.0, "at": at, "frame": 0})
        said = {"expression": "happy", "confidence": 9000, "scores": bytes(14), "smooth": bytes(14), "box": bytes(8)}
        connection.execute(earlier.tables["readings"].insert(), {"observation_id": 7, "participant_id": 7, **said})
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT setval('participants_id_seq', 7), setval('observations_id_seq', 7)"))

    with Database(url) as database:
        batch = Batch([row(2)], ())
        database.write(partial(write_batch, beginning=beginning("a"), lease=database.lease, batch=batch, begun=True)).result()
        with database.session() as store:
            stored = read_session_data(store, "a")
            faces = [each.faces[0] for each in stored.rows()]

    assert [mark.text for mark in stored.markers] == ["the start"]
    assert [(face.expression, face.motion) for face in faces] == [("happy", None), (faces[1].expression, MOTION)]


def test_a_newer_database_is_refused(url: str, engine: Engine) -> None:
    """A Mien that does not know its tables leaves it as it is, and says what to do."""
    with Database(url):
        pass
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = 'beyond'"))  # noqa: S608 - a name of ours
    with pytest.raises(StoreError, match=r"written by a newer Mien .*beyond.* Update Mien"), Database(url):
        pass
    with engine.begin() as connection:
        assert connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one() == "beyond"  # noqa: S608 - as above


def test_a_migration_that_fails_leaves_everything_as_it_was(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """All or nothing, in SQLite too: there is no half-made database."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", fail)
    with pytest.raises(ZeroDivisionError), engine.begin() as connection:
        migrate(connection, "it")
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_no_table_is_forgotten(url: str) -> None:
    """Every table of the code is made by a migration."""
    with Database(url) as database, database.session() as store:
        assert set(Base.metadata.tables) <= set(sa.inspect(store.connection()).get_table_names())
