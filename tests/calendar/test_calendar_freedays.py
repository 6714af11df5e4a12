"""Free days in the Netherlands, year by year, beside another library."""

import datetime as dt

import holidays as other_library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    DECREE_DAYS,
    DECREES,
    DateOutOfRange,
    FreeDay,
    FreeDayKind,
    add_working_days,
    holidays,
    is_free_day,
)

YEARS = range(2020, 2041)
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2045, 12, 31))
# Differences of name only: the library writes feasts with a small letter.
NOT_IN_THE_ACT = {"Eerste paasdag", "Eerste pinksterdag"}


def every_day() -> list[dt.date]:
    first = dt.date(YEARS[0], 1, 1)
    return [first + dt.timedelta(n) for n in range((dt.date(YEARS[-1] + 1, 1, 1) - first).days)]


def test_each_day_of_2020_to_2040_agrees_with_an_independent_library() -> None:
    theirs = other_library.country_holidays(
        "NL", years=YEARS, language="nl", categories=("public", "optional")
    )
    ours = {day: name for year in YEARS for day, name in holidays(year).items()}
    for day in every_day():
        their_name = theirs.get(day)
        if their_name in NOT_IN_THE_ACT:
            # Easter Sunday and Whit Sunday are no holidays of article 3(1); they are Sundays.
            assert day.weekday() == 6
            their_name = None
        mine = ours.get(day)
        their_parts = sorted((their_name or "").lower().split("; "))
        my_parts = sorted((mine or "").lower().split(" en "))
        assert my_parts == their_parts, day


def test_in_law_5_may_is_a_holiday_each_year_though_a_day_off_once_in_five() -> None:
    days_off = other_library.country_holidays("NL", years=YEARS, language="nl")
    differing = {day for year in YEARS for day in holidays(year) if day not in days_off}
    assert differing == {dt.date(year, 5, 5) for year in YEARS if year % 5}


def test_beyond_weekends_and_holidays_only_the_days_of_a_decree_are_free() -> None:
    theirs = other_library.country_holidays("NL", years=YEARS, categories=("public", "optional"))
    extra = {
        day
        for day in every_day()
        if is_free_day(day) is not None and day.weekday() < 5 and day not in theirs
    }
    assert extra == DECREE_DAYS


@pytest.mark.parametrize(
    ("year", "day"),
    [(2013, 30), (2014, 26), (2024, 27), (2025, 26), (2026, 27), (2031, 26), (2006, 29)],
)
def test_kings_day_moves_to_saturday_when_it_falls_on_a_sunday(year: int, day: int) -> None:
    name = "Koningsdag" if year >= 2014 else "Koninginnedag"
    assert holidays(year)[dt.date(year, 4, day)] == name


def test_two_holidays_on_one_day_are_both_named() -> None:
    assert holidays(2016)[dt.date(2016, 5, 5)] == "Bevrijdingsdag en Hemelvaartsdag"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-04-03", ("Goede Vrijdag", FreeDayKind.HOLIDAY)),
        ("2026-12-26", ("Tweede Kerstdag", FreeDayKind.HOLIDAY)),
        ("2026-05-15", ("gelijkgestelde dag", FreeDayKind.DECREE)),
        ("2026-05-16", ("zaterdag", FreeDayKind.WEEKEND)),
        ("2026-05-17", ("zondag", FreeDayKind.WEEKEND)),
    ],
)
def test_a_free_day_tells_its_name(day: str, expected: tuple[str, FreeDayKind]) -> None:
    date = dt.date.fromisoformat(day)
    assert is_free_day(date) == FreeDay(date, *expected)


def test_an_ordinary_day_is_not_free_until_a_decree_makes_it_so() -> None:
    day = dt.date(2029, 5, 11)
    assert is_free_day(day) is None
    assert is_free_day(day, DECREE_DAYS | {day}) is not None


def test_every_decree_names_its_source_and_only_weekdays() -> None:
    assert all(decree.source and decree.title for decree in DECREES)
    assert all(day.weekday() < 5 for day in DECREE_DAYS)


@given(DAYS, st.integers(-60, 60))
def test_n_working_days_on_there_lie_exactly_n_working_days(start: dt.date, n: int) -> None:
    end = add_working_days(start, n)
    low, high = (start, end) if n >= 0 else (end - dt.timedelta(1), start - dt.timedelta(1))
    between = [low + dt.timedelta(i) for i in range(1, (high - low).days + 1)]
    assert sum(is_free_day(day) is None for day in between) == abs(n)
    assert n == 0 or is_free_day(end) is None


@pytest.mark.parametrize("n", [10_001, -10_001, 10**12])
def test_more_working_days_than_a_life_are_refused_at_once(n: int) -> None:
    with pytest.raises(DateOutOfRange):
        add_working_days(dt.date(2026, 12, 24), n)
    with pytest.raises(DateOutOfRange):
        add_working_days(dt.date(9999, 12, 24), abs(n) % 100 + 50)


def test_working_days_pass_over_christmas_and_the_weekend() -> None:
    assert add_working_days(dt.date(2026, 12, 24), 2) == dt.date(2026, 12, 29)
    assert add_working_days(dt.date(2026, 12, 28), -1) == dt.date(2026, 12, 24)
