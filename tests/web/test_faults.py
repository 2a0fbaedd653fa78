"""The dashboard is ended or killed while it stores: nothing older than a second is lost, and pages say what happened."""

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from tests.web.conftest import ADDRESS, SOON, dependencies_with, made_up
from tests.web.viewers import Viewer, Viewers
from tracker.store import schema
from tracker.store.database import Database
from web.app import create_app
from web.storage import Storage

if TYPE_CHECKING:
    from tests.web.conftest import Running

HZ: Final = 5
ENOUGH: Final = 10
"""Observations: two seconds."""
COMMAND: Final = ("demo", "--hz", str(HZ), "--motion", "off")

pytestmark = pytest.mark.slow


def decide(address: str) -> None:
    """Results are kept for 30 days, those of the session that runs among them."""
    with urlopen(Request(f"{address}/api/retention", b"retention=30d"), timeout=SOON):  # noqa: S310 - our own address
        pass


def shown(viewer: Viewer) -> list[float]:
    """The time of each observation that a page was told."""
    return [what["t"] for name, what in viewer.told if name == "observation"]


def more(viewer: Viewer) -> Callable[[], bool]:
    """Whether it was told of ENOUGH observations from now on."""
    wanted = len(shown(viewer)) + ENOUGH
    return lambda: len(shown(viewer)) >= wanted


def stored(path: Path) -> tuple[schema.Session, list[float]]:
    with Database(f"sqlite:///{path}") as database, database.session() as store:
        return store.scalars(select(schema.Session)).one(), list(
            store.scalars(select(schema.Observation.t).order_by(schema.Observation.t))
        )


def test_sigterm_in_mid_write_loses_nothing(running: "Running", tmp_path: Path) -> None:
    """It comes while another program holds the database: all that a page was shown is stored, and the session has its end."""
    path = tmp_path / "mien.db"
    with running(*COMMAND) as (process, address), Viewers(address, 1) as viewers:
        (viewer,) = viewers.all
        viewers.wait(more(viewer))
        decide(address)
        viewers.wait(more(viewer))
        with closing(sqlite3.connect(path, isolation_level=None, timeout=SOON)) as other:
            other.execute("BEGIN IMMEDIATE")
            viewers.wait(more(viewer))
            process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=SOON)
    session, times = stored(path)
    assert (process.returncode, said) == (0, "")
    assert session.ended_at is not None
    assert not session.interrupted
    assert set(shown(viewer)) <= set(times)


def test_kill_9_loses_a_second_at_most(running: "Running", tmp_path: Path) -> None:
    """Of what a page was shown, all but the last second is stored; the next Mien shows the session as interrupted."""
    with running(*COMMAND) as (process, address), Viewers(address, 1) as viewers:
        (viewer,) = viewers.all
        viewers.wait(more(viewer))
        decide(address)
        viewers.wait(more(viewer))
        process.kill()
        process.wait()
    dashboard = create_app(dependencies_with(Storage(f"sqlite:///{tmp_path / 'mien.db'}"), made_up), ADDRESS)
    try:
        card: Any = dashboard.app.test_client().get("/api/ending", base_url=ADDRESS.url).json
    finally:
        dashboard.close()
    session, times = stored(tmp_path / "mien.db")
    assert session.interrupted
    assert (card["ending"]["session"], card["ending"]["interrupted"]) == (session.uuid, True)
    older = {t for t in shown(viewer) if t < shown(viewer)[-1] - 1}
    assert older
    assert older <= set(times)
