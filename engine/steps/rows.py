"""The rows of one case within one step: plain objects, read and written by Core statements.

Not by the unit of work of the ORM: for a step of ten statements that takes three times as long as
the statements themselves (``make bench``). The tables stay those of ``engine.models``; an object
that the session happens to have of the same row is expired when the row is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, Connection, Table, bindparam, insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.util import identity_key

from engine.models import (
    Base,
    Case,
    CaseParty,
    CaseState,
    CaseStatus,
    MessageSubscription,
    Timer,
    TimerStatus,
    UserTask,
    UserTaskStatus,
)
from engine.prepared import Prepared, connection_of


@dataclass
class CaseRow:
    """A case; see ``engine.models.Case``."""

    id: int
    number: str
    definition_id: int
    process_id: str
    parent_id: int | None
    status: CaseStatus
    client_name: str
    client_name_folded: str
    client_email: str
    client_mail_allowed: bool
    client_mail_stopped: bool
    started_at: datetime
    started_by_id: int | None
    ended_at: datetime | None
    outcome_id: str | None
    outcome: str | None


@dataclass
class StateRow:
    """What the engine needs to go on with a case; see ``engine.models.CaseState``."""

    case_id: int
    execution: str
    variables: str
    revision: int


@dataclass
class PartyRow:
    """An organisation that is a party of the case; see ``engine.models.CaseParty``."""

    id: int
    case_id: int
    party: str
    organisation_id: int
    since: datetime | None
    until: datetime | None


@dataclass
class UserTaskRow:
    """A user task; see ``engine.models.UserTask``."""

    id: int
    case_id: int
    token: str
    element_id: str
    name: str
    form_id: str
    route_key: str
    role: str
    party: str
    organisation_id: int | None
    assignee_id: int | None
    claimed_at: datetime | None
    status: UserTaskStatus
    priority: int
    created_at: datetime
    due_at: datetime | None
    due_day: date | None
    follow_up_at: datetime | None
    due_set_at: datetime | None = None
    urgent_at: datetime | None = None
    ended_at: datetime | None = None
    completed_by_id: int | None = None


@dataclass
class TimerRow:
    """A timer; see ``engine.models.Timer``."""

    id: int
    case_id: int
    token: str
    element_id: str
    name: str
    status: TimerStatus
    created_at: datetime
    fires_at: datetime
    last_day: date | None
    ended_at: datetime | None = None


@dataclass
class SubscriptionRow:
    """A message that the case waits for; see ``engine.models.MessageSubscription``."""

    id: int
    case_id: int
    token: str
    element_id: str
    message: str
    button: str | None
    role: str | None
    form_id: str | None


R = TypeVar("R")
NEW = 0
"""The id of a row that is not in the database yet."""


class Kept(Generic[R]):
    """A table whose rows are held as objects of ``kind``: its fields are named as the columns.

    A row is only written as long as its ``guard`` column has the value that was read.
    """

    def __init__(
        self, model: type[Base], kind: type[R], *, key: str = "id", guard: str | None = None
    ) -> None:
        self.model = model
        self.kind = kind
        self.key = key
        self._fixed = (key,) if guard is None else (key, guard)
        self.table: Table = model.metadata.tables[model.__tablename__]
        names = [item.name for item in fields(kind)]  # type: ignore[arg-type]  # a dataclass
        self.columns: tuple[Column[Any], ...] = tuple(self.table.c[name] for name in names)
        self._insert = Prepared(insert(self.table), key=self.table.c.get("id"))
        self._updates: dict[tuple[str, ...], Prepared] = {}

    def insert(self, connection: Connection, row: R) -> None:
        """Write a new row; the database numbers it."""
        if self.key == "id":
            vars(row)["id"] = self._insert.insert(connection, vars(row))
        else:
            self._insert.change(connection, vars(row))

    def update(
        self, connection: Connection, before: Mapping[str, object], changed: Mapping[str, object]
    ) -> None:
        """Write what ``changed`` in a row that was ``before``. Raises StaleDataError."""
        names = tuple(changed)
        statement = self._updates.get(names)
        if statement is None:
            same = (self.table.c[name] == bindparam(f"{name}_was") for name in self._fixed)
            statement = Prepared(update(self.table).where(*same), names)
            self._updates[names] = statement
        was = {f"{name}_was": before[name] for name in self._fixed}
        if statement.change(connection, {**changed, **was}) != 1:
            raise StaleDataError(
                f"{self.table.name}: changed by somebody who did not lock the case"
            )


CASES = Kept(Case, CaseRow)
# What no lock caught shows in the revision, which grows with every step.
STATES = Kept(CaseState, StateRow, key="case_id", guard="revision")
PARTIES = Kept(CaseParty, PartyRow)
USER_TASKS = Kept(UserTask, UserTaskRow)
TIMERS = Kept(Timer, TimerRow)
SUBSCRIPTIONS = Kept(MessageSubscription, SubscriptionRow)


class Rows(Generic[R]):
    """The rows of one table that a step has read or made; ``write`` writes what differs."""

    def __init__(self, kept: Kept[R]) -> None:
        self._kept = kept
        self._read: list[tuple[R, dict[str, object]]] = []
        self._new: list[R] = []

    def take(self, values: Sequence[object]) -> R:
        """The object of a row that was read just now, in the order of the columns."""
        row = self._kept.kind(*values)
        self._read.append((row, dict(vars(row))))
        return row

    def add(self, row: R) -> None:
        """A new row; it gets its id when it is written."""
        self._new.append(row)

    def write(self, session: Session, connection: Connection) -> None:
        """Update what differs from what was read, insert what is new."""
        kept = self._kept
        for row, before in self._read:
            now = vars(row)
            if now != before:
                changed = {name: value for name, value in now.items() if value != before[name]}
                kept.update(connection, before, changed)
                _expire(session, kept.model, before[kept.key])
                before.update(changed)
        for row in self._new:
            kept.insert(connection, row)
            self._read.append((row, dict(vars(row))))
        self._new.clear()


AnyCase = Case | CaseRow
AnyUserTask = UserTask | UserTaskRow
"""A case or user task to be read: as an object of the session, or as a row within a step."""


class Ledger:
    """All rows of one case in one step, and the connection on which they are read and written."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.connection = connection_of(session)
        self.cases = Rows(CASES)
        self.states = Rows(STATES)
        self.parties = Rows(PARTIES)
        self.user_tasks = Rows(USER_TASKS)
        self.timers = Rows(TIMERS)
        self.subscriptions = Rows(SUBSCRIPTIONS)

    def write(self) -> None:
        """Write every row that differs from what was read."""
        for rows in (
            self.cases,
            self.states,
            self.parties,
            self.user_tasks,
            self.timers,
            self.subscriptions,
        ):
            rows.write(self.session, self.connection)


def _expire(session: Session, model: type[Base], key: object) -> None:
    if session.identity_map:
        known = session.identity_map.get(identity_key(model, key))
        if known is not None:
            session.expire(known)
