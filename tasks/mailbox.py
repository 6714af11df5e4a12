"""The letters of all cases of a viewer, newest first: what went out, and what is to be posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from engine.definitions import load
from engine.models import Case, CaseParty, Channel, OutboxMessage, OutboxStatus
from tasks.access import Viewer, own_participation
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
    query = letters_in(box, viewer, now).order_by(OutboxMessage.id.desc()).limit(size + 1)
    if after is not None:
        query = query.where(OutboxMessage.id < after)
    found = session.execute(query).all()
    rows = tuple(
        MailRow(
            letter_row(letter, load(session, case.definition_id)), case.number, case.client_name
        )
        for letter, case in found[:size]
    )
    return MailPage(rows, found[size - 1][0].id if len(found) > size else None)


def letters_in(box: Box, viewer: Viewer, now: datetime) -> Select[OutboxMessage, Case]:
    """The letters of the box; the same rule as for the letters of one case."""
    own = exists().where(
        own_participation(viewer, now),
        or_(
            CaseParty.organisation_id == OutboxMessage.sender_organisation_id,
            CaseParty.organisation_id == OutboxMessage.organisation_id,
        ),
    )
    query = select(OutboxMessage, Case).join(Case, Case.id == OutboxMessage.case_id).where(own)
    if box is Box.ALL:
        return query
    return query.where(
        OutboxMessage.channel == Channel.PRINT, OutboxMessage.status == OutboxStatus.PENDING
    )
