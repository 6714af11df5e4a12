"""Claiming while a step of the same case runs (PostgreSQL, threads)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engine import definitions
from engine.actors import Actor
from engine.clock import TurnedClock
from engine.errors import Refusal
from engine.models import Case, UserTask
from engine.routes import read_folder
from engine.steps import correct_fact, taken_up
from engine.steps.step import Step
from tasks import starting
from tasks.refusals import NotACandidate, TaskGone
from tasks.starting import Started
from tests.conftest import DatabaseWith
from tests.tasks.office import KEY, ROUTE, START, Office, furnish, sent
from tests.waiting import somebody_waits_for_a_lock, until

FACTS = b'value="sleutel, toestemming"'


@pytest.fixture
def office(postgres_with: DatabaseWith, clock: TurnedClock) -> Office:
    """An office on PostgreSQL, in which the municipality of a case can be corrected."""
    opened = Office(postgres_with(furnish), clock)
    files = read_folder(ROUTE)
    assert FACTS in files["werk.bpmn"]
    files["werk.bpmn"] = files["werk.bpmn"].replace(
        FACTS, b'value="sleutel, toestemming, gemeente"'
    )
    with opened.database.transaction() as session:
        definitions.deploy(session, files, clock.now(), Actor.system())
    return opened


class Other(threading.Thread):
    """What somebody else does at the same time; ``refusal`` is what it got."""

    def __init__(self, deed: Callable[[], object]) -> None:
        super().__init__()
        self.deed = deed
        self.refusal: Refusal | None = None
        self.start()

    def run(self) -> None:
        try:
            self.deed()
        except Refusal as refusal:
            self.refusal = refusal


def wait_until_somebody_waits_or_is_done(office: Office, other: Other) -> None:
    until(lambda: somebody_waits_for_a_lock(office.database) or not other.is_alive())


def test_a_start_form_that_is_sent_twice_at_once_starts_one_case(office: Office) -> None:
    form = sent(START, _verzending="een-bladzijde")
    numbers: list[str] = []

    def start(who: str = "sanne") -> None:
        now = office.clock.now()
        outcome = starting.start(office.database, KEY, None, form, office.viewer(who), now)
        assert isinstance(outcome, Started)
        numbers.append(outcome.case_number)

    with office.database.transaction() as session:
        # Both wait behind this, and then go on together.
        session.execute(text("LOCK TABLE sent_starts"))
        others = [Other(start), Other(start)]
        wait_until_somebody_waits_or_is_done(office, others[0])
        wait_until_somebody_waits_or_is_done(office, others[1])
    for other in others:
        other.join()
    start("bram")  # what somebody else sends is something else
    assert numbers[0] == numbers[1] != numbers[2]
    with office.database.reading() as session:
        assert session.scalar(select(func.count(Case.id))) == 2


def row(office: Office, task_id: int) -> UserTask:
    with office.database.reading() as session:
        return session.get_one(UserTask, task_id)


def test_who_claims_a_task_while_it_is_completed_is_told_that_it_is_gone(office: Office) -> None:
    task_id = office.task(office.start(), "Voorstel")
    sanne, now = office.viewer("sanne"), office.clock.now()
    with office.database.transaction() as session, taken_up(session, task_id, now) as taken:
        other = Other(lambda: office.claim(task_id, "bram"))
        wait_until_somebody_waits_or_is_done(office, other)
        taken.complete({"plan": "Rustig"}, sanne.actor(taken.task.organisation_id))
    other.join()
    done = row(office, task_id)
    assert done.completed_by_id == sanne.person_id
    assert isinstance(other.refusal, TaskGone)
    assert done.assignee_id is None


def to_another_municipality(office: Office, session: Session, number: str) -> None:
    case_id = session.scalars(select(Case.id).where(Case.number == number)).one()
    actor = office.viewer("sanne").actor(None)
    correct_fact(session, case_id, {"gemeente": "stad"}, "verhuisd", actor, office.clock.now())


def test_a_task_that_went_to_another_organisation_is_not_claimed_by_the_former(
    office: Office,
) -> None:
    number = office.assessed()
    task_id = office.task(number, "Beoordeling")
    with office.database.transaction() as session:
        to_another_municipality(office, session, number)
        other = Other(lambda: office.claim(task_id, "fatima"))
        wait_until_somebody_waits_or_is_done(office, other)
    other.join()
    moved = row(office, task_id)
    assert moved.organisation_id in office.viewer("joost").organisations
    assert moved.assignee_id is None
    assert isinstance(other.refusal, NotACandidate)


def test_a_claim_just_before_a_task_goes_to_another_organisation_does_not_go_along(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = office.assessed()
    task_id = office.task(number, "Beoordeling")
    others: list[Other] = []
    appoint = Step.appoint

    def claimed_meanwhile(step: Step, *what: str) -> None:
        assert step.waits.tasks  # the step has read its rows by now
        if not others:
            others.append(Other(lambda: office.claim(task_id, "fatima")))
            wait_until_somebody_waits_or_is_done(office, others[0])
        appoint(step, *what)

    monkeypatch.setattr(Step, "appoint", claimed_meanwhile)
    with office.database.transaction() as session:
        to_another_municipality(office, session, number)
    others[0].join()
    moved = row(office, task_id)
    assert moved.organisation_id in office.viewer("joost").organisations
    assert moved.assignee_id is None
