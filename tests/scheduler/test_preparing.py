"""Making an installation ready: the first time, and every time after."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.actors import Actor
from engine.clock import TurnedClock
from engine.config import Settings
from engine.db import Database, open_database
from engine.definitions import deploy, latest
from engine.models import Person, ProcessDefinition
from engine.routes import read_folder
from engine.server.preparing import prepare
from tests.scheduler.conftest import ROUTES

SETTINGS = Settings.from_environment({"PUBLIC_URL": "https://thuisroute.example.org"})


@pytest.fixture
def empty(database_url: str) -> Database:
    return open_database(database_url)


@pytest.fixture
def routes(tmp_path: Path) -> Path:
    shutil.copytree(ROUTES, tmp_path / "routes")
    return tmp_path / "routes"


def number(database: Database, table: type[Person] | type[ProcessDefinition]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_empty_database_gets_tables_routes_and_people_and_again_changes_nothing(
    empty: Database, clock: TurnedClock, routes: Path
) -> None:
    first = prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=True)
    assert first.demonstration is not None
    assert [account.username for account in first.demonstration.accounts] == ["sanne", "beheer"]
    assert first.demonstration.accounts[0].organisation == "Zorggroep De Brug"
    assert first.administrator_link is None
    again = prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=True)
    assert again == first
    assert (number(empty, ProcessDefinition), number(empty, Person)) == (1, 2)


def test_without_a_demonstration_the_first_administrator_gets_a_link(
    empty: Database, clock: TurnedClock, routes: Path
) -> None:
    made = prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=False)
    assert made.demonstration is None
    assert made.administrator_link is not None
    assert made.administrator_link.startswith("https://thuisroute.example.org/welkom/")
    with empty.transaction() as session:
        administrator = session.scalars(select(Person)).one()
        administrator.password_hash = "set by the person"
    again = prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=False)
    assert again.administrator_link is None


def test_a_changed_route_becomes_a_new_version(
    empty: Database, clock: TurnedClock, routes: Path
) -> None:
    prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=False)
    letter = routes / "termijn" / "letters" / "herinnering.md"
    letter.write_text(letter.read_text() + "\nTot ziens.\n")
    prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=False)
    assert number(empty, ProcessDefinition) == 2


def test_a_start_never_replaces_a_version_that_a_process_owner_deployed(
    empty: Database, clock: TurnedClock, routes: Path
) -> None:
    prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=False)
    letter = routes / "termijn" / "letters" / "herinnering.md"
    shipped = letter.read_text()
    letter.write_text(shipped + "\nVan de proceseigenaar.\n")
    with empty.transaction() as session:
        own = deploy(session, read_folder(routes / "termijn"), clock.now(), Actor.system())
    letter.write_text(shipped + "\nUit een nieuwe versie van het programma.\n")
    made = prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=False)
    assert [folder.name for folder in made.kept] == ["termijn"]
    with empty.reading() as session:
        assert latest(session, own.key).id == own.id


def test_a_route_that_is_refused_is_told_and_stops_no_other(
    empty: Database, clock: TurnedClock, routes: Path
) -> None:
    shutil.copytree(routes / "termijn", routes / "kapot")
    (routes / "kapot" / "termijn.bpmn").write_text("<geen diagram")
    (routes / "leeg").mkdir()
    made = prepare(empty, SETTINGS, clock.now(), routes=routes, with_demonstration=False)
    assert [(refused.folder.name, refused.findings > 0) for refused in made.refused] == [
        ("kapot", True)
    ]
    assert number(empty, ProcessDefinition) == 1


def test_without_any_route_the_demonstration_still_lets_somebody_in(
    empty: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    made = prepare(empty, SETTINGS, clock.now(), routes=tmp_path, with_demonstration=True)
    assert made.demonstration is None
    assert made.administrator_link is not None


def test_two_servers_that_prepare_one_database_at_once_do_it_once(
    postgres: Database, clock: TurnedClock, routes: Path
) -> None:
    begin, made = threading.Barrier(3), []

    def work() -> None:
        begin.wait()
        made.append(
            prepare(postgres, SETTINGS, clock.now(), routes=routes, with_demonstration=True)
        )

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3
    assert (number(postgres, ProcessDefinition), number(postgres, Person)) == (1, 2)
