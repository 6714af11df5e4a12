"""A site on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import TurnedClock
from engine.db import Database
from tests.webui.site import Site, make_site


@pytest.fixture
def site(database: Database, clock: TurnedClock, tmp_path: Path) -> Site:
    """The application with the test route and its people, once on each kind of database."""
    return make_site(database, clock, tmp_path / "var")


@pytest.fixture
def sqlite_site(sqlite: Database, clock: TurnedClock, tmp_path: Path) -> Site:
    """The same on SQLite only, for what has nothing to do with the database."""
    return make_site(sqlite, clock, tmp_path / "var")
