"""A corrected fact moves every term that counts from it, in its own transaction, wherever it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.models import Case, Timer, TimerStatus
from engine.timers import fire_due
from tests.engine import sample
from tests.engine.test_faults import route
from tests.engine.world import INTAKE, World
from tests.spiff.drawing import (
    boundary,
    call,
    end,
    flows,
    io,
    multi,
    perform,
    schedule,
    start,
    subprocess,
    timer,
    user,
)

DUE = '=eindeTermijn(sleutelDatum, "P3W", "werkafspraak")'
REMIND = '=eindeTermijn(sleutelDatum, "P1W", "werkafspraak")'


def term(prefix: str = "") -> str:
    """Start, a task with a due date and a reminder beside it, end."""
    return "".join(
        (
            start(f"{prefix}begin2"),
            user("Daarna", extra=sample.form_of("oordeel") + schedule(dueDate=DUE), name="Daarna"),
            boundary("Wekker", "Daarna", timer("timeDate", REMIND), interrupting=False),
            perform("Herinnerd", extra=sample.headers(brief="herinnering", aan="rol:beoordelaar")),
            end("eindeHerinnering"),
            end("einde2"),
            flows(f"{prefix}begin2 Daarna einde2", "Wekker Herinnerd eindeHerinnering"),
        )
    )


def in_a_subprocess(extra: str = "", inside: str = "") -> Mapping[str, bytes]:
    return route(
        subprocess("Deel", term(), extra=extra, inside=inside),
        end("einde"),
        flows("begin Intake Deel einde"),
    )


def in_a_call(propagate: str, extra: str = "") -> Mapping[str, bytes]:
    files = route(
        call("Deel", "Termijn", propagate, extra), end("einde"), flows("begin Intake Deel einde")
    )
    lanes = sample.lanes(LaneTermijn="Gemeente: Daarna")
    called = sample.process("Termijn", "Termijn", lanes, term())
    main = files["hoofd.bpmn"].replace(b"</bpmn:definitions>", b"")
    return {**files, "hoofd.bpmn": main + f"{called}</bpmn:definitions>".encode()}


PLACES = {
    "subprocess": in_a_subprocess(),
    "subprocess with an input of its own": in_a_subprocess(io({"naam": "=clientNaam"})),
    "repeated subprocess": in_a_subprocess(inside=multi("=[1]", element="nummer")),
    "call": in_a_call("true"),
    "call with an input of that name": in_a_call("true", io({"sleutelDatum": "=sleutelDatum"})),
    "call that gets it by name": in_a_call("false", io({"sleutelDatum": "=sleutelDatum"})),
}


def timer_of(world: World, case: Case) -> Timer:
    *_, last = world.all(Timer, Timer.case_id == case.id)
    assert isinstance(last, Timer)
    return last


@pytest.mark.parametrize("place", PLACES)
def test_terms_move_in_a(place: str, world: World) -> None:
    world.deploy(PLACES[place])
    case = world.start()
    world.complete(case, "Intake", **INTAKE)  # the key: 9 March
    assert world.task(case, "Daarna").due_day == date(2026, 3, 30)
    assert timer_of(world, case).last_day == date(2026, 3, 16)
    world.correct(case, sleutelDatum=date(2026, 3, 11))
    assert world.task(case, "Daarna").due_day == date(2026, 4, 1)
    assert timer_of(world, case).last_day == date(2026, 3, 18)
    assert timer_of(world, case).fires_at == datetime(2026, 3, 18, 23, 0, tzinfo=UTC)


def test_a_fact_that_is_corrected_to_long_ago_makes_the_term_due_at_once(world: World) -> None:
    case = world.assessed()
    world.correct(case, sleutelDatum=date(2026, 1, 5))
    assert world.task(case, "Beoordelen").due_day == date(2026, 1, 26)
    assert fire_due(world.database, world.now).fired == 1


def test_a_timer_that_fired_does_not_fire_again_when_its_fact_is_corrected(world: World) -> None:
    case = world.assessed()
    world.now = datetime(2026, 3, 17, tzinfo=UTC)
    assert fire_due(world.database, world.now).fired == 1
    world.correct(case, sleutelDatum=date(2026, 3, 20))
    assert world.task(case, "Beoordelen").due_day == date(2026, 4, 10)
    world.now = datetime(2026, 5, 1, tzinfo=UTC)
    assert fire_due(world.database, world.now).fired == 0
    assert world.kinds(case).count("timer_fired") == 1


def test_a_correction_while_the_timer_is_due_wins_when_it_comes_first(world: World) -> None:
    case = world.assessed()
    world.now = datetime(2026, 3, 17, tzinfo=UTC)
    world.correct(case, sleutelDatum=date(2026, 4, 1))
    assert fire_due(world.database, world.now).fired == 0
    world.now = datetime(2026, 4, 9, tzinfo=UTC)
    assert fire_due(world.database, world.now).fired == 1


def test_a_clock_that_is_put_back_fires_nothing_early_and_nothing_twice(world: World) -> None:
    case = world.assessed()
    fires = timer_of(world, case).fires_at
    assert fire_due(world.database, fires).fired == 1
    assert fire_due(world.database, fires - timedelta(days=3)).fired == 0
    assert fire_due(world.database, fires + timedelta(hours=1)).fired == 0


@pytest.mark.parametrize(
    ("key", "midnight"),
    [
        (date(2026, 3, 21), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),  # till the summer night
        (date(2026, 3, 22), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),  # the short day itself
        (date(2026, 10, 17), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        (date(2026, 10, 18), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),  # the long day itself
        (date(2028, 2, 22), datetime(2028, 2, 29, 23, 0, tzinfo=UTC)),
        (date(2026, 12, 24), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_week_ends_at_midnight_in_amsterdam_on_every_odd_day(
    world: World, key: date, midnight: datetime
) -> None:
    files = sample.files()
    files["route.toml"] = files["route.toml"].replace(b'waarde = "P2W"', b'waarde = "P1W"')
    world.deploy(files)
    case = world.assessed(sleutelDatum=key)
    assert timer_of(world, case).fires_at == midnight
    assert fire_due(world.database, midnight - timedelta(seconds=1)).fired == 0
    assert fire_due(world.database, midnight).fired == 1
    assert timer_of(world, case).status is TimerStatus.FIRED
