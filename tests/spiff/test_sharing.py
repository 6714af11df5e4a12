"""One spec for all cases of a version: made once, never changed, free of what one case did."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from engine import feel
from engine.spiff import Execution, SavedExecution, StateUnreadable, read_diagrams
from engine.spiff.building import spec_of
from tests.spiff.drawing import (
    boundary,
    catch,
    end,
    exclusive,
    flows,
    multi,
    on_message,
    on_signal,
    parallel,
    process,
    signal,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from tests.spiff.drawing import message as a_message
from tests.spiff.random_routes import Generator, decides, walk
from tests.spiff.test_first_steps import FORK
from tests.spiff.test_repeated import repeated_subprocess
from tests.spiff.world import Case, World


def snapshot(route: object) -> str:
    """All that a spec holds, two levels deep, as text."""
    found = []
    for name, spec in sorted(vars(route)["task_specs"].items()):
        for key, value in sorted(vars(spec).items()):
            if hasattr(value, "weak_subscribers"):  # an Event of SpiffWorkflow: who listens
                value = [value.weak_subscribers, value.hard_subscribers]
            found.append(f"{name}.{key}={value!r}")
    return "\n".join(found)


def test_running_cases_never_changes_the_spec() -> None:
    """Faults 9 and 11: triggering changes SpiffWorkflow's shared spec."""
    diagrams = read_diagrams({"a.bpmn": repeated_subprocess(sequential=True)})
    route = spec_of(diagrams)
    before = snapshot(route)
    for _ in range(3):
        case = Case(diagrams, {"eigen": 1})
        case.complete("a")
        case.deliver("stop")
        assert case.waits == ["na"]
    assert snapshot(route) == before
    assert spec_of(diagrams) is route


def test_a_saved_case_goes_on_upon_a_freshly_read_spec() -> None:
    """Fault 11: there multi-instance and loops hang on a freshly parsed spec."""
    xml = repeated_subprocess(sequential=True)
    case = Case(xml, {"eigen": 1})
    fresh = read_diagrams({"0.bpmn": xml})
    run = Execution.load(fresh, case.saved, case.world)
    while not run.ended:
        run.complete(run.user_tasks[0].token, {})
        run = Execution.load(fresh, run.save(), case.world)
    assert feel.dump(run.variables()["uit"]) == [2, 3]


def test_many_threads_share_one_version() -> None:
    diagrams = read_diagrams({"a.bpmn": FORK})

    def play(number: int) -> object:
        world = World()
        run = Execution.start(diagrams, "p", {"x": feel.from_python(number)}, world)
        while not run.ended:
            run.complete(run.user_tasks[0].token, {})
            run = Execution.load(diagrams, run.save(), world)
        return feel.dump(run.variables()["x"])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(play, range(200))) == list(range(200))


def test_state_of_other_diagrams_or_another_version_is_refused() -> None:
    case = Case(FORK)
    other = read_diagrams({"b.bpmn": process("p", start("s"), end("e"), flows("s e"))})
    with pytest.raises(StateUnreadable):
        Execution.load(other, case.saved, case.world)
    newer = json.dumps({**json.loads(case.saved.state), "v": 99})
    with pytest.raises(StateUnreadable):
        Execution.load(case.diagrams, SavedExecution(newer, case.saved.variables), case.world)


def test_state_is_ordered_text_with_parents_first() -> None:
    """Fault 12: the order of tasks matters."""
    walk(7)
    for seed in range(20):
        facts = {"lijst": [1, 2], "datum": date(2026, 4, 1)}
        case = Case(Generator(seed).route(), facts, setup=decides)
        known = {"0"}
        for token, parent, *_ in json.loads(case.saved.state).get("t", []):
            assert parent in known
            known.add(token)


def test_task_data_stays_empty() -> None:
    case = Case(repeated_subprocess(sequential=False), {"eigen": 1})
    case.complete("a", geheim="x")
    workflow = case.run._workflow
    assert all(task.data == {} for task in workflow.tasks.values())
    assert workflow.data == {}


def test_a_side_path_that_was_just_fired_keeps_its_subprocess_open() -> None:
    """The event has left its host but did not run yet, when its sibling ends."""
    inner = subprocess(
        "sub", start("s2"), parallel("split"), user("a"),
        boundary("rand", "a", on_signal("S")), user("na"), throw("roep", on_signal("S")),
        catch("t", timer("timeDuration", "P1D")), end("e2"), end("e3"), end("e4"),
        flows("s2 split a e2", "split t roep e3", "rand na e4"),
    )  # fmt: skip
    case = Case(process("p", start(), inner, end(), flows("start sub end"),
                        rest=signal("S", "stop")))  # fmt: skip
    case.turn(days=1)
    case.fire("t")
    assert case.waits == ["na"]
    case.complete("na")
    assert case.run.ended


def test_nothing_is_left_of_what_was_cancelled() -> None:
    """Fault 4: ghost registrations, orphan call activities."""
    inner = subprocess(
        "sub", start("s2"), user("a", multi("=[1, 2, 3]", element="x")),
        boundary("r2", "a", timer("timeDuration", "P1D"), interrupting=False),
        catch("m", on_message("M")), exclusive("samen"), end("e2"),
        flows("s2 a samen e2", "r2 m samen"),
    )  # fmt: skip
    case = Case(
        process("p", start(), inner, boundary("rand", "sub", timer("timeDuration", "P2D")),
                user("na"), end(), end("e3"), flows("start sub end", "rand na e3"),
                rest=a_message("M", "bericht"))
    )  # fmt: skip
    case.turn(days=3)
    case.fire("r2")
    assert case.listening == ["bericht"]
    case.fire("rand")
    assert case.waits == ["na"]
    assert case.listening == []
    assert case.set_timers == {}
    assert len(json.loads(case.saved.state)["t"]) == 1
    assert len(json.loads(case.saved.variables)) == 1
