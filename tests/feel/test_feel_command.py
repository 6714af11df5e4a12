"""`thuisroute feel`."""

import datetime as dt

import pytest
from click.testing import CliRunner

from engine.feel import diagnostic_in_dutch, parse
from engine.feel.command import feel_command


def test_the_command_prints_the_value() -> None:
    outcome = CliRunner().invoke(feel_command, ["a + 1", "--context", "{a: 2}"])
    assert (outcome.exit_code, outcome.output) == (0, "3\n")


def test_the_command_tells_why_a_value_is_null() -> None:
    outcome = CliRunner().invoke(feel_command, ["b + 1"])
    assert outcome.exit_code == 0
    assert "Regel 1, teken 1: b is hier niet bekend." in outcome.output


def test_the_command_tells_where_a_mistake_is() -> None:
    outcome = CliRunner().invoke(feel_command, ["1 +"])
    assert outcome.exit_code == 1
    assert "Regel 1, teken 4: hier hoort een waarde of een naam." in outcome.output


def test_a_context_that_is_none_is_refused() -> None:
    outcome = CliRunner().invoke(feel_command, ["1", "--context", "[1]"])
    assert outcome.exit_code == 2


def test_an_expression_may_begin_with_a_minus_sign() -> None:
    outcome = CliRunner().invoke(feel_command, ["-a", "--context", "{a: 2}"])
    assert (outcome.exit_code, outcome.output) == (0, "-2\n")


def test_a_limit_that_was_passed_is_told() -> None:
    outcome = CliRunner().invoke(feel_command, ["for i in 1..10000000 return i"])
    assert outcome.exit_code == 1
    assert outcome.output == "Error: Deze expressie kost te veel.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('1 + "a"', "U kunt een getal en een tekst niet optellen."),
        ('"a" - 1', "U kunt een getal niet aftrekken van een tekst."),
        ("1 < date(2026, 1, 1)", "U kunt een getal en een datum niet vergelijken."),
        ("[1] / 2", "U kunt een lijst niet delen door een getal."),
        ("1 / 0", "Delen door nul kan niet."),
        ("foo(1)", "De functie foo bestaat niet."),
        ("{a: 1}.b", "De context heeft geen gegeven b."),
        ("(1).b", "Een getal heeft geen gegeven b."),
        ('date("2026-13-01")', "Deze datum bestaat niet."),
        ('duration("8 weken")', "Deze tekst is geen duur, zoals P8W."),
        ('number("x", ",", ".")', "Deze tekst is geen getal."),
        ("not(1, 2)", "De functie krijgt te veel of te weinig, of iets dat zij niet kent."),
        ("[1, 2][3]", "Deze plaats is er niet in de lijst of de tekst."),
        ("if 3 then 1 else 2", "De voorwaarde is geen ja of nee."),
    ],
)
def test_why_a_value_is_null_is_told_in_dutch(text: str, said: str) -> None:
    now = dt.datetime(2026, 5, 18, tzinfo=dt.UTC)
    first = parse(text).evaluate({}, now=now).diagnostics[0]
    assert diagnostic_in_dutch(first).split(": ", 1)[1] == said
