"""What crosses the seam: what a case waits for, what happened, and what it asks of its world.

All frozen. A *token* names one waiting place of one case and is the same text after save and load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from engine.errors import Refusal
from engine.spiff.elements import Element


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (aware, UTC). ``last_day`` is set when a date was meant: people see that day."""

    at: datetime
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class WaitingUserTask:
    """A user task that waits for a person. ``item`` and ``iteration`` (from 1) when it repeats."""

    token: str
    element_id: str
    due: Moment | None
    follow_up: Moment | None
    priority: int
    assignee: str | None
    candidate_groups: tuple[str, ...]
    item: object = None
    iteration: int | None = None


@dataclass(frozen=True, slots=True)
class WaitingTimer:
    """A timer that is set. ``interval`` (ISO text) and ``remaining`` when it repeats.

    ``remaining`` counts the firings still to come, this one included; None is without end.
    """

    token: str
    element_id: str
    fires: Moment
    interval: str | None = None
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A place where the case waits for a message with that name."""

    token: str
    element_id: str
    name: str


class HappeningKind(StrEnum):
    """What can happen to an element in a verb."""

    ENTERED = "entered"
    COMPLETED = "completed"
    FLOW_TAKEN = "flow_taken"
    CANCELLED = "cancelled"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. For a flow taken both ids are the flow's; ``detail`` of a decision
    is its trace."""

    kind: HappeningKind
    element_id: str
    detail: object = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class SavedExecution:
    """A case at rest: two JSON texts, ordered. ``state`` holds no definition and no data."""

    state: str
    variables: str


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What a decision gave, and how (which rules fired)."""

    value: object
    trace: object = None


class Environment(Protocol):
    """The world of one case during one verb. ``now`` (aware, UTC) never changes in it."""

    @property
    def now(self) -> datetime: ...

    def evaluate(
        self, text: str, variables: Mapping[str, object], now: datetime | None = None
    ) -> object:
        """The FEEL value of ``text``; ``now`` in place of `self.now`. Raises ExpressionFault."""
        ...

    def decide(self, decision_id: str, variables: Mapping[str, object]) -> DecisionOutcome:
        """Evaluate a decision. Raises ExpressionFault or RouteFault."""
        ...

    def perform(self, element: Element, variables: Mapping[str, object]) -> Mapping[str, object]:
        """Do what a send task, service task or message throw says. Raises RouteFault.

        ``variables`` are those that the element sees. What is returned becomes its result.
        """
        ...


class NotWaiting(Refusal):
    """The token does not wait (any more) for what is asked of it."""

    status = 409

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.token = token

    @property
    def text(self) -> str:
        return "Deze stap wacht niet meer. Kijk naar de nieuwe stand van de zaak."


class NotDue(NotWaiting):
    """The timer is set for later (a fact moved it since it was read)."""
