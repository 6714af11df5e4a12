"""Dates, times and zones where they are hard: summer time, far years, skipped hours."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from engine import feel
from tests.feel.tables import literal, value

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Summer time ends on 25 October 2026: a day is a day on the clock.
        (
            '@"2026-10-24T12:00:00@Europe/Amsterdam" + @"P1D"',
            "2026-10-25T12:00:00@Europe/Amsterdam",
        ),
        (
            '@"2026-10-24T12:00:00@Europe/Amsterdam" + @"P1DT1H"',
            "2026-10-25T13:00:00@Europe/Amsterdam",
        ),
        # An hour is an hour: from the first 2.30 to the second.
        (
            'string(@"2026-10-25T02:30:00@Europe/Amsterdam" + @"PT1H" - @"PT0S")',
            "2026-10-25T02:30:00@Europe/Amsterdam",
        ),
        # Summer time begins on 29 March 2026: 2.30 does not exist.
        (
            '@"2026-03-28T02:30:00@Europe/Amsterdam" + @"P1D"',
            "2026-03-29T03:30:00@Europe/Amsterdam",
        ),
        (
            '@"2026-03-29T01:30:00@Europe/Amsterdam" + @"PT1H"',
            "2026-03-29T03:30:00@Europe/Amsterdam",
        ),
        (
            '@"2026-03-29T12:00:00@Europe/Amsterdam" - @"P1D"',
            "2026-03-28T12:00:00@Europe/Amsterdam",
        ),
        (
            '@"2026-09-25T12:00:00@Europe/Amsterdam" + @"P1M"',
            "2026-10-25T12:00:00@Europe/Amsterdam",
        ),
        ('@"2024-02-29" + @"P1Y"', "2025-02-28"),
        ('@"999999999-12-31" - @"P1D"', "999999999-12-30"),
        ('@"-0001-12-31" + @"P1D"', "0000-01-01"),
    ],
)
def test_a_duration_later(text: str, expected: str) -> None:
    assert str(value(text)) == expected


def test_the_repeated_hour_is_two_different_moments() -> None:
    first = value('@"2026-10-25T02:30:00@Europe/Amsterdam"')
    second = value('@"2026-10-25T02:30:00@Europe/Amsterdam" + @"PT1H"')
    assert feel.to_instant(first, AMSTERDAM) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert feel.to_instant(second, AMSTERDAM) == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert feel.load(feel.dump(second)) == second
    assert feel.load(feel.dump(second)) != first


@pytest.mark.parametrize(
    "text",
    [
        '@"2026-05-18T08:30:00@Europe/Nergens"',
        '@"2026-05-18T08:30:00+15:00"',
        '@"2026-05-18T8:30:00"',
        '@"26-05-18"',
        '@"02026-05-18"',
        '@"2026-05-18T24:00:01"',
        '@"P1S"',
        '@"PT"',
        '@"P"',
        '@"1000000000-01-01"',
    ],
)
def test_what_is_no_date_time_or_duration_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelSyntaxError):
        feel.parse(text)


def test_times_without_zone_are_read_in_the_given_zone() -> None:
    reading = value('@"2026-05-18T08:30:00"')
    assert feel.to_instant(reading, AMSTERDAM) == dt.datetime(2026, 5, 18, 6, 30, tzinfo=dt.UTC)
    day = value('@"2026-05-18"')
    assert feel.to_instant(day, AMSTERDAM) == dt.datetime(2026, 5, 17, 22, 0, tzinfo=dt.UTC)


def test_what_python_cannot_hold_is_none_there() -> None:
    assert feel.to_python_date(value('@"10000-01-01"')) is None
    assert feel.to_instant(value('@"-0001-01-01T00:00:00Z"'), AMSTERDAM) is None
    assert feel.to_python_date("2026-05-18") is None
    assert feel.to_python_date(value('@"2026-05-18T23:30:00Z"')) == dt.date(2026, 5, 18)


def test_values_cannot_be_changed() -> None:
    for text in ('@"2026-05-18"', '@"08:30:00"', '@"2026-05-18T08:30:00"', '@"P1D"', '@"P1M"'):
        with pytest.raises(AttributeError):
            value(text).year = 1  # type: ignore[attr-defined]


def test_a_comparison_of_a_date_and_a_moment_is_null() -> None:
    assert literal('@"2026-05-18" < @"2026-05-18T08:30:00Z"') == "null"
