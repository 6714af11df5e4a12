"""To whom a reminder goes: who has the task, or else who can claim it; later the team lead.

When none of those has an address: to the mailbox of their organisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from engine.definitions import latest_all, load
from engine.dialect import is_address
from engine.models import Membership, Organisation, Person, UserTask
from engine.routes import Route, RouteConfig
from tasks.access import Seat
from tasks.four_eyes import excluded_person


def seats_of(session: Session, person_id: int) -> tuple[Seat, ...]:
    """The roles of a person."""
    rows = session.scalars(
        select(Membership).where(Membership.person_id == person_id).order_by(Membership.id)
    )
    return tuple(Seat(row.organisation_id, row.route_key, row.role) for row in rows)


def led_seats(session: Session, seats: Sequence[Seat]) -> frozenset[Seat]:
    """The roles whose tasks these seats lead: those of the same party, in the same organisation.

    Who leads a party is said by the newest version of the route.
    """
    configs = _configs(session, {seat.route_key for seat in seats})
    return frozenset(
        Seat(seat.organisation_id, seat.route_key, role.id)
        for seat in seats
        if seat.route_key in configs
        for party in _led(configs[seat.route_key], seat.role)
        for role in configs[seat.route_key].roles.values()
        if role.party == party
    )


def _configs(session: Session, keys: set[str]) -> dict[str, RouteConfig]:
    if not keys:
        return {}
    return {row.key: load(session, row.id).config for row in latest_all(session) if row.key in keys}


def _led(config: RouteConfig, role: str) -> Iterator[str]:
    return (party for party, roles in config.reminders.leads.items() if role in roles)


def people_for(session: Session, route: Route, task: UserTask) -> tuple[Person, ...]:
    """Who has the task, or else who can claim it; nobody who cannot sign in."""
    if task.assignee_id is not None:
        return _enabled(session, Person.id == task.assignee_id)
    seat = and_(
        Membership.organisation_id == task.organisation_id,
        Membership.route_key == task.route_key,
        Membership.role == task.role,
    )
    excluded = excluded_person(session, route, task)
    return tuple(
        person
        for person in _enabled(session, Person.id.in_(select(Membership.person_id).where(seat)))
        if excluded is None or person.id != excluded[0]
    )


def leads_for(session: Session, task: UserTask) -> tuple[Person, ...]:
    """The team leads of the party and organisation whose task it is."""
    config = _configs(session, {task.route_key}).get(task.route_key)
    roles = () if config is None else config.reminders.leads.get(task.party, ())
    holders = select(Membership.person_id).where(
        Membership.organisation_id == task.organisation_id,
        Membership.route_key == task.route_key,
        Membership.role.in_(roles),
    )
    return _enabled(session, Person.id.in_(holders)) if roles else ()


def mailbox_for(session: Session, task: UserTask, people: Sequence[Person]) -> Organisation | None:
    """The organisation whose task it is, when its mailbox is to hear of it.

    That is when ``people``, who should, have no address.
    """
    if any(is_address(person.email) for person in people):
        return None
    return session.get(Organisation, task.organisation_id)


def _enabled(session: Session, *which: ColumnElement[bool]) -> tuple[Person, ...]:
    return tuple(
        session.scalars(
            select(Person).where(Person.disabled_at.is_(None), *which).order_by(Person.id)
        )
    )
