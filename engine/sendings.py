"""A start form that is sent twice starts one case.

A browser that got no answer sends the same page again, and so does a double click. Each page of a
start form therefore carries a key of its own; who sends it with a key that was used is told which
case it started. With other answers nothing is done: they may be of another client.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.models import Case, SentStart
from engine.refusals import StartedWithOtherAnswers
from engine.triggers import StartTrigger
from engine.upsert import make_if_absent
from engine.values import dump_values


def started_before(session: Session, trigger: StartTrigger) -> Case | None:
    """The case that the same page started before; None when it is new, and now taken up.

    Waits for a transaction that is starting it. Raises StartedWithOtherAnswers.
    """
    key = _key(trigger)
    if key is None:
        return None
    answers = sha256(dump_values(trigger.values).encode()).hexdigest()
    if make_if_absent(session, SentStart, **key, answers=answers):
        return None
    sent = session.get_one(SentStart, key)
    case = session.get_one(Case, sent.case_id)
    if sent.answers != answers:
        raise StartedWithOtherAnswers(case.number)
    return case


def started(session: Session, trigger: StartTrigger, case_id: int) -> None:
    """Write down, in the transaction of ``started_before``, which case the page started."""
    key = _key(trigger)
    if key is not None:
        session.execute(update(SentStart).filter_by(**key).values(case_id=case_id))


def _key(trigger: StartTrigger) -> dict[str, object] | None:
    if not trigger.sending or trigger.actor.person_id is None:
        return None
    return {"person_id": trigger.actor.person_id, "sending": trigger.sending}
