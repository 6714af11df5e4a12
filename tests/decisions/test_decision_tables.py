"""Decision tables: every hit policy, aggregation, defaults, allowed values, and why (chapter 8)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import decisions, feel
from engine.decisions.columns import Column
from engine.decisions.source import Source
from engine.decisions.xml import read
from engine.feel.limits import DEFAULT
from engine.feel.run import Frame, Run
from tests.decisions.models import decide, decision, model, outcome, table

RULES = ["> 1 | 10", "> 2 | 30", "> 3 | 20"]


def by(policy: str, value: int, extra: str = "", output: str = "") -> str:
    content = decision("d", table({"x": "number"}, {"o": output}, RULES, policy, extra))
    return decide(content, {"x": value})


@pytest.mark.parametrize(
    ("policy", "extra", "output", "none", "one", "all_"),
    [
        ("UNIQUE", "", "", "null", "10", "null"),
        ("ANY", "", "", "null", "10", "null"),
        ("FIRST", "", "", "null", "10", "10"),
        (
            "PRIORITY",
            "",
            "<outputValues><text>20, 30, 10</text></outputValues>",
            "null",
            "10",
            "20",
        ),
        (
            "OUTPUT ORDER",
            "",
            "<outputValues><text>20, 30, 10</text></outputValues>",
            "[]",
            "[10]",
            "[20, 30, 10]",
        ),
        ("RULE ORDER", "", "", "[]", "[10]", "[10, 30, 20]"),
        ("COLLECT", "", "", "[]", "[10]", "[10, 30, 20]"),
        ("COLLECT", 'aggregation="SUM"', "", "null", "10", "60"),
        ("COLLECT", 'aggregation="MIN"', "", "null", "10", "10"),
        ("COLLECT", 'aggregation="MAX"', "", "null", "10", "30"),
        ("COLLECT", 'aggregation="COUNT"', "", "null", "1", "3"),
    ],
)
def test_a_hit_policy_chooses_among_the_rules_that_match(
    policy: str, extra: str, output: str, none: str, one: str, all_: str
) -> None:
    assert by(policy, 0, extra, output) == none
    assert by(policy, 2, extra, output) == one
    assert by(policy, 9, extra, output) == all_


def test_equal_outputs_are_any_of_them() -> None:
    rules = ["> 1 | 10", "> 2 | 10.0"]
    content = decision("d", table({"x": "number"}, {"o": ""}, rules, "ANY"))
    assert decide(content, {"x": 5}) == "10"


def test_more_than_one_match_of_a_unique_table_names_the_rules() -> None:
    content = decision("d", table({"x": "number"}, {"o": ""}, RULES))
    found = outcome(content, {"x": 9})
    assert found.value is None
    assert [(item.code, item.message) for item in found.diagnostics] == [
        ("hit-policy", "only one rule may match, but 1, 2, 3 do")
    ]


def test_several_outputs_are_a_context_and_defaults_stand_in() -> None:
    default = "<defaultOutputEntry><text>{}</text></defaultOutputEntry>"
    outputs = {"a": default.format("0"), "b": default.format('"geen"')}
    content = decision("d", table({"x": "number"}, outputs, ['> 1 | 1 | "wel"']))
    assert decide(content, {"x": 5}) == '{"a": 1, "b": "wel"}'
    assert decide(content, {"x": 0}) == '{"a": 0, "b": "geen"}'


def test_cells_may_be_any_test_and_outputs_any_expression() -> None:
    rules = ['"a", "b" | - | y + 1', 'not("a", "b") | [1..y] | y * 2', "- | ? > y and odd(?) | 0"]
    content = decision("d", table({"x": "string", "n": "number"}, {"o": ""}, rules, "FIRST"))
    assert decide(content, {"x": "b", "n": 1, "y": 4}) == "5"
    assert decide(content, {"x": "c", "n": 4, "y": 4}) == "8"
    assert decide(content, {"x": "c", "n": 5, "y": 4}) == "0"
    assert decide(content, {"x": "c", "n": 6, "y": 4}) == "null"


def test_the_trace_says_which_rules_fired_and_why() -> None:
    rules = ["> 1 | 10 # te oud", "> 2 | 30 # veel te oud"]
    content = decision("d", table({"x": "number"}, {"o": ""}, rules, "FIRST"))
    (step,) = outcome(content, {"x": 5}).trace
    assert (step.id, step.value) == ("d", Decimal(10))
    first, second = step.rules
    assert (first.index, first.id, first.description, first.used) == (1, "regel1", "te oud", True)
    assert first.annotations == {"bron": "bron 1"}
    assert (second.index, second.used) == (2, False)


def test_an_input_of_a_wrong_type_is_told_and_decides_nothing() -> None:
    content = decision("d", table({"x": "number"}, {"o": ""}, ["- | 1"]))
    found = outcome(content, {"x": "veel"})
    assert found.value is None
    assert [item.code for item in found.diagnostics] == ["input"]
    assert "veel" not in found.diagnostics[0].message


def test_allowed_input_and_output_values_are_checked() -> None:
    body = table(
        {"x": "string"}, {"o": "<outputValues><text>1, 2</text></outputValues>"}, ["- | y"]
    )
    body = body.replace(
        "</inputExpression>", '</inputExpression><inputValues><text>"a", "b"</text></inputValues>'
    )
    content = decision("d", body)
    assert decide(content, {"x": "a", "y": 2}) == "2"
    assert [item.code for item in outcome(content, {"x": "c", "y": 2}).diagnostics] == ["input"]
    assert [item.code for item in outcome(content, {"x": "a", "y": 3}).diagnostics] == ["output"]


def test_a_cell_that_is_no_feel_matches_nothing_and_is_told() -> None:
    content = decision("d", table({"x": "number"}, {"o": ""}, ["> | 1", "- | 2"]))
    found = outcome(content, {"x": 5})
    assert found.value == 2
    assert [item.code for item in found.diagnostics] == ["syntax"]
    (problem,) = decisions.load(model(content)).problems()
    assert (problem.element, problem.text, problem.problem.code) == ("regel1", ">", "syntax")
    assert (problem.decision, problem.row) == ("d", 1)
    assert problem.syntax is not None
    assert (problem.syntax.line, problem.syntax.column) == (1, 2)


NUMBERS = st.sampled_from(["0", "1", "2", "2.5", "-3", "7"])
DATES = st.sampled_from(['date("2026-01-01")', '@"2026-02-01"', '@"2025-06-30"'])
ENDS = st.tuples(st.sampled_from("[(]"), st.sampled_from("])["))


def spans(ends: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(ENDS, ends, ends).map(lambda s: f"{s[0][0]}{s[1]}..{s[2]}{s[0][1]}")


TESTS = (
    NUMBERS
    | spans(NUMBERS)
    | spans(DATES.filter(lambda text: text[0] == "@"))
    | st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), NUMBERS).map(" ".join)
    | st.sampled_from(['"a"', '"b"', "true", "false", "null", "? > 1", "x", "[1, 2]", "> x"])
)
CELLS = st.lists(TESTS, min_size=1, max_size=3).map(", ".join) | st.just("-")
CELLS = CELLS | CELLS.filter(lambda text: text != "-").map(lambda text: f"not({text})")
INPUTS = st.sampled_from(
    [None, True, False, "a", "b", Decimal("2"), Decimal("2.5"), Decimal(1), Decimal(-3), [1]]
) | st.sampled_from([feel.Date(2026, 1, 1), feel.Date(2026, 1, 15), feel.Date(2025, 6, 30)])


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8), INPUTS)
def test_the_index_of_a_column_agrees_with_running_every_cell(
    cells: list[str], value: object
) -> None:
    source = Source(read(model("")))
    run = Run(feel.STANDARD, DEFAULT, None)
    frame = Frame({"?": feel.from_python(value), "x": Decimal(2)}, None, run)
    found = Column(cells, source).matching(frame.vars["?"], frame, (1 << len(cells)) - 1)
    expected = 0
    for place, cell in enumerate(cells):
        outcome = feel.parse_unary_tests(cell).evaluate({"x": 2}, input=value)
        if outcome.value is True:
            expected |= 1 << place
    assert bin(found) == bin(expected)
