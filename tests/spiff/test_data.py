"""Case data: scopes, mappings, and that parallel work never undoes itself (fault 5)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import RouteFault
from engine.spiff import Execution
from tests.spiff.drawing import (
    call,
    catch,
    end,
    flows,
    io,
    message,
    multi,
    node,
    on_message,
    parallel,
    process,
    script,
    start,
    subprocess,
    user,
    zeebe,
)
from tests.spiff.world import Case, python

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


def test_a_branch_that_ends_late_does_not_undo_what_another_wrote() -> None:
    case = Case(FORK, {"x": 1})
    case.complete("a", x=2)
    case.complete("b", y=3)
    assert case.data == {"x": 2, "y": 3}


def test_a_message_that_sets_a_name_is_seen_by_every_branch() -> None:
    case = Case(
        process(
            "p",
            start(),
            parallel("split"),
            catch("m", on_message("M")),
            user("b"),
            parallel("join"),
            end(),
            flows("start split m join end", "split b join"),
            rest=message("M", "bericht"),
        )
    )
    assert case.deliver("bericht", antwoord="ja")
    token = case.token("b")
    assert case.run.variables(token)["antwoord"] == "ja"


def test_input_mappings_make_names_of_the_task_and_what_is_filled_in_there_stays_there() -> None:
    case = Case(
        process("p", start(), user("a", extra=io({"naam": "=client.naam"})), end(),
                flows("start a end")),
        {"client": {"naam": "Jansen"}},
    )  # fmt: skip
    assert case.run.variables(case.token("a"))["naam"] == "Jansen"
    case.complete("a", naam="Smit", ander=1)
    assert case.data == {"client": {"naam": "Jansen"}, "ander": 1}


def test_with_output_mappings_only_those_are_written() -> None:
    outputs = {"oordeel.a": "=keuze", "vast": "tekst"}
    case = Case(
        process("p", start(), user("a", extra=io(outputs=outputs)), end(), flows("start a end")),
        {"oordeel": {"b": 2}},
    )
    case.complete("a", keuze="ja", rest=1)
    assert case.data == {"oordeel": {"a": "ja", "b": 2}, "vast": "tekst"}


def test_a_later_mapping_sees_an_earlier_one_and_dots_make_contexts() -> None:
    mappings = io({"k.a": "=1", "k.b": "=k.a + 1", "tekst": "zomaar"})
    case = Case(process("p", start(), user("a", extra=mappings), end(), flows("start a end")))
    seen = case.run.variables(case.token("a"))
    assert str(seen["k"]) == "{'a': Decimal('1'), 'b': Decimal('2')}"
    assert seen["tekst"] == "zomaar"


def test_a_subprocess_has_only_its_mapped_names_for_itself() -> None:
    inner = subprocess(
        "sub",
        start("s2"),
        script("w1", "eigen", "=eigen + 1"),
        script("w2", "buiten", "=eigen"),
        user("a"),
        end("e2"),
        flows("s2 w1 w2 a e2"),
        extra=io({"eigen": "=10"}, {"klaar": "=eigen"}),
    )
    case = Case(process("p", start(), inner, end(), flows("start sub end")), {"eigen": 1})
    assert case.data == {"eigen": 1, "buiten": 11}
    case.complete("a", eigen=20, nieuw=5)
    assert case.data == {"eigen": 1, "buiten": 11, "nieuw": 5, "klaar": 20}


CALLED = process(
    "q", start("qs"), script("qw", "x", "=x + 1"), user("qa"), end("qe"), flows("qs qw qa qe")
)


def calling(propagate: str, extra: str = "", **more: str) -> tuple[bytes, bytes]:
    activity = call("roep", "q", propagate, extra, **more)
    return (process("p", start(), activity, end(), flows("start roep end")), CALLED)


def test_a_called_process_with_propagation_works_in_the_scope_of_its_caller() -> None:
    case = Case(calling("true"), {"x": 1})
    assert case.data == {"x": 2}
    case.complete("qa", y=3)
    assert case.data == {"x": 2, "y": 3}
    assert case.run.ended


def test_a_called_process_without_it_gives_back_only_its_output_mappings() -> None:
    case = Case(calling("false", io({"x": "=x + 10"}, {"terug": "=x + y"})), {"x": 1})
    assert case.run.variables(case.token("qa"))["x"] == 12
    assert case.data == {"x": 1}
    case.complete("qa", y=3)
    assert case.data == {"x": 1, "terug": 15}


def test_a_called_process_that_gets_no_variables_of_its_caller_sees_none() -> None:
    case = Case(
        calling("false", io({"x": "=geheim"}), propagateAllParentVariables="false"),
        {"geheim": 1, "ander": 2},
    )
    assert case.run.variables(case.token("qa")) == {"x": 2}


def test_a_correction_in_the_case_is_seen_in_a_called_process() -> None:
    case = Case(calling("false"), {"x": 1, "feit": "oud"})
    case.correct(feit="nieuw")
    assert case.run.variables(case.token("qa"))["feit"] == "nieuw"
    assert case.data["feit"] == "nieuw"


def test_a_correction_follows_into_a_called_process_that_got_the_fact_mapped_in() -> None:
    case = Case(calling("false", io({"feit": "=feit", "ander": "=1"})), {"feit": 5, "x": 1})
    case.correct(feit=6, ander=2)
    assert case.run.variables(case.token("qa"))["feit"] == 6
    assert case.data == {"feit": 6, "x": 1}


def test_a_correction_of_a_name_that_only_a_called_process_has_stays_there() -> None:
    case = Case(calling("false", io({"eigen": "=1"})), {"x": 1})
    case.correct(eigen=2)
    assert case.run.variables(case.token("qa"))["eigen"] == 2
    assert case.data == {"x": 1}


def test_values_of_every_feel_type_survive_save_and_load() -> None:
    code = (
        '=[1.10, "é", true, null, date("2026-03-29"), time("08:30:00"), duration("P1M"), '
        'date and time("2026-03-29T02:30:00@Europe/Amsterdam"), duration("PT36H"), '
        "{a: [1]}, [1..3]]"
    )
    case = Case(process("p", start(), script("s", "x", code), user("a"), end(),
                        flows("start s a end")))  # fmt: skip
    before = case.run.variables()["x"]
    case.complete("a")
    assert repr(case.run.variables()["x"]) == repr(before)


def test_a_result_that_is_a_function_is_a_fault_of_the_route() -> None:
    code = "={f: function(x) x + 1}"
    with pytest.raises(RouteFault, match="functie") as fault:
        Case(process("p", start(), script("s", "x", code), end(), flows("start s end")))
    assert fault.value.element_id == "s"


def test_variables_that_nobody_read_are_saved_as_they_were() -> None:
    case = Case(FORK, {"x": 1, "y": date(2026, 1, 1)})
    before = case.saved.variables
    loaded = Execution.load(case.diagrams, case.saved, case.world)
    assert loaded.save().variables == before
    seen = loaded.variables()
    loaded.correct({"x": None})
    assert (seen["x"], loaded.variables()["x"]) == (1, None)
    assert set(seen) == {"x", "y"}


def test_instances_of_a_repeated_task_do_not_see_each_other() -> None:
    task = user("a", multi("=namen", element="naam", output="uit", each="=antwoord"))
    case = Case(process("p", start(), task, end(), flows("start a end")), {"namen": ["x", "y"]})
    case.complete("a", nth=1, antwoord="tweede")
    assert case.run.variables(case.token("a"))["antwoord"] is None
    case.complete("a", antwoord="eerste")
    assert case.data == {"namen": ["x", "y"], "uit": ["eerste", "tweede"]}


# --- as Camunda 8 has it (variable mappings, call activities)


def test_an_input_mapping_makes_a_context_of_its_own_and_hides_the_outer_one() -> None:
    """Only output mappings are merged into what is there."""
    mappings = io({"k.a": "=1", "k.b": "=k.a + 1"})
    case = Case(
        process("p", start(), user("a", extra=mappings), end(), flows("start a end")),
        {"k": {"oud": True}},
    )
    assert python(case.run.variables(case.token("a"))["k"]) == {"a": 1, "b": 2}
    case.complete("a")
    assert case.data == {"k": {"oud": True}}


def test_an_output_mapping_sees_those_before_it_also_where_a_name_of_the_task_hides_them() -> None:
    mappings = io({"x": "=10"}, {"x": "=1", "y": "=x + 1", "k.a": "=y", "k.b": "=k.a + 1"})
    case = Case(
        process("p", start(), user("a", extra=mappings), end(), flows("start a end")),
        {"k": {"oud": True}},
    )
    case.complete("a", x=20)
    assert case.data == {"k": {"oud": True, "a": 2, "b": 3}, "x": 1, "y": 2}


def test_a_called_process_gives_back_all_when_the_diagram_does_not_say() -> None:
    """Camunda 8: propagateAllChildVariables is true unless it says false."""
    activity = node("callActivity", "roep", extra=zeebe("calledElement", processId="q"))
    case = Case((process("p", start(), activity, end(), flows("start roep end")), CALLED), {"x": 1})
    case.complete("qa", y=3)
    assert case.data == {"x": 2, "y": 3}


def test_a_called_process_with_output_mappings_gives_back_only_those() -> None:
    case = Case(calling("true", io(outputs={"terug": "=x + y"})), {"x": 1})
    case.complete("qa", y=3)
    assert case.data == {"x": 1, "terug": 5}


def test_a_called_process_that_sees_nothing_may_still_give_back_all() -> None:
    case = Case(
        calling("true", io({"x": "=geheim"}), propagateAllParentVariables="false"),
        {"geheim": 1, "ander": 2},
    )
    assert case.run.variables(case.token("qa")) == {"x": 2}
    case.complete("qa", y=3, ander=4)
    assert case.data == {"geheim": 1, "ander": 4, "y": 3}  # x is a name of the call


def test_what_is_mapped_from_nothing_is_a_name_with_nothing_in_it() -> None:
    case = Case(
        process("p", start(), user("a", extra=io({"x": "=weg"})), end(), flows("start a end")),
        {"x": 1},
    )
    assert case.run.variables(case.token("a"))["x"] is None
    case.complete("a", x=2)
    assert case.data == {"x": 1}
