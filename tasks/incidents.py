"""Trying again what a fault of the route stopped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.db import Database
from engine.edge import run_step
from engine.errors import NotFound
from engine.incidents import load_trigger, retry_incident
from engine.models import Case, Incident, Person, UserTask
from engine.triggers import (
    BUTTON_SHEET,
    CompleteTrigger,
    FormTrigger,
    SheetTrigger,
    Trigger,
)
from tasks import attachments, buttons, facts, starting
from tasks.access import Viewer, row_by_id, standing, visible_case_by_id
from tasks.drafts import drop_drafts
from tasks.refusals import TaskAlreadyClaimed, TaskMovedOn
from tasks.taskpage import work_out_form


def retry(database: Database, incident_id: int, viewer: Viewer, now: datetime) -> str:
    """Run the failed step again; gives the case's number (empty for a start form).

    Open to who takes part in the case, and to administrators, who see no more of it than its
    number. A start form belongs to no case, so to administrators only. Raises NotFound,
    StepFailed (it failed again), TaskAlreadyClaimed, TaskMovedOn and the refusals of the step.
    """
    with database.reading() as session:
        incident = row_by_id(session, Incident, incident_id)
        if incident is None:
            raise NotFound
        if viewer.is_administrator:
            known = None if incident.case_id is None else session.get(Case, incident.case_id)
            number = "" if known is None else known.number
            actor = viewer.actor(None)
        elif incident.case_id is None:
            raise NotFound
        else:
            case = visible_case_by_id(session, incident.case_id, viewer, now)
            number = case.number
            here = standing(session, case, viewer, now)
            actor = viewer.actor(min(here.organisation_ids))
        trigger = load_trigger(incident.trigger)
    run_step(
        database,
        lambda session: _again(session, incident_id, trigger, actor, now),
        trigger=trigger,
        now=now,
    )
    return number


def _again(
    session: Session, incident_id: int, trigger: Trigger, actor: Actor, now: datetime
) -> None:
    """The one transaction of a retry. As in a completion, the engine locks the case first; what
    became of the task meanwhile is looked at behind that lock, and a refusal undoes everything."""
    if isinstance(trigger, FormTrigger):
        work_out_form(session, trigger.user_task_id, trigger.actor.person_id, now)
    elif isinstance(trigger, SheetTrigger):
        _work_out(session, trigger, now)
    done = retry_incident(session, incident_id, actor, now)
    if done is None or not isinstance(trigger, CompleteTrigger):
        return
    task = session.get_one(UserTask, trigger.user_task_id)
    if task.organisation_id != trigger.actor.organisation_id:
        raise TaskMovedOn(task.id)
    if task.assignee_id not in (None, trigger.actor.person_id):
        holder = session.get_one(Person, task.assignee_id)
        raise TaskAlreadyClaimed(task.id, holder.name)
    if done.form_record_id is not None:
        session.flush()
        held = attachments.held_by(session, task.id, trigger.values)
        attachments.settle(session, task.id, done.form_record_id, held)
    drop_drafts(session, task.id)


def _work_out(session: Session, trigger: SheetTrigger, now: datetime) -> None:
    """Fill the form in once more; RouteFault when it still cannot be worked out."""
    if trigger.case_id is None:
        starting.work_out(session, trigger, now)
    elif trigger.place.startswith(BUTTON_SHEET):
        buttons.work_out(session, trigger, now)
    else:
        facts.work_out(session, trigger, now)
