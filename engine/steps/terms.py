"""The verbs on the named terms of a case (Awb 4:14 and 4:15), and counting them again.

Each deed is one step: the row, the letter, the audit event, and every timer and due date that
reads the term, in the same transaction. Diagrams do the same by service tasks
(``thuisroute:opschorten``, ``thuisroute:hervatten``, ``thuisroute:verlengen``).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.audit import AuditKind
from engine.errors import NotFound
from engine.models import CaseStatus
from engine.steps.locking import lock_case, lock_open_case
from engine.steps.step import Step
from engine.steps.termdeeds import TermDeed, values_of
from engine.steps.termhands import Hands
from engine.steps.work import StepDone, Work
from engine.triggers import TermTrigger, TriggerVerb, trigger_key


def change_term(
    session: Session, case_id: int, deed: TermDeed, actor: Actor, now: datetime
) -> StepDone:
    """Pause or extend a term of a case, or put right what was recorded of it.

    Timers and due dates move in the same transaction, and the letter of the route goes out. Raises
    a `TermRefusal` (with the field that is wrong), ReasonMissing, NotFound, CaseEnded.
    """
    with Work(session, actor, now) as work:
        step = Step(work, lock_open_case(session, case_id))
        if not step.load():
            raise NotFound
        Hands(step).do(deed)
        step.execution.correct({})
        step.waits.handled(TermTrigger(case_id, type(deed).__name__, values_of(deed), actor).key)
        step.finish()
        step.relatives.deliver()
        return StepDone(step.case, step.happenings, None, tuple(work.others))


def recount_terms(session: Session, case_id: int, now: datetime) -> StepDone | None:
    """Count every term of a case again, because the free days changed. None when it has ended."""
    with Work(session, Actor.system(), now) as work:
        locked = lock_case(session, case_id)
        if locked is None or locked.case.status is not CaseStatus.OPEN:
            return None
        step = Step(work, locked)
        if not step.load():
            return None
        before = _deadlines(step)
        step.execution.correct({})
        step.waits.handled(trigger_key(TriggerVerb.RECOUNT))
        if _deadlines(step) != before:
            step.record(AuditKind.TERMS_RECOUNTED)
        step.finish()
        step.relatives.deliver()
        return StepDone(step.case, step.happenings, None, tuple(work.others))


def _deadlines(step: Step) -> list[tuple[str, object]]:
    tasks = [(task.token, task.due) for task in step.execution.user_tasks]
    return [*tasks, *((timer.token, timer.fires) for timer in step.execution.timers)]
