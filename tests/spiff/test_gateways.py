"""Joins count the tokens that wait now (faults 1 to 3), in loops and with several tokens too."""

from __future__ import annotations

import time

import pytest

from engine.errors import RouteFault
from tests.spiff.drawing import (
    boundary,
    call,
    catch,
    end,
    exclusive,
    flow,
    flows,
    inclusive,
    message,
    multi,
    on_message,
    parallel,
    process,
    script,
    start,
    subprocess,
    timer,
    user,
)
from tests.spiff.world import Case

LOOP_AROUND_FORK = process(
    "p",
    start(),
    exclusive("terug"),
    parallel("split"),
    user("a"),
    user("b"),
    parallel("join"),
    user("c"),
    exclusive("klaar", default="klaar_terug"),
    end(),
    flows("start terug split a join c klaar terug", "split b join"),
    flow("klaar", "end", "=klaar = true"),
)


def test_a_join_in_a_loop_waits_for_both_branches_in_every_round() -> None:
    """Fault 1: in SpiffWorkflow it can fire in round two with a branch open."""
    case = Case(LOOP_AROUND_FORK)
    for number in range(20):
        first, second = ("a", "b") if number % 2 else ("b", "a")
        case.complete(first)
        assert case.waits == [second]
        case.complete(second)
        assert case.waits == ["c"]
        case.complete("c", klaar=number == 19)
    assert case.run.ended


def test_a_join_beside_an_exclusive_choice_takes_one_token_of_each_flow() -> None:
    """Fault 2: a second token through a parallel gateway must not delete the first one's tasks."""
    case = Case(
        process(
            "p",
            start(),
            parallel("dubbel"),
            exclusive("samen"),
            parallel("split"),
            user("a"),
            user("b"),
            parallel("join"),
            user("c"),
            end(),
            flows("start dubbel samen split a join c end", "split b join"),
            flow("dubbel", "samen", flow_id="tweede"),
        )
    )
    assert case.waits == ["a", "a", "b", "b"]
    case.complete("a")
    case.complete("a")
    assert case.waits == ["b", "b"]  # two tokens wait on one flow
    case.complete("b")
    assert case.waits == ["b", "c"]
    case.complete("b")
    assert case.waits == ["c", "c"]
    case.complete("c")
    assert not case.run.ended
    case.complete("c")
    assert case.run.ended


def test_a_side_path_of_a_repeating_timer_may_join_the_main_path() -> None:
    case = Case(
        process(
            "p", start(), user("a"), boundary("t", "a", timer("timeCycle", "R/P1D"),
                                              interrupting=False),
            user("zij"), exclusive("samen"), user("c"), end(),
            flows("start a samen c end", "t zij samen"),
        )
    )  # fmt: skip
    case.turn(days=1)
    case.fire("t")
    case.complete("a")
    assert case.waits == ["c", "zij"]
    case.complete("zij")
    case.complete("c")
    assert case.waits == ["c"]
    case.complete("c")
    assert case.run.ended


BLOCK = process(
    "p",
    start(),
    inclusive("split", default="split_rest"),
    user("a"),
    user("b"),
    user("b2"),
    user("b3"),
    exclusive("kies", default="kies_b2"),
    exclusive("b_samen"),
    user("rest"),
    inclusive("join"),
    user("c"),
    end(),
    flows("start split", "a join c end", "split rest join", "b kies b2 b_samen join", "b3 b_samen"),
    flow("split", "a", "=wil_a"),
    flow("split", "b", "=wil_b"),
    flow("kies", "b3", "=anders = true"),
)


def test_an_inclusive_join_waits_only_for_the_branches_that_were_taken() -> None:
    case = Case(BLOCK, {"wil_a": True, "wil_b": False})
    assert case.waits == ["a"]
    case.complete("a")
    assert case.waits == ["c"]


def test_an_inclusive_join_waits_for_a_branch_with_a_merge_in_it() -> None:
    """Fault 3: SpiffWorkflow fires the join while such a branch is open."""
    for other in (True, False):
        case = Case(BLOCK, {"wil_a": True, "wil_b": True})
        case.complete("a")
        assert case.waits == ["b"]
        case.complete("b", anders=other)
        assert case.waits == ["b3" if other else "b2"]
        case.complete(case.waits[0])
        assert case.waits == ["c"]
        case.complete("c")
        assert case.run.ended


def test_an_inclusive_gateway_takes_its_default_when_nothing_holds() -> None:
    case = Case(BLOCK, {"wil_a": False, "wil_b": False})
    assert case.waits == ["rest"]
    case.complete("rest")
    assert case.waits == ["c"]


def test_an_inclusive_join_goes_on_when_the_branch_it_waits_for_ends_elsewhere() -> None:
    case = Case(
        process(
            "p",
            start(),
            inclusive("split"),
            user("a"),
            subprocess("sub", start("s2"), user("b"), end("e2"), flows("s2 b e2")),
            boundary("t", "sub", timer("timeDuration", "P1D")),
            end("weg"),
            inclusive("join"),
            user("c"),
            end(),
            flows("start split", "a join c end", "sub join", "t weg"),
            flow("split", "a", "=true"),
            flow("split", "sub", "=true"),
        )
    )
    case.complete("a")
    assert case.waits == ["b"]
    case.turn(days=1)
    case.fire("t")
    assert case.waits == ["c"]


def test_an_inclusive_block_in_a_loop_counts_each_round_anew() -> None:
    case = Case(
        process(
            "p", start(), exclusive("terug"), inclusive("split"), user("a"), user("b"),
            inclusive("join"), exclusive("klaar", default="klaar_terug"), end(),
            script("tel", "n", "=n + 1"),
            flows("start terug split", "a join tel klaar terug", "b join"),
            flow("split", "a", "=true"), flow("split", "b", "=modulo(n, 2) = 0"),
            flow("klaar", "end", "=n >= 6"),
        ),
        {"n": 0},
    )  # fmt: skip
    for number in range(6):
        assert case.waits == (["a", "b"] if number % 2 == 0 else ["a"])
        for task in case.waits:
            case.complete(task)
    assert case.run.ended


def test_no_flow_that_holds_and_no_default_is_a_fault() -> None:
    for kind in (exclusive, inclusive):
        with pytest.raises(RouteFault) as fault:
            Case(
                process(
                    "p", start(), kind("g"), end(), end("e2"), flows("start g"),
                    flow("g", "end", "=false"), flow("g", "e2", "=false"),
                )
            )  # fmt: skip
        assert fault.value.element_id == "g"


def test_conditions_are_tried_in_the_order_of_the_outgoing_flows() -> None:
    gateway = (
        '<bpmn:exclusiveGateway id="g"><bpmn:outgoing>g_b</bpmn:outgoing>'
        "<bpmn:outgoing>g_a</bpmn:outgoing></bpmn:exclusiveGateway>"
    )
    case = Case(
        process("p", start(), gateway, user("a"), user("b"), end(), end("e2"),
                flows("start g", "a end", "b e2"), flow("g", "a", "=true"), flow("g", "b", "=true"))
    )  # fmt: skip
    assert case.waits == ["b"]


def test_the_flow_taken_is_named_also_when_two_flows_lead_to_the_same_task() -> None:
    case = Case(
        process(
            "p", start(), exclusive("g", default="gewoon"), user("a"), end(),
            flows("start g", "a end"), flow("g", "a", "=x > 1", "groot"),
            flow("g", "a", flow_id="gewoon"),
        ),
        {"x": 2},
    )  # fmt: skip
    assert case.taken == ["start_g", "groot"]


def test_four_hundred_rounds_beside_a_waiting_branch_leave_the_state_flat() -> None:
    """Fault 13: SpiffWorkflow dies of recursion after some 247 rounds."""
    case = Case(
        process(
            "p", start(), parallel("split"), user("wacht"), exclusive("terug"),
            catch("t", timer("timeDuration", "PT24H")), user("a"),
            boundary("rand", "a", timer("timeDuration", "P5D")),
            exclusive("klaar", default="klaar_terug"), end(), end("e2"), end("e3"),
            flows("start split terug t a klaar terug", "split wacht e2", "rand e3"),
            flow("klaar", "end", "=stop = true"),
        )
    )  # fmt: skip
    sizes = []
    for _ in range(400):
        case.turn(days=1)
        case.fire("t")
        case.complete("a")
        sizes.append(len(case.saved.state))
    assert max(sizes) - min(sizes) < 40  # only the numbers of the tokens grow


def test_ids_that_spiffworkflow_uses_itself_are_free() -> None:
    """Fault 16: ids Start, End and Root."""
    case = Case(
        process("Root", start("Start"), user("End"), end("Root.EndJoin"),
                flows("Start End Root.EndJoin")),
        process="Root",
    )  # fmt: skip
    case.complete("End")
    assert case.end == "Root.EndJoin"


GROWS = {
    "a fork that feeds itself": process(
        "p", start(), exclusive("a"), parallel("x"), user("u"), end(),
        flows("start a x u end", "x a"), flow("x", "a", flow_id="tweede"),
    ),
    "a repetition in a repetition": process(
        "p", start(), subprocess("s", start("s2"), user("x", multi("=l")), end("e2"),
                                 flows("s2 x e2"), inside=multi("=l")), end(),
        flows("start s end"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GROWS)
def test_a_case_that_keeps_growing_is_a_fault_of_the_route_and_soon(name: str) -> None:
    began = time.process_time()
    with pytest.raises(RouteFault, match="te veel") as fault:
        Case(GROWS[name], {"l": list(range(1000))})
    assert fault.value.element_id in ("a", "x", "u")
    assert time.process_time() - began < 20


def test_calls_a_thousand_deep_are_called_off_from_outside() -> None:
    """As many as a route may hold: nothing here calls itself."""
    chain = [
        process(f"q{n}", start(f"s{n}"), call(f"c{n}", f"q{n + 1}"), end(f"e{n}"),
                flows(f"s{n} c{n} e{n}"))
        for n in range(1000)
    ]  # fmt: skip
    last = process("q1000", start("sl"), user("u"), end("el"), flows("sl u el"))
    main = process(
        "p", start(), call("c", "q0"), boundary("t", "c", timer("timeDuration", "P1D")), end(),
        end("weg"), flows("start c end", "t weg"),
    )  # fmt: skip
    case = Case((main, *chain, last))
    case.turn(days=1)
    case.fire("t")
    assert case.end == "weg"


@pytest.mark.parametrize("definition", [timer("timeDuration", "P1D"), on_message("M")])
def test_an_inclusive_join_waits_for_a_task_though_an_event_on_its_edge_came_by(
    definition: str,
) -> None:
    """What a non-interrupting event starts is another token: the task itself comes as well."""
    case = Case(
        process(
            "p", start(), user("h"), boundary("t", "h", definition, interrupting=False), user("x"),
            inclusive("join"), user("c"), end(), flows("start h join c end", "t x join"),
            rest=message("M", "bericht"),
        )
    )  # fmt: skip
    case.turn(days=1)
    if not case.deliver("bericht"):
        case.fire("t")
    case.complete("x")
    assert case.waits == ["h"]
    case.complete("h")
    assert case.waits == ["c"]
    case.complete("c")
    assert case.run.ended
