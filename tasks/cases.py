"""The list of cases."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from engine.definitions import load
from engine.models import Case, CaseStatus
from tasks.access import LARGEST_ID, Viewer, cases_visible_to
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
    query = _listed(viewer, status, search, _read_cursor(cursor), now).limit(size + 1)
    found = session.scalars(query).all()
    rows = tuple(_row(session, case) for case in found[:size])
    return CaseList(rows, _cursor(found[size - 1].id) if len(found) > size else None)


def _listed(
    viewer: Viewer, status: str, search: str, before: int | None, now: datetime
) -> Select[Case]:
    query = cases_visible_to(viewer, now).order_by(Case.id.desc())
    wanted = _STATUSES.get(status, _STATUSES["open"])
    if len(wanted) < len(CaseStatus):
        query = query.where(Case.status.in_(wanted))
    if search.strip():
        query = query.where(matches(search))
    return query if before is None else query.where(Case.id < before)


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


def _cursor(case_id: int) -> str:
    return base64.urlsafe_b64encode(str(case_id).encode()).decode()


def _read_cursor(cursor: str | None) -> int | None:
    if not cursor or len(cursor) > 50:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (ValueError, binascii.Error):
        return None
    number = int(text) if text.isascii() and text.isdigit() else -1
    return number if 0 <= number <= LARGEST_ID else None
