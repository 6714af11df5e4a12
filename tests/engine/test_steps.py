"""A case from its start to its end, and all that a step writes down."""

from __future__ import annotations

from tests.engine.world import INTAKE, World


def test_a_started_case_has_a_number_a_client_and_a_first_task(world: World) -> None:
    case = world.start()
    assert case.number.startswith("PR-2026-00000")
    assert (case.client_name, case.client_name_folded) == ("Zoë Bakker", "zoe bakker")
    assert case.client_mail_allowed
    task = world.task(case, "Intake")
    assert (task.name, task.role, task.party) == ("Intake doen", "begeleider", "zorg")
    assert task.organisation_id == world.actors["sanne"].organisation_id


def test_completing_a_task_brings_the_next_one(world: World) -> None:
    case = world.start()
    world.complete(case, "Intake", **INTAKE)
    assert list(world.tasks(case)) == ["Beoordelen"]
