"""Locking a case for one step, always in one order, so that steps can wait but never deadlock.

The order is: main case before linked case (a main case's id is always lower), and the case before
any row that belongs to it. A step of a linked case therefore locks its main case first when its
route sends messages between them. SQLite has one writer at a time; ``FOR UPDATE`` is nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar, cast

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from engine import definitions
from engine.errors import CaseEnded, NotFound, Refusal
from engine.models import (
    Case,
    CaseState,
    CaseStatus,
    Incident,
    IncidentStatus,
    Timer,
    UserTask,
)
from engine.routes import Route

Owned = TypeVar("Owned", UserTask, Timer)


# Statements of every step are made once: making one takes as long as asking the database.
_FOUND = {
    model: select(model, Case)
    .join(Case, Case.id == model.case_id)
    .where(model.id == bindparam("key"))
    for model in (UserTask, Timer)
}


class Patience(Enum):
    """What to do when somebody else has the case: people wait, the clock comes back later."""

    WAIT = "wait"
    SKIP = "skip"


def find(session: Session, model: type[Owned], key: int) -> tuple[Owned, Case] | None:
    """A user task or timer with its case, as they were before the lock (one statement at most).

    Only what never changes of them may be relied on: which case it is, the token. Hold on to the
    case until it is locked: the session forgets what nobody holds, and would ask again.
    """
    known = session.identity_map.get(identity_key(model, key))
    if known is not None:
        return known, session.get_one(Case, known.case_id)
    row = session.execute(_FOUND[model], {"key": key}).first()
    return None if row is None else cast("tuple[Owned, Case]", (row[0], row[1]))


@dataclass(frozen=True)
class LockedCase:
    """A case that this transaction alone may change, with what a step needs to know of it."""

    case: Case
    state: CaseState
    route: Route
    open_incidents: int


_OPEN_INCIDENTS = (
    select(func.count(Incident.id))
    .where(Incident.case_id == Case.id, Incident.status == IncidentStatus.OPEN)
    .correlate(Case)
    .scalar_subquery()
)
_LOCKING = {
    patience: select(Case, CaseState, _OPEN_INCIDENTS)
    .join(CaseState, CaseState.case_id == Case.id)
    .where(Case.id.in_(bindparam("family", expanding=True)))
    .order_by(Case.id)
    .with_for_update(
        # NO KEY UPDATE: a note or a draft (a foreign key to the case) need not wait for us.
        of=[Case, CaseState],
        key_share=True,
        skip_locked=patience is Patience.SKIP,
    )
    .execution_options(populate_existing=True)
    for patience in Patience
}


def lock_case(
    session: Session, case_id: int, patience: Patience = Patience.WAIT
) -> LockedCase | None:
    """Lock a case and read its newest state. None only when skipping and somebody has it.

    Raises NotFound when there is no such case.
    """
    # What never changes may be read before the lock (and is, when the session knows the case).
    known = session.get(Case, case_id)
    if known is None:
        raise NotFound
    route = definitions.load(session, known.definition_id)
    family = [case_id]
    if route.links_cases:
        family += _ancestors(session, known.parent_id)
    rows = session.execute(_LOCKING[patience], {"family": family}).all()
    if len(rows) < len(family):
        return None
    case, state, open_incidents = next(row for row in rows if row[0].id == case_id)
    return LockedCase(case, state, route, open_incidents)


def _ancestors(session: Session, parent_id: int | None) -> list[int]:
    found: list[int] = []
    while parent_id is not None:
        found.append(parent_id)
        parent_id = session.scalar(select(Case.parent_id).where(Case.id == parent_id))
    return found


def lock_open_case(session: Session, case_id: int, gone: Refusal | None = None) -> LockedCase:
    """Lock a case in which something can still be done.

    Raises NotFound, and CaseEnded (or ``gone``, which says it better) when it has ended.
    """
    locked = lock_case(session, case_id)
    if locked is None:
        raise NotFound
    if locked.case.status is not CaseStatus.OPEN:
        raise gone or CaseEnded(locked.case.number)
    return locked
