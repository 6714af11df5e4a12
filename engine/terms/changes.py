"""What people did to a term, as values: a pause (Awb 4:15) or an extension (Awb 4:14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.calendar import (
    CalendarDuration,
    NamedEnd,
    Suspension,
    SuspensionGround,
    add_to_date,
    suspension_for_completion,
)
from engine.models import TermChange, TermChangeKind

_ONE_DAY = CalendarDuration(days=1)


class PauseGround(StrEnum):
    """The grounds of Awb 4:15 by a short name, for forms, diagrams and the database."""

    INCOMPLETE = "aanvullen"
    FOREIGN = "buitenland"
    CONSENT = "instemming"
    ATTRIBUTABLE = "aanvrager"
    FORCE_MAJEURE = "overmacht"

    @property
    def in_law(self) -> SuspensionGround:
        """The member of the article, in words."""
        return _IN_LAW[self]

    @property
    def by_request(self) -> bool:
        """Whether the pause begins the day after something was sent (4:15(1)), or has a first day
        of its own (4:15(2))."""
        return self in (PauseGround.INCOMPLETE, PauseGround.FOREIGN)


_IN_LAW: Mapping[PauseGround, SuspensionGround] = {
    PauseGround.INCOMPLETE: SuspensionGround.INCOMPLETE,
    PauseGround.FOREIGN: SuspensionGround.FOREIGN_INFORMATION,
    PauseGround.CONSENT: SuspensionGround.CONSENT,
    PauseGround.ATTRIBUTABLE: SuspensionGround.ATTRIBUTABLE,
    PauseGround.FORCE_MAJEURE: SuspensionGround.FORCE_MAJEURE,
}


@dataclass(frozen=True)
class Pause:
    """Days that do not count. ``told_on``: the request was sent, or the first day without a
    request. ``until``: the last day that was given or is expected. ``ended_on``: the day of
    completion, or from which the term runs again; None as long as it is open.
    """

    ground: PauseGround
    told_on: date
    until: date
    ended_on: date | None = None
    id: int | None = None

    def suspension(self) -> Suspension:
        """The days of the pause. An incomplete application pauses no longer than was given; for
        the other grounds ``until`` is an expectation, and ``ended_on`` may come later.

        Raises `CalendarError` for dates in a wrong order, or past what can be counted.
        """
        if self.ground is PauseGround.INCOMPLETE:
            return suspension_for_completion(self.told_on, self.until, self.ended_on)
        first = add_to_date(self.told_on, _ONE_DAY) if self.ground.by_request else self.told_on
        unended = add_to_date(self.until, _ONE_DAY)
        after = unended if self.ended_on is None else max(first, self.ended_on)
        return Suspension(first, after, self.ground.in_law)


@dataclass(frozen=True)
class Extension:
    """More time, told on ``told_on``: by a ``duration``, or with a new last day ``until``."""

    told_on: date
    until: date | None = None
    duration: str | None = None
    id: int | None = None

    def named_end(self) -> NamedEnd | None:
        """The last day that was named; None for an extension by a duration."""
        return None if self.until is None else NamedEnd(self.told_on, self.until)


Change = Pause | Extension


def change_of(row: TermChange) -> Change:
    """The pause or extension that a row holds."""
    if row.kind is TermChangeKind.EXTENSION:
        return Extension(row.told_on, row.until, row.duration, row.id)
    until = row.until or row.told_on
    return Pause(PauseGround(row.ground or ""), row.told_on, until, row.ended_on, row.id)
