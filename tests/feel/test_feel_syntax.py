"""The grammar of DMN 1.5, 10.3.1.2: what parses to what, and what a mistake is told."""

import pytest

from engine.feel import (
    FeelSyntaxError,
    FeelTooLarge,
    parse,
    parse_unary_tests,
    syntax_in_dutch,
)
from tests.feel.tables import literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 3 - 2", "5"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("1 - -1", "2"),
        ("8 / 4 / 2", "1"),
        ("1 + 1 = 2 and 2 > 1", "true"),
        ("false and true or true", "true"),
        ("1 between 0 and 2 and true", "true"),
        ("1.5e3", "1500"),
        (".5", "0.5"),
        ('"a\\nb\\t\\"c\\" \\u0041"', '"a\\nb\\t\\"c\\" A"'),
        ('"\\d"', '"\\\\d"'),
        ("1 // a remark\n + /* another */ 2", "3"),
        ("[1, 2, 3][2]", "2"),
        ("[1, 2, 3][-1]", "3"),
        ("{a: 1, b: a + 1}.b", "2"),
        ('{"een twee": 1}.een twee', "1"),
        ("if 1 > 2 then 1 else if true then 2 else 3", "2"),
        ("for i in 1..3 return i * i", "[1, 4, 9]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in [1, 2], j in [10, 20] return i + j", "[11, 21, 12, 22]"),
        ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3]"),
        ("some i in [1, 2] satisfies i > 1", "true"),
        ("every i in [1, 2] satisfies i > 1", "false"),
        ("(function(a: number, b) a - b)(b: 1, a: 3)", "2"),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", "120"),
        ("5 in [1..5)", "false"),
        ("5 in ]1..5]", "true"),
        ("5 in (< 3, > 4)", "true"),
        ("5 in <= 5", "true"),
        ("5 in ([1, 5])[2]", "true"),
        ("5 in (2) + 3", "true"),
        ("5 in (1..5] and 5 in (4..6)", "true"),
        ("1 in [2..3] or 2 in ]1..3[", "true"),
        ('@"2026-05-18"', 'date("2026-05-18")'),
        ("1 instance of number", "true"),
        ('["a"] instance of list<string>', "true"),
        ('@"P1D" instance of days and time duration', "true"),
        ("{a: 1} instance of context<a: number>", "true"),
        ("`een twee` + 1", "null"),
        ("[[1, 2], [3]][item[1] = 3][1][1]", "3"),
        ("{a: [{b: 1}, {b: 2}]}.a.b", "[1, 2]"),
        ("[{b: 1}, {b: 2}][b > 1].b", "[2]"),
    ],
)
def test_an_expression_means_what_the_grammar_says(text: str, expected: str) -> None:
    assert literal(text) == expected


def test_a_known_name_may_hold_spaces_and_symbols() -> None:
    context = {"eigen bijdrage": 10, "a-b": 5, "a": 1, "b": 1, "client's age": 42}
    assert literal("eigen bijdrage * 2", context) == "20"
    assert literal("a-b", context) == "5"
    assert literal("a - b", context) == "5"
    assert literal("client's age", context) == "42"


def test_the_longest_known_name_wins() -> None:
    context = {"datum": 1, "datum einde": 2, "datum einde zorg": 3}
    assert literal("datum einde zorg", context) == "3"
    assert literal("datum einde", context) == "2"


def test_a_name_with_spaces_is_known_only_where_it_is_bound() -> None:
    assert literal("for mijn ding in [1, 2] return mijn ding + 1") == "[2, 3]"
    with pytest.raises(FeelSyntaxError):
        parse("(for mijn ding in [1, 2] return mijn ding) = mijn ding")


def test_functions_with_spaces_need_no_declaration() -> None:
    assert literal('string length("abc") + count(distinct values([1, 1]))') == "4"
    assert literal('date and time("2026-05-18T08:30:00").hour') == "8"


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("1 +", 1, 4, "an expression"),
        ("(1", 1, 3, "')'"),
        ("[1, 2", 1, 6, "']'"),
        ("if true then 1", 1, 15, "'else'"),
        ("a\n  b", 2, 3, "an operator or the end"),
        ('"abc', 1, 1, "a closing quote"),
        ("for i 1..3 return i", 1, 8, "'in'"),
        ("{a: 1, a: 2}", 1, 1, "every key once"),
        ('@"2026-02-30"', 1, 2, "a date, time or duration"),
        ("f(1, b: 2)", 1, 9, "an argument without name, as the one before"),
        ("1 instance number", 1, 12, "'of'"),
        ("1 § 2", 1, 3, "a FEEL symbol"),
        ("1 /* 2", 1, 3, "the end of the remark"),
        ("", 1, 1, "an expression"),
        ("then", 1, 1, "an expression"),
    ],
)
def test_a_mistake_tells_line_column_and_what_was_expected(
    text: str, line: int, column: int, expected: str
) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse(text)
    error = caught.value
    assert (error.line, error.column, error.expected) == (line, column, expected)
    assert error.text == text


def test_too_deep_and_too_long_are_syntax_errors_with_a_named_limit() -> None:
    with pytest.raises(FeelTooLarge) as deep:
        parse("(" * 100 + "1" + ")" * 100)
    assert deep.value.limit == "nesting"
    with pytest.raises(FeelTooLarge) as long:
        parse("1 + " * 50_000 + "1")
    assert long.value.limit == "length"


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", 1, True),
        ("5", 5, True),
        ("5, 6", 6, True),
        ("not(5, 6)", 6, False),
        ("not(5)", 4, True),
        ("< 5", 4, True),
        ("[1..5)", 5, False),
        ('"a", "b"', "b", True),
        ("? > 3 and ? < 5", 4, True),
        ("odd(?)", 4, False),
        ("limiet", 7, True),
        ("> limiet", 8, True),
        ("[1, 2, 3]", 2, True),
        ("true", True, True),
        ("null", None, True),
        ("< 5", "a", None),
        ("limiet > 5", 1, True),
    ],
)
def test_a_cell_tests_its_input(cell: str, value: object, expected: bool | None) -> None:
    outcome = parse_unary_tests(cell).evaluate({"limiet": 7}, input=value)
    assert outcome.value is expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 +", "Regel 1, teken 4: hier hoort een waarde of een naam."),
        ("(1", "Regel 1, teken 3: hier hoort ')'."),
        ("a\n b", "Regel 2, teken 2: hier hoort een teken zoals + of =, of het einde."),
        ('"a', "Regel 1, teken 1: hier hoort een aanhalingsteken aan het einde van de tekst."),
        ("{a: 1, a: 1}", "Regel 1, teken 1: hier hoort elke naam maar één keer."),
        ("f(1, b: 2)", "Regel 1, teken 9: hier hoort een gegeven zonder naam, net als het vorige."),
        ("f(b: 2, 1)", "Regel 1, teken 9: hier hoort een gegeven mét naam, net als het vorige."),
        ("(" * 100, "De expressie heeft te veel haakjes of lagen in elkaar."),
        ("for i x return 1", "Regel 1, teken 17: hier hoort 'in'."),
        (
            "1 instance of 1",
            "Regel 1, teken 15: hier hoort een soort waarde, zoals number of string.",
        ),
        ("a.1", "Regel 1, teken 2: hier hoort een teken zoals + of =, of het einde."),
        ("a. +", "Regel 1, teken 4: hier hoort een naam."),
        ('@"x"', "Regel 1, teken 2: hier hoort een datum, een tijd of een duur."),
        ("1 § 2", "Regel 1, teken 3: hier hoort een teken dat FEEL kent."),
    ],
)
def test_a_mistake_is_told_in_dutch(text: str, sentence: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        parse(text)
    assert syntax_in_dutch(caught.value).startswith(sentence)
