"""A case that has one of everything, and every address of the site filled in with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from werkzeug.routing import Rule

from engine.models import (
    Attachment,
    Case,
    FormRecord,
    Incident,
    IncidentStatus,
    Membership,
    MessageSubscription,
    Organisation,
    OutboxMessage,
    Person,
    RouteOrganisation,
    TermChange,
    TermChangeKind,
    Timer,
    TimerStatus,
    UserTask,
)
from tests.webui.site import Site


def case_with_everything(site: Site) -> dict[str, object]:
    """A case with a record, an attachment, a letter, an incident; the values of all addresses."""
    number = site.case_with_the_municipality()
    with site.database.transaction() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        record = session.scalars(
            select(FormRecord).where(
                FormRecord.case_id == case.id, FormRecord.element_id == "Gesprek"
            )
        ).one()
        sanne = session.scalars(select(Person).where(Person.username == "sanne")).one()
        attachment = Attachment(
            case_id=case.id,
            form_record_id=record.id,
            organisation_id=record.organisation_id,
            field="bewijs",
            filename="bewijs.pdf",
            media_type="application/pdf",
            size=4,
            sha256="0" * 64,
            uploaded_by_id=sanne.id,
            uploaded_at=site.clock.now(),
            content=b"%PDF",
        )
        incident = Incident(
            case_id=case.id,
            status=IncidentStatus.OPEN,
            element_id="Besluiten",
            place="dueDate",
            message="Er ontbreekt een datum.",
            trigger="{}",
            trigger_key="test",
            opened_at=site.clock.now(),
        )
        timer = Timer(
            case_id=case.id,
            token="proef",
            element_id="Termijn",
            name="Termijn van de proef",
            status=TimerStatus.FAILED,
            created_at=site.clock.now(),
            fires_at=site.clock.now(),
        )
        change = TermChange(
            case_id=case.id,
            term="beslissen",
            kind=TermChangeKind.PAUSE,
            ground="aanvullen",
            told_on=date(2026, 5, 15),
            until=date(2026, 5, 20),
            text="Wij vroegen iets.",
            recorded_at=site.clock.now(),
        )
        session.add_all([attachment, incident, timer, change])
        session.flush()
        return {
            "number": number,
            "file": "proefroute.bpmn",
            "task_id": session.scalars(
                select(UserTask.id).where(UserTask.element_id == "Besluiten")
            ).one(),
            "record_id": record.id,
            "attachment_id": attachment.id,
            "incident_id": incident.id,
            "letter_id": session.scalars(select(OutboxMessage.id)).one(),
            "token": session.scalars(select(MessageSubscription.token)).one(),
            "person_id": sanne.id,
            "membership_id": session.scalars(
                select(Membership.id).where(Membership.person_id == sanne.id)
            ).one(),
            "organisation_id": session.scalars(select(Organisation.id)).first(),
            "party_id": session.scalars(select(RouteOrganisation.id)).first(),
            "route_key": "proefroute",
            "timer_id": timer.id,
            "shelf": "mislukt",
            "queue": "mijn",
            "verb": "uitzetten",
            "secret": "geheim",
            "term_id": "beslissen",
            "change_id": change.id,
            "day": "2027-04-26",
        }


def addresses(site: Site, values: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and path of every rule of the URL map."""
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        path = adapter.build(rule.endpoint, _arguments(rule, values))
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"}):
            yield rule.endpoint, method, path


def _arguments(rule: Rule, values: dict[str, object]) -> dict[str, object]:
    return {name: values[name] for name in rule.arguments}
