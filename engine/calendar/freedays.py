"""Days on which no statutory term ends: weekends, the act's holidays, days set by decree.

Source: Algemene termijnenwet (Act of 25 July 1964, Stb. 1964, 314), article 3:

- (1) generally recognised holidays are New Year's Day, Easter Monday and Whit Monday, both
  Christmas days, Ascension Day, the day on which the King's birthday is celebrated, and 5 May;
- (2) Good Friday is equated with them;
- (3) the Crown may equate further days; the decree is published in the Staatscourant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

_SATURDAY = 5
_SUNDAY = 6
_KINGS_DAY_SINCE = 2014


class FreeDayKind(StrEnum):
    """Why a day is free."""

    HOLIDAY = "feestdag"
    DECREE = "gelijkgestelde dag"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A Saturday, Sunday, holiday or equated day; `name` is Dutch."""

    day: dt.date
    name: str
    kind: FreeDayKind


@dataclass(frozen=True, slots=True)
class Decree:
    """One royal decree under article 3(3), and where its days were found."""

    title: str
    days: tuple[dt.date, ...]
    source: str


# Data, newest last. The titles were quoted by the named secondary sources; the Staatscourant
# itself was not seen. An administrator adds days: pass `DECREE_DAYS | {...}` as `decree_days`.
DECREES: tuple[Decree, ...] = (
    Decree(
        "Besluit van 20 september 2019, gelijkstelling van 22 mei 2020, 14 mei 2021 en 27 mei 2022",
        (dt.date(2020, 5, 22), dt.date(2021, 5, 14), dt.date(2022, 5, 27)),
        "legal-support-office.nl, De civiele rol: feestdagen",
    ),
    Decree(
        "Besluit gelijkstelling van 28 april 2023, 19 mei 2023, 10 mei 2024, 27 december 2024 "
        "en 30 mei 2025 met een algemeen erkende feestdag",
        (
            dt.date(2023, 4, 28),
            dt.date(2023, 5, 19),
            dt.date(2024, 5, 10),
            dt.date(2024, 12, 27),
            dt.date(2025, 5, 30),
        ),
        "sterfgeval.nl, vraag 70745 (4 oktober 2025)",
    ),
    Decree(
        "Besluit gelijkstelling van 2 januari 2026, 15 mei 2026, 7 mei 2027, 28 april 2028 "
        "en 26 mei 2028 met een algemeen erkende feestdag",
        (
            dt.date(2026, 1, 2),
            dt.date(2026, 5, 15),
            dt.date(2027, 5, 7),
            dt.date(2028, 4, 28),
            dt.date(2028, 5, 26),
        ),
        "sterfgeval.nl, vraag 70745 (4 oktober 2025)",
    ),
)
DECREE_DAYS: frozenset[dt.date] = frozenset(day for decree in DECREES for day in decree.days)


def easter_sunday(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leaps, odd = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    quarter, remainder = divmod(rest, 4)
    weekday = (32 + 2 * odd + 2 * quarter - epact - remainder) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day0 = divmod(epact + weekday - 7 * shift + 114, 31)
    return dt.date(year, month, day0 + 1)


def kings_day(year: int) -> dt.date:
    """The day on which the King's birthday is celebrated: 27 April, on a Sunday the 26th.

    Decree of 30 January 2013, nr. 13.000173. Until 2013 it was 30 April, on a Sunday the 29th
    (decree of 24 April 1980, nr. 11); years before 1980 are not modelled.
    """
    day = dt.date(year, 4, 27 if year >= _KINGS_DAY_SINCE else 30)
    return day - dt.timedelta(days=1) if day.weekday() == _SUNDAY else day


@lru_cache(maxsize=256)
def holidays(year: int) -> Mapping[dt.date, str]:
    """The holidays of article 3(1) and (2), in order, with their Dutch names.

    Two on one day share it: on 5 May 2016 it reads "Bevrijdingsdag en Hemelvaartsdag".
    """
    easter = easter_sunday(year)
    named = (
        (dt.date(year, 1, 1), "Nieuwjaarsdag"),
        (easter - dt.timedelta(days=2), "Goede Vrijdag"),
        (easter + dt.timedelta(days=1), "Tweede Paasdag"),
        (kings_day(year), "Koningsdag" if year >= _KINGS_DAY_SINCE else "Koninginnedag"),
        (dt.date(year, 5, 5), "Bevrijdingsdag"),
        (easter + dt.timedelta(days=39), "Hemelvaartsdag"),
        (easter + dt.timedelta(days=50), "Tweede Pinksterdag"),
        (dt.date(year, 12, 25), "Eerste Kerstdag"),
        (dt.date(year, 12, 26), "Tweede Kerstdag"),
    )
    result: dict[dt.date, str] = {}
    for day, name in sorted(named, key=lambda pair: pair[0]):
        result[day] = f"{result[day]} en {name}" if day in result else name
    return MappingProxyType(result)


def is_free(day: dt.date, decree_days: Collection[dt.date] = DECREE_DAYS) -> bool:
    """Whether `day` is a Saturday, Sunday, holiday or equated day."""
    return day.weekday() >= _SATURDAY or day in decree_days or day in holidays(day.year)


def is_free_day(day: dt.date, decree_days: Collection[dt.date] = DECREE_DAYS) -> FreeDay | None:
    """Why `day` is free, or None. A holiday in the weekend is named as the holiday."""
    name = holidays(day.year).get(day)
    if name is not None:
        return FreeDay(day, name, FreeDayKind.HOLIDAY)
    if day in decree_days:
        return FreeDay(day, "gelijkgestelde dag", FreeDayKind.DECREE)
    if day.weekday() == _SATURDAY:
        return FreeDay(day, "zaterdag", FreeDayKind.WEEKEND)
    if day.weekday() == _SUNDAY:
        return FreeDay(day, "zondag", FreeDayKind.WEEKEND)
    return None
