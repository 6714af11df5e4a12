"""Two people, or a person and the clock, at the same case at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from engine import steps
from engine.errors import Refusal
from engine.models import Case, FormRecord, OutboxMessage, ProcessDefinition, Timer, UserTask
from engine.refusals import TaskGone
from engine.steps.locking import Patience, lock_case_of
from engine.timers import fire, fire_due
from engine.triggers import CompleteTrigger, StartTrigger
from tests.engine.world import CLIENT, INTAKE, World


def together(*works: Callable[[], object]) -> list[object]:
    """Run at the same time; a refusal is an answer."""
    ready = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        ready.wait()
        try:
            return work()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_of_two_who_complete_the_same_task_one_is_refused(world: World) -> None:
    for _ in range(5):
        case = world.start()
        task = world.task(case, "Intake")
        trigger = CompleteTrigger(task.id, INTAKE, world.actors["sanne"])
        outcomes = together(lambda t=trigger: world.run(t), lambda t=trigger: world.run(t))  # type: ignore[misc]
        assert sum(isinstance(outcome, TaskGone) for outcome in outcomes) == 1, outcomes
        assert world.kinds(case).count("task_completed") == 1
        with world.looking() as session:
            for model, count in ((FormRecord, 2), (OutboxMessage, 1), (UserTask, 2)):
                found = session.scalar(
                    select(func.count()).select_from(model).where(model.case_id == case.id)
                )
                assert found == count, model


def test_starts_at_the_same_time_get_numbers_of_their_own(world: World) -> None:
    definition = world.deploy()
    trigger = StartTrigger(definition.id, CLIENT, world.actors["sanne"])
    outcomes = together(*[lambda: world.run(trigger)] * 6)
    assert not [item for item in outcomes if isinstance(item, Exception)]
    with world.looking() as session:
        numbers = session.scalars(select(Case.number)).all()
    assert len(set(numbers)) == 6


def test_a_timer_fires_once_though_many_try(world: World) -> None:
    case = world.assessed()
    now = datetime(2026, 4, 1, tzinfo=UTC)
    (timer,) = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(timer, Timer)
    outcomes = together(*[lambda: fire(world.database, timer.id, now)] * 4)
    assert outcomes.count(True) == 1
    assert world.kinds(case).count("timer_fired") == 1


def test_the_clock_does_not_wait_for_a_case_that_somebody_is_busy_with(
    postgres_world: World,
) -> None:
    world = postgres_world
    case = world.assessed()
    now = datetime(2026, 4, 1, tzinfo=UTC)
    task = world.task(case, "Beoordelen")
    with world.database.transaction() as session:
        steps.correct_fact(
            session,
            case.id,
            {"sleutelDatum": INTAKE["sleutelDatum"]},
            "x",
            world.actors["sanne"],
            world.now,
        )
        round_ = fire_due(world.database, now)
        assert (round_.fired, round_.skipped, round_.more) == (0, 1, False)
    assert fire_due(world.database, now).fired == 1
    assert world.task(case, "Beoordelen").id == task.id


def test_a_step_of_one_case_does_not_wait_for_another(postgres_world: World) -> None:
    world = postgres_world
    first, second = world.assessed(), world.assessed()
    with world.database.transaction() as session:
        steps.complete_user_task(
            session,
            world.task(first, "Beoordelen").id,
            {"akkoord": True},
            world.actors["fatima"],
            world.now,
        )
        world.complete(second, "Beoordelen", "fatima", akkoord=True)
        world.start()
    assert not world.tasks(second)


def test_main_and_linked_case_at_the_same_time_do_not_deadlock(world: World) -> None:
    for _ in range(4):
        case = world.assessed()
        done = world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="x")
        objection = done.linked[0].case
        waits = world.task(case, "Wachten")
        treats = world.task(objection, "BezwaarBehandelen")
        outcomes = together(
            lambda t=waits: world.run(CompleteTrigger(t.id, {}, world.actors["sanne"])),  # type: ignore[misc]
            lambda t=treats: world.run(  # type: ignore[misc]
                CompleteTrigger(t.id, {"uitkomst": "gegrond"}, world.actors["fatima"])
            ),
        )
        assert not [item for item in outcomes if type(item).__name__ == "StaleCase"], outcomes
        assert world.case(case).outcome_id in ("eindeWacht", "eindeBezwaar")


def test_servers_that_deploy_the_same_route_at_once_make_one_version(world: World) -> None:
    outcomes = together(*[world.deploy] * 4)
    assert not [item for item in outcomes if isinstance(item, Exception)]
    with world.looking() as session:
        assert session.scalar(select(func.count(ProcessDefinition.id))) == 1


@pytest.mark.parametrize("is_linked", [False, True])
def test_who_waited_for_a_case_sees_what_was_written_meanwhile(
    postgres_world: World, is_linked: bool
) -> None:
    world = postgres_world
    case = world.start()
    task_id = world.task(case, "Intake").id
    if is_linked:  # the way of a case that has a main case
        main = world.start()
        with world.database.transaction() as session:
            session.get_one(Case, case.id).parent_id = main.id
    before = world.state(case).revision
    taken, asked = threading.Event(), threading.Event()

    def first() -> None:
        with world.database.transaction() as session:
            locked = lock_case_of(session, UserTask, task_id)
            assert locked is not None
            taken.set()
            asked.wait(10)
            time.sleep(0.3)  # the other waits for the lock now
            locked.state.revision += 1
            locked.ledger.write()

    def second() -> int:
        taken.wait(10)
        with world.database.transaction() as session:
            assert lock_case_of(session, UserTask, task_id, Patience.SKIP) is None
        with world.database.transaction() as session:
            asked.set()
            locked = lock_case_of(session, UserTask, task_id)
            assert locked is not None
            return locked.state.revision

    assert together(first, second)[1] == before + 1
