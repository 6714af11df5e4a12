"""Names for people to read, of what the tables know by id."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.models import FormRecord, Organisation, Person
from engine.routes import Route


def person_name(session: Session, person_id: int | None) -> str:
    """Empty for nobody."""
    person = None if person_id is None else session.get(Person, person_id)
    return "" if person is None else person.name


def party_name(route: Route, party: str) -> str:
    """As route.toml calls it."""
    known = route.config.parties.get(party)
    return party if known is None else known.name


def role_name(route: Route, role: str) -> str:
    """As route.toml calls it."""
    known = route.config.roles.get(role)
    return role if known is None else known.name


def element_name(route: Route, element_id: str) -> str:
    """As the diagram calls it; its id when it has no name. A flow is named by where it leaves."""
    flow = route.diagrams.flows.get(element_id)
    element = route.diagrams.elements.get(element_id if flow is None else flow.source)
    name = element_id if element is None or not element.name else element.name
    return name if flow is None or not flow.name else f"{name}, {flow.name}"


def names_of(
    session: Session, records: tuple[FormRecord, ...]
) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """Names of the people and of the organisations of these forms, by id."""
    people = sorted({one.person_id for one in records if one.person_id is not None})
    places = sorted({one.organisation_id for one in records if one.organisation_id is not None})
    return (
        _name_by_id(session, Person.id, Person.name, people),
        _name_by_id(session, Organisation.id, Organisation.name, places),
    )


def _name_by_id(
    session: Session,
    key: InstrumentedAttribute[int],
    name: InstrumentedAttribute[str],
    ids: list[int],
) -> dict[int, str]:
    found = session.execute(select(key, name).where(key.in_(ids)))
    return {row[0]: row[1] for row in found}
