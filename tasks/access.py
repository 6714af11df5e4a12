"""Who may see what. Every question of permission is answered here, and only here.

A person sees a case when one of the own organisations takes part in it *now* and the person has a
role on that route in that organisation. An administrator manages people and sees no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.definitions import load
from engine.errors import NotFound
from engine.models import (
    Base,
    Case,
    CaseParty,
    FormRecord,
    Membership,
    Organisation,
    OutboxMessage,
    Person,
    ProcessDefinition,
    UserTask,
)
from engine.prepared import Prepared, connection_of
from engine.routes import Route
from engine.steps.parties import Participation

LARGEST_ID = 2**62
_PERSON = Prepared(
    select(
        Person.name,
        Person.username,
        Person.is_administrator,
        Person.disabled_at,
        Person.session_epoch,
        Membership.organisation_id,
        Membership.route_key,
        Membership.role,
        Organisation.name.label("organisation"),
    )
    .outerjoin(Membership, Membership.person_id == Person.id)
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .where(Person.id == bindparam("person"))
)
Row = TypeVar("Row", bound=Base)


def row_by_id(session: Session, kind: type[Row], row_id: int) -> Row | None:
    """The row with this id; None too for a number from outside that no database can hold."""
    return session.get(kind, row_id) if 0 <= row_id <= LARGEST_ID else None


def storable(text: str) -> str:
    """Text from outside without the one character that PostgreSQL cannot compare with."""
    return text.replace("\x00", "")


@dataclass(frozen=True)
class Seat:
    """One role of a person: on a route, in an organisation."""

    organisation_id: int
    route_key: str
    role: str


@dataclass(frozen=True)
class Viewer:
    """A signed-in person, with everything that decides about permission."""

    person_id: int
    name: str
    username: str
    is_administrator: bool
    seats: frozenset[Seat]
    organisations: Mapping[int, str]

    def organisations_on(self, route_key: str) -> frozenset[int]:
        """Organisations in which the person has any role on this route."""
        return frozenset(seat.organisation_id for seat in self.seats if seat.route_key == route_key)

    def organisations_with(self, route_key: str, role: str) -> frozenset[int]:
        """Organisations in which the person has this role on this route."""
        return frozenset(
            seat.organisation_id
            for seat in self.seats
            if (seat.route_key, seat.role) == (route_key, role)
        )

    def actor(self, organisation_id: int | None) -> Actor:
        """The person acting for that organisation."""
        return Actor(self.person_id, organisation_id, self.name)


def load_viewer(session: Session, person_id: int, session_epoch: int) -> Viewer | None:
    """The viewer of a browser's session; None when that session has ended or is not anybody's."""
    session.flush()
    return viewer_on(connection_of(session), person_id, session_epoch)


def viewer_on(connection: Connection, person_id: int, session_epoch: int) -> Viewer | None:
    """As ``load_viewer``, by one statement on a connection that is in a transaction.

    Every request asks it, and most ask the ORM for nothing else.
    """
    rows = _PERSON.rows(connection, {"person": person_id})
    if not rows:
        return None
    name, username, is_administrator, disabled_at, epoch, *_ = rows[0]
    if disabled_at is not None or epoch != session_epoch:
        return None
    seats = [row[5:] for row in rows if row[5] is not None]
    return Viewer(
        person_id,
        name,
        username,
        is_administrator,
        frozenset(Seat(organisation_id, key, role) for organisation_id, key, role, _ in seats),
        {organisation_id: organisation for organisation_id, _, _, organisation in seats},
    )


def takes_part(now: datetime) -> ColumnElement[bool]:
    """Condition on CaseParty: the organisation takes part at ``now``."""
    return and_(
        CaseParty.since.is_not(None),
        CaseParty.since <= now,
        or_(CaseParty.until.is_(None), CaseParty.until > now),
    )


def cases_visible_to(viewer: Viewer, now: datetime) -> Select[Case]:
    """The cases that the viewer may see at ``now``; to be narrowed and ordered further."""
    return select(Case).where(may_see_case(viewer, now))


def may_see_case(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Condition on Case. An organisation counts only with a role of the viewer on that route."""
    return exists().where(own_participation(viewer, now))


def own_participation(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Condition on Case and CaseParty together: an own organisation takes part in the case."""
    by_route: dict[str, set[int]] = {}
    for seat in viewer.seats:
        by_route.setdefault(seat.route_key, set()).add(seat.organisation_id)
    per_route = [
        and_(
            Case.definition_id.in_(
                select(ProcessDefinition.id).where(ProcessDefinition.key == route_key)
            ),
            CaseParty.organisation_id.in_(sorted(organisations)),
        )
        for route_key, organisations in sorted(by_route.items())
    ]
    return and_(CaseParty.case_id == Case.id, takes_part(now), or_(false(), *per_route))


def takes_part_in(
    viewer: Viewer, route_key: str, participation: Participation, now: datetime
) -> bool:
    """As ``may_see_case``, for a case that is at hand."""
    own = viewer.organisations_on(route_key)
    return any(organisation_id in own for _, organisation_id in participation.present(now))


def seen_by_organisation(
    viewer: Viewer, organisation_id: int, now: datetime
) -> ColumnElement[bool]:
    """The part of ``own_participation`` that is about one own organisation, which CaseParty names.

    False for an organisation in which the viewer has no role.
    """
    keys = {seat.route_key for seat in viewer.seats if seat.organisation_id == organisation_id}
    definitions = select(ProcessDefinition.id).where(ProcessDefinition.key.in_(sorted(keys)))
    return and_(takes_part(now), Case.definition_id.in_(definitions))


def visible_case(session: Session, number: str, viewer: Viewer, now: datetime) -> Case:
    """The case with this number. Raises NotFound, also when it may not be seen."""
    case = session.scalar(cases_visible_to(viewer, now).where(Case.number == storable(number)))
    if case is None:
        raise NotFound
    return case


def visible_case_by_id(session: Session, case_id: int, viewer: Viewer, now: datetime) -> Case:
    """As ``visible_case``, by id."""
    case = session.scalar(cases_visible_to(viewer, now).where(Case.id == case_id))
    if case is None:
        raise NotFound
    return case


@dataclass(frozen=True)
class Standing:
    """What the viewer is in one case: the own organisations that take part, as which party,
    and since when the earliest of them does."""

    route: Route
    organisation_ids: frozenset[int]
    parties: frozenset[str]
    since: datetime

    def acting_organisation(self, viewer: Viewer, roles: Iterable[str]) -> int | None:
        """An own organisation in this case in which the viewer has one of these roles."""
        wanted = set(roles)
        found = [
            seat.organisation_id
            for seat in viewer.seats
            if seat.route_key == self.route.key
            and seat.organisation_id in self.organisation_ids
            and seat.role in wanted
        ]
        return min(found, default=None)

    def roles(self, viewer: Viewer) -> frozenset[str]:
        """The viewer's roles in the own organisations of this case."""
        return frozenset(
            seat.role
            for seat in viewer.seats
            if seat.route_key == self.route.key and seat.organisation_id in self.organisation_ids
        )


def standing(session: Session, case: Case, viewer: Viewer, now: datetime) -> Standing:
    """What the viewer is in this case. Raises NotFound when nothing."""
    route = load(session, case.definition_id)
    own = viewer.organisations_on(route.key)
    rows = session.scalars(
        select(CaseParty).where(
            CaseParty.case_id == case.id,
            CaseParty.organisation_id.in_(sorted(own)),
            takes_part(now),
        )
    ).all()
    if not rows:
        raise NotFound
    return Standing(
        route,
        frozenset(row.organisation_id for row in rows),
        frozenset(row.party for row in rows),
        min(row.since for row in rows if row.since is not None),
    )


def predecessors(session: Session, case: Case, here: Standing) -> Mapping[int, frozenset[str]]:
    """Organisations that were, in this case, a party that one of the viewer's is now: which."""
    rows = session.execute(
        select(CaseParty.organisation_id, CaseParty.party).where(
            CaseParty.case_id == case.id,
            CaseParty.party.in_(sorted(here.parties)),
            CaseParty.until.is_not(None),
            CaseParty.organisation_id.not_in(sorted(here.organisation_ids)),
        )
    )
    found: dict[int, frozenset[str]] = {}
    for row in rows:
        found[row.organisation_id] = found.get(row.organisation_id, frozenset()) | {row.party}
    return found


def is_of_part(session: Session, record: FormRecord, parties: frozenset[str]) -> bool:
    """Whether its organisation completed this form as one of these parties.

    An organisation can be more parties in one case. Then only the user task of a form says as
    which it was completed, and a form without one is of none of these.
    """
    other_part = exists().where(
        CaseParty.case_id == record.case_id,
        CaseParty.organisation_id == record.organisation_id,
        CaseParty.party.not_in(sorted(parties)),
    )
    if not session.scalar(select(other_part)):
        return True
    task = session.get(UserTask, record.user_task_id) if record.user_task_id else None
    return task is not None and task.party in parties


def is_own_record(record: FormRecord, here: Standing) -> bool:
    """Whether the form was completed for one of the viewer's organisations."""
    return record.organisation_id in here.organisation_ids


def is_shared_with(record: FormRecord, here: Standing) -> bool:
    """Whether the route shares the form with the viewer's party; its condition comes on top."""
    shared = {party.strip() for party in record.shared_with.split(",")}
    return not here.parties.isdisjoint(shared)


def letters_visible(case_id: int, here: Standing) -> Select[OutboxMessage]:
    """Letters of the case that the viewer's organisations sent or got."""
    own = sorted(here.organisation_ids)
    return select(OutboxMessage).where(
        OutboxMessage.case_id == case_id,
        or_(
            OutboxMessage.sender_organisation_id.in_(own),
            OutboxMessage.organisation_id.in_(own),
        ),
    )
