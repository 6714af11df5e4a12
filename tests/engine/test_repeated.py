"""User tasks that repeat, are assigned by the diagram, or belong to a group that is worked out."""

from __future__ import annotations

import pytest

from engine.refusals import StepFailed
from tests.engine import sample
from tests.engine.sample import form_of, lanes, process
from tests.engine.world import World
from tests.spiff.drawing import end, flows, multi, start, user, zeebe


def route(task: str) -> dict[str, bytes]:
    main = process(
        "Hoofd",
        "Hoofdroute",
        lanes(LaneZorg="Zorg: begin Werk", LaneG="Gemeente: einde"),
        start("begin"),
        task,
        end("einde"),
        flows("begin Werk einde"),
    )
    return {**sample.files(), "hoofd.bpmn": sample.diagram(main)}


def assigned(**attributes: str) -> str:
    return user(
        "Werk", extra=form_of("klacht") + zeebe("assignmentDefinition", **attributes), name="Werk"
    )


def test_a_repeating_task_says_what_makes_it_different(world: World) -> None:
    task = user(
        "Werk",
        inside=multi('=["keuken", "bad"]', element="kamer"),
        extra=form_of("klacht"),
        name="Kamer bekijken",
    )
    world.deploy(route(task))
    case = world.start()
    with world.looking() as session:
        from sqlalchemy import select

        from engine.models import UserTask

        names = session.scalars(select(UserTask.name).order_by(UserTask.id)).all()
    assert names == ["Kamer bekijken (keuken)", "Kamer bekijken (bad)"]
    assert case.number


def test_a_group_may_be_worked_out(world: World) -> None:
    world.deploy(route(assigned(candidateGroups='="begeleider"')))
    assert world.task(world.start(), "Werk").role == "begeleider"


@pytest.mark.parametrize("groups", ['="onbekend"', '=["begeleider", "beoordelaar"]'])
def test_a_group_that_is_no_single_role_is_a_fault(world: World, groups: str) -> None:
    world.deploy(route(assigned(candidateGroups=groups)))
    with pytest.raises(StepFailed) as failed:
        world.start()
    assert failed.value.element_id == "Werk"


def test_a_task_is_assigned_to_the_person_that_the_diagram_names(world: World) -> None:
    world.deploy(route(assigned(assignee='="sanne"')))
    task = world.task(world.start(), "Werk")
    assert task.assignee_id == world.actors["sanne"].person_id


def test_a_person_of_another_organisation_is_not_assigned(world: World) -> None:
    world.deploy(route(assigned(assignee='="piet"')))
    assert world.task(world.start(), "Werk").assignee_id is None
