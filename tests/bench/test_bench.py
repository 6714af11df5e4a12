"""The bench stays able to run: its routes are accepted, and its verdicts are right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.checks import check
from engine.db import Database
from engine.models import Case, UserTask
from tests.bench import crowd, plain, routes
from tests.bench.board import Figure
from tests.bench.copies import copy_case
from tests.bench.ours import Ours
from tests.bench.turns import take_turns


@pytest.mark.parametrize(
    "files", [routes.three_tasks, routes.large, routes.looping, routes.with_timer]
)
def test_a_route_of_the_bench_passes_the_gate(files: Callable[[], dict[str, bytes]]) -> None:
    assert check(files()) == ()


def test_plain_spiffworkflow_and_ours_end_after_the_same_three_tasks(sqlite: Database) -> None:
    route = plain.PlainRoute(routes.three_tasks()["hoofd.bpmn"])
    case = route.load(route.save(route.begin()))
    for _ in routes.TASKS:
        assert not case.is_completed()
        plain.complete(case)
    assert case.is_completed()
    ours = Ours(str(sqlite.engine.url))
    case_id = ours.begin()
    for _ in routes.TASKS:
        ours.submit(ours.waiting(case_id))
    with ours.database.reading() as session:
        assert session.get_one(Case, case_id).outcome_id == "einde"
    ours.close()


def test_a_copy_of_a_case_goes_on_as_its_original_does(sqlite: Database) -> None:
    ours = Ours(str(sqlite.engine.url))
    first = ours.begin()
    with ours.database.transaction() as session:
        copy_case(session, first, 2)
    ours.step(ours.waiting(first + 2))
    assert ours.waiting(first + 1) < ours.waiting(first + 2)
    ours.close()


@pytest.mark.parametrize(
    ("value", "at_least", "met"), [(2, False, True), (3, False, False), (3, True, True)]
)
def test_a_goal_is_the_most_or_the_least(value: float, at_least: bool, met: bool) -> None:
    assert Figure("x", value, "ms", goal=2.5, at_least=at_least).is_met is met


def test_all_contenders_take_turns_and_warming_up_does_not_count() -> None:
    order: list[str] = []

    def named(name: str) -> Callable[[], Callable[[], None]]:
        return lambda: lambda: order.append(name)

    times = take_turns({"a": named("a"), "b": named("b")}, 2, warm_up=1)
    assert sorted(order) == ["a"] * 3 + ["b"] * 3
    assert [len(rounds) for rounds in times.rounds.values()] == [2, 2]


def test_a_crowd_looks_like_its_model_but_for_what_is_its_own(database: Database) -> None:
    ours = Ours(database.engine.url.render_as_string(hide_password=False))
    made = ours.begin()
    with ours.database.transaction() as session:
        crowd.in_a_hurry(session)
        model = session.get_one(Case, made)
        task = session.scalars(select(UserTask).where(UserTask.case_id == made)).one()
        crowd.cases(session, model, range(1_000, 1_030))
        for part in crowd.spread(range(1_000, 1_030), 3):
            crowd.user_tasks(session, task, part, None, assignee_id=1)
    with ours.database.reading() as session:
        rows = session.scalars(select(UserTask).where(UserTask.case_id >= 1_000)).all()
        assert [row.case_id for row in rows] == list(range(1_000, 1_030))
        assert {(row.name, row.assignee_id, row.due_at) for row in rows} == {(task.name, 1, None)}
        assert len(set(session.scalars(select(Case.number)))) == 31
    assert ours.begin() > 1_029, "the next case gets a number of its own"
    ours.close()
