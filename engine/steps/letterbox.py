"""Writing a letter within a step: to whom, by mail or on paper, and into the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import select

from engine.audit import AuditKind
from engine.dialect import CLIENT, TO_PARTY, TO_ROLE, is_address
from engine.errors import RouteFault
from engine.expressions import ExpressionFault
from engine.letters import render_with
from engine.models import Channel, Membership, OutboxMessage, OutboxStatus, Person
from engine.steps.parties import PartyOrganisation

if TYPE_CHECKING:
    from engine.steps.step import Step

Evaluate = Callable[[str, Mapping[str, object]], object]


@dataclass(frozen=True)
class Addressee:
    """Where a letter goes. Without addresses it is for paper."""

    audience: str
    addresses: tuple[str, ...]
    organisation: PartyOrganisation | None = None

    @property
    def channel(self) -> Channel:
        return Channel.EMAIL if self.addresses else Channel.PRINT


class Letterbox:
    """The letters of one step of one case."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def write(
        self,
        *,
        element_id: str,
        letter_id: str,
        to: str,
        variables: Mapping[str, object],
        evaluate: Evaluate,
        sender_party: str,
    ) -> None:
        """Render letter ``letter_id`` and put it in the outbox.

        ``to`` is "client", "partij:<party>", "rol:<role>" or "=FEEL giving an e-mail address".
        A client who must get no mail any more gets nothing, on paper neither. RouteFault when the
        letter or the addressee is unknown, or a placeholder gives nothing.
        """
        step = self._step
        letter = step.route.letters.get(letter_id)
        if letter is None:
            raise RouteFault(element_id, "header:brief", f"De brief '{letter_id}' bestaat niet.")
        step.refresh_client(variables)
        if to == CLIENT and step.case.client_mail_stopped:
            step.record(
                AuditKind.LETTER_WITHHELD,
                element_id=element_id,
                party=sender_party,
                letter=letter_id,
            )
            return
        addressee = self._addressee(element_id, to, variables, evaluate)

        def value(text: str) -> object:
            try:
                return evaluate(text, variables)
            except ExpressionFault as fault:
                raise RouteFault(element_id, "brief", fault.message) from fault

        try:
            rendered = render_with(letter, value)
        except RouteFault as fault:
            raise RouteFault(element_id, "brief", fault.message) from fault
        sender = step.participation.organisation(sender_party)
        step.session.add(
            OutboxMessage(
                case_id=step.case.id,
                message_id=f"<{uuid4().hex}@thuisroute>",
                letter_id=letter_id,
                element_id=element_id,
                title=rendered.title,
                audience=addressee.audience,
                organisation_id=addressee.organisation.id if addressee.organisation else None,
                sender_organisation_id=sender.id if sender else step.actor.organisation_id,
                channel=addressee.channel,
                recipients="\n".join(addressee.addresses),
                subject=rendered.subject,
                body_text=rendered.text,
                body_html=rendered.html,
                status=OutboxStatus.PENDING,
                created_at=step.now,
                next_attempt_at=step.now,
            )
        )
        step.record(
            AuditKind.LETTER_WRITTEN,
            element_id=element_id,
            party=sender_party,
            letter=letter_id,
            title=letter.title if "{{" not in letter.title else letter_id,
            audience=addressee.audience,
            channel=addressee.channel.value,
        )

    def _addressee(
        self, element_id: str, to: str, variables: Mapping[str, object], evaluate: Evaluate
    ) -> Addressee:
        if to == CLIENT:
            return self._client()
        if to.startswith(TO_PARTY):
            party = to.removeprefix(TO_PARTY).strip()
            organisation = self._organisation(element_id, party)
            addresses = (organisation.email,) if is_address(organisation.email) else ()
            return Addressee(f"{TO_PARTY}{party}", addresses, organisation)
        if to.startswith(TO_ROLE):
            return self._role(element_id, to.removeprefix(TO_ROLE).strip())
        if to.startswith("="):
            return self._address(element_id, to, variables, evaluate)
        raise RouteFault(
            element_id,
            "header:aan",
            "Zeg bij 'aan': client, partij:<partij>, rol:<rol> of een expressie met een adres.",
        )

    def _client(self) -> Addressee:
        case = self._step.case
        # Awb 2:8: mail to a citizen only when he said that he can be reached so. An address that
        # is none is no reason to stop the route either: the letter goes on paper.
        if not case.client_mail_allowed or not is_address(case.client_email):
            return Addressee(CLIENT, ())
        return Addressee(CLIENT, (case.client_email,))

    def _organisation(self, element_id: str, party: str) -> PartyOrganisation:
        organisation = self._step.participation.organisation(party)
        if organisation is None:
            raise RouteFault(
                element_id, "header:aan", f"Voor partij '{party}' is nog geen organisatie bekend."
            )
        return organisation

    def _role(self, element_id: str, role_id: str) -> Addressee:
        step = self._step
        role = step.route.config.roles.get(role_id)
        if role is None:
            raise RouteFault(element_id, "header:aan", f"De rol '{role_id}' bestaat niet.")
        organisation = self._organisation(element_id, role.party)
        found = step.session.scalars(
            select(Person.email)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.organisation_id == organisation.id,
                Membership.route_key == step.route.key,
                Membership.role == role_id,
                Person.disabled_at.is_(None),
            )
            .order_by(Person.id)
        )
        addresses = tuple(address for address in found if is_address(address))
        if not addresses and is_address(organisation.email):
            addresses = (organisation.email,)
        return Addressee(f"{TO_ROLE}{role_id}", addresses, organisation)

    def _address(
        self, element_id: str, text: str, variables: Mapping[str, object], evaluate: Evaluate
    ) -> Addressee:
        try:
            value = evaluate(text, variables)
        except ExpressionFault as fault:
            raise RouteFault(element_id, "header:aan", fault.message) from fault
        if not isinstance(value, str) or not is_address(value.strip()):
            raise RouteFault(element_id, "header:aan", "'aan' geeft geen e-mailadres.")
        return Addressee("address", (value.strip(),))
