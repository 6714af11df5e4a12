"""How small things are kept in a task's internal data: JSON, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from engine.spiff.seam import Moment


def stored_moment(moment: Moment | None) -> list[str] | None:
    """A moment as JSON."""
    if moment is None:
        return None
    day = [] if moment.last_day is None else [moment.last_day.isoformat()]
    return [moment.at.isoformat(), *day]


def moment_of(stored: Sequence[str] | None) -> Moment | None:
    """The moment that `stored_moment` wrote."""
    if stored is None:
        return None
    day = date.fromisoformat(stored[1]) if len(stored) > 1 else None
    return Moment(datetime.fromisoformat(stored[0]), day)
