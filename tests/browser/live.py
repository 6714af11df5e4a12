"""The real installation for browser tests: every part, on a clock that the test turns."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from engine.clock import TurnedClock
from engine.config import Settings
from engine.db import Database, open_database
from engine.server.preparing import SHIPPED_ROUTES, prepare
from engine.server.services import Demonstration, service


@dataclass(frozen=True)
class Installation:
    """A running web application with the shipped routes and the people of the demonstration."""

    url: str
    settings: Settings
    database: Database
    clock: TurnedClock
    demonstration: Demonstration

    def person_with(self, role: str) -> str:
        """The user name of a demonstration person who has ``role`` (as it is shown)."""
        for account in self.demonstration.accounts:
            if role in account.roles:
                return account.username
        raise LookupError(f"nobody in the demonstration is {role}")

    def sign_in(self, page: Page, username: str) -> None:
        """Sign ``username`` in as a person does."""
        page.goto(f"{self.url}/")
        page.get_by_label("Gebruikersnaam").fill(username)
        page.get_by_label("Wachtwoord").fill(self.demonstration.password)
        page.get_by_role("button", name="Inloggen").click()
        page.get_by_role("button", name="Uitloggen").wait_for()


@contextmanager
def installed(
    folder: Path, clock: TurnedClock, routes: Path = SHIPPED_ROUTES, database_url: str = ""
) -> Iterator[Installation]:
    """Install into ``folder`` and serve on a free port; SQLite unless ``database_url`` is given."""
    port = _free_port()
    settings = Settings.from_environment(
        {"THUISROUTE_VAR": str(folder), "PORT": str(port), "DATABASE_URL": database_url}
    )
    database = open_database(settings.database_url)
    prepared = prepare(database, settings, clock.now(), routes=routes, with_demonstration=True)
    if prepared.refused:
        raise AssertionError(f"refused routes: {prepared.refused}")
    if prepared.demonstration is None:
        raise AssertionError("no demonstration was made")
    web = service("web")(settings, database, clock)
    web.start()
    try:
        yield Installation(settings.public_url, settings, database, clock, prepared.demonstration)
    finally:
        web.stop()
        database.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
