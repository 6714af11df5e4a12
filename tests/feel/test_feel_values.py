"""Values in from Python and out to JSON."""

import datetime as dt
import math
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("python", "literal"),
    [
        (1, "1"),
        (True, "true"),
        (0.1, "0.1"),
        (math.inf, "null"),
        (math.nan, "null"),
        (Decimal("1.50"), "1.5"),
        (Decimal("NaN"), "null"),
        pytest.param(10**7000, "null", id="a huge whole number"),
        ("a", '"a"'),
        (None, "null"),
        ((1, [2]), "[1, [2]]"),
        ({"a": {"b": 1}}, '{"a": {"b": 1}}'),
        (dt.date(2026, 5, 18), 'date("2026-05-18")'),
        (dt.time(8, 30), 'time("08:30:00")'),
        (dt.datetime(2026, 5, 18, 8, 30, tzinfo=dt.UTC), 'date and time("2026-05-18T08:30:00Z")'),
        (
            dt.datetime(2026, 5, 18, 8, 30, tzinfo=ZoneInfo("Europe/Amsterdam")),
            'date and time("2026-05-18T08:30:00@Europe/Amsterdam")',
        ),
        (dt.timedelta(days=1, microseconds=1), 'duration("P1DT0.000001S")'),
    ],
)
def test_python_values_become_feel_values(python: object, literal: str) -> None:
    assert feel.to_literal(feel.from_python(python)) == literal


@pytest.mark.parametrize("wrong", [object(), {1: 2}, {1}, b"a", 1j])
def test_what_is_no_feel_value_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError):
        feel.from_python(wrong)
    with pytest.raises(TypeError):
        feel.parse("x").evaluate({"x": wrong})


def test_a_list_within_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="too deep"):
        feel.from_python(endless)


@pytest.mark.parametrize(
    ("literal", "stored"),
    [
        ("12", 12),
        ("1.5e3", 1500),
        ("10 ** 40", {"@": "number", "v": "1.000000000000000000000000000000000E+40"}),
        ("1.50", {"@": "number", "v": "1.50"}),
        ('"x"', "x"),
        ("[1, null, true]", [1, None, True]),
        ('{a: "b"}', {"a": "b"}),
        ('{"@": 1}', {"@": "context", "v": {"@": 1}}),
        ('@"2026-05-18"', {"@": "date", "v": "2026-05-18"}),
        ('@"P1D"', {"@": "days and time duration", "v": "P1D"}),
        ("[1..2)", {"@": "range", "v": [1, 2, True, False, ""]}),
    ],
)
def test_the_stored_form_is_this(literal: str, stored: object) -> None:
    value = feel.parse(literal).evaluate({}).value
    assert feel.dump(value) == stored
    assert feel.to_literal(feel.load(stored)) == feel.to_literal(value)


def test_a_function_cannot_be_stored() -> None:
    with pytest.raises(TypeError):
        feel.dump(feel.parse("function(x) x").evaluate({}).value)


@pytest.mark.parametrize("wrong", [1.5, {"@": "date", "v": "x"}, {"@": "nothing", "v": "x"}])
def test_what_dump_never_writes_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="stored"):
        feel.load(wrong)


@pytest.mark.parametrize(
    ("literal", "name"),
    [
        ("1", "number"),
        ('"a"', "string"),
        ("true", "boolean"),
        ("null", "null"),
        ('@"2026-05-18"', "date"),
        ('@"2026-05-18T08:30:00"', "date and time"),
        ('@"08:30:00"', "time"),
        ('@"P1M"', "years and months duration"),
        ("[]", "list"),
        ("{}", "context"),
        ("[1..2]", "range"),
        ("function() 1", "function"),
        ("abs", "function"),
    ],
)
def test_every_kind_has_the_standards_name(literal: str, name: str) -> None:
    assert feel.type_name(feel.parse(literal).evaluate({}).value) == name
