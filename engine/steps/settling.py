"""Resolving incidents: of what went well now, and of what nothing waits for any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from engine.audit import AuditKind
from engine.models import (
    IS_OPEN,
    CaseStatus,
    Incident,
    IncidentStatus,
    MessageSubscription,
    Timer,
    UserTask,
)
from engine.steps.waits import STILL_SET
from engine.triggers import BUTTON_SHEET, TriggerVerb

if TYPE_CHECKING:
    from engine.steps.step import Step


def settle_incidents(step: Step) -> None:
    """Resolve the incidents of the step's case that have nothing left to try again.

    Called only when the case has open incidents, so that other steps pay nothing for it.
    """
    step.write_rows()
    step.session.flush()
    ended = step.case.status is not CaseStatus.OPEN
    for incident in step.session.scalars(
        select(Incident).where(
            Incident.case_id == step.case.id, Incident.status == IncidentStatus.OPEN
        )
    ):
        key = incident.trigger_key
        if ended or key in step.waits.handled_keys or not _still_waits(step, key):
            incident.status = IncidentStatus.RESOLVED
            incident.resolved_at = step.now
            incident.resolved_by_id = step.actor.person_id
            step.record(
                AuditKind.INCIDENT_RESOLVED,
                element_id=incident.element_id,
                incident=incident.id,
            )


def _still_waits(step: Step, key: str) -> bool:
    verb, _, what = key.partition(":")
    if verb in (TriggerVerb.COMPLETE, TriggerVerb.FORM):
        task = select(UserTask.id).where(UserTask.id == int(what), IS_OPEN)
        return step.session.scalar(task) is not None
    if verb == TriggerVerb.SHEET and what.startswith(BUTTON_SHEET):
        button = select(MessageSubscription.id).where(
            MessageSubscription.case_id == step.case.id,
            MessageSubscription.token == what.removeprefix(BUTTON_SHEET),
        )
        return step.session.scalar(button) is not None
    if verb == TriggerVerb.TIMER:
        timer = select(Timer.id).where(Timer.id == int(what), Timer.status.in_(STILL_SET))
        return step.session.scalar(timer) is not None
    return True
