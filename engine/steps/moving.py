"""Moving a timer by hand: an administrator gives it another moment, with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.audit import AuditKind
from engine.calendar import format_instant
from engine.models import Timer
from engine.refusals import ReasonMissing, TimerGone
from engine.spiff import Moment
from engine.steps.ending import MAX_REASON
from engine.steps.locking import lock_case_of, open_one
from engine.steps.step import Step
from engine.steps.work import StepDone, Work


def move_timer(
    session: Session, timer_id: int, at: datetime, reason: str, actor: Actor, now: datetime
) -> StepDone:
    """Let a timer that waits (or failed) fire at ``at`` instead.

    It stays so until a fact moves it, or it has fired. A failed one waits again. Raises NotFound,
    ReasonMissing, TimerGone (it fired or was cancelled meanwhile), CaseEnded, RouteFault.
    """
    if not reason.strip():
        raise ReasonMissing
    with Work(session, actor, now) as work:
        gone = TimerGone(timer_id)
        step = Step(work, open_one(lock_case_of(session, Timer, timer_id), gone))
        row = next((row for row in step.waits.timers.values() if row.id == timer_id), None)
        if row is None or not step.load():
            raise gone
        before = row.fires_at
        step.execution.move_timer(row.token, Moment(at))
        step.record(
            AuditKind.TIMER_MOVED,
            element_id=row.element_id,
            name=row.name,
            before=format_instant(before),
            after=format_instant(at),
            reason=reason.strip()[:MAX_REASON],
        )
        step.finish()
        step.relatives.deliver()
        return StepDone(step.case, step.happenings, None, tuple(work.others))
