"""Timers, messages, signals and errors: in the path, on the edge, behind a gateway."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.errors import RouteFault
from engine.spiff import DiagramRefused, HappeningKind, NotWaiting, execution, read_diagrams
from tests.spiff.drawing import (
    TERMINATE,
    boundary,
    call,
    catch,
    decision,
    end,
    error,
    event_gateway,
    exclusive,
    flow,
    flows,
    message,
    multi,
    node,
    on_error,
    on_message,
    on_signal,
    parallel,
    perform,
    process,
    script,
    signal,
    start,
    subprocess,
    throw,
    timer,
    user,
    zeebe,
)
from tests.spiff.world import NOW, Case, World

M = message("M", "ingebreke")


def on_task(definition: str, *, interrupting: bool, rest: str = M) -> bytes:
    return process(
        "p",
        start(),
        user("a"),
        end(),
        boundary("rand", "a", definition, interrupting=interrupting),
        user("zij"),
        end("einde_zij"),
        flows("start a end", "rand zij einde_zij"),
        rest=rest,
    )


def test_an_interrupting_timer_takes_the_task_away() -> None:
    case = Case(on_task(timer("timeDuration", "P1D"), interrupting=True))
    assert case.waits == ["a"]
    case.turn(days=1)
    case.fire("rand")
    assert case.waits == ["zij"]
    assert case.happened(HappeningKind.CANCELLED) == ["a"]
    assert case.set_timers == {}
    case.complete("zij")
    assert case.end == "einde_zij"


def test_a_non_interrupting_timer_leaves_the_task_and_fires_once() -> None:
    case = Case(on_task(timer("timeDuration", "P1D"), interrupting=False))
    case.turn(days=1)
    case.fire("rand")
    assert case.waits == ["a", "zij"]
    assert case.set_timers == {}
    case.complete("a")
    assert not case.run.ended
    case.complete("zij")
    assert case.run.ended


def test_completing_the_task_takes_its_timer_away() -> None:
    case = Case(on_task(timer("timeDuration", "P1D"), interrupting=True))
    token = case.run.timers[0].token
    case.complete("a")
    assert case.run.ended
    with pytest.raises(NotWaiting):
        case.run.fire(token)


def test_a_message_on_the_edge_fires_as_often_as_it_comes() -> None:
    """Fault 14: in SpiffWorkflow a non-interrupting message boundary fires once only."""
    case = Case(on_task(on_message("M"), interrupting=False))
    assert case.deliver("ingebreke", datum="vandaag")
    assert case.deliver("ingebreke")
    assert case.waits == ["a", "zij", "zij"]
    assert case.data == {"datum": "vandaag"}
    assert not case.deliver("onbekend")


def test_a_message_can_be_given_to_one_place() -> None:
    case = Case(
        process(
            "p",
            start(),
            parallel("split"),
            catch("m1", on_message("M")),
            catch("m2", on_message("M")),
            parallel("join"),
            end(),
            flows("start split m1 join end", "split m2 join"),
            rest=M,
        )
    )
    second = case.run.messages[1].token
    assert case.deliver("ingebreke", second)
    assert [m.element_id for m in case.run.messages] == ["m1"]
    with pytest.raises(NotWaiting):
        case.run.deliver("ingebreke", {}, second)
    assert case.deliver("ingebreke")
    assert case.run.ended


def test_a_repeating_timer_reminds_again_and_again_until_the_task_is_done() -> None:
    """Fault 4: completing the host must not take the open side path away."""
    case = Case(on_task(timer("timeCycle", "R/P1D"), interrupting=False))
    for day in range(1, 4):
        case.turn(days=1)
        case.fire("rand")
        assert case.waits.count("zij") == day
        assert case.set_timers["rand"].at == case.world.now + timedelta(days=1)
    case.complete("a")
    assert case.waits == ["zij"] * 3
    assert case.set_timers == {}


def test_after_downtime_a_repeating_timer_catches_up_once() -> None:
    """Fault 17: SpiffWorkflow fires each missed round."""
    case = Case(on_task(timer("timeCycle", "R/P1D"), interrupting=False))
    case.turn(days=10, hours=1)
    case.fire("rand")
    assert case.waits == ["a", "zij"]
    assert case.set_timers["rand"].at == datetime(2026, 3, 13, 9, 0, tzinfo=UTC)


def test_a_bounded_repetition_ends_after_its_number_of_moments() -> None:
    case = Case(on_task(timer("timeCycle", "R2/P1D"), interrupting=False))
    assert (case.run.timers[0].interval, case.run.timers[0].remaining) == ("P1D", 2)
    case.turn(days=1)
    case.fire("rand")
    assert case.run.timers[0].remaining == 1
    case.turn(days=1)
    case.fire("rand")
    assert case.run.timers == ()
    assert case.waits == ["a", "zij", "zij"]


def test_a_monthly_repetition_keeps_the_day_and_the_wall_clock() -> None:
    case = Case(
        on_task(timer("timeCycle", "R/P1M"), interrupting=False),
        now=datetime(2026, 1, 31, 9, 0, tzinfo=UTC),
    )
    seen = []
    for _ in range(3):
        at = case.set_timers["rand"].at
        seen.append(at)
        case.turn(seconds=(at - case.world.now).total_seconds())
        case.fire("rand")
    assert seen == [
        datetime(2026, 2, 28, 9, 0, tzinfo=UTC),
        datetime(2026, 3, 31, 8, 0, tzinfo=UTC),  # summer time: still 10.00 uur
        datetime(2026, 4, 30, 8, 0, tzinfo=UTC),
    ]


def test_a_day_is_a_day_over_the_end_of_summer_time() -> None:
    """Fault 17: in SpiffWorkflow P1D is 24 hours in UTC."""
    case = Case(
        on_task(timer("timeDuration", "P1D"), interrupting=True),
        now=datetime(2026, 10, 24, 10, 0, tzinfo=UTC),
    )
    assert case.set_timers["rand"].at == datetime(2026, 10, 25, 11, 0, tzinfo=UTC)


TERM_ON_THE_EDGE = process(
    "p",
    start(),
    subprocess("sub", start("s2"), user("a"), user("b"), end("e2"), flows("s2 a b e2")),
    boundary("rand", "sub", timer("timeDate", '=ontvangen + duration("P56D")')),
    end(),
    user("te_laat"),
    end("e3"),
    flows("start sub end", "rand te_laat e3"),
)


def test_a_term_without_its_fact_is_a_fault_and_never_silently_missing() -> None:
    with pytest.raises(RouteFault, match="niet bekend") as fault:
        Case(TERM_ON_THE_EDGE)
    assert (fault.value.element_id, fault.value.place) == ("rand", "timer")
    deadline = user("a", extra=zeebe("taskSchedule", dueDate="=feit"))
    with pytest.raises(RouteFault, match="niet bekend") as fault:
        Case(process("p", start(), deadline, end(), flows("start a end")))
    assert (fault.value.element_id, fault.value.place) == ("a", "dueDate")


def test_a_timer_on_the_edge_follows_its_fact() -> None:
    case = Case(TERM_ON_THE_EDGE, {"ontvangen": date(2026, 3, 2)})
    case.complete("a", ontvangen=date(2026, 3, 20))
    assert case.set_timers["rand"].last_day == date(2026, 5, 15)
    case.turn(days=80)
    case.fire("rand")
    assert case.waits == ["te_laat"]
    assert case.happened(HappeningKind.CANCELLED) == ["b", "sub"]


def test_two_timers_due_at_once_fire_one_by_one() -> None:
    """Fault 14: in SpiffWorkflow two boundary timers due in one tick race."""
    case = Case(
        process(
            "p",
            start(),
            user("a"),
            boundary("t1", "a", timer("timeDuration", "P1D"), interrupting=False),
            boundary("t2", "a", timer("timeDuration", "P1D")),
            user("b1"),
            user("b2"),
            end(),
            end("e1"),
            end("e2"),
            flows("start a end", "t1 b1 e1", "t2 b2 e2"),
        )
    )
    case.turn(days=2)
    case.fire("t2")
    assert case.waits == ["b2"]
    assert case.run.timers == ()


GATEWAY = process(
    "p",
    start(),
    event_gateway("g"),
    catch("m", on_message("M")),
    node("receiveTask", "r", messageRef="N"),
    catch("t", timer("timeDate", "=d")),
    user("na_m"),
    user("na_r"),
    user("na_t"),
    exclusive("samen"),
    end(),
    flows("start g m na_m samen end", "g t na_t samen", "g r na_r samen"),
    rest=M + message("N", "ander"),
)


def test_the_first_event_behind_a_gateway_wins() -> None:
    case = Case(GATEWAY, {"d": date(2026, 3, 5)})
    assert case.listening == ["ander", "ingebreke"]
    assert list(case.set_timers) == ["t"]
    case.deliver("ingebreke")
    assert case.waits == ["na_m"]
    assert case.taken == ["g_m", "m_na_m"]
    assert case.listening == []
    assert case.set_timers == {}
    assert case.happened(HappeningKind.CANCELLED) == []


def test_a_timer_or_a_receive_task_behind_a_gateway_wins_too() -> None:
    case = Case(GATEWAY, {"d": date(2026, 3, 5)})
    case.turn(days=5)
    case.fire("t")
    assert case.waits == ["na_t"]
    case = Case(GATEWAY, {"d": date(2026, 3, 5)})
    case.deliver("ander")
    assert case.waits == ["na_r"]


def test_cancelling_a_gateway_that_waits_tells_only_of_the_gateway() -> None:
    inner = subprocess(
        "sub", start("s2"), event_gateway("g"), catch("m", on_message("M")),
        catch("t", timer("timeDuration", "P9D")), end("e2"), end("e3"),
        flows("s2 g m e2", "g t e3"),
    )  # fmt: skip
    case = Case(
        process("p", start(), inner, boundary("rand", "sub", timer("timeDuration", "P1D")),
                end(), end("e4"), flows("start sub end", "rand e4"), rest=M)
    )  # fmt: skip
    case.turn(days=1)
    case.fire("rand")
    assert case.happened(HappeningKind.CANCELLED) == ["g", "sub"]
    assert case.end == "e4"


def test_a_receive_task_waits_for_its_message() -> None:
    case = Case(
        process("p", start(), node("receiveTask", "r", messageRef="M"), end(),
                flows("start r end"), rest=M)
    )  # fmt: skip
    assert case.listening == ["ingebreke"]
    case.deliver("ingebreke", x=1)
    assert case.run.ended
    assert case.data == {"x": 1}


def test_a_signal_reaches_everything_that_waits_for_it_in_the_case() -> None:
    case = Case(
        process(
            "p",
            start(),
            parallel("split"),
            catch("c1", on_signal("S")),
            user("a"),
            boundary("rand", "a", on_signal("S")),
            user("b"),
            throw("roep", on_signal("S")),
            parallel("join"),
            end(),
            end("e2"),
            end("e3"),
            flows("start split c1 join end", "split b roep join", "split a e2", "rand e3"),
            rest=signal("S", "stop"),
        )
    )
    case.complete("b")
    assert case.run.ended
    assert case.happened(HappeningKind.CANCELLED) == ["a"]


@pytest.mark.parametrize("throws", ["throw", "end"])
def test_a_signal_may_call_off_the_subprocess_that_it_comes_from(throws: str) -> None:
    last = (
        throw("roep", on_signal("S")) + end("e2") + flows("roep e2")
        if throws == "throw"
        else end("roep", on_signal("S"))
    )
    inner = subprocess("sub", start("s2"), user("a"), last, flows("s2 a roep"))
    case = Case(
        process("p", start(), inner, boundary("rand", "sub", on_signal("S")), user("na"), end(),
                end("e3"), flows("start sub end", "rand na e3"), rest=signal("S", "stop"))
    )  # fmt: skip
    case.complete("a")
    assert case.waits == ["na"]
    case.complete("na")
    assert case.end == "e3"


def test_a_signal_end_event_throws_too() -> None:
    case = Case(
        process(
            "p", start(), parallel("split"), user("b"), catch("c", on_signal("S")),
            end("e1", on_signal("S")), end("e2"), flows("start split b e1", "split c e2"),
            rest=signal("S", "stop"),
        )
    )  # fmt: skip
    case.complete("b")
    assert case.run.ended


ERRORS = error("E", "geweigerd") + error("F", "anders")


def failing(sub_id: str, code: str = "E") -> str:
    return subprocess(
        sub_id,
        start(f"s_{sub_id}"),
        user(f"a_{sub_id}"),
        end(f"e_{sub_id}", on_error(code)),
        flows(f"s_{sub_id} a_{sub_id} e_{sub_id}"),
    )


def test_an_error_goes_to_its_own_subprocess_never_to_a_sibling() -> None:
    """Fault 8: in SpiffWorkflow an error in A fires the boundary of its sibling B."""
    case = Case(
        process(
            "p",
            start(),
            parallel("split"),
            failing("A"),
            failing("B"),
            boundary("rA", "A", on_error("E")),
            boundary("rB", "B", on_error("E")),
            user("na_A"),
            user("na_B"),
            *(end(f"x{n}") for n in range(4)),
            flows("start split A x0", "split B x1", "rA na_A x2", "rB na_B x3"),
            rest=ERRORS,
        )
    )
    case.complete("a_A")
    assert case.waits == ["a_B", "na_A"]


def test_an_error_that_nobody_catches_is_a_fault_of_the_route() -> None:
    """Fault 8: in SpiffWorkflow it goes on to the next task."""
    case = Case(
        process(
            "p", start(), failing("A", "F"), boundary("rA", "A", on_error("E")), end(), end("x"),
            flows("start A end", "rA x"), rest=ERRORS,
        )
    )  # fmt: skip
    with pytest.raises(RouteFault) as fault:
        case.run.complete(case.token("a_A"), {})
    assert (fault.value.element_id, fault.value.place) == ("e_A", "error")


def test_an_error_climbs_out_of_subprocesses_calls_and_repetitions() -> None:
    called = process("q", start("qs"), failing("A"), end("qe"), flows("qs A qe"), rest=ERRORS)
    case = Case(
        (
            process(
                "p",
                start(),
                call("roep", "q", inside=multi("=[1, 2]")),
                boundary("r", "roep", on_error()),
                user("opgevangen"),
                end(),
                end("x"),
                flows("start roep end", "r opgevangen x"),
            ),
            called,
        )
    )
    assert case.waits == ["a_A", "a_A"]
    case.complete("a_A")
    assert case.waits == ["opgevangen"]
    case.complete("opgevangen")
    assert case.end == "x"


def test_an_exact_code_goes_before_a_boundary_that_takes_all() -> None:
    case = Case(
        process(
            "p", start(), failing("A"), boundary("alle", "A", on_error()),
            boundary("juist", "A", on_error("E")), user("u1"), user("u2"), end(), end("x"),
            end("y"), flows("start A end", "alle u1 x", "juist u2 y"), rest=ERRORS,
        )
    )  # fmt: skip
    case.complete("a_A")
    assert case.waits == ["u2"]


def test_terminate_stops_what_is_ready_in_the_same_pass() -> None:
    """Fault 10: SpiffWorkflow still runs tasks that were READY."""
    case = Case(
        process(
            "p",
            start(),
            parallel("split"),
            end("stop", TERMINATE),
            script("w", "x", "=1"),
            perform("brief"),
            user("a"),
            end("e1"),
            end("e2"),
            flows("start split stop", "split w brief e1", "split a e2"),
        )
    )
    assert case.run.ended
    assert case.end == "stop"
    assert case.data == {}
    assert case.world.performed == []


def test_terminate_in_a_subprocess_ends_only_that() -> None:
    inner = subprocess(
        "sub", start("s2"), parallel("split"), user("a"), user("b"), end("stop", TERMINATE),
        end("e2"), flows("s2 split a stop", "split b e2"),
    )  # fmt: skip
    case = Case(process("p", start(), inner, user("c"), end(), flows("start sub c end")))
    case.complete("a")
    assert case.waits == ["c"]
    assert case.happened(HappeningKind.CANCELLED) == ["b"]


def test_the_outcome_is_the_end_event_of_the_main_process_never_of_a_called_one() -> None:
    called = process("q", start("qs"), user("qa"), end("qe"), flows("qs qa qe"))
    case = Case(
        (process("p", start(), call("roep", "q"), end("klaar"), flows("start roep klaar")), called)
    )
    case.complete("qa")
    assert case.end == "klaar"


def test_what_a_send_task_returns_becomes_variables() -> None:
    def setup(world: World) -> None:
        world.answers["brief"] = lambda seen: {"verstuurd": seen["x"]}

    header = zeebe("taskHeaders", zeebe("header", key="brief", value="welkom"))
    case = Case(
        process("p", start(), perform("brief", extra=header), user("a"),
                end("e", '<bpmn:messageEventDefinition messageRef="M"/>',
                    zeebe("taskDefinition", type="thuisroute:melding")),
                flows("start brief a e"), rest=M),
        {"x": 7}, setup=setup,
    )  # fmt: skip
    assert case.data == {"x": 7, "verstuurd": 7}
    assert case.diagrams.elements["brief"].task_headers == {"brief": "welkom"}
    case.complete("a")
    assert [name for name, _ in case.world.performed] == ["brief", "e"]
    assert case.end == "e"


def test_a_decision_writes_its_result_and_tells_its_trace() -> None:
    case = Case(
        process("p", start(), decision("kies", "Advies", "advies"), user("a"), end(),
                flows("start kies a end")),
        {"q": 2}, setup=lambda w: w.decisions.update(Advies='if q > 1 then "ja" else "nee"'),
    )  # fmt: skip
    assert case.data == {"q": 2, "advies": "ja"}
    decided = [h for h in case.run.happenings if h.kind is HappeningKind.DECIDED]
    assert [(h.element_id, h.detail) for h in decided] == [("kies", {"decision": "Advies"})]


def test_due_dates_follow_the_facts_and_count_from_arrival() -> None:
    task = user(
        "a", extra=zeebe("taskSchedule", dueDate="=feit + duration(\"P2D\")",
                         followUpDate="=today() + duration(\"P1D\")")
        + zeebe("assignmentDefinition", candidateGroups="begeleider, manager", assignee="=wie")
        + zeebe("priorityDefinition", priority="80"),
    )  # fmt: skip
    case = Case(
        process("p", start(), parallel("split"), task, user("b"), end(), end("e2"),
                flows("start split a end", "split b e2")),
        {"wie": "sanne", "feit": date(2026, 3, 2)},
    )  # fmt: skip
    waiting = next(t for t in case.run.user_tasks if t.element_id == "a")
    assert waiting.due is not None
    assert waiting.due.last_day == date(2026, 3, 4)
    assert waiting.candidate_groups == ("begeleider", "manager")
    assert (waiting.assignee, waiting.priority) == ("sanne", 80)
    assert waiting.follow_up is not None
    assert waiting.follow_up.at == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # 3 March begins
    case.turn(days=3)
    case.complete("b", feit=date(2026, 3, 10))
    waiting = case.run.user_tasks[0]
    assert waiting.due is not None
    assert waiting.due.last_day == date(2026, 3, 12)
    assert waiting.follow_up is not None
    assert waiting.follow_up.last_day == date(2026, 3, 3)  # arrived on the 2nd, whatever today is


def test_a_case_that_can_never_go_on_is_a_fault_and_not_silence() -> None:
    case = Case(
        process(
            "p", start(), exclusive("x", default="x_join"), user("a"), parallel("join"), end(),
            flows("start a x join end"), flow("x", "join", "=false", "tweede"),
        )
    )  # fmt: skip
    with pytest.raises(RouteFault, match="nooit meer") as fault:
        case.run.complete(case.token("a"), {})
    assert fault.value.element_id == "join"


def test_nothing_reads_the_clock() -> None:
    case = Case(on_task(timer("timeDuration", "PT1S"), interrupting=True))
    assert case.set_timers["rand"].at > NOW
    case.correct(x=1)
    assert case.waits == ["a"]  # real time has passed it by years; only `fire` moves it


SPINS = {
    "one date": (catch("t", timer("timeDate", "=datum")), "terug t kies"),
    "two dates": (catch("t", timer("timeDate", "=datum")) + catch("u", timer("timeDate", "=datum")),
                  "terug t u kies"),
    "no duration": (catch("t", timer("timeDuration", "=duration(\"PT0S\")")), "terug t kies"),
}  # fmt: skip


def spinning(name: str) -> Case:
    parts, path = SPINS[name]
    return Case(
        process(
            "p", start(), parallel("split"), user("a"), end("ea"), exclusive("terug"), parts,
            exclusive("kies", default="kies_terug"), end(),
            flows("start split a ea", "split terug", path, "kies terug"),
            flow("kies", "end", "=klaar = true"),
        ),
        {"datum": date(2026, 3, 1), "b": 0},
    )  # fmt: skip


@pytest.mark.parametrize("name", SPINS)
def test_timers_that_are_due_again_and_again_at_once_are_a_fault_and_no_endless_work(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "MAX_AT_ONCE", 20)
    case = spinning(name)
    for _ in range(20):
        case.fire(case.run.timers[0].element_id)
    with pytest.raises(RouteFault, match="meteen") as fault:
        case.run.fire(case.run.timers[0].token)
    assert fault.value.place == "timer"


def test_a_timer_that_waited_or_anything_that_people_do_begins_the_count_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(execution, "MAX_AT_ONCE", 20)
    case = spinning("one date")
    for number in range(30):
        if number == 15:
            case.correct(b=1)
        case.fire("t")
    case.correct(datum=date(2026, 3, 9))
    case.turn(days=9)
    for _ in range(21):  # the first of these did wait
        case.fire("t")
    with pytest.raises(RouteFault):
        case.run.fire(case.run.timers[0].token)


@pytest.mark.parametrize("text", ["PT0S", "P0D", "-P1D"])
def test_a_timer_that_takes_no_time_is_refused(text: str) -> None:
    xml = process(
        "p", start(), catch("t", timer("timeDuration", text)), end(), flows("start t end")
    )
    with pytest.raises(DiagramRefused, match="langer zijn dan nul"):
        read_diagrams({"p.bpmn": xml})
