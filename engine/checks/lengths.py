"""What a route writes into the tables must fit there.

PostgreSQL refuses a text that is longer than its column, which would be in the middle of a step;
SQLite takes it. Names and ids of diagrams are measured when they are read (``engine.spiff``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.orm import InstrumentedAttribute

from engine.dialect import BUTTON, SHARED_WITH
from engine.findings import Finding
from engine.models import (
    Case,
    FormRecord,
    MessageSubscription,
    Organisation,
    OutboxMessage,
    Person,
    ProcessDefinition,
    RouteFile,
    UserTask,
)
from engine.routes import RouteConfig
from engine.routes.route import Parts
from engine.routes.tables import ROUTE_FILE
from engine.spiff import Diagrams


def length_findings(
    parts: Parts, config: RouteConfig, diagrams: Diagrams, paths: Iterable[str]
) -> Iterator[Finding]:
    """All texts of a route that do not fit."""
    return (
        Finding(file, element_id, "te-lang", f"{what} is te lang: hoogstens {most} tekens.")
        for file, element_id, what, text, most in _texts(parts, config, diagrams, paths)
        if len(text) > most
    )


_Text = tuple[str, str, str, str, int]


def _texts(
    parts: Parts, config: RouteConfig, diagrams: Diagrams, paths: Iterable[str]
) -> Iterator[_Text]:
    """File, element, what it is, the text itself and how long it may be."""
    yield ROUTE_FILE, "", "De naam van de route", config.name, _room(ProcessDefinition.name)
    for path in paths:
        yield path, "", "De naam van dit bestand", path, _room(RouteFile.path)
    for form_id in parts.forms:
        file = parts.sources.get(form_id, "")
        yield file, form_id, "De id van dit formulier", form_id, _room(UserTask.form_id)
    for letter_id in parts.letters:
        yield (
            f"letters/{letter_id}.md",
            "",
            "De naam van deze brief",
            letter_id,
            _room(OutboxMessage.letter_id),
        )
    for ending in config.endings.values():
        yield ROUTE_FILE, ending.id, "De naam van dit einde", ending.name, _room(Case.outcome)
    for one in config.demo.organisations:
        yield ROUTE_FILE, one.id, "De naam van deze organisatie", one.name, _room(Organisation.name)
        yield ROUTE_FILE, one.id, "Het e-mailadres", one.email, _room(Organisation.email)
    for person in config.demo.people:
        yield ROUTE_FILE, person.user, "De naam van deze persoon", person.name, _room(Person.name)
        yield ROUTE_FILE, person.user, "De gebruikersnaam", person.user, _room(Person.username)
    for element in diagrams.elements.values():
        file = diagrams.processes[element.process_id].file
        for name, column in (
            (BUTTON, MessageSubscription.button),
            (SHARED_WITH, FormRecord.shared_with),
        ):
            text = element.properties.get(name, "")
            yield file, element.id, f"De eigenschap '{name}'", text, _room(column)


def _room(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> int:
    return int(column.type.length)
