"""An office for the tests: two providers, two municipalities, people with roles, a small route.

Everything goes through ``tasks`` as the web does it; no row is written by hand but the people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.actors import Actor
from engine.clock import TurnedClock
from engine.db import Database
from engine.models import (
    Case,
    Membership,
    Organisation,
    Person,
    RouteOrganisation,
    UserTask,
    UserTaskStatus,
)
from engine.routes import read_folder
from tasks import claims, completion, starting
from tasks.access import Viewer, load_viewer
from tasks.completion import Completed
from tasks.starting import Started
from tasks.submission import Submission, Upload
from tests.conftest import MONDAY_MORNING

ROUTE = Path(__file__).parent / "route"
KEY = "werk"
PDF = b"%PDF-1.7\n%proef"

PEOPLE: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("sanne", "de-brug", ("begeleider",)),
    ("mila", "de-brug", ("manager",)),
    ("bram", "de-brug", ("begeleider", "manager")),
    ("piet", "het-anker", ("begeleider", "manager")),
    ("fatima", "dorp", ("beoordelaar",)),
    ("joost", "stad", ("beoordelaar",)),
)
START = {"clientNaam": "Zoë Bakker", "clientEmail": "zoe@example.org", "clientMailToegestaan": "ja"}
PLAN = {"plan": "Rustig wonen", "gemeente": "dorp", "toestemming": "ja", "sleutel": "2026-06-01"}


def sent(
    answers: Mapping[str, str | Sequence[str]],
    button: str = "afronden",
    uploads: Mapping[str, Iterable[Upload]] | None = None,
    **plain: str,
) -> Submission:
    """What a browser sends when these fields are filled in and the button is pressed."""
    lists = [
        (f"v.{name}", [texts] if isinstance(texts, str) else list(texts))
        for name, texts in answers.items()
    ]
    lists += [(name, [text]) for name, text in plain.items()]
    files = {f"v.{name}": tuple(some) for name, some in (uploads or {}).items()}
    return Submission.of([*lists, ("_knop", [button])], uploads=files)


def furnish(database: Database) -> None:
    """Deploy the route and add the people, as they are on Monday morning."""
    with database.transaction() as session:
        definitions.deploy(session, read_folder(ROUTE), MONDAY_MORNING, Actor.system())
        for slug, party in (
            ("de-brug", "zorg"),
            ("het-anker", "zorg"),
            ("dorp", "gemeente"),
            ("stad", "gemeente"),
        ):
            row = Organisation(slug=slug, name=slug.title(), email=f"post@{slug}.example.org")
            session.add(row)
            session.flush()
            session.add(RouteOrganisation(route_key=KEY, party=party, organisation_id=row.id))
        session.add(
            Person(
                username="admin",
                name="Admin",
                email="",
                is_administrator=True,
                created_at=MONDAY_MORNING,
            )
        )
        for name, slug, roles in PEOPLE:
            _add_person(session, name, slug, roles, MONDAY_MORNING)


def _add_person(
    session: Session, name: str, slug: str, roles: Sequence[str], now: datetime
) -> None:
    organisation = session.scalars(select(Organisation).where(Organisation.slug == slug)).one()
    person = Person(username=name, name=name.title(), email="", created_at=now)
    session.add(person)
    session.flush()
    session.add_all(
        Membership(person_id=person.id, organisation_id=organisation.id, route_key=KEY, role=role)
        for role in roles
    )


@dataclass
class Office:
    """A database that was furnished; the clock begins on Monday morning."""

    database: Database
    clock: TurnedClock

    def add_person(self, name: str, slug: str, roles: Sequence[str]) -> None:
        with self.database.transaction() as session:
            _add_person(session, name, slug, roles, self.clock.now())

    def viewer(self, name: str) -> Viewer:
        with self.database.reading() as session:
            person = session.scalars(select(Person).where(Person.username == name)).one()
            found = load_viewer(session, person.id, person.session_epoch)
        assert found is not None
        return found

    def later(self, **delta: float) -> None:
        self.clock.turn_by(timedelta(**delta))

    def start(self, who: str = "sanne", **answers: str) -> str:
        """A new case; gives its number."""
        outcome = starting.start(
            self.database, KEY, None, sent({**START, **answers}), self.viewer(who),
            self.clock.now(),
        )  # fmt: skip
        assert isinstance(outcome, Started), outcome
        self.later(minutes=1)
        return outcome.case_number

    def task(self, number: str, element_id: str) -> int:
        """The open user task of this element in this case."""
        with self.database.reading() as session:
            return session.scalars(
                select(UserTask.id)
                .join(Case, Case.id == UserTask.case_id)
                .where(
                    Case.number == number,
                    UserTask.element_id == element_id,
                    UserTask.status == UserTaskStatus.OPEN,
                )
            ).one()

    def claim(self, task_id: int, who: str) -> None:
        with self.database.transaction() as session:
            claims.claim(session, task_id, self.viewer(who), self.clock.now())

    def submit(
        self, task_id: int, who: str, submission: Submission
    ) -> completion.Completed | completion.Unfinished | completion.Refused:
        return completion.submit(
            self.database, task_id, submission, self.viewer(who), self.clock.now()
        )

    def complete(self, number: str, element_id: str, who: str, **answers: str) -> Completed:
        outcome = self.submit(self.task(number, element_id), who, sent(answers))
        assert isinstance(outcome, Completed), outcome
        self.later(minutes=1)
        return outcome

    def proposed(self, **answers: str) -> str:
        """A case that waits for the manager."""
        number = self.start()
        self.complete(number, "Voorstel", "sanne", **{**PLAN, **answers})
        return number

    def assessed(self, **answers: str) -> str:
        """A case that waits for the municipality."""
        number = self.proposed(**answers)
        self.complete(number, "Toets", "mila", akkoord="ja")
        return number
