"""Ending a case for a reason that is not in the diagram: withdrawal, death, moving away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.db import Database
from engine.edge import run_step
from engine.errors import CaseEnded, NotAllowed
from engine.models import Case, CaseStatus
from engine.steps import end_case
from engine.triggers import EndTrigger
from tasks.access import Standing, Viewer, standing, visible_case
from tasks.choices import Choice
from tasks.refusals import Invalid
from tasks.taskpage import CaseHead, head_of

__all__ = ["EndPage", "Invalid", "end", "end_page", "endings_of", "may_end"]

MAX_TEXT = 2_000


@dataclass(frozen=True)
class EndPage:
    head: CaseHead
    endings: tuple[Choice, ...]


def endings_of(here: Standing) -> tuple[Choice, ...]:
    """The reasons that the route knows."""
    return tuple(Choice(one.id, one.name) for one in here.route.config.endings.values())


def may_end(case: Case, here: Standing) -> bool:
    """Who takes part as the party that starts this route, as long as the case is open."""
    return (
        case.status is CaseStatus.OPEN
        and bool(here.route.config.endings)
        and here.route.config.start_party in here.parties
    )


def end_page(session: Session, number: str, viewer: Viewer, now: datetime) -> EndPage:
    """The page that asks why. Raises NotFound, CaseEnded, NotAllowed."""
    case = visible_case(session, number, viewer, now)
    here = standing(session, case, viewer, now)
    _require(case, here)
    return EndPage(head_of(case, here.route), endings_of(here))


def end(
    database: Database, number: str, reason_id: str, text: str, viewer: Viewer, now: datetime
) -> None:
    """End the case: tasks, timers and letters stop.

    Raises Invalid ("reden", "toelichting"), NotFound, CaseEnded, NotAllowed, StepFailed.
    """
    with database.reading() as session:
        case = visible_case(session, number, viewer, now)
        here = standing(session, case, viewer, now)
        _require(case, here)
        case_id = case.id
    if reason_id not in {choice.value for choice in endings_of(here)}:
        raise Invalid("reden", "Kies waarom de zaak eindigt.")
    text = " ".join(text.split())
    if not text:
        raise Invalid("toelichting", "Schrijf kort op wat er is gebeurd.")
    if len(text) > MAX_TEXT or not text.isprintable():
        raise Invalid("toelichting", f"Gebruik hoogstens {MAX_TEXT} gewone tekens.")
    actor = viewer.actor(min(here.organisation_ids))
    run_step(
        database,
        lambda session: end_case(session, case_id, reason_id, text, actor, now),
        trigger=EndTrigger(case_id, reason_id, text, actor),
        now=now,
    )


def _require(case: Case, here: Standing) -> None:
    if case.status is not CaseStatus.OPEN:
        raise CaseEnded(case.number)
    if not may_end(case, here):
        raise NotAllowed
