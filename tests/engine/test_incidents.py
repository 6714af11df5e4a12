"""A fault of the route loses nothing and does nothing half; it can be tried again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from html import escape

import pytest
from sqlalchemy import delete, func, select

from engine.incidents import open_incidents
from engine.models import (
    AuditEvent,
    Case,
    CaseStatus,
    FormRecord,
    Incident,
    IncidentStatus,
    OutboxMessage,
    RouteOrganisation,
    Timer,
    TimerStatus,
    UserTask,
)
from engine.refusals import StepFailed, TaskGone
from engine.timers import fire_due
from engine.triggers import CompleteTrigger, dump_trigger, load_trigger
from tests.engine import sample
from tests.engine.world import INTAKE, World, retry

BAD_INTAKE = {**INTAKE, "gemeente": "nergens"}


def incidents(world: World) -> list[Incident]:
    return [row for row in world.all(Incident) if isinstance(row, Incident)]


def test_a_fault_rolls_everything_back_and_opens_an_incident(world: World) -> None:
    case = world.start()
    before = world.state(case).revision
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **BAD_INTAKE)
    (incident,) = incidents(world)
    assert failed.value.incident_id == incident.id
    assert case.number in failed.value.text
    assert (incident.case_id, incident.status) == (case.id, IncidentStatus.OPEN)
    assert world.state(case).revision == before
    assert list(world.tasks(case)) == ["Intake"]
    assert len(world.all(FormRecord, FormRecord.case_id == case.id)) == 1  # the start form's
    assert not world.all(OutboxMessage, OutboxMessage.case_id == case.id)
    assert world.kinds(case).count("incident_opened") == 1


def test_the_same_fault_again_is_another_attempt(world: World) -> None:
    case = world.start()
    for _ in range(3):
        with pytest.raises(StepFailed):
            world.complete(case, "Intake", **BAD_INTAKE)
    (incident,) = incidents(world)
    assert incident.attempts == 3
    assert world.kinds(case).count("incident_opened") == 1


def test_completing_the_task_well_resolves_its_incident(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed):
        world.complete(case, "Intake", **BAD_INTAKE)
    world.complete(case, "Intake", **INTAKE)
    (incident,) = incidents(world)
    assert incident.status is IncidentStatus.RESOLVED
    assert incident.resolved_by_id == world.actors["sanne"].person_id


def test_a_retry_completes_the_task_with_what_was_filled_in_then(world: World) -> None:
    case = world.start()
    dorp = world.actors["fatima"].organisation_id
    with world.database.transaction() as session:
        session.execute(delete(RouteOrganisation).where(RouteOrganisation.organisation_id == dorp))
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **INTAKE)
    with pytest.raises(StepFailed) as again:
        retry(world.database, failed.value.incident_id, world.actors["piet"], world.now)
    assert again.value.incident_id == failed.value.incident_id
    assert incidents(world)[0].attempts == 2
    with world.database.transaction() as session:
        session.add(RouteOrganisation(route_key="proef", party="gemeente", organisation_id=dorp))
    done = retry(world.database, failed.value.incident_id, world.actors["piet"], world.now)
    assert done is not None
    assert list(world.tasks(case)) == ["Beoordelen"]
    (row,) = world.all(UserTask, UserTask.element_id == "Intake")
    assert isinstance(row, UserTask)
    assert row.completed_by_id == world.actors["sanne"].person_id  # not who tried again
    (incident,) = incidents(world)
    assert incident.status is IncidentStatus.RESOLVED
    assert incident.resolved_by_id == world.actors["piet"].person_id
    assert world.kinds(case).count("incident_resolved") == 1


def test_a_retry_of_what_is_resolved_does_nothing(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **BAD_INTAKE)
    world.complete(case, "Intake", **INTAKE)
    assert retry(world.database, failed.value.incident_id, world.actors["piet"], world.now) is None
    assert world.kinds(case).count("task_completed") == 1


def test_a_case_that_cannot_start_stands_open_and_starts_at_a_retry(world: World) -> None:
    toml = sample.TOML.replace('variabele = "zorgaanbieder"', 'variabele = "clientNaam"')
    definition = world.deploy({**sample.files(), "route.toml": toml.encode()})
    with pytest.raises(StepFailed) as failed:
        world.start()
    with world.looking() as session:
        case = session.get_one(Case, failed.value.case_id)
        found = session.scalars(open_incidents(case.id)).all()
    assert (case.status, case.client_name, case.definition_id) == (
        CaseStatus.OPEN,
        "Zoë Bakker",
        definition.id,
    )
    assert case.number == failed.value.case_number
    assert len(found) == 1
    assert list(world.parties(case)) == ["de-brug"]
    assert not world.tasks(case)
    # What was wrong is mended: the client's name happens to be an organisation now.
    from engine.models import Organisation

    with world.database.transaction() as session:
        row = Organisation(slug="Zoë Bakker", name="Zoë", email="")
        session.add(row)
        session.flush()
        session.add(RouteOrganisation(route_key="proef", party="zorg", organisation_id=row.id))
    done = retry(world.database, found[0].id, world.actors["sanne"], world.now)
    assert done is not None
    assert done.case.id == case.id
    assert list(world.tasks(case)) == ["Intake"]
    assert incidents(world)[0].status is IncidentStatus.RESOLVED
    with world.looking() as session:
        assert session.scalar(select(func.count(Case.id))) == 1


def test_a_failed_timer_stops_and_does_not_stop_the_others(world: World) -> None:
    files = sample.files()
    files["letters/herinnering.md"] = sample.REMINDER.replace(
        "wacht op", "van {{opmerking}} wacht op"
    ).encode()
    world.deploy(files)
    bad = world.assessed(sleutelDatum=world.now.date())
    world.deploy()
    good = world.assessed(sleutelDatum=world.now.date())
    world.now += timedelta(days=10)
    round_ = fire_due(world.database, world.now)
    assert (round_.fired, round_.failed) == (1, 1)
    (failed,) = world.all(Timer, Timer.case_id == bad.id)
    (fired,) = world.all(Timer, Timer.case_id == good.id)
    assert isinstance(failed, Timer)
    assert isinstance(fired, Timer)
    assert (failed.status, fired.status) == (TimerStatus.FAILED, TimerStatus.FIRED)
    again = fire_due(world.database, world.now)
    assert (again.fired, again.failed) == (0, 0)
    (incident,) = incidents(world)
    assert (incident.case_id, incident.element_id) == (bad.id, "Herinnerd")
    # Completing the task cancels the timer, and with it the incident.
    world.complete(bad, "Beoordelen", "fatima", akkoord=True)
    assert incidents(world)[0].status is IncidentStatus.RESOLVED


def test_a_failed_timer_that_a_corrected_fact_moves_waits_again(world: World) -> None:
    files = sample.files()
    files["letters/herinnering.md"] = sample.REMINDER.replace(
        "wacht op", "van {{opmerking}} wacht op"
    ).encode()
    world.deploy(files)
    case = world.assessed(sleutelDatum=world.now.date())
    world.now += timedelta(days=10)
    assert fire_due(world.database, world.now).failed == 1
    world.correct(case, sleutelDatum=world.now.date())
    (timer,) = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(timer, Timer)
    assert timer.status is TimerStatus.WAITING
    assert incidents(world)[0].status is IncidentStatus.RESOLVED


def test_an_error_that_nobody_foresaw_fails_the_timer_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.assessed(sleutelDatum=world.now.date())
    world.now += timedelta(days=10)

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.steps.fire_timer", broken)
    assert fire_due(world.database, world.now).failed == 1
    (incident,) = incidents(world)
    assert (incident.case_id, incident.element_id) == (case.id, "Herinnering")


def test_ending_a_case_resolves_its_incidents(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed):
        world.complete(case, "Intake", **BAD_INTAKE)
    world.end(case, "intrekking")
    assert incidents(world)[0].status is IncidentStatus.RESOLVED


def test_a_refusal_opens_no_incident(world: World) -> None:
    case = world.start()
    task = world.task(case, "Intake")
    world.complete(case, "Intake", **INTAKE)
    with pytest.raises(TaskGone):
        world.run(CompleteTrigger(task.id, {}, world.actors["sanne"]))
    assert incidents(world) == []


def test_a_trigger_keeps_every_value(world: World) -> None:
    from engine.values import feel_values

    trigger = CompleteTrigger(7, feel_values({**INTAKE, "getal": 1.5}), world.actors["sanne"])
    assert load_trigger(dump_trigger(trigger)) == trigger


def test_an_incident_holds_no_personal_data_in_its_message(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed):
        world.complete(case, "Intake", **BAD_INTAKE)
    (incident,) = incidents(world)
    assert "Bakker" not in incident.message
    events = world.all(AuditEvent, AuditEvent.case_id == case.id)
    assert all("Bakker" not in row.data for row in events if isinstance(row, AuditEvent))


def test_a_due_date_that_needs_an_unknown_date_is_a_fault_that_names_the_task(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": None})
    assert failed.value.element_id in ("Beoordelen", "Bevestiging")
    assert list(world.tasks(case)) == ["Intake"]


def test_a_correction_that_the_route_cannot_bear_changes_nothing(world: World) -> None:
    files = sample.files()
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(escape(sample.DUE).encode(), b"=sleutelDatum")
    world.deploy(files)
    case = world.assessed()
    with pytest.raises(StepFailed):
        world.correct(case, sleutelDatum="geen datum")
    (incident,) = incidents(world)
    assert incident.trigger_key == "correct:sleutelDatum"
    assert world.task(case, "Beoordelen").due_day is not None
    world.correct(case, sleutelDatum=INTAKE["sleutelDatum"])
    assert incidents(world)[0].status is IncidentStatus.RESOLVED


def test_a_failed_message_can_be_sent_again(world: World) -> None:
    files = sample.files()
    files["route.toml"] = files["route.toml"].replace(
        b'[partijen.zorg]\nnaam = "Zorgaanbieder"\nvariabele = "zorgaanbieder"',
        b'[partijen.zorg]\nnaam = "Zorgaanbieder"\nvariabele = "klacht"',
    )
    world.deploy(files)
    case = world.assessed()
    with pytest.raises(StepFailed) as failed:
        world.message(case, "klacht", klacht="geen organisatie")
    assert list(world.tasks(case)) == ["Beoordelen"]
    world.message(case, "klacht", klacht="het-anker")
    assert incidents(world)[0].status is IncidentStatus.RESOLVED
    assert retry(world.database, failed.value.incident_id, world.actors["piet"], world.now) is None


def test_a_case_that_never_began_can_be_ended(world: World) -> None:
    toml = sample.TOML.replace('variabele = "zorgaanbieder"', 'variabele = "clientNaam"')
    world.deploy({**sample.files(), "route.toml": toml.encode()})
    with pytest.raises(StepFailed) as failed:
        world.start()
    with world.looking() as session:
        case = session.get_one(Case, failed.value.case_id)
    world.end(case, "intrekking")
    assert world.case(case).status is CaseStatus.CLOSED
    assert incidents(world)[0].status is IncidentStatus.RESOLVED


def test_a_decision_that_gets_a_value_of_a_wrong_kind_is_an_incident(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed):
        world.complete(case, "Intake", **{**INTAKE, "toestemming": "ja hoor"})
    (incident,) = incidents(world)
    assert incident.element_id == "Toets"
    assert "krijgt een gegeven van de verkeerde soort" in incident.message
    assert "ja hoor" not in incident.message


@pytest.mark.parametrize(
    ("old", "new", "element", "names"),
    [
        (
            "=akkoord<",
            "=if akkoord = true then opmerking else 1<",
            "Akkoord_eindeGoed",
            "akkoord, opmerking",
        ),
        (
            sample.schedule(dueDate=sample.DUE),
            sample.schedule(dueDate="=[sleutelDatum, instellingen.herinnering, zaak.gestart][9]"),
            "Beoordelen",
            "instellingen.herinnering, sleutelDatum, zaak.gestart",
        ),
    ],
)
def test_an_incident_names_what_the_faulty_expression_reads(
    world: World, old: str, new: str, element: str, names: str
) -> None:
    main = sample.main_process()
    assert old in main
    world.deploy({**sample.files(), "hoofd.bpmn": sample.bpmn(main.replace(old, new))})
    case = world.start()
    with suppress(StepFailed):
        world.complete(case, "Intake", **INTAKE)
        world.complete(case, "Beoordelen", "fatima", akkoord=True, opmerking="geheim verhaal")
    (incident,) = world.all(Incident)
    assert isinstance(incident, Incident)
    assert (incident.element_id, incident.names) == (element, names)
    assert "geheim" not in incident.names + incident.message
