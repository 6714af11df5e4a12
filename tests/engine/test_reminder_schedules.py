"""On which days people are reminded: each part of a schedule, free days, and properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import is_free_day
from engine.reminders import (
    LONGEST,
    USUAL,
    Schedule,
    ScheduleUnreadable,
    read_lead,
    read_schedule,
)

DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
# Tuesday 9 June 2026, a week without free days before it but the weekend.
TUESDAY = date(2026, 6, 9)


def days_of(text: str, due: date, first: date, last: date) -> list[date]:
    """Every day of reminding in a period, by asking for the next one again and again."""
    found, day = [], first - DAY
    while True:
        following = read_schedule(text).following(due, day)
        if following is None or following > last:
            return found
        found.append(following)
        day = following


def test_the_usual_schedule_reminds_before_on_the_day_and_every_working_day_after() -> None:
    assert days_of(USUAL, TUESDAY, date(2026, 6, 1), date(2026, 6, 16)) == [
        date(2026, 6, 5),  # three days before is a Saturday: the Friday before it
        date(2026, 6, 9),
        date(2026, 6, 10),
        date(2026, 6, 11),
        date(2026, 6, 12),
        date(2026, 6, 15),  # not in the weekend
        date(2026, 6, 16),
    ]


def test_a_deadline_in_the_weekend_is_told_of_on_the_working_day_before() -> None:
    sunday = date(2026, 6, 14)
    assert days_of("op de dag", sunday, date(2026, 6, 1), date(2026, 7, 1)) == [date(2026, 6, 12)]


def test_a_reminder_after_the_deadline_waits_for_a_working_day() -> None:
    # Three days after Friday 3 April 2026 is Easter Monday.
    assert days_of("P3D erna", date(2026, 4, 3), date(2026, 4, 1), date(2026, 5, 1)) == [
        date(2026, 4, 7)
    ]


def test_a_schedule_can_have_parts_of_its_own() -> None:
    found = days_of("P2W voor, P1W voor, P1W erna", TUESDAY, date(2026, 5, 1), date(2026, 7, 1))
    assert found == [date(2026, 5, 26), date(2026, 6, 2), date(2026, 6, 16)]


def test_never_is_never() -> None:
    schedule = read_schedule(" geen ")
    assert schedule == Schedule()
    assert schedule.following(TUESDAY, date(2026, 1, 1)) is None
    assert schedule.latest(TUESDAY, date(2027, 1, 1)) is None
    assert read_lead("geen") is None


@pytest.mark.parametrize(
    "text",
    ["", "P3D", "P3D voor,", "3 dagen voor", "PT3H voor", "P0D voor", "-P3D voor", "P4M erna"],
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ScheduleUnreadable):
        read_schedule(text)


PART = st.one_of(
    st.sampled_from(["op de dag", "elke werkdag erna"]),
    st.builds("P{}D {}".format, st.integers(1, 92), st.sampled_from(["voor", "erna"])),
)
TEXTS = st.lists(PART, min_size=1, max_size=5, unique=True).map(", ".join)


@given(TEXTS, DAYS, DAYS)
def test_the_latest_and_the_following_day_agree(text: str, due: date, today: date) -> None:
    schedule = read_schedule(text)
    following = schedule.following(due, today)
    if following is not None:
        assert following > today
        assert is_free_day(following) is None
        assert schedule.latest(due, following) == following
        before = schedule.latest(due, following - DAY)
        assert before is None or before <= today
    latest = schedule.latest(due, today)
    if latest is not None:
        assert latest <= today
        assert schedule.following(due, latest - DAY) == latest


@given(TEXTS, DAYS)
def test_no_reminder_comes_earlier_than_a_digest_looks_ahead(text: str, due: date) -> None:
    first = read_schedule(text).following(due, due - timedelta(days=400))
    assert first is not None
    assert first >= due - LONGEST - timedelta(days=7)
