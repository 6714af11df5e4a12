"""Terms that stand still and go on again."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    DateOutOfRange,
    RemedyDateMissing,
    RemedyDateTooEarly,
    Suspension,
    SuspensionGround,
    SuspensionReversed,
    TermKind,
    end_of_term,
    suspension_for_completion,
    suspension_for_foreign_information,
    suspension_through,
)

RECEIVED = dt.date(2027, 3, 1)
INVITED = dt.date(2027, 3, 10)
REMEDY = dt.date(2027, 3, 31)


def decide_by(*suspensions: Suspension) -> dt.date:
    return end_of_term(RECEIVED, "P8W", TermKind.WET, suspensions=suspensions).last_day


def test_the_worked_example_received_1_march_completed_24_march() -> None:
    pause = suspension_for_completion(INVITED, REMEDY, dt.date(2027, 3, 24))
    assert (pause.first_day, pause.last_day) == (dt.date(2027, 3, 11), dt.date(2027, 3, 23))
    assert pause.days == 13
    end = end_of_term(RECEIVED, "P8W", TermKind.WET, suspensions=[pause])
    assert end.unextended == dt.date(2027, 5, 9)
    assert end.last_day == dt.date(2027, 5, 10)
    assert end.fires_at == dt.datetime(2027, 5, 10, 22, tzinfo=dt.UTC)
    assert (
        "De termijn stond stil van donderdag 11 maart 2027 tot en met dinsdag 23 maart 2027: "
        "13 dagen. De reden is: aanvraag aanvullen (artikel 4:15, lid 1, onder a, Awb). "
        "Het einde is dan zondag 9 mei 2027."
    ) in end.reasons


def test_an_unused_remedy_date_pauses_through_that_date() -> None:
    assert suspension_for_completion(INVITED, REMEDY).last_day == REMEDY


def test_a_completion_after_the_remedy_date_pauses_no_longer() -> None:
    late = suspension_for_completion(INVITED, REMEDY, dt.date(2027, 4, 20))
    assert late == suspension_for_completion(INVITED, REMEDY)


def test_a_completion_on_the_remedy_date_leaves_that_day_out() -> None:
    assert suspension_for_completion(INVITED, REMEDY, REMEDY).last_day == dt.date(2027, 3, 30)


@pytest.mark.parametrize("completed", [dt.date(2027, 3, 9), INVITED, dt.date(2027, 3, 11)])
def test_a_completion_at_once_pauses_nothing(completed: dt.date) -> None:
    pause = suspension_for_completion(INVITED, REMEDY, completed)
    assert pause.days == 0
    assert decide_by(pause) == decide_by()


def test_without_a_remedy_date_there_is_no_pause() -> None:
    with pytest.raises(RemedyDateMissing) as refusal:
        suspension_for_completion(INVITED, None)
    assert refusal.value.requested_on == INVITED


def test_a_remedy_date_must_lie_after_the_request() -> None:
    with pytest.raises(RemedyDateTooEarly):
        suspension_for_completion(INVITED, INVITED)


def test_the_other_grounds_have_a_time_of_their_own() -> None:
    agreed = suspension_through(dt.date(2027, 4, 1), dt.date(2027, 4, 14), SuspensionGround.CONSENT)
    abroad = suspension_for_foreign_information(dt.date(2027, 3, 31), dt.date(2027, 4, 15))
    assert agreed.days == abroad.days == 14
    assert decide_by(agreed) == decide_by(abroad) == dt.date(2027, 5, 10)


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(SuspensionReversed):
        Suspension(dt.date(2027, 4, 2), dt.date(2027, 4, 1))


def test_two_pauses_that_overlap_count_each_day_once() -> None:
    first = suspension_through(dt.date(2027, 3, 11), dt.date(2027, 3, 23), SuspensionGround.CONSENT)
    second = suspension_for_completion(dt.date(2027, 3, 14), dt.date(2027, 3, 28))
    end = end_of_term(RECEIVED, "P8W", TermKind.WERKAFSPRAAK, suspensions=[second, first])
    assert end.suspended_days == 18  # 11 through 28 March
    assert end.last_day == dt.date(2027, 4, 26) + dt.timedelta(18)


def test_a_second_pause_may_begin_in_the_days_that_the_first_one_added() -> None:
    first = suspension_for_completion(INVITED, REMEDY)  # 21 days: to 17 May
    second = suspension_for_completion(dt.date(2027, 5, 10), dt.date(2027, 5, 20))
    end = end_of_term(RECEIVED, "P8W", TermKind.WET, suspensions=[first, second])
    assert end.unextended == dt.date(2027, 4, 26) + dt.timedelta(21 + 10)


def test_a_pause_may_begin_in_the_days_that_the_act_added() -> None:
    # Eight weeks from 7 March end on Sunday 2 May and run on to Monday; paused on that Monday.
    pause = Suspension(dt.date(2027, 5, 3), dt.date(2027, 5, 4))
    end = end_of_term(dt.date(2027, 3, 7), "P8W", TermKind.WET, suspensions=[pause])
    assert end.unextended == dt.date(2027, 5, 3)
    assert end.last_day == dt.date(2027, 5, 4)


def test_a_pause_after_the_end_changes_nothing_and_is_told() -> None:
    pause = Suspension(dt.date(2027, 4, 28), dt.date(2027, 5, 4))
    end = end_of_term(RECEIVED, "P8W", TermKind.WET, suspensions=[pause])
    assert end.last_day == decide_by() == dt.date(2027, 4, 26)
    assert "telt niet mee. De termijn was toen al voorbij" in " ".join(end.reasons)


def test_a_pause_of_thousands_of_years_is_refused_without_counting_its_days() -> None:
    pause = Suspension(dt.date(2027, 3, 2), dt.date.max)
    with pytest.raises(DateOutOfRange):
        decide_by(pause)
    with pytest.raises(DateOutOfRange):
        suspension_for_completion(INVITED, dt.date.max)
    long = end_of_term(
        RECEIVED,
        "P3D",
        TermKind.WET,
        suspensions=[Suspension(dt.date(2027, 3, 2), dt.date(9000, 1, 1))],
    )
    assert long.last_day.year == 9000


def test_a_pause_moves_a_term_in_hours_by_whole_days() -> None:
    start = dt.datetime(2027, 10, 29, 8, tzinfo=dt.UTC)  # 10:00 in Amsterdam
    pause = Suspension(dt.date(2027, 10, 30), dt.date(2027, 11, 2))
    end = end_of_term(start, "PT48H", TermKind.WET, suspensions=[pause])
    # 48 hours run to 31 October 9:00, winter time; three days keep the clock.
    assert end.fires_at == dt.datetime(2027, 11, 3, 8, tzinfo=dt.UTC)


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)),
    st.integers(1, 90),
    st.one_of(st.none(), st.integers(-10, 120)),
)
def test_a_completion_never_pauses_longer_than_an_unused_remedy_date(
    requested: dt.date, given_days: int, completed_after: int | None
) -> None:
    remedy = requested + dt.timedelta(given_days)
    completed = None if completed_after is None else requested + dt.timedelta(completed_after)
    pause = suspension_for_completion(requested, remedy, completed)
    assert 0 <= pause.days <= given_days
    assert completed is None or completed > remedy or completed not in pause
