"""A site on each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.clock import TurnedClock
from tests.conftest import DatabaseWith
from tests.webui.site import Site, furnish, site_of


@pytest.fixture
def site(database_with: DatabaseWith, clock: TurnedClock, tmp_path: Path) -> Site:
    """The application with the test route and its people, once on each kind of database."""
    return site_of(database_with(furnish), clock, tmp_path / "var")


@pytest.fixture
def sqlite_site(sqlite_with: DatabaseWith, clock: TurnedClock, tmp_path: Path) -> Site:
    """The same on SQLite only, for what has nothing to do with the database."""
    return site_of(sqlite_with(furnish), clock, tmp_path / "var")
