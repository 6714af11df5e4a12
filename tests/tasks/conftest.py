"""The office on both databases, at Monday 18 May 2026, 8.30."""

from __future__ import annotations

import pytest

from engine.clock import TurnedClock
from engine.db import Database
from tests.tasks.office import Office


@pytest.fixture
def office(database: Database, clock: TurnedClock) -> Office:
    return Office.open(database, clock)
