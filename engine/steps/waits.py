"""What a case waits for, kept in tables: user tasks, timers and messages.

After each verb the rows are made equal to what the execution waits for. Rows are read only when
there can be any, and written only when they differ, so that a step costs few statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select

from engine.audit import AuditKind
from engine.dialect import BUTTON, BUTTON_FORM, BUTTON_ROLE, is_urgent
from engine.errors import RouteFault
from engine.models import (
    Membership,
    MessageSubscription,
    Person,
    TimerStatus,
    UserTaskStatus,
)
from engine.prepared import Prepared, fixed
from engine.routes import Role
from engine.spiff import Element, Moment, WaitingMessage, WaitingTimer, WaitingUserTask
from engine.steps.rows import (
    NEW,
    TIMERS,
    USER_TASKS,
    SubscriptionRow,
    TimerRow,
    UserTaskRow,
)
from engine.triggers import TriggerVerb, trigger_key

if TYPE_CHECKING:
    from engine.steps.step import Step

MAX_NAME = 300
STILL_SET = (TimerStatus.WAITING, TimerStatus.FAILED)
_TASKS, _TIMERS = USER_TASKS.table, TIMERS.table
_OPEN_TASKS = Prepared(
    select(*USER_TASKS.columns)
    .where(_TASKS.c.case_id == bindparam("case"), _TASKS.c.status == fixed(UserTaskStatus.OPEN))
    .order_by(_TASKS.c.id)
    # The case's lock does not keep anybody from claiming: who has a task must hold till we wrote.
    .with_for_update(of=_TASKS, key_share=True)
)
_SET_TIMERS = Prepared(
    select(*TIMERS.columns)
    .where(
        _TIMERS.c.case_id == bindparam("case"),
        _TIMERS.c.status.in_([fixed(state) for state in STILL_SET]),
    )
    .order_by(_TIMERS.c.id)
)
_TOKENS = Prepared(
    select(MessageSubscription.token).where(MessageSubscription.case_id == bindparam("case"))
)


class Waits:
    """The waiting rows of one case within one step."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._ledger = step.ledger
        self._tasks: dict[str, UserTaskRow] | None = None
        self._timers: dict[str, TimerRow] | None = None
        self._had_timers = True
        self._had_messages = True
        self.handled_keys: set[str] = set()
        """Keys of what went well in this step: open incidents of these are resolved."""

    # -- what was there ----------------------------------------------------------------------

    def none_yet(self) -> None:
        """The case begins now: there are no rows."""
        self._tasks, self._timers = {}, {}
        self._had_timers = self._had_messages = False

    def remember(self) -> None:
        """Note what the execution waited for before the verb."""
        execution = self._step.execution
        self._had_timers = bool(execution.timers)
        self._had_messages = bool(execution.messages)

    def _read(self, of_case: Prepared) -> list[Sequence[Any]]:
        return of_case.rows(self._ledger.connection, {"case": self._step.case.id})

    @property
    def tasks(self) -> dict[str, UserTaskRow]:
        """The open user tasks of the case by token, as they are under our lock."""
        if self._tasks is None:
            self._tasks = {
                row.token: row for row in map(self._ledger.user_tasks.take, self._read(_OPEN_TASKS))
            }
        return self._tasks

    @property
    def timers(self) -> dict[str, TimerRow]:
        """The timers of the case that are set, failed ones too, by token."""
        if self._timers is None:
            self._timers = {
                row.token: row for row in map(self._ledger.timers.take, self._read(_SET_TIMERS))
            }
        return self._timers

    def completed(self, row: UserTaskRow, person_id: int | None) -> None:
        """A person completed this user task."""
        now = self._step.now
        row.status = UserTaskStatus.COMPLETED
        row.completed_by_id = person_id
        row.ended_at = now
        row.follow_up_at = None
        self.tasks.pop(row.token, None)
        self.handled_keys.add(trigger_key(TriggerVerb.COMPLETE, row.id))

    def fired(self, row: TimerRow) -> None:
        """This timer went off. A repeating one comes back as a new row."""
        row.status = TimerStatus.FIRED
        row.ended_at = self._step.now
        self.timers.pop(row.token, None)
        self.handled_keys.add(trigger_key(TriggerVerb.TIMER, row.id))

    def handled(self, key: str) -> None:
        """The verb with this key went well: an open incident of it is resolved."""
        self.handled_keys.add(key)

    # -- what is there now -------------------------------------------------------------------

    def write(self) -> None:
        """Make the rows equal to what the execution waits for."""
        self._write_tasks({item.token: item for item in self._step.execution.user_tasks})
        timers = {item.token: item for item in self._step.execution.timers}
        if timers or self._had_timers:
            self._write_timers(timers)
        messages = {item.token: item for item in self._step.execution.messages}
        if messages or self._had_messages:
            self._write_messages(messages)

    def cancel_all(self) -> None:
        """The case stops: nothing waits any more."""
        self._write_tasks({})
        self._write_timers({})
        self._write_messages({})

    def _write_tasks(self, waiting: dict[str, WaitingUserTask]) -> None:
        now = self._step.now
        for token, row in tuple(self.tasks.items()):
            item = waiting.get(token)
            if item is None:
                del self.tasks[token]
                row.status = UserTaskStatus.CANCELLED
                row.ended_at = now
                self._step.record(
                    AuditKind.TASK_CANCELLED, element_id=row.element_id, name=row.name
                )
            else:
                self._update_task(row, item)
        for token, item in waiting.items():
            if token not in self.tasks:
                row = self._new_task(item)
                self.tasks[token] = row
                self._ledger.user_tasks.add(row)

    def _update_task(self, row: UserTaskRow, item: WaitingUserTask) -> None:
        self._set_due(row, item.due)
        row.follow_up_at = item.follow_up.at if item.follow_up else None
        row.priority = item.priority
        organisation = self._step.participation.organisation(row.party)
        if organisation is None:
            party = self._step.route.config.parties[row.party].name
            raise RouteFault(
                row.element_id,
                "rol",
                f"De taak '{row.name}' wacht nog, maar de partij '{party}' doet niet meer mee. "
                "Laat de taak eerst eindigen.",
            )
        if row.organisation_id != organisation.id:
            row.organisation_id = organisation.id
            row.assignee_id = row.claimed_at = None
            self._step.join(row.party)
            self._step.record(
                AuditKind.TASK_REASSIGNED,
                element_id=row.element_id,
                name=row.name,
                organisation=organisation.name,
            )

    def _new_task(self, item: WaitingUserTask) -> UserTaskRow:
        step = self._step
        element = step.route.diagrams.elements[item.element_id]
        role = self._role(element, item)
        organisation = step.participation.organisation(role.party)
        if organisation is None:
            party = step.route.config.parties[role.party].name
            raise RouteFault(
                element.id,
                "rol",
                f"Voor de taak '{element.name}' is nog niet bekend welke organisatie "
                f"de partij '{party}' is.",
            )
        step.join(role.party)
        row = UserTaskRow(
            id=NEW,
            case_id=step.case.id,
            token=item.token,
            element_id=element.id,
            name=_name(element, item),
            form_id=element.form_id or "",
            route_key=step.route.key,
            role=role.id,
            party=role.party,
            organisation_id=organisation.id,
            assignee_id=None,
            claimed_at=None,
            status=UserTaskStatus.OPEN,
            priority=item.priority,
            created_at=step.now,
            due_at=None,
            due_day=None,
            follow_up_at=item.follow_up.at if item.follow_up else None,
        )
        self._set_due(row, item.due)
        if item.assignee:
            row.assignee_id = self._person(item.assignee, role, organisation.id)
            row.claimed_at = step.now if row.assignee_id else None
        return row

    def _set_due(self, row: UserTaskRow, due: Moment | None) -> None:
        at: datetime | None = due.at if due else None
        if at != row.due_at:
            # Another deadline: people will be reminded of this one, whatever they heard before.
            element = self._step.route.diagrams.elements[row.element_id]
            row.due_set_at = self._step.now if at else None
            row.urgent_at = self._step.now if at and is_urgent(element.properties) else None
        row.due_at = at
        row.due_day = due.last_day if due else None

    def _role(self, element: Element, item: WaitingUserTask) -> Role:
        """Who may do it: its candidate group, else the role of its lane."""
        roles = self._step.route.config.roles
        groups = item.candidate_groups
        if len(groups) > 1:
            raise RouteFault(
                element.id, "candidateGroups", "Een taak hoort bij precies één rol, hier bij meer."
            )
        role_id = (groups[0] if groups else self._step.role_of_lane(element)) or ""
        if role_id not in roles:
            raise RouteFault(
                element.id,
                "candidateGroups" if groups else "lane",
                f"De taak '{element.name}' hoort bij geen rol die op deze route bestaat.",
            )
        return roles[role_id]

    def _person(self, username: str, role: Role, organisation_id: int) -> int | None:
        """The person a diagram assigns the task to, if he may do it; else it is the group's."""
        return self._step.session.scalar(
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Person.username == username,
                Person.disabled_at.is_(None),
                Membership.organisation_id == organisation_id,
                Membership.route_key == self._step.route.key,
                Membership.role == role.id,
            )
        )

    def _write_timers(self, waiting: dict[str, WaitingTimer]) -> None:
        step = self._step
        for token, row in self.timers.items():
            item = waiting.get(token)
            if item is None:
                row.status = TimerStatus.CANCELLED
                row.ended_at = step.now
                continue
            row.fires_at, row.last_day = item.fires.at, item.fires.last_day
            if row.status is TimerStatus.FAILED and item.fires.at > step.now:
                # A corrected fact moved it: it will be tried again by itself at its new time.
                row.status = TimerStatus.WAITING
                self.handled(trigger_key(TriggerVerb.TIMER, row.id))
        for token, item in waiting.items():
            if token not in self.timers:
                element = step.route.diagrams.elements[item.element_id]
                self._ledger.timers.add(
                    TimerRow(
                        id=NEW,
                        case_id=step.case.id,
                        token=token,
                        element_id=element.id,
                        name=element.name[:MAX_NAME],
                        status=TimerStatus.WAITING,
                        created_at=step.now,
                        fires_at=item.fires.at,
                        last_day=item.fires.last_day,
                    )
                )

    def _write_messages(self, waiting: dict[str, WaitingMessage]) -> None:
        step = self._step
        known = {token for (token,) in self._read(_TOKENS)} if self._had_messages else set()
        gone = known - waiting.keys()
        if gone:
            self._ledger.connection.execute(
                delete(MessageSubscription).where(
                    MessageSubscription.case_id == step.case.id,
                    MessageSubscription.token.in_(gone),
                )
            )
        for token, item in waiting.items():
            if token not in known:
                self._ledger.subscriptions.add(self._new_subscription(item))

    def _new_subscription(self, item: WaitingMessage) -> SubscriptionRow:
        step = self._step
        element = step.route.diagrams.elements[item.element_id]
        properties = element.properties
        button = properties.get(BUTTON)
        role_id = properties.get(BUTTON_ROLE) or step.role_of_lane(element)
        role = step.route.config.roles.get(role_id or "")
        if button and role and step.participation.organisation(role.party):
            # Who must press a button has to see the case, as with a task.
            step.join(role.party)
        return SubscriptionRow(
            id=NEW,
            case_id=step.case.id,
            token=item.token,
            element_id=element.id,
            message=item.name,
            button=button,
            role=role_id if button else None,
            form_id=properties.get(BUTTON_FORM) if button else None,
        )


def _name(element: Element, item: WaitingUserTask) -> str:
    """The task as people read it; of a repeating one with what makes it different."""
    name = element.name or element.id
    if item.iteration is not None:
        mark = item.item if isinstance(item.item, str) and item.item else str(item.iteration)
        name = f"{name} ({mark})"
    return name[:MAX_NAME]
