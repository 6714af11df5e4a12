"""Mail to a member of staff, or to the mailbox of an organisation, into the outbox, once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.dialect import is_address
from engine.letters import Rendered
from engine.models import Channel, Organisation, OutboxMessage, OutboxStatus, Person

LETTER = "thuisroute:herinnering"
"""No letter of a route can be called so."""


def message_id(*facts: object) -> str:
    """A Message-ID made of what is told to whom: the same reminder has the same, always.

    ``facts`` begin with the address of this site: another installation makes others.
    """
    told = "\n".join(map(str, facts)).encode()
    return f"<{hashlib.sha256(told).hexdigest()[:40]}@thuisroute>"


def post(
    session: Session, to: Person | Organisation, rendered: Rendered, identity: str, now: datetime
) -> bool:
    """Write the mail to ``to``; False when it cannot be (no address) or was already.

    It belongs to no case: nothing of a case's page or end touches it.
    """
    if not is_address(to.email):
        return False
    known = select(OutboxMessage.id).where(OutboxMessage.message_id == identity)
    if session.scalar(known) is not None:
        return False
    session.add(
        OutboxMessage(
            case_id=None,
            message_id=identity,
            letter_id=LETTER,
            element_id="",
            title=rendered.title,
            audience=f"{'person' if isinstance(to, Person) else 'organisation'}:{to.id}",
            channel=Channel.EMAIL,
            recipients=to.email,
            subject=rendered.subject,
            body_text=rendered.text,
            body_html=rendered.html,
            status=OutboxStatus.PENDING,
            created_at=now,
            next_attempt_at=now,
        )
    )
    session.flush()
    return True
