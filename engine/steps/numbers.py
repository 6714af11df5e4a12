"""Opening a case: its row, its empty state and its number."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.clock import AMSTERDAM
from engine.models import CaseStatus
from engine.routes import Route
from engine.steps.locking import LockedCase
from engine.steps.rows import NEW, CaseRow, Ledger, StateRow


def case_number(prefix: str, started_at: datetime, sequence: int) -> str:
    """``DR-2026-000123``: prefix, local year of the start, number in the order of starting."""
    return f"{prefix}-{started_at.astimezone(AMSTERDAM).year}-{sequence:06d}"


def open_case(
    session: Session,
    route: Route,
    process_id: str,
    actor: Actor,
    now: datetime,
    parent: CaseRow | None = None,
) -> LockedCase:
    """A new case that has not begun. Nobody else can see it before the commit.

    The sequence is the case's own key: the database gives those out without making one start wait
    for another, so numbers never repeat, but a start that is rolled back may leave a gap.
    """
    if route.definition_id is None:
        raise ValueError("a case is of a deployed version")
    ledger = Ledger(session)
    case = CaseRow(
        id=NEW,
        number=uuid4().hex,
        definition_id=route.definition_id,
        process_id=process_id,
        parent_id=parent.id if parent else None,
        status=CaseStatus.OPEN,
        client_name=parent.client_name if parent else "",
        client_name_folded=parent.client_name_folded if parent else "",
        client_email=parent.client_email if parent else "",
        client_mail_allowed=parent.client_mail_allowed if parent else False,
        client_mail_stopped=parent.client_mail_stopped if parent else False,
        started_at=now,
        started_by_id=actor.person_id,
        ended_at=None,
        outcome_id=None,
        outcome=None,
    )
    ledger.cases.add(case)
    ledger.write()
    case.number = case_number(route.config.number_prefix, now, case.id)
    state = StateRow(case.id, execution="", variables="", revision=0)
    ledger.states.add(state)
    return LockedCase(case, state, route, 0, ledger)
