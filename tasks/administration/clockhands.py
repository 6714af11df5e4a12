"""What an administrator does to a timer: another moment, or one more try. Always with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit import record
from engine.db import Database
from engine.edge import run_step
from engine.errors import NotFound, RouteFault
from engine.models import Incident, IncidentStatus, Timer
from engine.steps import move_timer
from engine.triggers import TimerTrigger
from tasks import incidents
from tasks.access import Viewer, row_by_id
from tasks.administration.checks import require_administrator
from tasks.refusals import Invalid, TimerStuck

FARTHEST = timedelta(days=10 * 366)
MAX_REASON = 2000


def move(
    database: Database,
    viewer: Viewer,
    timer_id: int,
    at: datetime | None,
    reason: str,
    now: datetime,
) -> None:
    """Let a timer fire at another moment.

    Raises Invalid, NotFound, TimerGone, CaseEnded, ReasonMissing, TimerStuck.
    """
    require_administrator(viewer)
    if at is None:
        raise Invalid("datum", "Vul een datum en een tijd in.")
    if not now < at <= now + FARTHEST:
        raise Invalid("datum", "Kies een moment in de toekomst, binnen tien jaar.")
    if not reason.strip():
        raise Invalid("reden", "Schrijf op waarom u dit doet.")
    try:
        run_step(
            database,
            lambda session: move_timer(session, timer_id, at, reason, viewer.actor(None), now),
            trigger=None,
            now=now,
        )
    except RouteFault as fault:
        raise TimerStuck(fault.element_id, fault.message) from fault


def try_again(
    database: Database, viewer: Viewer, timer_id: int, reason: str, now: datetime
) -> None:
    """Fire a failed timer once more. The attempt is written down, also when it fails again.

    Raises Invalid, NotFound, StepFailed.
    """
    require_administrator(viewer)
    if not reason.strip():
        raise Invalid("waarom", "Schrijf op waarom u dit doet.")
    with database.transaction() as session:
        found = row_by_id(session, Timer, timer_id)
        incident_id = None if found is None else _incident_of(session, found)
        if found is None or incident_id is None:
            raise NotFound
        record(
            session,
            found.case_id,
            "timer_retried",
            viewer.actor(None),
            now,
            element_id=found.element_id,
            name=found.name,
            reason=reason.strip()[:MAX_REASON],
        )
    incidents.retry(database, incident_id, viewer, now)


def _incident_of(session: Session, failed: Timer) -> int | None:
    return session.scalar(
        select(Incident.id).where(
            Incident.case_id == failed.case_id,
            Incident.status == IncidentStatus.OPEN,
            Incident.trigger_key == TimerTrigger(failed.id).key,
        )
    )
