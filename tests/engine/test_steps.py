"""A case from its start to its end, and all that a step writes down."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.actors import Actor
from engine.clock import AMSTERDAM
from engine.context import case_context
from engine.definitions import load
from engine.errors import CaseEnded
from engine.models import (
    CaseState,
    CaseStatus,
    FormRecord,
    MessageSubscription,
    Timer,
    TimerStatus,
    UserTask,
    UserTaskStatus,
)
from engine.refusals import (
    EndingUnknown,
    MessageNotAwaited,
    NotAFact,
    StarterWithoutOrganisation,
    TaskGone,
    UnknownAnswers,
)
from engine.triggers import CompleteTrigger, StartTrigger
from engine.values import load_values
from tests.engine import sample
from tests.engine.world import CLIENT, INTAKE, World, counted


def test_a_started_case_has_a_number_a_client_and_a_first_task(world: World) -> None:
    case = world.start()
    assert case.number == f"PR-2026-{case.id:06d}"
    assert (case.client_name, case.client_name_folded) == ("Zoë Bakker", "zoe bakker")
    assert case.client_mail_allowed
    task = world.task(case, "Intake")
    assert (task.name, task.role, task.party) == ("Intake doen", "begeleider", "zorg")
    assert task.organisation_id == world.actors["sanne"].organisation_id


def test_the_year_of_a_number_is_the_local_year(world: World) -> None:
    world.deploy()
    world.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    assert world.start().number.startswith("PR-2027-")


def test_a_case_cannot_start_without_an_organisation(world: World) -> None:
    definition = world.deploy()
    with pytest.raises(StarterWithoutOrganisation):
        world.run(StartTrigger(definition.id, CLIENT, Actor(None, None, "niemand")))


def test_the_start_form_is_kept_as_a_record(world: World) -> None:
    case = world.start()
    (record,) = world.all(FormRecord, FormRecord.case_id == case.id)
    assert isinstance(record, FormRecord)
    assert (record.form_id, record.element_id) == ("start", "begin")
    assert load_values(record.values)["clientNaam"] == "Zoë Bakker"


def test_a_task_goes_to_the_organisation_that_the_variables_name(world: World) -> None:
    case = world.assessed()
    task = world.task(case, "Beoordelen")
    assert task.organisation_id == world.actors["fatima"].organisation_id
    assert (task.role, task.party) == ("beoordelaar", "gemeente")


def test_a_due_date_in_days_is_a_day_for_people_and_midnight_for_the_machine(world: World) -> None:
    task = world.task(world.assessed(), "Beoordelen")
    assert task.due_day == date(2026, 3, 30)  # three weeks after the key
    assert task.due_at == datetime(2026, 3, 31, tzinfo=AMSTERDAM)


def test_a_completed_task_is_stored_with_who_did_it_and_what_it_said(world: World) -> None:
    case = world.start()
    task = world.task(case, "Intake")
    done = world.complete(case, "Intake", **INTAKE)
    (row,) = world.all(UserTask, UserTask.id == task.id)
    assert isinstance(row, UserTask)
    assert row.status is UserTaskStatus.COMPLETED
    assert row.completed_by_id == world.actors["sanne"].person_id
    assert row.ended_at == world.now
    (record,) = world.all(FormRecord, FormRecord.id == done.form_record_id)
    assert isinstance(record, FormRecord)
    assert record.user_task_id == task.id
    assert (record.shared_with, record.share_condition) == ("gemeente", "=toestemming")
    assert set(load_values(record.values)) == set(INTAKE)


def test_answers_to_questions_that_are_not_in_the_form_are_refused(world: World) -> None:
    case = world.start()
    with pytest.raises(UnknownAnswers) as refused:
        world.complete(case, "Intake", **INTAKE, clientNaam="Iemand anders")
    assert refused.value.names == ("clientNaam",)
    assert "Intake" in world.tasks(case)


def test_a_task_cannot_be_completed_twice(world: World) -> None:
    case = world.start()
    task = world.task(case, "Intake")
    world.complete(case, "Intake", **INTAKE)
    with pytest.raises(TaskGone):
        world.run(CompleteTrigger(task.id, {}, world.actors["sanne"]))
    assert world.kinds(case).count("task_completed") == 1


def test_the_route_runs_to_its_end_and_keeps_what_it_knew(world: World) -> None:
    case = world.assessed()
    world.complete(case, "Beoordelen", "fatima", akkoord=True)
    ended = world.case(case)
    assert (ended.status, ended.outcome_id) == (CaseStatus.COMPLETED, "eindeGoed")
    assert (ended.outcome, ended.ended_at) == ("Woning toegewezen", world.now)
    with world.looking() as session:
        assert session.get_one(CaseState, case.id).execution == ""
        context = case_context(session, load(session, ended.definition_id), ended, world.now)
    assert context["akkoord"] is True
    assert not world.tasks(case)
    assert not world.all(Timer, Timer.case_id == case.id, Timer.status == TimerStatus.WAITING)
    assert not world.all(MessageSubscription, MessageSubscription.case_id == case.id)


def test_the_decision_is_told_with_the_rule_that_decided(world: World) -> None:
    case = world.assessed()
    with world.looking() as session:
        context = case_context(session, load(session, case.definition_id), case, world.now)
    assert context["advies"] == "delen"
    assert "decision_taken" in world.kinds(case)


def test_a_timer_waits_with_its_case_and_goes_when_the_task_is_done(world: World) -> None:
    case = world.assessed()
    (timer,) = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(timer, Timer)
    assert (timer.last_day, timer.status) == (date(2026, 3, 16), TimerStatus.WAITING)
    world.complete(case, "Beoordelen", "fatima", akkoord=True)
    (timer,) = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(timer, Timer)
    assert timer.status is TimerStatus.CANCELLED


def test_a_button_is_a_subscription_and_its_form_becomes_variables(world: World) -> None:
    case = world.assessed()
    (row,) = world.all(MessageSubscription, MessageSubscription.case_id == case.id)
    assert isinstance(row, MessageSubscription)
    assert (row.button, row.role, row.form_id) == ("Klacht ontvangen", "beoordelaar", "klacht")
    done = world.message(case, "klacht", klacht="Het duurt te lang")
    assert done.form_record_id is not None
    assert list(world.tasks(case)) == ["KlachtBehandelen"]
    with world.looking() as session:
        context = case_context(session, load(session, case.definition_id), case, world.now)
    assert context["klacht"] == "Het duurt te lang"


def test_a_message_that_nobody_waits_for_is_refused(world: World) -> None:
    case = world.start()
    with pytest.raises(MessageNotAwaited):
        world.message(case, "klacht", klacht="te vroeg")


def test_a_corrected_fact_moves_timer_and_due_date_at_once(world: World) -> None:
    case = world.assessed()
    world.correct(case, sleutelDatum=date(2026, 3, 16))
    assert world.task(case, "Beoordelen").due_day == date(2026, 4, 6)
    (timer,) = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(timer, Timer)
    assert timer.last_day == date(2026, 3, 23)
    assert "fact_corrected" in world.kinds(case)
    records = world.all(FormRecord, FormRecord.case_id == case.id)
    assert isinstance(records[-1], FormRecord)
    assert records[-1].title == "Verbetering: sleutelDatum"
    assert records[-1].shared_with == "gemeente"


def test_only_a_recorded_fact_can_be_corrected(world: World) -> None:
    case = world.start()
    with pytest.raises(NotAFact):
        world.correct(case, sleutelDatum=date(2026, 3, 16))  # not recorded yet
    world.complete(case, "Intake", **INTAKE)
    with pytest.raises(NotAFact):
        world.correct(case, gemeente="stad")  # recorded, but no fact


def test_a_fact_entered_late_makes_its_timer_due_at_once(world: World) -> None:
    case = world.assessed(sleutelDatum=date(2026, 1, 5))
    (timer,) = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(timer, Timer)
    assert timer.fires_at < world.now
    task = world.task(case, "Beoordelen")
    assert task.due_at is not None
    assert task.due_at < world.now


def test_a_case_can_be_ended_from_any_wait(world: World) -> None:
    case = world.assessed()
    world.end(case, "intrekking")
    ended = world.case(case)
    assert (ended.status, ended.outcome) == (CaseStatus.CLOSED, "De client stopt")
    assert not world.tasks(case)
    assert not world.all(Timer, Timer.case_id == case.id, Timer.status == TimerStatus.WAITING)
    assert not world.all(MessageSubscription, MessageSubscription.case_id == case.id)
    with pytest.raises(CaseEnded):
        world.end(case, "intrekking")


def test_a_task_of_an_ended_case_is_gone(world: World) -> None:
    case = world.assessed()
    task = world.task(case, "Beoordelen")
    world.end(case, "intrekking")
    with pytest.raises(TaskGone):
        world.run(CompleteTrigger(task.id, {"akkoord": True}, world.actors["fatima"]))


def test_a_reason_that_the_route_does_not_have_is_refused(world: World) -> None:
    case = world.start()
    with pytest.raises(EndingUnknown):
        world.end(case, "zomaar")


def test_every_step_grows_the_revision(world: World) -> None:
    case = world.start()
    before = world.state(case)
    world.complete(case, "Intake", **INTAKE)
    assert world.state(case).revision > before.revision


def test_completing_a_task_costs_one_commit_and_few_statements(world: World) -> None:
    first, second = world.start(), world.start()
    world.complete(first, "Intake", **INTAKE)  # parses what is parsed once
    task = world.task(second, "Intake")
    with counted(world.database) as seen:
        world.run(CompleteTrigger(task.id, INTAKE, world.actors["sanne"]))
    assert seen.count("COMMIT") == 1
    # This task appoints a party, writes a letter, sets a timer and opens a button too.
    assert len([text for text in seen if text != "COMMIT"]) <= 20, "\n".join(seen)


def test_a_plain_task_costs_at_most_eleven_statements(world: World) -> None:
    case = world.assessed()
    world.message(case, "klacht", klacht="x")
    task = world.task(case, "KlachtBehandelen")
    with counted(world.database) as seen:
        world.run(CompleteTrigger(task.id, {"opmerking": "goed"}, world.actors["fatima"]))
    assert len([text for text in seen if text != "COMMIT"]) <= 11, "\n".join(seen)


def test_a_fact_of_a_button_can_be_corrected_too(world: World) -> None:
    files = sample.files()
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(
        b'<zeebe:property name="formulier" value="klacht">',
        b'<zeebe:property name="feit" value="klacht"></zeebe:property>'
        b'<zeebe:property name="formulier" value="klacht">',
    )
    world.deploy(files)
    case = world.assessed()
    world.message(case, "klacht", klacht="te laat")
    world.correct(case, klacht="te vroeg")
    records = world.all(FormRecord, FormRecord.case_id == case.id)
    assert isinstance(records[-1], FormRecord)
    assert (records[-1].form_id, records[-1].title) == ("klacht", "Verbetering: Vraag")
