"""Letters that a step writes, in its transaction; and what the scheduler does with them after.

A row is made with its Message-ID, which never changes: sending is at least once, and a receiver
can drop a repeat. A claim is a lease: whoever claims a letter has ``LEASE`` to send it; when it
dies in the middle, the letter is due again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.models import Case, Channel, OutboxMessage, OutboxStatus

LEASE = timedelta(minutes=5)
BACK_OFF = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720, 1440, 1440, 1440)
)
"""How long to wait after each failed attempt; after the last one the letter has FAILED.

Together four days: RFC 5321 (4.5.4.1) asks for four or five, so that a mail server that is away for
a weekend costs no letter.
"""
MAX_ERROR = 300


def claim_due(session: Session, now: datetime, limit: int) -> list[OutboxMessage]:
    """Claim up to ``limit`` letters that may leave now by mail, the oldest first.

    On PostgreSQL rows that another scheduler is claiming are skipped. The caller commits before it
    sends, so that no transaction is open while a mail server makes us wait.
    """
    messages = list(
        session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.status == OutboxStatus.PENDING,
                OutboxMessage.channel == Channel.EMAIL,
                OutboxMessage.next_attempt_at <= now,
            )
            .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    for message in messages:
        message.next_attempt_at = now + LEASE
        message.attempts += 1
    session.flush()
    return messages


def mark_sent(session: Session, message: OutboxMessage, now: datetime) -> None:
    """The mail server took it."""
    row = _locked(session, message)
    row.status = OutboxStatus.SENT
    row.sent_at = now
    row.last_error = None


def mark_failed(session: Session, message: OutboxMessage, error: str, now: datetime) -> None:
    """The attempt failed: wait and try again, or FAILED after the last one.

    ``error`` holds no personal data. Nothing changes for a letter that was sent or cancelled.
    """
    row = _locked(session, message)
    if row.status is not OutboxStatus.PENDING:
        return
    row.last_error = error[:MAX_ERROR]
    if row.attempts > len(BACK_OFF):
        row.status = OutboxStatus.FAILED
    else:
        row.next_attempt_at = now + BACK_OFF[max(row.attempts, 1) - 1]


def give_up(session: Session, message: OutboxMessage, error: str, now: datetime) -> None:
    """The mail server refused it for good: no use to try again."""
    row = _locked(session, message)
    if row.status is OutboxStatus.PENDING:
        row.last_error = error[:MAX_ERROR]
        row.status = OutboxStatus.FAILED


def _locked(session: Session, message: OutboxMessage) -> OutboxMessage:
    return session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.id == message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def next_attempt(session: Session) -> datetime | None:
    """When the first letter that waits for the mail may leave; None when none waits."""
    return session.scalar(
        select(OutboxMessage.next_attempt_at)
        .where(OutboxMessage.status == OutboxStatus.PENDING, OutboxMessage.channel == Channel.EMAIL)
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
    )


def mark_printed(session: Session, message: OutboxMessage, now: datetime) -> None:
    """Somebody printed and posted a letter for paper."""
    row = _locked(session, message)
    if row.channel is Channel.PRINT and row.status is OutboxStatus.PENDING:
        row.status = OutboxStatus.SENT
        row.sent_at = now


def cancel_pending(session: Session, case_id: int) -> None:
    """Nothing that waits leaves any more: the case has stopped.

    Nor does what a linked case wrote that has ended already: it is to the same people.
    """
    linked = select(Case.id).where(Case.parent_id == case_id)
    session.execute(
        update(OutboxMessage)
        .where(or_(OutboxMessage.case_id == case_id, OutboxMessage.case_id.in_(linked)))
        .where(OutboxMessage.status == OutboxStatus.PENDING)
        .values(status=OutboxStatus.CANCELLED)
    )
