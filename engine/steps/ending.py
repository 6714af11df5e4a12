"""Ending a case by hand, for a reason that its route names, from whatever it waits for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.audit import AuditKind
from engine.dialect import TO_PARTY
from engine.models import CaseStatus
from engine.outbox import cancel_pending
from engine.refusals import EndingUnknown, ReasonMissing
from engine.routes import Ending, EndingLetter
from engine.steps.casedata import stored_variables
from engine.steps.locking import lock_case, lock_open_case
from engine.steps.settling import settle_incidents
from engine.steps.step import Step
from engine.steps.work import StepDone, Work

MAX_REASON = 2000


def end_case(
    session: Session, case_id: int, reason_id: str, text: str, actor: Actor, now: datetime
) -> StepDone:
    """End a case for a reason of its route, from whatever it waits for; linked cases end too.

    Nothing waits any more, letters that have not left are cancelled, and the letters of the reason
    are written. Raises EndingUnknown, ReasonMissing, CaseEnded.
    """
    if not text.strip():
        raise ReasonMissing
    with Work(session, actor, now) as work:
        step = Step(work, lock_open_case(session, case_id))
        ending = step.route.config.endings.get(reason_id)
        if ending is None:
            raise EndingUnknown(reason_id)
        _close(step, ending, text.strip()[:MAX_REASON], ending.letters)
        return StepDone(step.case, linked=tuple(work.others))


def _close(step: Step, ending: Ending, text: str, letters: tuple[EndingLetter, ...]) -> None:
    case = step.case
    variables = dict(stored_variables(step.state.variables))
    for linked_id in step.relatives.open_linked():
        linked = lock_case(step.session, linked_id)
        if linked is not None and linked.case.status is CaseStatus.OPEN:
            step.work.count(case.process_id)
            # The main case's letters tell the same client and parties already.
            _close(step.beside(linked), ending, text, letters=())
            step.work.others.append(StepDone(linked.case))
    step.waits.cancel_all()
    cancel_pending(step.session, case.id)
    if ending.client_mail_stops:
        case.client_mail_stopped = True
        step.platform.parties_changed()
    for letter in letters:
        party = letter.to.removeprefix(TO_PARTY).strip()
        if letter.to.startswith(TO_PARTY) and not step.participation.takes_part(party):
            continue  # who does not take part yet does not know of the case, and must not now
        step.letters.write(
            element_id=f"einde:{ending.id}",
            letter_id=letter.letter,
            to=letter.to,
            variables=variables,
            evaluate=step.environment.evaluate,
            sender_party=step.route.config.start_party,
        )
    step.state.execution = ""
    case.status = CaseStatus.CLOSED
    case.ended_at = step.now
    case.outcome_id, case.outcome = ending.id, ending.name
    step.record(
        AuditKind.CASE_CLOSED,
        reason=ending.name,
        text=text,
        party=step.participation.party_of(step.actor.organisation_id),
    )
    if step.open_incidents:
        settle_incidents(step)
    step.write()
