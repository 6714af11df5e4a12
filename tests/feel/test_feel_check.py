"""What can be known of an expression before it runs."""

from collections.abc import Collection

import pytest

from engine import feel


def found(
    text: str, names: Collection[str] = (), library: feel.Library = feel.STANDARD
) -> list[tuple[str, str, int, int]]:
    problems = feel.check(feel.parse(text, names), names, library)
    return [(problem.code, problem.name, problem.line, problem.column) for problem in problems]


def test_an_unknown_name_is_found_with_its_place() -> None:
    assert found("a +\n b", {"a"}) == [("unknown-name", "b", 2, 2)]


def test_an_unknown_function_and_a_wrong_number_of_arguments_are_found() -> None:
    assert found("fob(1) + abs(1, 2)") == [
        ("unknown-function", "fob", 1, 1),
        ("arguments", "abs", 1, 10),
    ]
    assert found('substring(text: "a")') == [("arguments", "substring", 1, 1)]
    assert found("min(1, 2, 3, 4)") == []


@pytest.mark.parametrize(
    "text",
    [
        "for x in [1] return x",
        "some x in [1] satisfies x = 1",
        "{a: 1, b: a}",
        "(function(x) x)(1)",
        "[1, 2][item > 1]",
        "for x in [1] return partial",
    ],
)
def test_names_that_the_text_binds_are_not_unknown(text: str) -> None:
    assert found(text) == []


def test_a_name_in_a_filter_may_be_an_entry_of_the_items() -> None:
    expression = feel.parse("lijst[leeftijd > grens]")
    assert expression.free_names == {"lijst"}
    assert expression.possible_names == {"leeftijd", "grens"}


def test_qualified_reads_are_known() -> None:
    expression = feel.parse("aanvraag.datum > vandaag and aanvraag.client.naam = x[1].y")
    assert expression.free_names == {"aanvraag", "vandaag", "x"}
    assert expression.paths == {
        ("aanvraag", "datum"),
        ("aanvraag", "client", "naam"),
        ("vandaag",),
        ("x",),
    }


def test_calls_are_known_with_their_arguments() -> None:
    expression = feel.parse("f(1, g(x: 2))")
    assert expression.calls == (("f", 2, 1, 1), ("g", ("x",), 1, 6))


def test_own_functions_extend_the_standard_without_changing_it() -> None:
    double = feel.Function(params=("x",), impl=lambda x: x * 2)
    library = feel.STANDARD.extended({"dubbel": double})
    expression = feel.parse("dubbel(21)")
    assert expression.evaluate({}, library=library).value == 42
    assert expression.evaluate({}).value is None
    assert found("dubbel(1, 2)", library=library) == [("arguments", "dubbel", 1, 1)]


def test_an_own_function_that_refuses_gives_null_and_its_reason() -> None:
    def refuse(x: object) -> object:
        raise ValueError("that cannot be")

    library = feel.STANDARD.extended({"nee": feel.Function(params=("x",), impl=refuse)})
    outcome = feel.parse("nee(1)").evaluate({}, library=library)
    assert outcome.value is None
    assert outcome.diagnostics[0].message == "that cannot be"


def test_an_own_function_gets_feel_values_and_may_give_python_ones() -> None:
    seen: list[object] = []

    def keep(x: object) -> object:
        seen.append(x)
        return {"a": [1, 0.1]}

    library = feel.STANDARD.extended({"bewaar": feel.Function(params=("x",), impl=keep)})
    outcome = feel.parse('bewaar(@"2026-05-18")').evaluate({}, library=library)
    assert seen == [feel.Date(2026, 5, 18)]
    assert feel.to_literal(outcome.value) == '{"a": [1, 0.1]}'
