"""Multi-instance and standard loops, on tasks, subprocesses and calls; with events on the edge."""

from __future__ import annotations

import pytest

from engine.errors import RouteFault
from engine.spiff import HappeningKind
from tests.spiff.drawing import (
    boundary,
    call,
    end,
    flows,
    io,
    loop,
    message,
    multi,
    on_message,
    perform,
    process,
    script,
    start,
    subprocess,
    timer,
    user,
)
from tests.spiff.world import Case

M = message("M", "stop")


def test_parallel_instances_wait_all_at_once_and_know_their_item() -> None:
    task = user("a", multi("=partijen", element="partij", output="namen", each="=naam"))
    case = Case(process("p", start(), task, end(), flows("start a end")), {"partijen": [10, 20]})
    assert [(t.item, t.iteration) for t in case.run.user_tasks] == [(10, 1), (20, 2)]
    case.complete("a", nth=1, naam="b")
    case.complete("a", naam="a", extra="los")
    assert case.run.ended
    assert case.data == {"partijen": [10, 20], "namen": ["a", "b"], "extra": "los"}


def test_sequential_instances_wait_one_after_the_other_over_the_list_as_it_was() -> None:
    task = user("a", multi("=lijst", sequential=True, element="x", output="uit", each="=x + y"))
    case = Case(process("p", start(), task, end(), flows("start a end")), {"lijst": [1, 2, 3]})
    for number in (1, 2, 3):
        assert [t.iteration for t in case.run.user_tasks] == [number]
        case.complete("a", y=10, lijst=[])
    assert case.run.ended
    assert case.data["uit"] == [11, 12, 13]


@pytest.mark.parametrize("sequential", [True, False])
def test_an_empty_list_passes_and_gives_an_empty_result(sequential: bool) -> None:
    task = user("a", multi("=[]", sequential=sequential, output="uit", each="=x"))
    case = Case(process("p", start(), task, end(), flows("start a end")))
    assert case.run.ended
    assert case.data == {"uit": []}


def test_something_that_is_no_list_is_a_fault() -> None:
    with pytest.raises(RouteFault) as fault:
        Case(process("p", start(), user("a", multi("=geen")), end(), flows("start a end")))
    assert (fault.value.element_id, fault.value.place) == ("a", "inputCollection")


def test_enough_instances_cancel_the_rest() -> None:
    task = user("a", multi("=[1, 2, 3]", until="=numberOfCompletedInstances >= 2"))
    case = Case(process("p", start(), task, end(), flows("start a end")))
    case.complete("a")
    case.complete("a", nth=1)
    assert case.run.ended
    assert case.happened(HappeningKind.CANCELLED) == ["a"]


def test_automatic_tasks_repeat_too() -> None:
    work = script("w", "y", "=x * 2", inside=multi("=[1, 2]", element="x", output="u", each="=y"))
    mail = perform("brief", inside=multi("=u", sequential=True, element="aan"))
    case = Case(process("p", start(), work, mail, end(), flows("start w brief end")))
    assert case.data == {"u": [2, 4]}
    assert [seen["aan"] for _, seen in case.world.performed] == [2, 4]


def repeated_subprocess(sequential: bool, *, interrupting: bool = True) -> bytes:
    inner = subprocess(
        "sub", start("s2"), user("a"), user("b"), end("e2"), flows("s2 a b e2"),
        inside=multi("=[1, 2]", sequential=sequential, element="x", output="uit", each="=r"),
        extra=io(outputs={"r": "=x + eigen"}),
    )  # fmt: skip
    return process(
        "p", start(), inner, boundary("rand", "sub", on_message("M"), interrupting=interrupting),
        end(), user("na"), end("e3"), flows("start sub end", "rand na e3"), rest=M,
    )  # fmt: skip


@pytest.mark.parametrize("sequential", [True, False])
def test_a_subprocess_repeats_with_its_output_mapping_into_the_collection(sequential: bool) -> None:
    case = Case(repeated_subprocess(sequential), {"eigen": 5})
    for _ in range(2):
        case.complete("a")
        case.complete("b")
    assert case.run.ended
    assert case.data == {"eigen": 5, "uit": [6, 7]}


@pytest.mark.parametrize("sequential", [True, False])
def test_an_event_on_the_edge_of_a_repeated_subprocess_ends_all_instances(
    sequential: bool,
) -> None:
    """Fault 7: in SpiffWorkflow TaskNotFound."""
    case = Case(repeated_subprocess(sequential))
    case.complete("a")
    case.deliver("stop")
    assert case.waits == ["na"]
    assert case.listening == []
    case.complete("na")
    assert case.end == "e3"


def test_a_non_interrupting_event_on_the_edge_listens_once_for_all_instances() -> None:
    case = Case(repeated_subprocess(sequential=False, interrupting=False), {"eigen": 1})
    assert case.listening == ["stop"]
    case.deliver("stop")
    assert case.waits == ["a", "a", "na"]


def test_a_repetition_right_after_an_event_on_the_edge_runs() -> None:
    """Fault 6: in SpiffWorkflow it crashes with "non-predicted child"."""
    case = Case(
        process(
            "p", start(), user("a"), boundary("t", "a", timer("timeDuration", "P1D")),
            user("m", multi("=[1, 2]")), end(), end("e2"), flows("start a end", "t m e2"),
        )
    )  # fmt: skip
    case.turn(days=1)
    case.fire("t")
    assert case.waits == ["m", "m"]


def test_a_repeated_call_gives_each_instance_a_scope_of_its_own() -> None:
    called = process("q", start("qs"), user("qa"), end("qe"), flows("qs qa qe"))
    activity = call(
        "roep", "q", inside=multi("=[1, 2]", element="x", output="uit", each="=antwoord")
    )
    case = Case((process("p", start(), activity, end(), flows("start roep end")), called))
    case.complete("qa", nth=1, antwoord="twee")
    case.complete("qa", antwoord="een")
    assert case.data == {"uit": ["een", "twee"]}


def test_a_repetition_inside_a_repetition_knows_the_nearest_item() -> None:
    inner = subprocess(
        "sub", start("s2"), user("a", multi("=x", element="y")), user("b"), end("e2"),
        flows("s2 a b e2"), inside=multi("=[[1, 2], [3]]", element="x"),
    )  # fmt: skip
    case = Case(process("p", start(), inner, end(), flows("start sub end")))
    assert [t.item for t in case.run.user_tasks] == [1, 2, 3]
    for _ in range(3):
        case.complete("a")
    assert [t.iteration for t in case.run.user_tasks] == [1, 2]
    case.complete("b")
    case.complete("b")
    assert case.run.ended


def test_a_loop_asks_its_condition_after_each_round() -> None:
    task = user("a", loop("=goed != true"))
    case = Case(process("p", start(), task, end(), flows("start a end")))
    for number in range(1, 4):
        assert [t.iteration for t in case.run.user_tasks] == [number]
        case.complete("a", goed=number == 3)
    assert case.run.ended


def test_a_loop_stops_at_its_maximum_and_may_test_before() -> None:
    task = user("a", loop(maximum="2"))
    case = Case(process("p", start(), task, end(), flows("start a end")))
    case.complete("a")
    case.complete("a")
    assert case.run.ended
    task = user("a", loop("=false", test_before="true"))
    assert Case(process("p", start(), task, end(), flows("start a end"))).run.ended


def test_a_hundred_rounds_of_a_repetition_in_a_loop_leave_the_state_flat() -> None:
    """Faults 11 and 13: also restored onto the shared spec after every step."""
    from tests.spiff.drawing import exclusive, flow

    case = Case(
        process(
            "p", start(), exclusive("terug"), user("a", multi("=[1, 2]", element="x")),
            exclusive("klaar", default="klaar_terug"), end(),
            flows("start terug a klaar terug"), flow("klaar", "end", "=stop = true"),
        )
    )  # fmt: skip
    sizes = []
    for _ in range(100):
        case.complete("a")
        case.complete("a")
        sizes.append(len(case.saved.state) + len(case.saved.variables))
    assert max(sizes) - min(sizes) < 40


def test_boundary_events_on_a_loop_cover_all_rounds() -> None:
    case = Case(
        process(
            "p", start(), user("a", loop("=true")), boundary("rand", "a", on_message("M")), end(),
            end("e2"), flows("start a end", "rand e2"), rest=M,
        )
    )  # fmt: skip
    token = case.run.messages[0].token
    case.complete("a")
    assert case.run.messages[0].token == token
    case.deliver("stop")
    assert case.end == "e2"


@pytest.mark.parametrize("sequential", [True, False])
def test_an_output_mapping_of_an_instance_writes_its_own_names_and_else_those_of_the_case(
    sequential: bool,
) -> None:
    """Camunda 8 starts at the instance: what is mapped in, or filled in, is its own."""
    task = user(
        "a", multi("=[1, 2]", sequential=sequential, element="x", output="uit", each="=som + x"),
        extra=io({"som": "=100"}, {"som": "=som + bij", "x": "=x * 2", "totaal": "=totaal + x"}),
    )  # fmt: skip
    case = Case(process("p", start(), task, end(), flows("start a end")), {"totaal": 0, "som": -1})
    case.complete("a", bij=10)
    case.complete("a", bij=20)
    assert case.data == {"totaal": 6, "som": -1, "uit": [112, 124]}


def test_a_repeated_call_that_sees_nothing_keeps_the_names_of_its_instances() -> None:
    called = process("q", start("qs"), user("qa"), end("qe"), flows("qs qa qe"))
    activity = call(
        "roep", "q", "true", inside=multi("=[1, 2]", element="x", output="uit", each="=y"),
        propagateAllParentVariables="false",
    )  # fmt: skip
    case = Case((process("p", start(), activity, end(), flows("start roep end")), called), {"z": 1})
    assert set(case.run.variables(case.token("qa"))) == {"loopCounter", "x", "y"}
    case.complete("qa", y=5, x=7, z=2)
    case.complete("qa", y=6)
    assert case.data == {"z": 2, "uit": [5, 6]}
