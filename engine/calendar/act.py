"""To which terms the Algemene termijnenwet (Atw) applies, and how far it stretches them.

- Article 1(1): a term set in a law that ends on a Saturday, Sunday or generally recognised
  holiday is extended to the end of the next day that is none of these.
- Article 1(2): not so for terms counted back from a moment or an event (see `count_back`).
- Article 2: a term set in a law of at least three days is extended, where needed, so far that it
  holds at least two days that are no Saturday, Sunday or generally recognised holiday.
- Article 3: which days those are (see `freedays`).
- Article 4(a): the act does not apply to terms expressed in hours, in more than 90 days, in more
  than twelve weeks, in more than three months, or in one or more years. (4(b) and (c), the entry
  into force of laws and deprivation of liberty, do not occur here.)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from engine.calendar.duration import CalendarDuration
from engine.calendar.suspensions import Suspension
from engine.calendar.workingdays import first_working_day, nth_working_day

_MOST_DAYS = 90
_MOST_WEEKS = 12
_MOST_MONTHS = 3
_DAYS_PER_MONTH = 30
_ARTICLE_2_DAYS = 3
_ARTICLE_2_WORKING_DAYS = 2


def exception_of_article_4(duration: CalendarDuration) -> str | None:
    """Why the act does not apply to a term of this length, in Dutch, or None when it does.

    The unit in which the term is stated decides: P90D and P12W are covered, P13W and P91D are
    not, though P12W6D is as long as P90D. For months mixed with smaller units a month counts as
    30 days, as the act itself puts three months beside 90 days.
    """
    smaller = 7 * duration.weeks + duration.days
    if duration.has_time_part:
        return "is in uren uitgedrukt"
    if duration.years:
        return "is in jaren uitgedrukt"
    if duration.months:
        too_long = smaller > _DAYS_PER_MONTH * (_MOST_MONTHS - duration.months)
        return f"duurt meer dan {_MOST_MONTHS} maanden" if too_long else None
    if duration.weeks:
        return f"duurt meer dan {_MOST_WEEKS} weken" if smaller > 7 * _MOST_WEEKS else None
    return f"duurt meer dan {_MOST_DAYS} dagen" if smaller > _MOST_DAYS else None


def extended_by_article_1(
    unextended: dt.date, decree_days: Collection[dt.date], suspended: Sequence[Suspension]
) -> dt.date:
    """The last day after article 1(1); a suspended day is passed over too (Awb 4:15)."""
    return first_working_day(unextended, decree_days, suspended)


def end_required_by_article_2(
    start: dt.date,
    length_in_days: int,
    decree_days: Collection[dt.date],
    suspended: Sequence[Suspension],
) -> dt.date:
    """The earliest last day that article 2 allows; `start` itself for terms under three days.

    `length_in_days` is the length without suspensions. Suspended days are no days of the term.
    """
    if length_in_days < _ARTICLE_2_DAYS:
        return start
    return nth_working_day(start, _ARTICLE_2_WORKING_DAYS, decree_days, suspended)
