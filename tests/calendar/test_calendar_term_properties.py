"""What holds for every term, beside a second, day-by-day reading of the act."""

import datetime as dt
import random

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.calendar import (
    Counting,
    Suspension,
    TermKind,
    add_to_date,
    end_of_term,
    is_free_day,
    last_day_before,
    parse_duration,
)

STARTS = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
COVERED = st.one_of(
    st.integers(1, 90).map(lambda n: f"P{n}D"),
    st.integers(1, 12).map(lambda n: f"P{n}W"),
    st.integers(1, 3).map(lambda n: f"P{n}M"),
)
EXCEPTED = st.one_of(
    st.integers(91, 999).map(lambda n: f"P{n}D"),
    st.integers(13, 99).map(lambda n: f"P{n}W"),
    st.integers(4, 40).map(lambda n: f"P{n}M"),
    st.integers(1, 20).map(lambda n: f"P{n}Y"),
)
ANY_TERM = st.one_of(COVERED, EXCEPTED)
KINDS = st.sampled_from(TermKind)
OFFSETS = st.lists(st.tuples(st.integers(-20, 150), st.integers(0, 40)), max_size=5)
ONE = dt.timedelta(days=1)


def pauses(start: dt.date, offsets: list[tuple[int, int]]) -> list[Suspension]:
    return [
        Suspension(start + dt.timedelta(first), start + dt.timedelta(first + length))
        for first, length in offsets
    ]


def working_days(start: dt.date, last: dt.date) -> int:
    days = (start + dt.timedelta(n) for n in range(1, (last - start).days + 1))
    return sum(is_free_day(day) is None for day in days)


@given(STARTS, COVERED)
def test_a_covered_statutory_term_is_the_shortest_that_the_act_allows(
    start: dt.date, text: str
) -> None:
    unextended = add_to_date(start, parse_duration(text))
    needed = 2 if (unextended - start).days >= 3 else 0
    day = unextended
    while is_free_day(day) is not None or working_days(start, day) < needed:
        day += ONE
    assert end_of_term(start, text, TermKind.WET).last_day == day


@given(STARTS, EXCEPTED)
def test_an_excepted_statutory_term_is_never_moved(start: dt.date, text: str) -> None:
    end = end_of_term(start, text, TermKind.WET)
    assert end.last_day == end.unextended == add_to_date(start, parse_duration(text))


@given(STARTS, ANY_TERM, st.sampled_from([k for k in TermKind if k is not TermKind.WET]))
def test_terms_outside_the_law_are_never_moved(start: dt.date, text: str, kind: TermKind) -> None:
    assert end_of_term(start, text, kind).last_day == add_to_date(start, parse_duration(text))


@given(STARTS, st.integers(0, 800), ANY_TERM, KINDS)
def test_a_later_start_never_ends_earlier(
    start: dt.date, later: int, text: str, kind: TermKind
) -> None:
    second = start + dt.timedelta(later)
    first_end, second_end = end_of_term(start, text, kind), end_of_term(second, text, kind)
    assert first_end.last_day <= second_end.last_day
    assert first_end.fires_at <= second_end.fires_at


@given(STARTS, ANY_TERM, KINDS)
def test_a_term_fires_when_its_last_day_is_over(start: dt.date, text: str, kind: TermKind) -> None:
    end = end_of_term(start, text, kind)
    assert last_day_before(end.fires_at) == end.last_day
    assert last_day_before(end.fires_at + dt.timedelta(seconds=1)) == end.last_day + ONE


@given(STARTS, ANY_TERM, KINDS, st.integers(1, 60), st.data())
def test_a_pause_of_n_days_moves_the_unextended_end_by_exactly_n(
    start: dt.date, text: str, kind: TermKind, n: int, data: st.DataObject
) -> None:
    plain = end_of_term(start, text, kind)
    running = (plain.last_day - start).days
    first = start + dt.timedelta(data.draw(st.integers(1, running)))
    paused = end_of_term(
        start, text, kind, suspensions=[Suspension(first, first + dt.timedelta(n))]
    )
    assert paused.unextended == plain.unextended + dt.timedelta(n)
    assert paused.suspended_days == n
    assert paused.last_day >= plain.last_day


@given(STARTS, ANY_TERM, KINDS, OFFSETS)
def test_several_pauses_move_the_end_by_the_days_they_hold_together(
    start: dt.date, text: str, kind: TermKind, offsets: list[tuple[int, int]]
) -> None:
    plain = end_of_term(start, text, kind)
    spans = pauses(start, offsets)
    end = end_of_term(start, text, kind, suspensions=spans)
    held = {
        one.first_day + dt.timedelta(n)
        for one in spans
        for n in range(one.days)
        if one.first_day + dt.timedelta(n) > start
    }
    # A block of paused days counts as a whole when it begins while the term still runs.
    assert end.suspended_days == sum(day <= end.last_day for day in held)
    assert end.last_day not in held or end.suspended_days == 0
    assert end.unextended == plain.unextended + dt.timedelta(end.suspended_days)
    assert end.last_day >= plain.last_day


@given(STARTS, ANY_TERM, KINDS, OFFSETS, st.randoms(use_true_random=False))
def test_the_order_and_cutting_of_pauses_do_not_matter(
    start: dt.date,
    text: str,
    kind: TermKind,
    offsets: list[tuple[int, int]],
    shuffler: random.Random,
) -> None:
    spans = pauses(start, offsets)
    single_days = [
        Suspension(one.first_day + dt.timedelta(n), one.first_day + dt.timedelta(n + 1))
        for one in spans
        for n in range(one.days)
    ]
    shuffler.shuffle(single_days)
    whole = end_of_term(start, text, kind, suspensions=spans)
    cut = end_of_term(start, text, kind, suspensions=single_days)
    assert whole == cut


@given(STARTS, COVERED, OFFSETS)
def test_no_paused_statutory_term_ends_on_a_free_day(
    start: dt.date, text: str, offsets: list[tuple[int, int]]
) -> None:
    end = end_of_term(start, text, TermKind.WET, suspensions=pauses(start, offsets))
    assert is_free_day(end.last_day) is None


@given(STARTS, st.integers(1, 40), KINDS, OFFSETS)
def test_a_term_in_working_days_holds_exactly_those_outside_its_pauses(
    start: dt.date, n: int, kind: TermKind, offsets: list[tuple[int, int]]
) -> None:
    spans = pauses(start, offsets)
    end = end_of_term(start, f"P{n}D", kind, counting=Counting.WORKING, suspensions=spans)
    days = [start + dt.timedelta(i) for i in range(1, (end.last_day - start).days + 1)]
    free = [d for d in days if is_free_day(d) is not None or any(d in one for one in spans)]
    assert len(days) - len(free) == n


@given(STARTS, COVERED)
def test_the_reasons_name_the_first_and_the_last_day(start: dt.date, text: str) -> None:
    end = end_of_term(start, text, TermKind.WET)
    assume(end.last_day != end.unextended)
    assert f" {start.day} " in end.reasons[0]
    assert f" {end.last_day.day} " in end.reasons[-1]
    assert f" {end.last_day.day} " in end.reasons[-2]
