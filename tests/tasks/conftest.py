"""The office on both databases, at Monday 18 May 2026, 8.30."""

from __future__ import annotations

import pytest

from engine.clock import TurnedClock
from tests.conftest import DatabaseWith
from tests.tasks.office import Office, furnish


@pytest.fixture
def office(database_with: DatabaseWith, clock: TurnedClock) -> Office:
    return Office(database_with(furnish), clock)
