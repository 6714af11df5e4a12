"""What runs: the routes in use and the open incidents. Nothing of any case's content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.definitions import latest_all, load
from engine.models import Case, CaseStatus, Incident, IncidentStatus, ProcessDefinition
from engine.routes import Route
from engine.whereabouts import Whereabouts, whereabouts
from tasks.access import Viewer
from tasks.administration.checks import configs_of, require_administrator
from tasks.choices import Choice

INCIDENTS_SHOWN = 200


@dataclass(frozen=True)
class RouteRow:
    key: str
    name: str
    version: int
    deployed_at: datetime
    deployed_by: str
    open_cases: int
    roles: tuple[Choice, ...]
    parties: tuple[Choice, ...]


@dataclass(frozen=True)
class IncidentRow:
    """``names`` are the names, never the values, of what the faulty expression reads."""

    id: int
    case_number: str
    route: str
    element_id: str
    where: Whereabouts
    names: str
    message: str
    opened_at: datetime
    attempts: int


def routes(session: Session, viewer: Viewer) -> tuple[RouteRow, ...]:
    """The routes in use, newest version each."""
    require_administrator(viewer)
    counted = session.execute(
        select(ProcessDefinition.key, func.count())
        .join(Case, Case.definition_id == ProcessDefinition.id)
        .where(Case.status == CaseStatus.OPEN)
        .group_by(ProcessDefinition.key)
    ).all()
    open_cases = {row[0]: row[1] for row in counted}
    configs = configs_of(session)
    return tuple(
        RouteRow(
            one.key,
            one.name,
            one.version,
            one.deployed_at,
            one.deployed_by,
            open_cases.get(one.key, 0),
            tuple(Choice(role.id, role.name) for role in configs[one.key].roles.values()),
            tuple(Choice(party.id, party.name) for party in configs[one.key].parties.values()),
        )
        for one in latest_all(session)
    )


def incidents(session: Session, viewer: Viewer) -> tuple[IncidentRow, ...]:
    """Open incidents of all cases and start forms, oldest first: number and place, nothing more."""
    require_administrator(viewer)
    found = session.execute(
        select(Incident, Case.number, Case.definition_id, Incident.definition_id)
        .outerjoin(Case, Case.id == Incident.case_id)
        .where(Incident.status == IncidentStatus.OPEN)
        .order_by(Incident.id)
        .limit(INCIDENTS_SHOWN)
    )
    return tuple(
        _incident_row(load(session, definition_id or start_of or 0), row, number or "")
        for row, number, definition_id, start_of in found
    )


def _incident_row(route: Route, row: Incident, number: str) -> IncidentRow:
    return IncidentRow(
        row.id,
        number,
        f"{route.config.name}, versie {route.version}",
        row.element_id,
        whereabouts(route, row.element_id, row.place),
        row.names,
        row.message,
        row.opened_at,
        row.attempts,
    )
