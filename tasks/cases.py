"""The list of cases, newest first.

Cut into one *lane* for each organisation of the viewer, each a range of the index of who takes part
in what, read from a place on; the lanes are merged. Asked of the cases themselves, the database
would walk past all the cases of others: the list would grow slower with the country.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.definitions import load
from engine.models import Case, CaseParty, CaseStatus
from tasks.access import Viewer, seen_by_organisation
from tasks.paging import cursor_of, row_of_cursor
from tasks.taskpage import STATUS_TEXTS
from tasks.worklist import matches

PAGE_SIZE = 50
_STATUSES = {
    "open": (CaseStatus.OPEN,),
    "afgerond": (CaseStatus.COMPLETED, CaseStatus.CLOSED),
    "alle": tuple(CaseStatus),
}


@dataclass(frozen=True)
class CaseRow:
    """One line of the list of cases."""

    number: str
    route: str
    client_name: str
    status: CaseStatus
    status_text: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class CaseList:
    """A page of cases, newest first; ``next`` is the cursor of the next page."""

    rows: tuple[CaseRow, ...]
    next: str | None


def case_list(
    session: Session,
    viewer: Viewer,
    status: str,
    search: str,
    cursor: str | None,
    now: datetime,
    size: int = PAGE_SIZE,
) -> CaseList:
    """A page of the cases that the viewer may see, newest first.

    ``status`` is "open", "afgerond" or "alle"; ``search`` a part of a number or client's name.
    """
    selects = lanes(viewer, status, search, row_of_cursor(cursor), now, size + 1)
    found = {case_id for lane in selects for case_id in session.scalars(lane)}
    shown = sorted(found, reverse=True)[:size]
    cases = session.scalars(select(Case).where(Case.id.in_(shown)).order_by(Case.id.desc()))
    rows = tuple(_row(session, case) for case in cases) if shown else ()
    return CaseList(rows, cursor_of(shown[-1]) if len(found) > size else None)


def lanes(
    viewer: Viewer, status: str, search: str, before: int | None, now: datetime, limit: int
) -> Iterator[Select[int]]:
    """The list as Selects of case ids, each newest first and limited. A case can be in several."""
    wanted = _STATUSES.get(status, _STATUSES["open"])
    for organisation_id in sorted(viewer.organisations):
        query = (
            select(CaseParty.case_id)
            .join(Case, Case.id == CaseParty.case_id)
            .where(CaseParty.organisation_id == organisation_id)
            .where(seen_by_organisation(viewer, organisation_id, now))
            # An organisation can be two parties of one case.
            .distinct()
            .order_by(CaseParty.case_id.desc())
            .limit(limit)
        )
        if len(wanted) < len(CaseStatus):
            query = query.where(Case.status.in_(wanted))
        if search.strip():
            query = query.where(matches(search))
        yield query if before is None else query.where(CaseParty.case_id < before)


def _row(session: Session, case: Case) -> CaseRow:
    config = load(session, case.definition_id).config
    return CaseRow(
        case.number,
        config.name,
        case.client_name,
        case.status,
        STATUS_TEXTS[case.status],
        case.started_at,
        case.ended_at,
        case.outcome,
    )
