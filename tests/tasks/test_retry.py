"""Trying again what a fault stopped: nobody gets round a rule by it, and nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from engine import definitions
from engine.actors import Actor
from engine.errors import NotFound, Refusal
from engine.models import (
    Attachment,
    FormRecord,
    Incident,
    Organisation,
    RouteOrganisation,
    TaskDraft,
    UserTask,
    UserTaskStatus,
)
from engine.refusals import StepFailed
from engine.routes import read_folder
from tasks import casepage, claims, completion, incidents
from tasks.refusals import TaskAlreadyClaimed, TaskMovedOn
from tasks.submission import Upload
from tests.tasks.office import KEY, PDF, PLAN, ROUTE, Office, sent

# No time as long as one municipality takes part: the administration can mend that.
DUE = '=if count(organisaties.gemeente) &gt; 1 then date("2026-06-01") else null'


@pytest.fixture
def broken(office: Office) -> Office:
    """An office whose route stops at the check, until a second municipality takes part."""
    files = read_folder(ROUTE)
    form = b'<zeebe:formDefinition formId="toets" />'
    files["werk.bpmn"] = files["werk.bpmn"].replace(
        form, form + f"<zeebe:taskSchedule dueDate='{DUE}' />".encode()
    )
    with office.database.transaction() as session:
        definitions.deploy(session, files, office.clock.now(), Actor.system())
        stad = select(Organisation.id).where(Organisation.slug == "stad").scalar_subquery()
        session.execute(delete(RouteOrganisation).where(RouteOrganisation.organisation_id == stad))
    return office


def mend(office: Office) -> None:
    with office.database.transaction() as session:
        stad = session.scalars(select(Organisation.id).where(Organisation.slug == "stad")).one()
        session.add(RouteOrganisation(route_key=KEY, party="gemeente", organisation_id=stad))


def fails(office: Office, **uploads: list[Upload]) -> tuple[str, int]:
    """A case whose first task was filled in well by Sanne, and stopped by a fault of the route."""
    number = office.start()
    outcome = office.submit(office.task(number, "Voorstel"), "sanne", sent(PLAN, uploads=uploads))
    assert isinstance(outcome, completion.Refused), outcome
    assert isinstance(outcome.refusal, StepFailed)
    return number, outcome.refusal.incident_id


def retry(office: Office, incident_id: int, who: str) -> str:
    return incidents.retry(office.database, incident_id, office.viewer(who), office.clock.now())


def test_a_colleague_tries_again_and_the_answers_stay_those_of_who_gave_them(
    broken: Office,
) -> None:
    number, incident_id = fails(broken)
    with pytest.raises(StepFailed):
        retry(broken, incident_id, "mila")
    mend(broken)
    assert retry(broken, incident_id, "mila") == number
    with broken.database.reading() as session:
        record = session.scalars(
            select(FormRecord).where(FormRecord.element_id == "Voorstel")
        ).one()
        assert record.person_id == broken.viewer("sanne").person_id


def test_four_eyes_sees_who_filled_in_and_not_who_tried_again(broken: Office) -> None:
    number = broken.start("bram")
    outcome = broken.submit(broken.task(number, "Voorstel"), "bram", sent(PLAN))
    assert isinstance(outcome, completion.Refused)
    assert isinstance(outcome.refusal, StepFailed)
    mend(broken)
    retry(broken, outcome.refusal.incident_id, "mila")
    check = broken.submit(broken.task(number, "Toets"), "bram", sent({"akkoord": "ja"}))
    assert isinstance(check, completion.Refused)
    assert check.refusal.status == 403
    broken.complete(number, "Toets", "mila", akkoord="ja")


def test_files_follow_the_form_and_drafts_go_when_a_step_is_tried_again(broken: Office) -> None:
    number, incident_id = fails(broken, bewijs=[Upload("a.pdf", PDF)])
    mend(broken)
    retry(broken, incident_id, "mila")
    with broken.database.reading() as session:
        page = casepage.case_page(session, number, broken.viewer("sanne"), broken.clock.now())
        assert [file.name for file in page.attachments] == ["a.pdf"]
        assert session.scalars(select(Attachment.field)).all() == ["v.bewijs"]
        assert session.scalars(select(TaskDraft)).all() == []


def test_a_task_that_a_colleague_has_meanwhile_is_not_taken_away(broken: Office) -> None:
    number, incident_id = fails(broken)
    task_id = broken.task(number, "Voorstel")
    with broken.database.transaction() as session:
        claims.claim(session, task_id, broken.viewer("bram"), broken.clock.now())
    mend(broken)
    with pytest.raises(TaskAlreadyClaimed):
        retry(broken, incident_id, "mila")
    assert broken.task(number, "Voorstel") == task_id
    broken.complete(number, "Voorstel", "bram", **PLAN)
    with broken.database.reading() as session:
        assert session.get_one(Incident, incident_id).resolved_at is not None


def test_a_task_of_another_organisation_by_now_is_not_done_with_the_former_ones_answers(
    broken: Office,
) -> None:
    number, incident_id = fails(broken)
    mend(broken)
    task_id = broken.task(number, "Voorstel")
    with broken.database.transaction() as session:
        other = session.scalars(select(Organisation.id).where(Organisation.slug == "stad")).one()
        session.execute(
            update(UserTask).where(UserTask.id == task_id).values(organisation_id=other)
        )
    with pytest.raises(TaskMovedOn):
        retry(broken, incident_id, "mila")
    with broken.database.reading() as session:
        assert session.get_one(UserTask, task_id).status is UserTaskStatus.OPEN


@pytest.mark.parametrize("who", ["piet", "joost", "fatima"])
def test_who_takes_no_part_tries_nothing_again(broken: Office, who: str) -> None:
    _, incident_id = fails(broken)
    mend(broken)
    with pytest.raises(NotFound):
        retry(broken, incident_id, who)


def test_an_administrator_tries_again_and_sees_only_the_number(broken: Office) -> None:
    number, incident_id = fails(broken)
    mend(broken)
    assert retry(broken, incident_id, "admin") == number
    with broken.database.reading() as session, pytest.raises(Refusal):
        casepage.case_page(session, number, broken.viewer("admin"), broken.clock.now())
