"""Each article on terms, by example."""

import datetime as dt

import pytest

from engine.calendar import (
    DECREE_DAYS,
    Counting,
    DateOutOfRange,
    InvalidDuration,
    NaiveMoment,
    NegativeTerm,
    TermKind,
    TimeOfDayMissing,
    UnitNotUsable,
    count_back,
    end_of_term,
)

OTHER_KINDS = [kind for kind in TermKind if kind is not TermKind.WET]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "duration", "unextended", "last"),
    [
        # Facts of the field: a Friday by decree, and Christmas before a weekend.
        ("2026-03-20", "P8W", "2026-05-15", "2026-05-18"),
        ("2026-10-30", "P8W", "2026-12-25", "2026-12-28"),
        # Article 1(1): Saturday, Sunday, Good Friday through Easter Monday, King's Day on Saturday.
        ("2027-03-06", "P1W", "2027-03-13", "2027-03-15"),
        ("2027-03-07", "P1W", "2027-03-14", "2027-03-15"),
        ("2026-03-20", "P2W", "2026-04-03", "2026-04-07"),
        ("2025-04-12", "P2W", "2025-04-26", "2025-04-28"),
        ("2027-03-03", "P8W", "2027-04-28", "2027-04-28"),
        ("2027-01-31", "P1M", "2027-02-28", "2027-03-01"),
        # Whitsun, and the longest run in the years ahead: 5, 6, 7, 8 and 9 May 2027.
        ("2026-03-30", "P8W", "2026-05-25", "2026-05-26"),
        ("2027-03-10", "P8W", "2027-05-05", "2027-05-10"),
        # A leap day counts as a day.
        ("2028-02-28", "P1D", "2028-02-29", "2028-02-29"),
        ("2028-01-03", "P8W", "2028-02-28", "2028-02-28"),
    ],
)
def test_a_statutory_term_runs_on_to_a_day_that_is_not_free(
    start: str, duration: str, unextended: str, last: str
) -> None:
    end = end_of_term(day(start), duration, TermKind.WET)
    assert (end.unextended, end.last_day) == (day(unextended), day(last))


@pytest.mark.parametrize(
    ("start", "duration", "last"),
    [
        ("2027-03-11", "P3D", "2027-03-15"),  # Friday and Monday are two
        ("2027-03-12", "P3D", "2027-03-16"),  # Monday alone is not enough
        ("2027-03-12", "P2D", "2027-03-15"),  # two days: article 2 does not speak
        ("2026-04-02", "P3D", "2026-04-08"),  # Easter
        ("2026-04-02", "P4D", "2026-04-08"),
        ("2026-12-24", "P3D", "2026-12-29"),  # Christmas
        ("2027-05-04", "P1W", "2027-05-11"),  # a week with five free days still holds two
        ("2027-05-04", "P6D", "2027-05-11"),  # until 10 May holds one
    ],
)
def test_article_2_gives_a_short_term_two_ordinary_days(
    start: str, duration: str, last: str
) -> None:
    assert end_of_term(day(start), duration, TermKind.WET).last_day == day(last)


@pytest.mark.parametrize(
    ("duration", "covered"),
    [
        ("P90D", True),
        ("P91D", False),
        ("P12W", True),
        ("P12W1D", False),
        ("P13W", False),
        ("P3M", True),
        ("P2M30D", True),
        ("P3M1D", False),
        ("P4M", False),
        ("P12M", False),
        ("P1Y", False),
        ("P2Y", False),
    ],
)
def test_article_4_excepts_long_terms_by_the_unit_in_which_they_are_stated(
    duration: str, covered: bool
) -> None:
    starts = [dt.date(2027, 1, 1) + dt.timedelta(n) for n in range(400)]
    ends = [end_of_term(start, duration, TermKind.WET) for start in starts]
    assert any(end.last_day > end.unextended for end in ends) is covered
    assert all("(artikel 4)" in " ".join(end.reasons) for end in ends) is not covered


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_other_kinds_are_calendar_dates(kind: TermKind) -> None:
    end = end_of_term(day("2026-10-30"), "P8W", kind)
    assert end.last_day == end.unextended == day("2026-12-25")
    assert "De Algemene termijnenwet geldt niet." in " ".join(end.reasons)


@pytest.mark.parametrize("kind", TermKind)
def test_a_term_in_working_days_counts_only_those(kind: TermKind) -> None:
    end = end_of_term(day("2026-12-24"), "P2D", kind, counting=Counting.WORKING)
    assert end.last_day == day("2026-12-29")


@pytest.mark.parametrize(
    ("start", "fires"),
    [
        ("2027-03-26", "2027-03-27T23:00+00:00"),
        ("2027-03-27", "2027-03-28T22:00+00:00"),  # the last day has 23 hours
        ("2027-10-30", "2027-10-31T23:00+00:00"),  # the last day has 25 hours
    ],
)
def test_a_term_is_over_at_midnight_whatever_the_clock_did(start: str, fires: str) -> None:
    end = end_of_term(day(start), "P1D", TermKind.WERKAFSPRAAK)
    assert end.fires_at == at(fires)
    assert end.fires_at.tzinfo is dt.UTC


def test_the_local_day_of_a_moment_is_where_a_term_in_days_begins() -> None:
    late = at("2027-06-30T22:30+00:00")  # 0:30 on 1 July in Amsterdam
    assert end_of_term(late, "P1D", TermKind.WERKAFSPRAAK).last_day == day("2027-07-02")


def test_a_term_in_hours_ends_at_the_hour_also_on_a_sunday() -> None:
    end = end_of_term(at("2027-10-30T10:00+02:00"), "PT24H", TermKind.WET)
    assert end.fires_at == at("2027-10-31T09:00+01:00")
    assert end.last_day == day("2027-10-31")
    assert "is in uren uitgedrukt" in " ".join(end.reasons)


def test_a_term_in_hours_needs_a_moment() -> None:
    with pytest.raises(TimeOfDayMissing):
        end_of_term(day("2027-10-30"), "PT24H", TermKind.WET)
    with pytest.raises(NaiveMoment):
        end_of_term(dt.datetime(2027, 1, 1), "PT24H", TermKind.WET)


def test_a_day_that_an_administrator_adds_moves_the_end() -> None:
    friday = day("2029-05-11")
    known = end_of_term(day("2029-03-16"), "P8W", TermKind.WET)
    added = end_of_term(day("2029-03-16"), "P8W", TermKind.WET, decree_days=DECREE_DAYS | {friday})
    assert (known.last_day, added.last_day) == (friday, day("2029-05-14"))


def test_a_prolongation_follows_on_the_unextended_end() -> None:
    # 8 weeks end on Sunday 2 May, extended to Monday; the two weeks follow on the Sunday.
    end = end_of_term(day("2027-03-07"), "P8W", TermKind.WET, prolongations=["P2W"])
    assert end.unextended == day("2027-05-16")
    assert end.last_day == day("2027-05-18")  # Whit Monday is 17 May
    assert any(step.startswith("De termijn is verlengd met 2 weken.") for step in end.reasons)


def test_article_4_judges_the_last_prolongation() -> None:
    year_then_weeks = end_of_term(day("2027-02-28"), "P1Y", TermKind.WET, prolongations=["P6D"])
    assert year_then_weeks.unextended == day("2028-03-05")  # a Sunday
    assert year_then_weeks.last_day == day("2028-03-06")
    weeks_then_year = end_of_term(day("2027-02-28"), "P6D", TermKind.WET, prolongations=["P1Y"])
    assert weeks_then_year.last_day == weeks_then_year.unextended == day("2028-03-06")
    assert "in jaren" in " ".join(weeks_then_year.reasons)


def test_terms_counted_back_are_never_moved() -> None:
    assert count_back(day("2027-08-01"), "P3M") == day("2027-05-01")  # a Saturday
    assert count_back(day("2028-05-31"), "P3M") == day("2028-02-29")


def test_the_reasons_tell_each_step_with_its_date() -> None:
    end = end_of_term(day("2026-10-30"), "P8W", TermKind.WET)
    assert end.reasons == (
        "De termijn begint op vrijdag 30 oktober 2026. Die dag telt niet mee.",
        "De termijn duurt 8 weken. De laatste dag is dan vrijdag 25 december 2026.",
        "Deze termijn staat in een wet. De Algemene termijnenwet geldt.",
        "Vrijdag 25 december 2026 is een feestdag: Eerste Kerstdag.",
        "Zaterdag 26 december 2026 is een feestdag: Tweede Kerstdag.",
        "Zondag 27 december 2026 valt in het weekend.",
        "De termijn loopt door tot en met maandag 28 december 2026 "
        "(artikel 1 Algemene termijnenwet).",
        "De laatste dag is maandag 28 december 2026. De termijn eindigt aan het einde van die dag.",
    )


def test_article_2_alone_is_told_as_article_2() -> None:
    # Saturday to Tuesday: Monday is free, Tuesday is a working day but the only one.
    end = end_of_term(day("2026-04-04"), "P3D", TermKind.WET)
    text = " ".join(end.reasons)
    assert end.last_day == day("2026-04-08")
    assert "artikel 2" in text
    assert "artikel 1 " not in text


def test_wrong_terms_are_refused() -> None:
    start = day("2027-01-01")
    with pytest.raises(NegativeTerm):
        end_of_term(start, "-P1D", TermKind.WET)
    with pytest.raises(NegativeTerm):
        count_back(start, "-P1D")
    with pytest.raises(InvalidDuration):
        end_of_term(start, "8 weken", TermKind.WET)
    with pytest.raises(UnitNotUsable):
        end_of_term(start, "P1W", TermKind.WET, counting=Counting.WORKING)
    with pytest.raises(UnitNotUsable):
        count_back(start, "PT1H")
    with pytest.raises(DateOutOfRange):
        end_of_term(day("9999-12-30"), "P1D", TermKind.WET)
