"""Days and instants in local time, through summer and winter."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    AMSTERDAM,
    DateOutOfRange,
    NaiveMoment,
    add_local,
    end_of_day,
    last_day_before,
    start_of_day,
)

# In 2027 the clock goes forward on 28 March and back on 31 October.


def local(text: str, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM, fold=fold)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2027-03-27T10:00", "P1D", "2027-03-28T08:00"),
        ("2027-10-30T10:00", "P1D", "2027-10-31T09:00"),
        ("2027-10-30T10:00", "PT24H", "2027-10-31T08:00"),
        ("2027-10-30T10:00", "P1DT2H", "2027-10-31T11:00"),
        ("2027-01-31T23:30", "P1M", "2027-02-28T22:30"),
        ("2027-11-01T10:00", "-P1D", "2027-10-31T09:00"),
        ("2027-10-31T10:00", "-P1D", "2027-10-30T08:00"),
        ("2027-03-01T00:30", "P8W", "2027-04-25T22:30"),
    ],
)
def test_days_keep_the_wall_clock_and_hours_are_real(start: str, duration: str, end: str) -> None:
    assert add_local(local(start), duration) == utc(end)


def test_a_skipped_wall_time_becomes_one_hour_later() -> None:
    assert add_local(local("2027-03-27T02:30"), "P1D") == utc("2027-03-28T01:30")


def test_a_wall_time_that_comes_twice_is_the_first() -> None:
    assert add_local(local("2027-10-30T02:30"), "P1D") == utc("2027-10-31T00:30")


def test_a_start_in_the_second_of_two_equal_hours_stays_there() -> None:
    second = local("2027-10-31T02:30", fold=1)
    assert add_local(second, "P0D") == utc("2027-10-31T01:30")
    assert add_local(second, "PT1H") == utc("2027-10-31T02:30")


def test_from_the_second_equal_hour_into_a_skipped_hour_moves_forward() -> None:
    second = local("2027-10-31T02:30", fold=1)
    assert add_local(second, "-P7M3D") == utc("2027-03-28T01:30")


def test_the_start_may_be_in_any_zone() -> None:
    tokyo = dt.datetime(2027, 10, 30, 17, tzinfo=ZoneInfo("Asia/Tokyo"))  # 10:00 in Amsterdam
    assert add_local(tokyo, "P1D") == utc("2027-10-31T09:00")


@given(
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 12, 31)),
    st.integers(0, 800),
)
def test_adding_days_shows_the_same_clock_unless_the_hour_was_skipped(
    wall: dt.datetime, days: int
) -> None:
    start = wall.replace(tzinfo=AMSTERDAM).astimezone(dt.UTC).astimezone(AMSTERDAM)
    end = add_local(start, f"P{days}D").astimezone(AMSTERDAM)
    assert end.date() == start.date() + dt.timedelta(days)
    skipped = end.time() != start.time()
    if skipped:
        assert (end.month, start.hour, end.hour) == (3, 2, 3)


@given(
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 12, 31), timezones=st.just(dt.UTC)),
    st.integers(-100_000, 100_000),
)
def test_adding_seconds_is_exact(start: dt.datetime, seconds: int) -> None:
    text = f"{'-' if seconds < 0 else ''}PT{abs(seconds)}S"
    assert add_local(start, text) - start == dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-06-01", 24)]
)
def test_a_day_is_as_long_as_the_clock_makes_it(day: str, hours: int) -> None:
    date = dt.date.fromisoformat(day)
    assert end_of_day(date) - start_of_day(date) == dt.timedelta(hours=hours)


def test_a_day_that_lacks_its_midnight_starts_when_it_starts() -> None:
    # Sao Paulo went from 3 November 2018 23:59 to 4 November 01:00.
    zone = ZoneInfo("America/Sao_Paulo")
    assert start_of_day(dt.date(2018, 11, 4), zone) == utc("2018-11-04T03:00")


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)))
def test_people_see_the_day_that_ends_at_midnight(day: dt.date) -> None:
    assert last_day_before(end_of_day(day)) == day


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(NaiveMoment):
        add_local(dt.datetime(2027, 1, 1), "P1D")


@pytest.mark.parametrize("duration", ["P9000Y", "PT999999999H", "-P3000Y"])
def test_leaving_the_calendar_is_refused_for_moments_too(duration: str) -> None:
    with pytest.raises(DateOutOfRange):
        add_local(utc("2027-01-01T00:00"), duration)


def test_the_edges_of_the_calendar_are_refused() -> None:
    with pytest.raises(DateOutOfRange):
        end_of_day(dt.date.max)
    with pytest.raises(DateOutOfRange):
        start_of_day(dt.date.min)
