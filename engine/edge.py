"""The edge: the one way in which a web request, the clock or a command runs a step.

One transaction for one step. A refusal goes on upward, rolled back. A fault of the route is rolled
back too, and then written down as an Incident in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine import incidents
from engine.db import Database
from engine.errors import RouteFault, StaleCase
from engine.models import Case
from engine.refusals import StepFailed
from engine.triggers import Trigger

T = TypeVar("T")
# PostgreSQL: deadlock_detected, serialization_failure, and lock_not_available (somebody held on for
# longer than we may wait). Nothing happened; try again.
_LOST_RACE = frozenset({"40P01", "40001", "55P03"})


def run_step(
    database: Database,
    work: Callable[[Session], T],
    *,
    trigger: Trigger | None,
    now: datetime,
) -> T:
    """Run ``work`` in one transaction and give what it gives.

    ``trigger`` says what is tried, so that it can be tried again; without one a fault of the route
    goes on upward as it is. Raises StepFailed after a fault, StaleCase after a lost race, and any
    refusal of the work itself.
    """
    try:
        with database.transaction() as session:
            return work(session)
    except RouteFault as fault:
        if trigger is None:
            raise
        raise note_fault(database, trigger, fault, now) from fault
    except StaleDataError as error:
        raise StaleCase from error
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in _LOST_RACE:
            raise StaleCase from error
        raise


def note_fault(
    database: Database, trigger: Trigger, fault: RouteFault, now: datetime
) -> StepFailed:
    """Open the Incident of a fault in a transaction of its own; gives the refusal to raise."""
    with database.transaction() as session:
        incident = incidents.open_incident(session, trigger, fault, now)
        case = None if incident.case_id is None else session.get_one(Case, incident.case_id)
        return StepFailed(
            incident.id,
            None if case is None else case.id,
            "" if case is None else case.number,
            fault.element_id,
            fault.message,
        )
