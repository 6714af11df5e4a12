"""A new last day that was named (Awb 4:14): by example and by property."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import (
    Counting,
    NamedEnd,
    Suspension,
    TermKind,
    UnitNotUsable,
    end_of_term,
)
from tests.calendar.test_calendar_term_properties import ANY_TERM, KINDS, OFFSETS, STARTS, pauses

START = dt.date(2027, 3, 1)
TOLD = dt.date(2027, 4, 20)
NAMED = NamedEnd(TOLD, dt.date(2027, 6, 6))  # a Sunday
DAY = dt.timedelta(days=1)


def last_day(*spans: Suspension, named: tuple[NamedEnd, ...] = (NAMED,)) -> dt.date:
    return end_of_term(START, "P8W", TermKind.WET, suspensions=spans, named_ends=named).last_day


def span(first: dt.date, days: int) -> Suspension:
    return Suspension(first, first + days * DAY)


def test_a_named_day_is_not_set_in_a_law_and_stands_on_a_sunday() -> None:
    end = end_of_term(START, "P8W", TermKind.WET, named_ends=[NAMED])
    assert end.last_day == end.unextended == NAMED.last_day
    assert end.reasons[2] == (
        "Op dinsdag 20 april 2027 is verteld dat het langer duurt. "
        "De nieuwe laatste dag is zondag 6 juni 2027."
    )
    assert end.reasons[-2].startswith("Die dag is later dan het einde van de termijn zelf")
    assert not any("Algemene termijnenwet" in reason for reason in end.reasons)


def test_a_named_day_before_the_end_of_the_term_changes_nothing() -> None:
    assert last_day(named=(NamedEnd(TOLD, dt.date(2027, 4, 22)),)) == dt.date(2027, 4, 26)


def test_who_names_a_day_knows_of_the_pauses_that_began_before() -> None:
    assert last_day(span(dt.date(2027, 4, 1), 30)) == NAMED.last_day
    assert last_day(span(TOLD, 10)) == NAMED.last_day
    assert last_day(span(TOLD + DAY, 10)) == NAMED.last_day + 10 * DAY


def test_of_a_pause_that_overlaps_an_earlier_one_only_the_days_it_adds_move_the_day() -> None:
    earlier = span(dt.date(2027, 4, 15), 10)  # through 24 April
    later = span(dt.date(2027, 4, 22), 10)  # through 1 May: seven days more
    assert last_day(earlier, later) == NAMED.last_day + 7 * DAY
    assert last_day(later, earlier) == NAMED.last_day + 7 * DAY
    within = span(dt.date(2027, 4, 22), 2)
    assert last_day(earlier, within) == NAMED.last_day


def test_the_latest_of_several_named_days_counts() -> None:
    sooner, later = NamedEnd(TOLD, dt.date(2027, 5, 20)), NamedEnd(TOLD + DAY, dt.date(2027, 7, 1))
    assert last_day(named=(sooner, later)) == last_day(named=(later, sooner)) == later.last_day


def test_a_pause_in_the_time_that_a_named_day_gave_counts() -> None:
    in_june = span(dt.date(2027, 6, 1), 5)
    assert last_day(in_june) == NAMED.last_day + 5 * DAY
    assert last_day(in_june, named=()) == dt.date(2027, 4, 26)


def test_a_term_that_begins_anew_leaves_a_named_day_behind() -> None:
    end = end_of_term(TOLD + DAY, "P1W", TermKind.WERKAFSPRAAK, named_ends=[NAMED])
    assert end.last_day == TOLD + 8 * DAY


def test_working_days_may_get_a_named_day_and_hours_may_not() -> None:
    end = end_of_term(
        START, "P5D", TermKind.WERKAFSPRAAK, counting=Counting.WORKING, named_ends=[NAMED]
    )
    assert end.last_day == NAMED.last_day
    moment = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
    with pytest.raises(UnitNotUsable):
        end_of_term(moment, "PT8H", TermKind.WET, named_ends=[NAMED])


@given(STARTS, ANY_TERM, KINDS, OFFSETS, st.integers(0, 200), st.integers(1, 400))
def test_a_named_day_never_makes_a_term_end_earlier(
    start: dt.date, text: str, kind: TermKind, offsets: list[tuple[int, int]], told: int, more: int
) -> None:
    spans = pauses(start, offsets)
    named = NamedEnd(start + told * DAY, start + (told + more) * DAY)
    plain = end_of_term(start, text, kind, suspensions=spans)
    end = end_of_term(start, text, kind, suspensions=spans, named_ends=[named])
    assert end.last_day >= max(plain.last_day, named.last_day)
    assert end.unextended <= end.last_day


@given(STARTS, ANY_TERM, KINDS, st.integers(0, 200), st.integers(1, 400), st.data())
def test_a_later_pause_of_n_days_moves_the_unextended_end_by_exactly_n(
    start: dt.date, text: str, kind: TermKind, told: int, more: int, data: st.DataObject
) -> None:
    named = NamedEnd(start + told * DAY, start + (told + more) * DAY)
    plain = end_of_term(start, text, kind, named_ends=[named])
    first = data.draw(st.dates(named.told_on + DAY, plain.last_day))
    days = data.draw(st.integers(1, 60))
    paused = end_of_term(start, text, kind, suspensions=[span(first, days)], named_ends=[named])
    assert paused.unextended == plain.unextended + days * DAY
    assert paused.suspended_days == days
    assert paused.last_day >= plain.last_day


@given(STARTS, ANY_TERM, KINDS, OFFSETS, st.integers(0, 200), st.randoms(use_true_random=False))
def test_the_order_of_pauses_does_not_matter_beside_a_named_day(
    start: dt.date,
    text: str,
    kind: TermKind,
    offsets: list[tuple[int, int]],
    told: int,
    shuffler: object,
) -> None:
    named = NamedEnd(start + told * DAY, start + (told + 90) * DAY)
    spans = pauses(start, offsets)
    first = end_of_term(start, text, kind, suspensions=spans, named_ends=[named])
    shuffler.shuffle(spans)  # type: ignore[attr-defined]
    assert end_of_term(start, text, kind, suspensions=spans, named_ends=[named]) == first
