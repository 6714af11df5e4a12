"""The stage of a scenario: one route with its people in a database of its own, a turned clock.

The database is a copy of one that was set up once (in memory where the system has a memory disk),
so that a scenario starts in some milliseconds.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from engine import definitions, timers
from engine.actors import Actor
from engine.clock import AMSTERDAM, TurnedClock
from engine.db import Database, open_database
from engine.migrate import migrate
from engine.models import (
    Case,
    Incident,
    IncidentStatus,
    Membership,
    Person,
    UserTask,
    UserTaskStatus,
)
from engine.routes import Route
from engine.statements import share_statements
from tasks.access import Viewer, load_viewer
from tasks.demo import create_demo

# The people and the route were there long before any scenario begins.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MAX_FIRINGS = 10_000


class NobodyThere(Exception):
    """No person of the demonstration has the role and organisation that are needed."""


class TimeStandsStill(Exception):
    """Timers keep coming due at the same moment: the route goes round without end."""


@dataclass(frozen=True)
class Scenery:
    """A route set up once; every scenario plays on a copy."""

    folder: Path
    template: Path
    route: Route

    @classmethod
    @contextmanager
    def build(cls, files: Mapping[str, bytes]) -> Iterator[Scenery]:
        """Deploy ``files`` with the demonstration's people. Raises RouteRefused."""
        memory = Path("/dev/shm")  # noqa: S108 - only a faster place for a folder of our own
        place = memory if memory.is_dir() else None
        with tempfile.TemporaryDirectory(prefix="thuisroute-scenario-", dir=place) as name:
            folder = Path(name)
            template = folder / "template.db"
            database = open_database(f"sqlite:///{template}")
            migrate(database)
            with database.transaction() as session:
                done = definitions.deploy(session, files, LONG_AGO, Actor.system())
                route = definitions.load(session, done.id)
                create_demo(session, route.config, LONG_AGO)
            database.close()
            yield cls(folder, template, route)

    @contextmanager
    def stage(self, begin: datetime) -> Iterator[Stage]:
        """A fresh installation, at a local moment."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            copy = Path(name) / "stage.db"
            shutil.copyfile(self.template, copy)
            database = share_statements(open_database(f"sqlite:///{copy}"))
            try:
                yield Stage(database, TurnedClock(begin.replace(tzinfo=AMSTERDAM)), self.route)
            finally:
                database.close()


@dataclass
class Stage:
    """A running installation. ``number`` is the case that the scenario is busy with."""

    database: Database
    clock: TurnedClock
    route: Route
    number: str = ""

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @contextmanager
    def copy(self) -> Iterator[Stage]:
        """The same moment in a database of its own, to try something and throw it away."""
        source = str(self.database.engine.url.database)
        with tempfile.TemporaryDirectory(dir=Path(source).parent) as name:
            target = str(Path(name) / "copy.db")
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
                old.backup(new)
            database = share_statements(open_database(f"sqlite:///{target}"))
            try:
                yield Stage(database, TurnedClock(self.now), self.route, self.number)
            finally:
                database.close()

    def case(self) -> Case:
        with self.database.reading() as session:
            return session.scalars(select(Case).where(Case.number == self.number)).one()

    @property
    def cases(self) -> list[Case]:
        """All cases of the scenario: the main one and those linked to it, oldest first."""
        with self.database.reading() as session:
            return list(session.scalars(select(Case).order_by(Case.id)))

    def waiting(self, element_id: str) -> list[UserTask]:
        """Open user tasks of this element in this case, oldest first."""
        return [task for task in self.waiting_tasks() if task.element_id == element_id]

    def waiting_tasks(self) -> list[UserTask]:
        with self.database.reading() as session:
            return list(
                session.scalars(
                    select(UserTask)
                    .join(Case, Case.id == UserTask.case_id)
                    .where(Case.number == self.number, UserTask.status == UserTaskStatus.OPEN)
                    .order_by(UserTask.id)
                )
            )

    def faults(self) -> list[str]:
        """What is wrong with the route as the open incidents tell it, each with its element."""
        with self.database.reading() as session:
            return [
                f"{found.element_id}: {found.message}"
                for found in session.scalars(
                    select(Incident)
                    .where(Incident.status == IncidentStatus.OPEN)
                    .order_by(Incident.id)
                )
            ]

    def viewer(self, username: str) -> Viewer:
        """The person with this user name. Raises NobodyThere."""
        with self.database.reading() as session:
            person = session.scalar(select(Person).where(Person.username == username))
            found = person and load_viewer(session, person.id, person.session_epoch)
        if not found:
            raise NobodyThere(f"Er is niemand die '{username}' heet.")
        return found

    def candidates(self, role: str, organisation_id: int | None) -> list[Viewer]:
        """Everybody with this role there (None: anywhere), in the order of the demonstration."""
        query = (
            select(Person.username)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.route_key == self.route.key, Membership.role == role)
            .order_by(Person.id)
        )
        if organisation_id is not None:
            query = query.where(Membership.organisation_id == organisation_id)
        with self.database.reading() as session:
            names = list(session.scalars(query))
        if not names:
            raise NobodyThere(f"Er is niemand met de rol '{role}'.")
        return [self.viewer(name) for name in names]

    def turn_to(self, instant: datetime) -> None:
        """Let time pass; every timer fires at its own moment, the earliest first."""
        for _ in range(MAX_FIRINGS):
            with self.database.reading() as session:
                due = timers.next_due(session)
            if due is None or due > instant:
                self.clock.turn_to(max(instant, self.now))
                return
            self.clock.turn_to(max(due, self.now))
            self.settle()
        raise TimeStandsStill

    def settle(self) -> None:
        """Fire what is due now, as the scheduler does all the time."""
        for _ in range(MAX_FIRINGS):
            round_ = timers.fire_due(self.database, self.now)
            if round_.fired + round_.failed == 0:
                return
        raise TimeStandsStill
