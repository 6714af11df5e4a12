"""The letters of all cases of a viewer, newest first: what went out, and what is to be posted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from engine.definitions import load
from engine.models import Case, CaseParty, Channel, OutboxMessage, OutboxStatus
from tasks.access import Viewer, seen_by_organisation
from tasks.posted import LetterRow, letter_row

PAGE_SIZE = 50


class Box(StrEnum):
    """TO_POST: on paper, and nobody has posted it yet. ALL: every letter."""

    TO_POST = "te-posten"
    ALL = "alle"


@dataclass(frozen=True)
class MailRow:
    """One letter with the case it belongs to."""

    letter: LetterRow
    case_number: str
    client_name: str


@dataclass(frozen=True)
class MailPage:
    """A page of letters; ``next`` is the id after which the next page goes on."""

    rows: tuple[MailRow, ...]
    next: int | None


def mail_page(
    session: Session,
    viewer: Viewer,
    box: Box,
    after: int | None,
    now: datetime,
    size: int = PAGE_SIZE,
) -> MailPage:
    """Letters that the viewer's organisations sent or got, in cases in which they take part."""
    selects = lanes(box, viewer, after, now, size + 1)
    ids = {letter_id for lane in selects for letter_id in session.scalars(lane)}
    shown = sorted(ids, reverse=True)[:size]
    found = session.execute(
        select(OutboxMessage, Case)
        .join(Case, Case.id == OutboxMessage.case_id)
        .where(OutboxMessage.id.in_(shown))
        .order_by(OutboxMessage.id.desc())
    )
    rows = tuple(
        MailRow(
            letter_row(letter, load(session, case.definition_id)), case.number, case.client_name
        )
        for letter, case in found
    )
    return MailPage(rows, shown[-1] if len(ids) > size else None)


def lanes(
    box: Box, viewer: Viewer, after: int | None, now: datetime, limit: int
) -> Iterator[Select[int]]:
    """The box as Selects of ids, each newest first and limited: what each own organisation sent and
    what it got, in cases in which it takes part. A letter can be in several.

    Each is one range of an index; the rule is that of the letters of one case.
    """
    for organisation_id in sorted(viewer.organisations):
        takes_part = exists().where(
            CaseParty.case_id == Case.id,
            CaseParty.organisation_id == organisation_id,
            seen_by_organisation(viewer, organisation_id, now),
        )
        for column in (OutboxMessage.sender_organisation_id, OutboxMessage.organisation_id):
            query = (
                select(OutboxMessage.id)
                .join(Case, Case.id == OutboxMessage.case_id)
                .where(column == organisation_id, takes_part)
                .order_by(OutboxMessage.id.desc())
                .limit(limit)
            )
            if box is Box.TO_POST:
                query = query.where(
                    OutboxMessage.channel == Channel.PRINT,
                    OutboxMessage.status == OutboxStatus.PENDING,
                )
            yield query if after is None else query.where(OutboxMessage.id < after)
