"""User task, exclusive gateway, parallel split and join, timers, script; over save and load."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.errors import RouteFault
from engine.spiff import Execution, HappeningKind, NotDue, NotWaiting
from tests.spiff.drawing import (
    catch,
    end,
    exclusive,
    flow,
    flows,
    parallel,
    process,
    script,
    start,
    timer,
    user,
)
from tests.spiff.world import Case

ONE_TASK = process("p", start(), user("a"), end(), flows("start a end"))
FORK = process(
    "p",
    start(),
    parallel("split"),
    user("a"),
    user("b"),
    parallel("join"),
    user("c"),
    end(),
    flows("start split a join c end", "split b join"),
)


def test_a_user_task_waits_and_its_completion_ends_the_case() -> None:
    case = Case(ONE_TASK, {"x": 1})
    assert case.waits == ["a"]
    assert not case.run.ended
    case.complete("a", y="twee")
    assert case.run.ended
    assert case.end == "end"
    assert case.data == {"x": 1, "y": "twee"}


def test_an_ended_case_keeps_its_data_and_no_tree() -> None:
    case = Case(ONE_TASK, {"x": 1})
    case.complete("a")
    assert '"t"' not in case.saved.state
    assert len(case.saved.state) < 40
    assert "x" in case.saved.variables


def test_a_token_that_no_longer_waits_is_refused() -> None:
    case = Case(FORK)
    token = case.token("a")
    case.complete("a")
    with pytest.raises(NotWaiting):
        case.run.complete(token, {})
    with pytest.raises(NotWaiting):
        case.run.fire(case.token("b"))


def test_the_happenings_of_a_verb_name_the_flows_of_the_diagram_in_order() -> None:
    case = Case(ONE_TASK)
    assert case.taken == ["start_a"]
    case.complete("a")
    assert [(h.kind, h.element_id) for h in case.run.happenings] == [
        (HappeningKind.COMPLETED, "a"),
        (HappeningKind.FLOW_TAKEN, "a_end"),
        (HappeningKind.ENTERED, "end"),
        (HappeningKind.COMPLETED, "end"),
    ]


def test_a_join_waits_for_all_branches() -> None:
    case = Case(FORK)
    assert case.waits == ["a", "b"]
    case.complete("b")
    assert case.waits == ["a"]
    case.complete("a")
    assert case.waits == ["c"]
    case.complete("c")
    assert case.run.ended


CHOICE = process(
    "p",
    start(),
    user("vraag"),
    exclusive("keuze", default="keuze_anders"),
    user("ja"),
    user("misschien"),
    user("anders"),
    exclusive("samen"),
    end(),
    flows("start vraag keuze anders samen end", "ja samen", "misschien samen"),
    flow("keuze", "ja", '=antwoord = "ja"'),
    flow("keuze", "misschien", '=antwoord = "misschien"'),
)


@pytest.mark.parametrize(
    ("answer", "task"), [("ja", "ja"), ("misschien", "misschien"), ("nee", "anders")]
)
def test_an_exclusive_gateway_takes_the_flow_that_holds(answer: str, task: str) -> None:
    case = Case(CHOICE)
    case.complete("vraag", antwoord=answer)
    assert case.waits == [task]
    assert f"keuze_{task}" in case.taken


def test_a_condition_that_is_neither_true_nor_false_is_a_fault_never_the_default() -> None:
    diagram = CHOICE.replace(b"antwoord = ", b"antwoord < ")  # null < "ja" is null
    case = Case(diagram.replace(b" < ", b" &lt; "))
    with pytest.raises(RouteFault) as fault:
        case.run.complete(case.token("vraag"), {})
    assert fault.value.element_id == "keuze_ja"
    assert fault.value.place == "condition"


def test_a_loop_of_scripts_ends_and_its_tree_stays_flat() -> None:
    case = Case(
        process(
            "p",
            start(),
            exclusive("terug"),
            script("tel", "n", "=n + 1"),
            exclusive("klaar", default="klaar_terug"),
            user("a"),
            end(),
            flows("start terug tel klaar terug", "a end"),
            flow("klaar", "a", "=n >= 2000"),
        ),
        {"n": 0},
    )
    assert case.waits == ["a"]
    assert case.data == {"n": 2000}
    assert len(case.saved.state) < 200


def test_a_loop_that_never_waits_is_a_fault_of_the_route() -> None:
    with pytest.raises(RouteFault, match="rondgaan"):
        Case(
            process(
                "p",
                start(),
                exclusive("a"),
                exclusive("b", default="b_a"),
                end(),
                flows("start a b a"),
                flow("b", "end", "=false"),
            )
        )


def waiting(kind: str, text: str) -> bytes:
    return process("p", start(), catch("t", timer(kind, text)), end(), flows("start t end"))


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("timeDate", "2026-05-18", datetime(2026, 5, 18, 22, 0, tzinfo=UTC)),
        ("timeDate", '=date("2026-05-18")', datetime(2026, 5, 18, 22, 0, tzinfo=UTC)),
        ("timeDate", "=d", datetime(2026, 1, 10, 23, 0, tzinfo=UTC)),
        ("timeDate", "2026-05-18T08:30:00", datetime(2026, 5, 18, 6, 30, tzinfo=UTC)),
        ("timeDate", "2026-05-18T08:30:00Z", datetime(2026, 5, 18, 8, 30, tzinfo=UTC)),
        ("timeDuration", "P8W", datetime(2026, 4, 27, 8, 0, tzinfo=UTC)),  # summer time by then
        ("timeDuration", "PT2H", datetime(2026, 3, 2, 11, 0, tzinfo=UTC)),
        ("timeDuration", '=duration("P1D")', datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        ("timeDuration", '="P1M"', datetime(2026, 4, 2, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_timer_is_set_on_the_local_calendar(kind: str, text: str, expected: datetime) -> None:
    case = Case(waiting(kind, text), {"d": date(2026, 1, 10)})
    assert case.set_timers["t"].at == expected


def test_a_timer_with_a_date_shows_that_day_and_fires_when_it_is_over() -> None:
    case = Case(waiting("timeDate", "=d"), {"d": date(2026, 3, 3)})
    assert case.set_timers["t"].last_day == date(2026, 3, 3)
    case.turn(hours=37)  # 22:00 UTC on 3 March: 23:00 in Amsterdam
    with pytest.raises(NotDue):
        case.run.fire(case.run.timers[0].token)
    case.turn(hours=1)
    case.fire("t")
    assert case.run.ended


def test_a_fact_entered_late_makes_its_timer_due_and_a_correction_moves_it() -> None:
    case = Case(
        process(
            "p",
            start(),
            parallel("split"),
            user("a"),
            catch("t", timer("timeDate", '=sleutel + duration("P21D")')),
            parallel("join"),
            end(),
            flows("start split a join end", "split t join"),
        ),
        {"sleutel": date(2026, 6, 1)},
    )
    assert case.set_timers["t"].last_day == date(2026, 6, 22)
    case.complete("a", sleutel=date(2026, 1, 5))
    assert case.set_timers["t"].at < case.world.now
    case.correct(sleutel=date(2026, 3, 1))
    assert case.set_timers["t"].last_day == date(2026, 3, 22)


def test_a_timer_in_the_path_without_a_date_is_a_fault() -> None:
    with pytest.raises(RouteFault, match="niet bekend"):
        Case(waiting("timeDate", "=onbekend"))


def test_state_holds_no_definition_and_no_variables() -> None:
    case = Case(FORK, {"geheim": "Jansen"})
    assert "Jansen" not in case.saved.state
    assert len(case.saved.state) < 250


def test_a_token_is_the_same_text_before_and_after_save_and_load() -> None:
    case = Case(FORK)
    token = case.token("b")
    case.complete("a")
    loaded = Execution.load(case.diagrams, case.saved, case.world)
    assert [task.token for task in loaded.user_tasks] == [token]
