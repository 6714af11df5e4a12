"""A day that an administrator makes free moves every open term, in bounded pieces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from engine import recounting, steps
from engine.expressions import evaluate
from engine.models import Case, DecreeDay, Incident, Timer, TimerStatus
from engine.recounting import RecountRound, recount_due
from tests.engine import termroute
from tests.engine.world import INTAKE, World, retry

RECEIVED = date(2027, 3, 1)
LAST_DAY = date(2027, 4, 26)  # a Monday; the 27th is King's Day
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def add(world: World, *days: date) -> None:
    with world.database.transaction() as session:
        for day in days:
            session.merge(
                DecreeDay(
                    day=day,
                    source="Besluit",
                    added_at=world.now,
                    recount_after=recounting.FROM_THE_FIRST,
                )
            )


@pytest.fixture
def cases(world: World) -> Callable[[int], list[Case]]:
    world.now = NOW
    world.deploy(termroute.files())

    def make(number: int) -> list[Case]:
        found = [world.start() for _ in range(number)]
        for case in found:
            world.complete(case, "Intake", **{**INTAKE, "sleutelDatum": RECEIVED})
        return found

    return make


def late(world: World, case: Case) -> date | None:
    (row,) = world.all(
        Timer,
        Timer.case_id == case.id,
        Timer.element_id == "TeLaat",
        Timer.status == TimerStatus.WAITING,
    )
    assert isinstance(row, Timer)
    return row.last_day


def test_an_added_day_moves_the_open_deadlines_of_every_case(
    world: World, cases: Callable[[int], list[Case]]
) -> None:
    found = cases(3)
    add(world, LAST_DAY)
    assert recount_due(world.database, world.now) == RecountRound(3, 0, more=False)
    for case in found:
        assert late(world, case) == date(2027, 4, 28)
        assert world.task(case, "Daarna").due_day == date(2027, 4, 28)
        assert world.kinds(case)[-1] == "terms_recounted"
    assert recount_due(world.database, world.now) == RecountRound(0, 0, more=False)


def test_each_round_does_no_more_than_its_limit_and_the_next_goes_on(
    world: World, cases: Callable[[int], list[Case]]
) -> None:
    found = cases(3)
    add(world, LAST_DAY)
    assert recount_due(world.database, world.now, limit=2) == RecountRound(2, 0, more=True)
    assert [late(world, case) for case in found] == [
        date(2027, 4, 28),
        date(2027, 4, 28),
        LAST_DAY,
    ]
    assert recount_due(world.database, world.now, limit=2) == RecountRound(1, 0, more=False)
    assert late(world, found[2]) == date(2027, 4, 28)


def test_a_case_that_steps_meanwhile_counts_with_the_day_at_once(
    world: World, cases: Callable[[int], list[Case]]
) -> None:
    (case,) = cases(1)
    add(world, LAST_DAY)
    world.correct(case, sleutelDatum=RECEIVED)
    assert late(world, case) == date(2027, 4, 28)


def test_a_day_taken_back_moves_them_back(world: World, cases: Callable[[int], list[Case]]) -> None:
    (case,) = cases(1)
    add(world, LAST_DAY)
    recount_due(world.database, world.now)
    with world.database.transaction() as session:
        row = session.get_one(DecreeDay, LAST_DAY)
        row.withdrawn_at, row.recount_after = world.now, recounting.FROM_THE_FIRST
    recount_due(world.database, world.now)
    assert late(world, case) == LAST_DAY


def test_two_days_added_after_each_other_are_both_counted(
    world: World, cases: Callable[[int], list[Case]]
) -> None:
    found = cases(2)
    add(world, LAST_DAY)
    recount_due(world.database, world.now, limit=1)
    add(world, date(2027, 4, 28))
    while recount_due(world.database, world.now, limit=1).more or any(
        row.recount_after is not None
        for row in world.all(DecreeDay)  # type: ignore[attr-defined]
    ):
        pass
    assert {late(world, case) for case in found} == {date(2027, 4, 29)}


def test_the_feel_functions_count_with_added_days_too() -> None:
    days = {"gelijkgesteldeDagen": [LAST_DAY], "d": RECEIVED}
    for text, without, with_day in (
        ('eindeTermijn(d, "P8W", "wet")', LAST_DAY, date(2027, 4, 28)),
        ('plusWerkdagen(date("2027-04-23"), 1)', LAST_DAY, date(2027, 4, 28)),
        ('plusDagen(date("2027-04-23"), 1, "werkdagen")', LAST_DAY, date(2027, 4, 28)),
        ('eindeTermijn(d, "P8W", "overeenkomst")', LAST_DAY, LAST_DAY),
    ):
        assert str(evaluate(text, {"d": RECEIVED}, NOW)) == without.isoformat()
        assert str(evaluate(text, _feel(days), NOW)) == with_day.isoformat()


def _feel(values: dict[str, object]) -> dict[str, object]:
    from engine.feel import from_python

    return {name: from_python(value) for name, value in values.items()}


def test_a_case_with_an_error_that_nobody_foresaw_holds_up_no_other(
    world: World, cases: Callable[[int], list[Case]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Timers wait for this round: an error that came back with each would stop them all."""
    first, second = cases(2)
    add(world, LAST_DAY)
    recount = steps.recount_terms

    def fails(session: Session, case_id: int, now: datetime) -> object:
        if case_id == first.id:
            raise ZeroDivisionError
        return recount(session, case_id, now)

    monkeypatch.setattr(steps, "recount_terms", fails)
    assert recount_due(world.database, world.now) == RecountRound(1, 1, more=False)
    assert late(world, second) == date(2027, 4, 28)
    (incident,) = world.all(Incident, Incident.case_id == first.id)
    assert isinstance(incident, Incident)
    assert "ZeroDivisionError" in incident.message
    monkeypatch.undo()
    retry(world.database, incident.id, world.actors["sanne"], world.now)
    assert late(world, first) == date(2027, 4, 28)
