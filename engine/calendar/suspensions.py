"""Pausing a term (suspension, "opschorting"): Algemene wet bestuursrecht (Awb), article 4:15.

4:15(1): the term is suspended from the day after the one on which the authority (a) invites the
applicant to complete the application under article 4:5, until the day on which it is completed
or the time given for it has passed unused, or (b) tells the applicant that information was asked
of a foreign body, until it is received or waiting is no longer reasonable. 4:15(2): also (a) for
the time to which the applicant agreed in writing, (b) as long as the delay can be attributed to
the applicant, (c) as long as force majeure prevents a decision.

4:15(3): of force majeure the applicant is told, with the term in which the decision can be
expected. 4:15(4): so is the end of a pause under (1)(b), (2)(b) and (2)(c), with the new term. The
letters of a route do this (``brieven`` of a named term). Text read at pgawb.nl, November 2026.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from engine.calendar.errors import (
    DateOutOfRange,
    RemedyDateMissing,
    RemedyDateTooEarly,
    SuspensionReversed,
)

_ONE_DAY = dt.timedelta(days=1)


class SuspensionGround(StrEnum):
    """The grounds of Awb 4:15, each named as a member of that article."""

    INCOMPLETE = "aanvraag aanvullen (artikel 4:15, lid 1, onder a, Awb)"
    FOREIGN_INFORMATION = "informatie uit het buitenland (artikel 4:15, lid 1, onder b, Awb)"
    CONSENT = "de aanvrager stemt in met uitstel (artikel 4:15, lid 2, onder a, Awb)"
    ATTRIBUTABLE = "vertraging door de aanvrager (artikel 4:15, lid 2, onder b, Awb)"
    FORCE_MAJEURE = "overmacht (artikel 4:15, lid 2, onder c, Awb)"


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days that do not count for a term: from `first_day` up to, not including, `day_after_last`.

    Equal days make an empty suspension. Raises `SuspensionReversed` when it ends before it begins.
    """

    first_day: dt.date
    day_after_last: dt.date
    ground: SuspensionGround | None = None

    def __post_init__(self) -> None:
        if self.day_after_last < self.first_day:
            raise SuspensionReversed(self.first_day, self.day_after_last)

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.day_after_last - self.first_day).days

    @property
    def last_day(self) -> dt.date:
        """The last suspended day; only meaningful when `days` is more than zero."""
        return self.day_after_last - _ONE_DAY

    def __contains__(self, day: dt.date) -> bool:
        """Whether `day` is suspended."""
        return self.first_day <= day < self.day_after_last


def suspension_for_completion(
    requested_on: dt.date, remedy_on: dt.date | None, completed_on: dt.date | None = None
) -> Suspension:
    """The suspension by an invitation to complete an application (Awb 4:15(1)(a) with 4:5).

    From the day after the request was sent, up to, not including, the day of completion; when it
    is not completed (yet), or only after `remedy_on`, through that date. So while an invitation
    is open, this is its latest end. The remedy date is set in a letter, not in a law: it is never
    extended. A completion on or before the day of the request gives an empty suspension.

    Raises `RemedyDateMissing`: an invitation without a date does not suspend (Raad van State
    21 September 2016, ECLI:NL:RVS:2016:2527). Raises `RemedyDateTooEarly`.
    """
    if remedy_on is None:
        raise RemedyDateMissing(requested_on)
    if remedy_on <= requested_on:
        raise RemedyDateTooEarly(requested_on, remedy_on)
    first = _day_after(requested_on)
    unused = _day_after(remedy_on)
    end = unused if completed_on is None else max(first, min(completed_on, unused))
    return Suspension(first, end, SuspensionGround.INCOMPLETE)


def suspension_through(
    first_day: dt.date, last_day: dt.date, ground: SuspensionGround
) -> Suspension:
    """A suspension of whole days, both included, for the grounds with a time of their own.

    4:15(2)(a): the time agreed to in writing; (b) and (c): the days that the delay or the force
    majeure lasted. Raises `SuspensionReversed`.
    """
    return Suspension(first_day, _day_after(last_day), ground)


def suspension_for_foreign_information(told_on: dt.date, received_on: dt.date) -> Suspension:
    """Awb 4:15(1)(b): from the day after the applicant was told, up to the day of receipt.

    Raises `SuspensionReversed` when the information came before the applicant was told.
    """
    return Suspension(_day_after(told_on), received_on, SuspensionGround.FOREIGN_INFORMATION)


def merged(
    suspensions: Iterable[Suspension], after: dt.date, boundaries: Iterable[dt.date] = ()
) -> tuple[Suspension, ...]:
    """The suspended days later than `after`, in order, overlapping and touching ones as one.

    So a day that two suspensions share counts once. Parts on or before `after` are cut off. A
    merged suspension keeps its ground when all its parts have the same. One that begins after a
    boundary is kept apart from one that began before or on it, with the days that it adds: who
    named a last day on the boundary knew of the earlier one only.
    """
    told = sorted(boundaries)
    first = _day_after(after)
    clipped = sorted(
        (
            Suspension(max(one.first_day, first), one.day_after_last, one.ground)
            for one in suspensions
            if one.days and one.day_after_last > first
        ),
        key=lambda one: (one.first_day, one.day_after_last),
    )
    result: list[Suspension] = []
    for one in clipped:
        if result and one.first_day <= result[-1].day_after_last:
            last = result[-1]
            if any(last.first_day <= day < one.first_day for day in told):
                if one.day_after_last > last.day_after_last:
                    result.append(Suspension(last.day_after_last, one.day_after_last, one.ground))
                continue
            ground = one.ground if one.ground == last.ground else None
            end = max(last.day_after_last, one.day_after_last)
            result[-1] = Suspension(last.first_day, end, ground)
        else:
            result.append(one)
    return tuple(result)


def _day_after(day: dt.date) -> dt.date:
    try:
        return day + _ONE_DAY
    except OverflowError:
        raise DateOutOfRange(day, "P1D") from None
