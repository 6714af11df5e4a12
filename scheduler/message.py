"""A letter as a mail message: RFC 5322 with a plain text and an HTML form (RFC 2046, 5.1.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from engine.clock import AMSTERDAM
from engine.models import OutboxMessage

LONGEST_SUBJECT = 300
# Line ends, other control characters, and the two Unicode line separators: none may end a header.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# RFC 3834 (5): automatic replies (out of office) must not answer these letters.
_FIXED_HEADERS = {"Auto-Submitted": "auto-generated", "Content-Language": "nl"}


class MessageInvalid(Exception):
    """This letter can never be a mail message; ``text`` says why in Dutch, without addresses."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True)
class Mail:
    """A message ready to leave. ``sender`` and ``recipients`` are the bare envelope addresses."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    content: EmailMessage

    def as_bytes(self) -> bytes:
        return self.content.as_bytes()


def compose(row: OutboxMessage, mail_from: str, now: datetime) -> Mail:
    """Make the mail message of an outbox row.

    ``mail_from`` is "Name <address>" or a bare address; ``now`` (aware) becomes the Date. The
    Message-ID is that of the row, so a repeat can be recognised. Raises MessageInvalid.
    """
    sender = _address(*parseaddr(mail_from), text="Het afzenderadres (MAIL_FROM) klopt niet.")
    recipients = _recipients(row.recipients)
    message_id = row.message_id.strip("<>")
    content = EmailMessage(policy=SMTP)
    try:
        content["From"] = sender
        content["To"] = recipients
        content["Subject"] = _one_line(row.subject)[:LONGEST_SUBJECT]
        content["Date"] = format_datetime(now.astimezone(AMSTERDAM))
        content["Message-ID"] = f"<{_one_line(message_id)}>"
        for name, value in _FIXED_HEADERS.items():
            content[name] = value
        # Quoted-printable: passes every mail server, and stays readable in a file.
        content.set_content(row.body_text, cte="quoted-printable")
        content.add_alternative(row.body_html, subtype="html", cte="quoted-printable")
    except (MessageError, ValueError) as error:
        raise MessageInvalid("Van deze brief kan geen e-mailbericht worden gemaakt.") from error
    return Mail(
        message_id=message_id,
        sender=sender.addr_spec,
        recipients=tuple(address.addr_spec for address in recipients),
        content=content,
    )


def _recipients(text: str) -> list[Address]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        raise MessageInvalid("Deze brief heeft geen e-mailadres.")
    return [_address("", line, text="Een e-mailadres van deze brief klopt niet.") for line in lines]


def _address(name: str, address: str, *, text: str) -> Address:
    if _CONTROL.search(address) or "@" not in address:
        raise MessageInvalid(text)
    try:
        # Parses strictly: one address, nothing before or after it.
        return Address(display_name=_one_line(name), addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise MessageInvalid(text) from error


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()
