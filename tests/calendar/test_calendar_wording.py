"""How dates and deadlines are worded in Dutch."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    AMSTERDAM,
    NaiveMoment,
    format_date,
    format_duration,
    format_instant,
    format_time,
    is_late,
    parse_duration,
    relative_deadline,
)

NOW = dt.datetime(2026, 5, 18, 12, 0, tzinfo=AMSTERDAM)


def test_dates_and_times_read_as_in_a_letter() -> None:
    assert format_date(dt.date(2026, 5, 18)) == "maandag 18 mei 2026"
    assert format_time(dt.time(8, 30)) == "8.30 uur"
    assert format_time(dt.time(0, 0)) == "0.00 uur"
    moment = dt.datetime(2026, 5, 18, 6, 30, tzinfo=dt.UTC)
    assert format_instant(moment) == "maandag 18 mei 2026 om 8.30 uur"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("P8W", "8 weken"),
        ("P1M", "1 maand"),
        ("P1Y2M", "1 jaar en 2 maanden"),
        ("P1W1DT1H1M1S", "1 week, 1 dag, 1 uur, 1 minuut en 1 seconde"),
        ("P0D", "0 dagen"),
    ],
)
def test_a_duration_reads_in_words(text: str, words: str) -> None:
    assert format_duration(parse_duration(text)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-800, "2 jaar te laat"),
        (-400, "13 maanden te laat"),
        (-100, "3 maanden te laat"),
        (-30, "4 weken te laat"),
        (-2, "2 dagen te laat"),
        (-1, "1 dag te laat"),
        (0, "vandaag"),
        (1, "morgen"),
        (2, "overmorgen"),
        (3, "over 3 dagen"),
        (20, "over 20 dagen"),
        (21, "over 3 weken"),
        (70, "over 2 maanden"),
        (365, "over 12 maanden"),
        (730, "over 2 jaar"),
    ],
)
def test_a_last_day_reads_as_people_say_it(days: int, words: str) -> None:
    assert relative_deadline(NOW.date() + dt.timedelta(days), NOW) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-05-18T15:00", "vandaag om 15.00 uur"),
        ("2026-05-18T11:59:30", "nu te laat"),
        ("2026-05-18T11:59", "1 minuut te laat"),
        ("2026-05-18T11:20", "40 minuten te laat"),
        ("2026-05-18T09:00", "3 uur te laat"),
        ("2026-05-17T23:00", "1 dag te laat"),
        ("2026-05-19T08:30", "morgen om 8.30 uur"),
        ("2026-05-20T08:30", "overmorgen om 8.30 uur"),
        ("2026-05-21T08:30", "over 3 dagen"),
    ],
)
def test_a_moment_near_by_reads_with_its_time(due: str, words: str) -> None:
    moment = dt.datetime.fromisoformat(due).replace(tzinfo=AMSTERDAM)
    assert relative_deadline(moment.astimezone(dt.UTC), NOW) == words


def test_the_local_day_decides_what_tomorrow_is() -> None:
    just_before_midnight = dt.datetime(2026, 5, 18, 21, 59, tzinfo=dt.UTC)
    just_after_midnight = dt.datetime(2026, 5, 18, 22, 1, tzinfo=dt.UTC)
    due = dt.date(2026, 5, 19)
    assert relative_deadline(due, just_before_midnight) == "morgen"
    assert relative_deadline(due, just_after_midnight) == "vandaag"


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC)),
)
def test_only_what_is_late_reads_as_late(due: dt.date, now: dt.datetime) -> None:
    assert relative_deadline(due, now).endswith("te laat") is is_late(due, now)


@given(
    st.datetimes(dt.datetime(2026, 5, 1), dt.datetime(2026, 5, 9), timezones=st.just(dt.UTC)),
    st.datetimes(dt.datetime(2026, 5, 1), dt.datetime(2026, 5, 9), timezones=st.just(dt.UTC)),
)
def test_only_a_moment_that_has_passed_reads_as_late(due: dt.datetime, now: dt.datetime) -> None:
    assert relative_deadline(due, now).endswith("te laat") is (now >= due)


def test_now_needs_a_zone() -> None:
    with pytest.raises(NaiveMoment):
        relative_deadline(dt.date(2026, 5, 18), dt.datetime(2026, 5, 18))
