"""Letters of a case as people read about them: to whom, and whether they have left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.models import Channel, OutboxMessage, OutboxStatus
from engine.routes import Route
from tasks.naming import party_name, role_name

MAILED = "Verstuurd"
_STATUS_TEXTS = {
    (Channel.EMAIL, OutboxStatus.PENDING): "Wordt verstuurd",
    (Channel.EMAIL, OutboxStatus.SENT): MAILED,
    (Channel.PRINT, OutboxStatus.PENDING): "Nog te printen en te posten",
    (Channel.PRINT, OutboxStatus.SENT): "Op de post gedaan",
}
_OTHER_STATUS_TEXTS = {
    OutboxStatus.FAILED: "Niet aangekomen: versturen is mislukt",
    OutboxStatus.CANCELLED: "Niet verstuurd: de zaak is eerder beëindigd",
}


@dataclass(frozen=True)
class LetterRow:
    id: int
    title: str
    to: str
    at: datetime
    channel: Channel
    status: OutboxStatus
    status_text: str


def letter_row(letter: OutboxMessage, route: Route) -> LetterRow:
    """One line of the list of letters."""
    return LetterRow(
        letter.id,
        letter.title,
        addressee_of(letter, route),
        letter.created_at,
        letter.channel,
        letter.status,
        status_text_of(letter),
    )


def addressee_of(letter: OutboxMessage, route: Route) -> str:
    """To whom it is, in words; never an address."""
    kind, _, name = letter.audience.partition(":")
    if kind == "client":
        return "Cliënt"
    if kind == "party":
        return party_name(route, name)
    return role_name(route, name) if kind == "role" else "E-mailadres van de route"


def status_text_of(letter: OutboxMessage) -> str:
    """Whether it has left, in words."""
    other = _OTHER_STATUS_TEXTS.get(letter.status)
    return other or _STATUS_TEXTS[letter.channel, letter.status]
