"""Work: the transaction of one verb. Usually it steps on one case; one that starts or messages
another makes more steps, all in the same transaction.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import RouteFault
from engine.spiff import Happening
from engine.steps.rows import CaseRow

if TYPE_CHECKING:
    from engine.steps.step import Step

MAX_CASES_IN_ONE_WORK = 50


@dataclass(frozen=True)
class StepDone:
    """What a verb did. ``linked`` are the steps of other cases that it caused."""

    case: CaseRow
    happenings: tuple[Happening, ...] = ()
    form_record_id: int | None = None
    linked: tuple[StepDone, ...] = ()


@dataclass(frozen=True)
class LinkedDeed:
    """What is to be done to another case after this one is saved; ``element_id`` is why.

    ``act`` gets a step of that case, locked and open.
    """

    case_id: int
    element_id: str
    act: Callable[[Step], StepDone]


@dataclass
class Work:
    """One verb's transaction. ``others`` collects what happened to other cases.

    Within ``with work:`` what the session holds (letters) is written when a step has finished, in
    one statement, in place of one before every query. The rows of the case are the ledger's.
    """

    session: Session
    actor: Actor
    now: datetime
    pending: deque[LinkedDeed] = field(default_factory=deque)
    others: list[StepDone] = field(default_factory=list)
    cases: int = 0
    _autoflush: bool = True

    def __enter__(self) -> Work:
        self.session.flush()
        self._autoflush, self.session.autoflush = self.session.autoflush, False
        return self

    def __exit__(self, *_raised: object) -> None:
        self.session.autoflush = self._autoflush

    def count(self, element_id: str) -> None:
        """A case joins this work; a fault when cases start or call each other without end."""
        self.cases += 1
        if self.cases > MAX_CASES_IN_ONE_WORK:
            raise RouteFault(
                element_id, "taskDefinition", "Zaken starten of melden elkaar zonder einde."
            )
