"""FEEL with the platform's own functions, on Dutch time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine import feel
from engine.expressions import LIBRARY, ExpressionFault, evaluate, parsed, source

NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 0.30 uur on 3 March in Amsterdam


def value(text: str, **variables: object) -> object:
    return evaluate(text, variables, NOW)


def test_a_text_is_feel_with_or_without_the_sign_of_the_modeller() -> None:
    assert value("= 1 + 1") == value("1 + 1") == 2
    assert source("  =  a ") == "a"


def test_today_is_the_day_in_the_netherlands() -> None:
    assert str(value("=today()")) == "2026-03-03"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('eindeTermijn(date("2026-03-20"), "P8W", "wet")', "2026-05-18"),
        ('eindeTermijn(date("2026-03-20"), "P8W", "werkafspraak")', "2026-05-15"),
        ('eindeTermijn(date and time("2026-03-20T10:00:00"), duration("P21D"), "werkafspraak")',
         "2026-04-10"),
        ('eindeTermijn(null, "P8W", "wet")', "None"),
        ('eindeTermijn(date("2026-03-20"), "8 weken", "wet")', "None"),
        ('eindeTermijn(date("2026-03-20"), "P8W", "anders")', "None"),
        ('plusWerkdagen(date("2026-05-14"), 1)', "2026-05-18"),
        ('plusWerkdagen(date("2026-05-14"), 1.5)', "None"),
        ('plusDagen(date("2026-10-23"), 1, "kalenderdagen")', "2026-10-24"),
        ('plusDagen(date("2026-10-23"), 1, "werkdagen")', "2026-10-26"),
        (
            'plusDagen(@"2026-10-24T10:00:00@Europe/Amsterdam", 2, "kalenderdagen")',
            "2026-10-26T10:00:00@Europe/Amsterdam",  # the clock goes back in between
        ),
        (
            'plusDagen(@"2026-10-24T10:00:00@Europe/Amsterdam", 2, "werkdagen")',
            "2026-10-27T10:00:00@Europe/Amsterdam",
        ),
        ('plusDagen(date("2026-10-23"), 1, "weken")', "None"),
        ('terugTellen(date("2026-06-30"), "P3M")', "2026-03-30"),
        ('tekstDatum(date("2026-05-18"))', "maandag 18 mei 2026"),
        ('tekstDatum(date and time("2026-05-18T08:30:00"))', "maandag 18 mei 2026 om 8.30 uur"),
        ('tekstDatum(date and time("2026-05-18T22:30:00Z"))', "dinsdag 19 mei 2026 om 0.30 uur"),
        ("bedrag(67.95)", "€ 67,95"),
        ("bedrag(1234567.5)", "€ 1.234.567,50"),
        ("bedrag(-2)", "€ -2,00"),
        ('bedrag("2")', "None"),
        ('eindeTermijn(start: date("2026-03-20"), duur: "P8W", soort: "wet")', "2026-05-18"),
    ],
)  # fmt: skip
def test_our_own_functions(text: str, expected: str) -> None:
    assert str(value(text)) == expected


def test_text_that_is_no_feel_is_a_fault_that_says_where() -> None:
    with pytest.raises(ExpressionFault, match=r"geen geldige FEEL.*Regel 1, teken 4"):
        parsed("=1 + ")


def test_an_expression_that_costs_too_much_is_a_fault_without_data() -> None:
    with pytest.raises(ExpressionFault, match="kost te veel") as fault:
        value("for i in 1..100000000 return naam", naam="Jansen")
    assert "Jansen" not in fault.value.message


def test_the_static_check_knows_our_functions() -> None:
    assert feel.check(parsed('=eindeTermijn(d, "P8W", "wet")'), {"d"}, LIBRARY) == []
    problems = feel.check(parsed("=eindeTermijn(d)"), {"d"}, LIBRARY)
    assert [problem.code for problem in problems] == ["arguments"]


def test_a_python_date_in_the_context_reads_as_a_feel_date() -> None:
    assert value('d + duration("P1D")', d=date(2026, 1, 31)) == feel.Date(2026, 2, 1)
