"""Durations as ISO 8601 texts: read, added, counted back."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    CalendarDuration,
    DateOutOfRange,
    InvalidDuration,
    UnitNotUsable,
    add_to_date,
    parse_duration,
)

DURATIONS = st.builds(
    CalendarDuration,
    years=st.integers(0, 999),
    months=st.integers(0, 999),
    weeks=st.integers(0, 999),
    days=st.integers(0, 99999),
    hours=st.integers(0, 99999),
    minutes=st.integers(0, 99999),
    seconds=st.integers(0, 99999),
    microseconds=st.integers(0, 999_999),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P8W", CalendarDuration(weeks=8)),
        ("P1Y2M3W4DT5H6M7S", CalendarDuration(1, 2, 3, 4, 5, 6, 7)),
        ("PT1.5S", CalendarDuration(seconds=1, microseconds=500_000)),
        ("PT0,25S", CalendarDuration(microseconds=250_000)),
        ("-P1D", CalendarDuration(days=1, sign=-1)),
        ("+P1M", CalendarDuration(months=1)),
        ("P0D", CalendarDuration()),
        (" P3D ", CalendarDuration(days=3)),
    ],
)
def test_iso_durations_are_read_unit_by_unit(text: str, expected: CalendarDuration) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "8W",
        "P1",
        "P1H",
        "P-1D",
        "P1.5D",
        "P1D2M",
        "p1d",
        "P٣D",
        "P1W\nP",
        "--P1D",
    ],
)
def test_other_text_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(InvalidDuration) as refusal:
        parse_duration(text)
    assert refusal.value.text == text
    assert "P8W (8 weken)" in str(refusal.value)


@given(DURATIONS)
def test_the_text_of_a_duration_reads_back_to_itself(duration: CalendarDuration) -> None:
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2027-01-31", "P1M", "2027-02-28"),
        ("2028-01-31", "P1M", "2028-02-29"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2028-02-29", "P4Y", "2032-02-29"),
        ("2027-12-31", "P2M", "2028-02-29"),
        ("2027-03-31", "-P1M", "2027-02-28"),
        ("2027-01-31", "P1M1D", "2027-03-01"),
        ("2027-01-15", "-P1Y1M1D", "2025-12-14"),
    ],
)
def test_a_day_that_the_month_does_not_have_becomes_its_last(
    start: str, text: str, end: str
) -> None:
    moved = add_to_date(dt.date.fromisoformat(start), parse_duration(text))
    assert moved == dt.date.fromisoformat(end)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.integers(-1000, 1000))
def test_months_keep_the_day_or_end_on_the_last_of_the_month(day: dt.date, months: int) -> None:
    moved = add_to_date(day, CalendarDuration(months=abs(months), sign=-1 if months < 0 else 1))
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    is_last = (moved + dt.timedelta(1)).day == 1
    assert moved.day == day.day or (moved.day < day.day and is_last)


def test_hours_have_no_meaning_on_a_date() -> None:
    with pytest.raises(UnitNotUsable):
        add_to_date(dt.date(2027, 1, 1), parse_duration("P1DT1H"))


@pytest.mark.parametrize("text", ["P9000Y", "P999999M", "P9999999D", "-P3000Y", "-P9999999D"])
def test_leaving_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(DateOutOfRange):
        add_to_date(dt.date(2027, 1, 1), parse_duration(text))
