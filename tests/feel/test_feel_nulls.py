"""Where the standard says null, there is null, and beside it the reason."""

import pytest

from engine import feel
from tests.feel.tables import codes, literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null and false", "false"),
        ("null and true", "null"),
        ("null or true", "true"),
        ("null or false", "null"),
        ('1 = "1"', "null"),
        ("1 = null", "false"),
        ("null = null", "true"),
        ("null != 1", "true"),
        ('1 < "1"', "null"),
        ('1 + "1"', "null"),
        ("null + 1", "null"),
        ("1 in null", "false"),
        ("{a: 1}.b", "null"),
        ("null.a", "null"),
        ("[1, 2][3]", "null"),
        ("if null then 1 else 2", "2"),
        ("foo(1)", "null"),
        ("abs(1, 2)", "null"),
        ("abs(n: 1, m: 2)", "null"),
        ("5 in [null..10]", "null"),
    ],
)
def test_what_has_no_value_is_null(text: str, expected: str) -> None:
    assert literal(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("onbekend", "name"),
        ("{a: 1}.b", "name"),
        ('1 + "1"', "types"),
        ('number("x")', "number"),
        ('date("x")', "date"),
        ("1 / 0", "number"),
        ("foo(1)", "name"),
        ("abs(1, 2)", "arguments"),
        ('abs("x")', "arguments"),
        ("[1][2]", "index"),
        ('matches("a", "(")', "pattern"),
    ],
)
def test_every_null_leaves_a_reason(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_diagnostic_tells_the_place() -> None:
    outcome = feel.parse('1 +\n  abs("x")').evaluate({})
    first = outcome.diagnostics[0]
    assert (first.code, first.line, first.column) == ("arguments", 2, 3)


def test_a_diagnostic_never_holds_a_persons_words() -> None:
    context = {"naam": "Jansen", "bsn": "123456782", "lijst": ["Jansen"], "x": {"n": "Jansen"}}
    for text in ("naam + 1", "abs(naam)", "lijst - 1", "x * 2", "date(bsn)", "x.y", "naam.z"):
        for found in feel.parse(text).evaluate(context).diagnostics:
            assert "Jansen" not in found.message
            assert "123456782" not in found.message


def test_a_value_that_is_known_but_not_set_is_null_without_a_reason() -> None:
    outcome = feel.parse("a").evaluate({"a": None})
    assert outcome.value is None
    assert outcome.diagnostics == ()


def test_the_reasons_are_counted_too() -> None:
    outcome = feel.parse("for i in 1..1000 return onbekend").evaluate({})
    assert len(outcome.diagnostics) == 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 in (? > 3)", True),
        ("a in (? > 3 and ? < 6)", True),
        ("a in (? > 7, ? = 5)", True),
        ("a in (not(? = 5))", False),
        ("count([2, 4, 9][item in (? > a - 2 and ? < 6)])", 1),
    ],
)
def test_the_question_mark_of_in_is_what_stands_before_it(text: str, expected: object) -> None:
    result = feel.parse(text).evaluate({"a": 5})
    assert (result.value, result.diagnostics) == (expected, ())


def test_the_question_mark_of_a_cell_stays_that_of_the_cell() -> None:
    cell = feel.parse_unary_tests('"a" in ?')
    assert cell.evaluate({"?": ["a", "b"]}).value is True
    assert cell.evaluate({"?": ["b"]}).value is False


def test_a_test_that_cannot_say_makes_in_null() -> None:
    result = feel.parse("null in (? > 3)").evaluate({})
    assert result.value is None
    assert "types" in {item.code for item in result.diagnostics}
