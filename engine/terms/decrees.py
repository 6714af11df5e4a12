"""Days that a royal decree equated with a holiday, those of the administrator included.

Algemene termijnenwet, article 3(3). The known decrees are in ``engine.calendar``; a new one is
data: an administrator adds it, and every open term is counted again (``engine.recounting``).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import DECREE_DAYS
from engine.models import DecreeDay

_KNOWN = "decree_days"
_ADDED = select(DecreeDay.day).where(DecreeDay.withdrawn_at.is_(None)).order_by(DecreeDay.day)


def added_days(session: Session) -> tuple[date, ...]:
    """The days that administrators added, read once in a session."""
    known = session.info.get(_KNOWN)
    if known is None:
        known = session.info[_KNOWN] = tuple(session.scalars(_ADDED))
    return known


def decree_days(session: Session) -> frozenset[date]:
    """Every equated day: built in, and added."""
    return DECREE_DAYS.union(added_days(session))


def forget_days(session: Session) -> None:
    """Read the days again: they changed in this session."""
    session.info.pop(_KNOWN, None)
