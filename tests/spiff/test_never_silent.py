"""What gives no answer is a fault of the route that names its element: never a silent default."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.errors import RouteFault
from tests.spiff.drawing import (
    boundary,
    catch,
    end,
    exclusive,
    flow,
    flows,
    inclusive,
    loop,
    multi,
    process,
    schedule,
    start,
    timer,
    user,
)
from tests.spiff.world import Case

NO_TRUTH = ["=null", '="true"', "=1", "=[]", "=[true, false]", "={a: true}", "=nooit < 3"]
NO_TIME = ["=null", "=1", "=true", '="morgen"', "=[]", '=time("10:00:00")', '=nooit + @"P1D"']


def fault_of(*parts: str) -> RouteFault:
    with pytest.raises(RouteFault) as fault:
        Case(process("p", start(), *parts), {"x": True})
    return fault.value


@pytest.mark.parametrize("text", NO_TRUTH)
@pytest.mark.parametrize("gateway", [exclusive, inclusive])
def test_a_condition_without_truth_is_no_default_flow(
    text: str, gateway: Callable[..., str]
) -> None:
    fault = fault_of(
        gateway("keuze", default="keuze_b"),
        user("a"),
        user("b"),
        end(),
        flows("start keuze b end", "a end"),
        flow("keuze", "a", text),
    )
    assert (fault.element_id, fault.place) == ("keuze_a", "condition")


@pytest.mark.parametrize("text", NO_TRUTH)
def test_an_inclusive_gateway_with_another_flow_that_holds_still_tells(text: str) -> None:
    fault = fault_of(
        inclusive("keuze", default="keuze_rest"),
        user("a"),
        user("b"),
        user("rest"),
        end(),
        flows("start keuze rest end", "a end", "b end"),
        flow("keuze", "a", "=x"),
        flow("keuze", "b", text),
    )
    assert (fault.element_id, fault.place) == ("keuze_b", "condition")


@pytest.mark.parametrize("text", NO_TRUTH)
def test_a_loop_without_truth_neither_ends_nor_goes_on(text: str) -> None:
    before = user("a", loop(text, test_before="true"))
    assert fault_of(before, end(), flows("start a end")).place == "loopCondition"
    case = Case(process("p", start(), user("a", loop(text)), end(), flows("start a end")))
    with pytest.raises(RouteFault) as fault:
        case.complete("a")
    assert (fault.value.element_id, fault.value.place) == ("a", "loopCondition")


@pytest.mark.parametrize("text", NO_TRUTH)
def test_a_repetition_without_truth_does_not_go_on(text: str) -> None:
    task = user("a", multi("=[1, 2]", until=text))
    case = Case(process("p", start(), task, end(), flows("start a end")))
    with pytest.raises(RouteFault) as fault:
        case.complete("a")
    assert (fault.value.element_id, fault.value.place) == ("a", "completionCondition")


@pytest.mark.parametrize("text", NO_TIME)
@pytest.mark.parametrize("kind", ["timeDate", "timeDuration"])
def test_a_timer_in_the_path_without_time_is_a_fault(kind: str, text: str) -> None:
    fault = fault_of(catch("wacht", timer(kind, text)), end(), flows("start wacht end"))
    assert (fault.element_id, fault.place) == ("wacht", "timer")


@pytest.mark.parametrize("text", NO_TIME)
@pytest.mark.parametrize("kind", ["timeDate", "timeDuration", "timeCycle"])
def test_a_timer_on_the_edge_without_time_is_a_fault(kind: str, text: str) -> None:
    edge = boundary("rand", "a", timer(kind, text), interrupting=False)
    fault = fault_of(user("a"), edge, end(), end("e2"), flows("start a end", "rand e2"))
    assert (fault.element_id, fault.place) == ("rand", "timer")


@pytest.mark.parametrize("text", NO_TIME)
def test_a_due_date_without_time_is_a_fault(text: str) -> None:
    task = user("a", extra=schedule(dueDate=text))
    fault = fault_of(task, end(), flows("start a end"))
    assert (fault.element_id, fault.place) == ("a", "dueDate")


@pytest.mark.parametrize("text", [text for text in NO_TIME if "nooit" not in text][1:])
def test_a_follow_up_date_that_is_no_time_is_a_fault(text: str) -> None:
    task = user("a", extra=schedule(followUpDate=text))
    fault = fault_of(task, end(), flows("start a end"))
    assert (fault.element_id, fault.place) == ("a", "followUpDate")
