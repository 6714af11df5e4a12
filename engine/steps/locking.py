"""Locking a case for one step, always in one order, so that steps can wait but never deadlock.

The order is: main case before linked case (a main case's id is always lower), and the case before
any row that belongs to it. A step of a linked case therefore locks its main case first when its
route sends messages between them. SQLite has one writer at a time; ``FOR UPDATE`` is nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from engine import definitions
from engine.errors import CaseEnded, NotFound, Refusal
from engine.models import Case, CaseStatus, Incident, IncidentStatus, Timer, UserTask
from engine.prepared import Prepared, connection_of, fixed
from engine.routes import Route
from engine.steps.rows import CASES, STATES, CaseRow, Ledger, StateRow

# Statements of every step are made once: making one takes as long as asking the database.
LARGEST_KEY = 2**62
"""No row has a higher key, and no database can look for much higher ones."""
_CASES, _STATES = CASES.table, STATES.table
_PLACE = (_CASES.c.id, _CASES.c.definition_id, _CASES.c.parent_id)
_CASE_BY_ID = Prepared(select(*_PLACE).where(_CASES.c.id == bindparam("key")))
_CASE_OF = {
    model: Prepared(
        select(*_PLACE)
        .join(model, model.case_id == _CASES.c.id)
        .where(model.id == bindparam("key"))
    )
    for model in (UserTask, Timer)
}


class Patience(Enum):
    """What to do when somebody else has the case: people wait, the clock comes back later."""

    WAIT = "wait"
    SKIP = "skip"


@dataclass(frozen=True)
class Place:
    """Which case it is, and what never changes of it: known without a lock."""

    case_id: int
    definition_id: int
    parent_id: int | None


def place_of(session: Session, case_id: int) -> Place:
    """The case with this id. Raises NotFound."""
    row = _CASE_BY_ID.row(connection_of(session), {"key": case_id})
    if row is None:
        raise NotFound
    return Place(*row)


@dataclass(frozen=True)
class LockedCase:
    """A case that this transaction alone may change, with what a step needs to know of it."""

    case: CaseRow
    state: StateRow
    route: Route
    open_incidents: int
    ledger: Ledger


_OPEN_INCIDENTS = (
    select(func.count(Incident.id))
    .where(
        Incident.case_id == _CASES.c.id,
        Incident.status == fixed(IncidentStatus.OPEN),
    )
    .correlate(_CASES)
    .scalar_subquery()
)
_READING: Select[*tuple[Any, ...]] = select(*CASES.columns, *STATES.columns, _OPEN_INCIDENTS).join(
    _STATES, _STATES.c.case_id == _CASES.c.id
)
_BY_ID = _READING.where(_CASES.c.id == bindparam("case"))
_FAMILY = _READING.where(_CASES.c.id.in_(bindparam("family", expanding=True))).order_by(_CASES.c.id)


def _locking(reading: Select[*tuple[Any, ...]]) -> dict[Patience, Select[*tuple[Any, ...]]]:
    return {
        patience: reading.with_for_update(
            # NO KEY UPDATE: a note or a draft (a foreign key to the case) need not wait for us.
            of=[_CASES, _STATES],
            key_share=True,
            skip_locked=patience is Patience.SKIP,
        )
        for patience in Patience
    }


_LOOK = Prepared(_BY_ID)
_LOCK_ONE = {patience: Prepared(locking) for patience, locking in _locking(_BY_ID).items()}
_LOCK_FAMILY = _locking(_FAMILY)
_LOCK_OF = {
    (model, patience): Prepared(locking)
    for model in (UserTask, Timer)
    for patience, locking in _locking(
        _READING.join(model, model.case_id == _CASES.c.id).where(
            model.id == bindparam("key"), _CASES.c.parent_id.is_(None)
        )
    ).items()
}


def lock_case(
    session: Session, place: Place | int, patience: Patience = Patience.WAIT
) -> LockedCase | None:
    """Lock a case and read its newest state. None only when skipping and somebody has it.

    Raises NotFound when there is no case with this id.
    """
    if isinstance(place, int):
        place = place_of(session, place)
    route = definitions.load(session, place.definition_id)
    ledger = Ledger(session)
    if route.links_cases and place.parent_id is not None:
        family = [place.case_id, *_ancestors(session, place.parent_id)]
        locking = ledger.connection.execute(_LOCK_FAMILY[patience], {"family": family})
        rows: list[Sequence[Any]] = [tuple(row) for row in locking]
        if len(rows) < len(family):
            return None
    else:
        rows = _LOCK_ONE[patience].rows(ledger.connection, {"case": place.case_id})
        if not rows:
            return None
    return _taken(next(row for row in rows if row[0] == place.case_id), ledger)


def lock_case_of(
    session: Session,
    model: type[UserTask] | type[Timer],
    key: int,
    patience: Patience = Patience.WAIT,
) -> LockedCase | None:
    """Lock the case of a user task or timer, as ``lock_case``. None too when there is no such row.

    One statement when it is a main case, as most are.
    """
    if not 0 <= key <= LARGEST_KEY:
        return None
    ledger = Ledger(session)
    row = _LOCK_OF[model, patience].row(ledger.connection, {"key": key})
    if row is not None:
        return _taken(row, ledger)
    place = _CASE_OF[model].row(ledger.connection, {"key": key})
    return None if place is None else lock_case(session, Place(*place), patience)


def look_at(session: Session, case_id: int) -> LockedCase:
    """A case as it is now, without a lock: only to be read. Raises NotFound."""
    session.flush()
    ledger = Ledger(session)
    row = _LOOK.row(ledger.connection, {"case": case_id})
    if row is None:
        raise NotFound
    return _taken(row, ledger)


def _taken(values: Sequence[Any], ledger: Ledger) -> LockedCase:
    cut = len(CASES.columns)
    case = ledger.cases.take(values[:cut])
    state = ledger.states.take(values[cut:-1])
    route = definitions.load(ledger.session, case.definition_id)
    return LockedCase(case, state, route, values[-1], ledger)


def _ancestors(session: Session, parent_id: int | None) -> list[int]:
    found: list[int] = []
    while parent_id is not None:
        found.append(parent_id)
        parent_id = session.scalar(select(Case.parent_id).where(Case.id == parent_id))
    return found


def lock_open_case(session: Session, case_id: int) -> LockedCase:
    """Lock a case in which something can still be done. Raises NotFound, CaseEnded."""
    return open_one(lock_case(session, case_id))


def open_one(locked: LockedCase | None, gone: Refusal | None = None) -> LockedCase:
    """The case that was locked, in which something can still be done.

    Raises NotFound, and CaseEnded (or ``gone``, which says it better) when it has ended.
    """
    if locked is None:
        raise NotFound
    if locked.case.status is not CaseStatus.OPEN:
        raise gone or CaseEnded(locked.case.number)
    return locked
