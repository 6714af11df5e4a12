"""Who takes part in a case, and from when till when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.checks import check
from engine.refusals import StepFailed
from tests.engine import sample
from tests.engine.sample import headers
from tests.engine.world import INTAKE, World
from tests.spiff.drawing import flows, perform


def test_the_organisation_of_the_starter_takes_part_from_the_start(world: World) -> None:
    case = world.start("piet")
    parties = world.parties(case)
    assert list(parties) == ["het-anker"]
    assert (parties["het-anker"].since, parties["het-anker"].until) == (world.now, None)


def test_a_party_takes_part_from_its_first_task(world: World) -> None:
    case = world.start()
    assert "dorp" not in world.parties(case)
    world.now += timedelta(days=1)
    world.complete(case, "Intake", **INTAKE)
    assert world.parties(case)["dorp"].since == world.now
    assert "party_joined" in world.kinds(case)


def test_a_party_without_a_task_is_known_but_sees_nothing(world: World) -> None:
    files = sample.files()
    start = sample.form(
        "start",
        sample.text("clientNaam"),
        sample.text("clientEmail"),
        sample.checkbox("clientMailToegestaan"),
        sample.text("gemeente"),
    )
    world.deploy({**files, "start.form": start})
    case = world.start(gemeente="stad")
    assert world.parties(case)["stad"].since is None


def test_a_changed_organisation_takes_over_and_the_former_one_loses_sight(world: World) -> None:
    case = world.assessed()
    world.message(case, "klacht", klacht="x")
    before = world.task(case, "KlachtBehandelen")
    assert before.organisation_id == world.actors["fatima"].organisation_id
    from sqlalchemy import update

    from engine.models import UserTask

    with world.database.transaction() as session:
        session.execute(
            update(UserTask)
            .where(UserTask.id == before.id)
            .values(assignee_id=world.actors["fatima"].person_id, claimed_at=world.now)
        )
    world.now += timedelta(days=1)
    world.deploy()
    # The variable changes through a correction of the fact that it is, here by another route.
    files = sample.files()
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(
        b'value="sleutelDatum"', b'value="sleutelDatum, gemeente"'
    )
    world.deploy(files)
    other = world.assessed()
    task = world.task(other, "Beoordelen")
    world.now += timedelta(days=1)
    world.correct(other, gemeente="stad")
    after = world.task(other, "Beoordelen")
    assert after.id == task.id
    assert after.organisation_id == world.actors["joost"].organisation_id
    assert after.assignee_id is None
    parties = world.parties(other)
    assert parties["dorp"].until == world.now
    assert (parties["stad"].since, parties["stad"].until) == (world.now, None)
    kinds = world.kinds(other)
    assert {"party_left", "party_joined", "task_reassigned"} <= set(kinds)


def test_an_organisation_that_comes_back_takes_part_again(world: World) -> None:
    files = sample.files()
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(
        b'value="sleutelDatum"', b'value="sleutelDatum, gemeente"'
    )
    world.deploy(files)
    case = world.assessed()
    for slug in ("stad", "dorp"):
        world.now += timedelta(days=1)
        world.correct(case, gemeente=slug)
    parties = world.parties(case)
    assert (parties["dorp"].since, parties["dorp"].until) == (world.now, None)
    assert parties["stad"].until == world.now


def test_an_organisation_that_cannot_be_this_party_is_a_fault(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **{**INTAKE, "gemeente": "de-brug"})
    assert failed.value.element_id == "gemeente"


def test_a_task_for_a_party_that_nobody_named_is_a_fault(world: World) -> None:
    case = world.start()
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **{**INTAKE, "gemeente": None})
    assert failed.value.element_id == "Beoordelen"
    assert "Gemeente" in failed.value.message


def test_a_party_task_names_the_organisation_and_lets_it_take_part(world: World) -> None:
    main = sample.main_process().replace(
        "</bpmn:process>",
        perform(
            "Wissel",
            "thuisroute:partij",
            tag="serviceTask",
            extra=headers(partij="zorg", organisatie='="het-anker"'),
        )
        + flows("Wissel Beoordelen")
        + "</bpmn:process>",
    )
    main = main.replace(
        '<bpmn:sequenceFlow id="Bevestiging_Beoordelen" sourceRef="Bevestiging" '
        'targetRef="Beoordelen">',
        '<bpmn:sequenceFlow id="Bevestiging_Wissel" sourceRef="Bevestiging" targetRef="Wissel">',
    )
    world.deploy({**sample.files(), "hoofd.bpmn": sample.bpmn(main)})
    case = world.assessed()
    parties = world.parties(case)
    assert parties["de-brug"].until == world.now
    assert (parties["het-anker"].since, parties["het-anker"].until) == (world.now, None)
    # The variable follows, so the next step does not undo it.
    world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="nee")
    assert world.parties(case)["het-anker"].until is None


def ending_its_part(party: str = "gemeente") -> dict[str, bytes]:
    """The sample in which the municipality's part ends after its decision."""
    main = sample.main_process().replace(
        "</bpmn:process>",
        perform("Klaar", "thuisroute:partijeinde", tag="serviceTask", extra=headers(partij=party))
        + flows("Klaar Wachten")
        + "</bpmn:process>",
    )
    straight = '<bpmn:sequenceFlow id="Bezwaar_Wachten" sourceRef="Bezwaar" targetRef="Wachten">'
    assert straight in main
    main = main.replace(
        straight, '<bpmn:sequenceFlow id="Bezwaar_Klaar" sourceRef="Bezwaar" targetRef="Klaar">'
    )
    return {**sample.files(), "hoofd.bpmn": sample.bpmn(main)}


def test_the_part_of_a_party_can_end_without_a_successor(world: World) -> None:
    world.deploy(ending_its_part())
    case = world.assessed()
    world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="nee")
    left = world.parties(case)["dorp"]
    assert left.until == world.now
    assert "party_left" in world.kinds(case)
    # The variable that named it is empty, so the next step does not undo it.
    world.correct(case, sleutelDatum=date(2026, 3, 10))
    assert world.parties(case)["dorp"].until == left.until


def test_work_that_waits_for_the_party_makes_ending_its_part_a_fault(world: World) -> None:
    """Else a task would wait for nobody."""
    world.deploy(ending_its_part("zorg"))
    case = world.assessed()
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="nee")
    assert failed.value.element_id == "Wachten"


def test_the_gate_knows_whose_part_ends() -> None:
    assert [one.code for one in check(ending_its_part("niemand"))] == ["onbekende-partij"]
    assert check(ending_its_part()) == ()
