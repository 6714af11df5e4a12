"""A form that cannot be worked out is a fault of the route: an Incident, nothing typed is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from engine import definitions
from engine.actors import Actor
from engine.models import (
    Incident,
    IncidentStatus,
    Organisation,
    RouteOrganisation,
)
from engine.refusals import StepFailed
from engine.routes import read_folder
from tasks import casepage, completion, incidents
from tasks.completion import Refused
from tests.forms.helpers import questions
from tests.tasks.office import KEY, PLAN, ROUTE, Office, sent

# Costs too much (memory, which is soon used up) as long as one municipality takes part: the
# administration can mend that.
HEAVY = (
    "=if count(organisaties.gemeente) > 1 then false "
    "else count(for i in 1..100000000 return count(partial)) > 0"
)


@pytest.fixture
def broken(office: Office) -> Office:
    files = read_folder(ROUTE)
    files["voorstel.form"] = files["voorstel.form"].replace(
        b'"=toestemming"', f'"{HEAVY}"'.encode()
    )
    label = b'"Dag van de sleutel"'
    files["voorstel.form"] = files["voorstel.form"].replace(
        label, f'"Dag {{{{{HEAVY[1:]}}}}}"'.encode()
    )
    with office.database.transaction() as session:
        definitions.deploy(session, files, office.clock.now(), Actor.system())
        session.execute(delete(RouteOrganisation).where(RouteOrganisation.organisation_id == _stad))
    return office


_stad = select(Organisation.id).where(Organisation.slug == "stad").scalar_subquery()


def mend(office: Office) -> None:
    with office.database.transaction() as session:
        stad = session.scalars(select(Organisation.id).where(Organisation.slug == "stad")).one()
        session.add(RouteOrganisation(route_key=KEY, party="gemeente", organisation_id=stad))


def found(office: Office) -> list[Incident]:
    with office.database.reading() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def failed(office: Office, number: str, button: str = "afronden") -> StepFailed:
    outcome = office.submit(office.task(number, "Voorstel"), "sanne", sent(PLAN, button=button))
    assert isinstance(outcome, Refused), outcome
    assert isinstance(outcome.refusal, StepFailed)
    return outcome.refusal


@pytest.mark.parametrize("button", ["afronden", "bewaren", "bijwerken"])
def test_it_opens_an_incident_that_says_where(broken: Office, button: str) -> None:
    number = broken.start()
    refusal = failed(broken, number, button)
    (incident,) = found(broken)
    assert (incident.id, incident.element_id) == (refusal.incident_id, "Voorstel")
    assert "voorstel" in incident.place.lower()
    assert "kost te veel" in incident.message
    with broken.database.reading() as session:
        page = casepage.case_page(session, number, broken.viewer("bram"), broken.clock.now())
    assert [item.id for item in page.incidents] == [incident.id]


def test_opening_the_task_tells_it_too_and_counts_as_another_attempt(broken: Office) -> None:
    number = broken.start()
    task_id = broken.task(number, "Voorstel")
    for _ in range(2):
        with pytest.raises(StepFailed):
            completion.look(broken.database, task_id, broken.viewer("sanne"), broken.clock.now())
    (incident,) = found(broken)
    assert incident.attempts == 2


def test_a_retry_that_fails_again_is_another_attempt(broken: Office) -> None:
    refusal = failed(broken, broken.start())
    with pytest.raises(StepFailed):
        incidents.retry(
            broken.database, refusal.incident_id, broken.viewer("bram"), broken.clock.now()
        )
    (incident,) = found(broken)
    assert (incident.attempts, incident.status) == (2, IncidentStatus.OPEN)


def test_after_the_mend_a_retry_resolves_it_and_the_draft_is_there(broken: Office) -> None:
    number = broken.start()
    refusal = failed(broken, number)
    mend(broken)
    incidents.retry(broken.database, refusal.incident_id, broken.viewer("bram"), broken.clock.now())
    assert found(broken)[0].status is IncidentStatus.RESOLVED
    task_id = broken.task(number, "Voorstel")
    page = completion.look(broken.database, task_id, broken.viewer("sanne"), broken.clock.now())
    assert page.form is not None
    assert questions(page.form)["v.plan"].value == "Rustig wonen"


def test_completing_the_task_after_the_mend_resolves_it_by_itself(broken: Office) -> None:
    number = broken.start()
    failed(broken, number)
    mend(broken)
    broken.complete(number, "Voorstel", "bram", **PLAN)
    assert found(broken)[0].status is IncidentStatus.RESOLVED


def test_the_case_page_stands_though_a_completed_form_cannot_be_worked_out(broken: Office) -> None:
    mend(broken)
    number = broken.proposed()
    with broken.database.transaction() as session:
        session.execute(delete(RouteOrganisation).where(RouteOrganisation.organisation_id == _stad))
    with broken.database.reading() as session:
        page = casepage.case_page(session, number, broken.viewer("sanne"), broken.clock.now())
    assert page.head.number == number
