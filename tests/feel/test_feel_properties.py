"""FEEL against independent truth: Python's decimal and datetime, print-then-parse, and algebra."""

import datetime as dt
import json
import re
from decimal import Context, Decimal, localcontext
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from engine import feel
from tests.feel import strategies as made
from tests.feel.tables import value

TRUTHS = st.sampled_from([True, False, None])
WIDE = Context(prec=34, Emin=-6143, Emax=6144)


@given(made.numbers, made.numbers)
def test_arithmetic_is_that_of_pythons_decimal(a: Decimal, b: Decimal) -> None:
    with localcontext(WIDE):
        names = {"a": a, "b": b}
        assert value("a + b", names) == a + b
        assert value("a - b", names) == a - b
        assert value("a * b", names) == a * b
        assert value("a / b", names) == (a / b if b else None)
        assert value("a < b", names) is (a < b)
        assert value("a = b", names) is (a == b)


@given(made.numbers, made.numbers)
def test_modulo_and_floor_are_those_of_whole_division(a: Decimal, b: Decimal) -> None:
    assume(b != 0)
    with localcontext(Context(prec=200)):
        rest = a - b * (a / b).to_integral_value(rounding="ROUND_FLOOR")
    with localcontext(WIDE):
        assert value("modulo(a, b)", {"a": a, "b": b}) == +rest
    assert value("floor(a)", {"a": a}) == a.to_integral_value(rounding="ROUND_FLOOR")


@given(made.python_dates, st.integers(-100_000, 100_000))
def test_a_date_and_days_are_those_of_pythons_calendar(day: dt.date, days: int) -> None:
    names = {"d": day, "n": days}
    assert feel.to_python_date(value('d + n * @"P1D"', names)) == day + dt.timedelta(days=days)
    assert value("d.weekday", names) == day.isoweekday()
    assert value("week of year(d)", names) == day.isocalendar().week
    assert value("day of year(d)", names) == day.timetuple().tm_yday


@given(made.python_dates, made.python_dates)
def test_the_time_between_two_dates_is_pythons(one: dt.date, other: dt.date) -> None:
    names = {"a": one, "b": other}
    assert value("a < b", names) is (one < other)
    assert value("a - b", names) == feel.from_python(one - other)


@given(made.python_moments, st.sampled_from(made.ZONES))
def test_a_moment_in_a_zone_is_pythons_moment(reading: dt.datetime, zone: str) -> None:
    aware = reading.replace(tzinfo=ZoneInfo(zone))
    instant = feel.to_instant(feel.from_python(aware), ZoneInfo("UTC"))
    assert instant == aware.astimezone(dt.UTC)
    assert feel.to_instant(feel.from_python(reading), ZoneInfo(zone)) == instant


@given(made.python_moments, st.sampled_from(made.ZONES), st.integers(0, 23 * 3600))
def test_less_than_a_day_is_counted_in_real_time(
    reading: dt.datetime, zone: str, seconds: int
) -> None:
    aware = reading.replace(tzinfo=ZoneInfo(zone))
    later = value("m + s", {"m": aware, "s": dt.timedelta(seconds=seconds)})
    expected = aware.astimezone(dt.UTC) + dt.timedelta(seconds=seconds)
    assert feel.to_instant(later, ZoneInfo("UTC")) == expected


@given(made.python_moments, st.sampled_from(made.ZONES), st.integers(-400, 400))
def test_whole_days_keep_the_clock_reading(reading: dt.datetime, zone: str, days: int) -> None:
    aware = reading.replace(tzinfo=ZoneInfo(zone))
    later = value("m + d", {"m": aware, "d": dt.timedelta(days=days)})
    wanted = aware + dt.timedelta(days=days)
    through_utc = wanted.astimezone(dt.UTC).astimezone(ZoneInfo(zone))
    assume(through_utc.replace(fold=0) == wanted)  # not a reading that the clock skips
    assert isinstance(later, feel.DateTime)
    assert str(later) == str(feel.from_python(wanted))


@given(made.values)
def test_what_is_dumped_comes_back_the_same(some: object) -> None:
    stored = json.dumps(feel.dump(some))
    back = feel.load(json.loads(stored))
    assert feel.to_literal(back) == feel.to_literal(some)
    assert json.dumps(feel.dump(back)) == stored


@given(made.values)
def test_what_is_printed_as_feel_means_the_same(some: object) -> None:
    again = value(feel.to_literal(some))
    assert feel.to_literal(again) == feel.to_literal(some)
    assert feel.dump(again) == feel.dump(value("x", {"x": again}))


@given(made.atoms)
def test_everything_but_a_range_equals_itself_and_is_of_its_own_type(some: object) -> None:
    if not isinstance(some, feel.Range):
        assert value("x = x", {"x": some}) is True
    if some is not None:
        assert value(f"x instance of {_type_of(some)}", {"x": some}) is True


def _type_of(some: object) -> str:
    kind = feel.type_name(some)
    return "range<number>" if kind == "range" else kind


@given(TRUTHS, TRUTHS, TRUTHS)
def test_logic_keeps_its_laws(a: bool | None, b: bool | None, c: bool | None) -> None:
    names = {"a": a, "b": b, "c": c}
    assert value("a and b", names) is value("b and a", names)
    assert value("a or (b or c)", names) is value("(a or b) or c", names)
    assert value("not(a and b)", names) is value("not(a) or not(b)", names)
    assert value("a and (b or c)", names) is value("(a and b) or (a and c)", names)


@given(st.lists(made.numbers, max_size=8))
def test_lists_keep_their_laws(items: list[Decimal]) -> None:
    names = {"l": items}
    assert value("reverse(reverse(l))", names) == items
    assert value("sort(l)", names) == sorted(items)
    assert value("count(concatenate(l, l))", names) == 2 * len(items)
    assert value("l[item < 0]", names) == [item for item in items if item < 0]
    assert value("for x in l return x", names) == items
    assert value("distinct values(l)", names) == list(dict.fromkeys(items))
    assert value("some x in l satisfies x > 0", names) is any(item > 0 for item in items)


@given(made.texts, made.texts)
def test_strings_keep_their_laws(a: str, b: str) -> None:
    names = {"a": a, "b": b}
    assert value("string length(a + b)", names) == len(a) + len(b)
    assert value("contains(a + b, b)", names) is True
    assert value("starts with(a + b, a) and ends with(a + b, b)", names) is True
    assert value("a < b", names) is (a < b)


PIECES = st.sampled_from(["a", "b", "[ab]", ".", "(a)", "(b|a)", "(?:ab)", "\\d", "[^a]"])
REPEATS = st.sampled_from(["", "", "*", "+", "?", "*?", "+?", "??", "{1,2}"])
PATTERNS = st.lists(st.tuples(PIECES, REPEATS).map("".join), min_size=1, max_size=5).map("".join)


@given(PATTERNS, st.text("ab1\n", max_size=12))
def test_patterns_find_what_pythons_patterns_find(pattern: str, text: str) -> None:
    from engine.feel.limits import DEFAULT, Meter
    from engine.feel.patterns import compiled

    expected = re.search(pattern, text)
    found = compiled(pattern, "").search(text, 0, Meter(DEFAULT))
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found[0], found[1]) == expected.span()
