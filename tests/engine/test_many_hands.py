"""Many hands at one case at once, in every mix: each comes whole or is refused, none half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from engine import audit
from engine.actors import Actor
from engine.errors import Refusal
from engine.models import (
    Case,
    CaseStatus,
    Incident,
    MessageSubscription,
    Timer,
    TimerStatus,
    UserTask,
    UserTaskStatus,
)
from engine.refusals import MessageNotAwaited
from engine.steps.locking import lock_case
from engine.steps.step import Step
from engine.steps.work import Work
from engine.timers import fire_due
from engine.triggers import CompleteTrigger, CorrectTrigger, EndTrigger, MessageTrigger
from tests.engine.test_concurrency import together
from tests.engine.world import World

LATER = datetime(2026, 4, 1, tzinfo=UTC)


def assert_rows_are_what_the_case_waits_for(world: World, case: Case) -> None:
    """The tables say of this case exactly what its saved execution waits for."""
    with world.database.transaction() as session:
        locked = lock_case(session, case.id)
        assert locked is not None
        tasks = set(
            session.scalars(
                select(UserTask.token).where(
                    UserTask.case_id == case.id, UserTask.status == UserTaskStatus.OPEN
                )
            )
        )
        timers = set(
            session.scalars(
                select(Timer.token).where(
                    Timer.case_id == case.id,
                    Timer.status.in_((TimerStatus.WAITING, TimerStatus.FAILED)),
                )
            )
        )
        messages = set(
            session.scalars(
                select(MessageSubscription.token).where(MessageSubscription.case_id == case.id)
            )
        )
        if locked.case.status is not CaseStatus.OPEN:
            assert (tasks, timers, messages) == (set(), set(), set())
            assert locked.state.execution == ""
            return
        step = Step(Work(session, Actor.system(), world.now), locked)
        assert step.load()
        execution = step.execution
        assert tasks == {item.token for item in execution.user_tasks}
        assert timers == {item.token for item in execution.timers}
        assert messages == {item.token for item in execution.messages}


def hands(world: World, case: Case) -> dict[str, Callable[[], object]]:
    """What could happen to a case that waits for the municipality."""
    task = world.task(case, "Beoordelen")
    fatima, sanne = world.actors["fatima"], world.actors["sanne"]
    return {
        "complete": lambda: world.run(CompleteTrigger(task.id, {"akkoord": True}, fatima)),
        "object": lambda: world.run(
            CompleteTrigger(task.id, {"akkoord": False, "opmerking": "x"}, fatima)
        ),
        "press": lambda: world.run(MessageTrigger(case.id, "klacht", {"klacht": "x"}, fatima)),
        "correct": lambda: world.run(
            CorrectTrigger(case.id, {"sleutelDatum": date(2026, 3, 10)}, "verkeerd", sanne)
        ),
        "clock": lambda: fire_due(world.database, LATER),
        "end": lambda: world.run(EndTrigger(case.id, "intrekking", "gesproken", sanne)),
    }


@pytest.mark.parametrize(
    "mix",
    [
        "complete object press correct clock",
        "object press clock clock end",
        "press press correct correct end",
        "correct clock complete complete clock",
        "end clock object press end",
    ],
)
def test_all_hands_at_once_leave_a_whole_case(world: World, mix: str) -> None:
    case = world.assessed()
    works = hands(world, case)
    outcomes = together(*[works[name] for name in mix.split()])
    strange = [one for one in outcomes if isinstance(one, Exception) and not _is_answer(one)]
    assert not strange, strange
    assert_rows_are_what_the_case_waits_for(world, case)
    kinds = world.kinds(case)
    ends = ("task_completed", "message_received")
    assert sum(kinds.count(kind) for kind in ends) <= 3
    assert kinds.count("timer_fired") <= 1
    assert kinds.count("case_closed") + kinds.count("case_completed") <= 1
    assert world.all(Incident) == []


def _is_answer(error: Exception) -> bool:
    return isinstance(error, Refusal)


def test_a_button_pressed_twice_at_once_counts_once(world: World) -> None:
    case = world.assessed()
    press = hands(world, case)["press"]
    outcomes = together(press, press, press)
    assert sum(isinstance(one, MessageNotAwaited) for one in outcomes) == 2, outcomes
    assert world.kinds(case).count("message_received") == 1
    assert list(world.tasks(case)) == ["KlachtBehandelen"]


def test_ending_the_main_case_while_its_objection_is_treated(world: World) -> None:
    sanne, fatima = world.actors["sanne"], world.actors["fatima"]
    for _ in range(4):
        case = world.assessed()
        done = world.complete(case, "Beoordelen", "fatima", akkoord=False, opmerking="x")
        objection = done.linked[0].case
        treats = world.task(objection, "BezwaarBehandelen")
        outcomes = together(
            lambda c=case: world.run(EndTrigger(c.id, "intrekking", "x", sanne)),  # type: ignore[misc]
            lambda t=treats: world.run(CompleteTrigger(t.id, {"uitkomst": "x"}, fatima)),  # type: ignore[misc]
        )
        strange = [one for one in outcomes if isinstance(one, Exception) and not _is_answer(one)]
        assert not strange
        for one in (case, objection):
            assert_rows_are_what_the_case_waits_for(world, one)
            assert world.case(one).status is not CaseStatus.OPEN


def test_a_claim_and_a_completion_at_once_never_wait_for_each_other_for_ever(world: World) -> None:
    for _ in range(4):
        case = world.assessed()
        task = world.task(case, "Beoordelen")

        def claim(task_id: int = task.id, case_id: int = case.id) -> None:
            with world.database.transaction() as session:
                session.execute(
                    update(UserTask)
                    .where(UserTask.id == task_id, UserTask.status == UserTaskStatus.OPEN)
                    .values(assignee_id=world.actors["fatima"].person_id)
                )
                audit.record(session, case_id, "task_claimed", world.actors["fatima"], world.now)

        outcomes = together(claim, hands(world, case)["complete"], claim)
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        assert world.case(case).status is CaseStatus.COMPLETED
