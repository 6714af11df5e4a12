"""The end of a term: which day, from when it is over, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.calendar import reasons as say
from engine.calendar.act import (
    end_required_by_article_2,
    exception_of_article_4,
    extended_by_article_1,
)
from engine.calendar.duration import CalendarDuration, add_to_date, as_duration
from engine.calendar.errors import NegativeTerm, TimeOfDayMissing, UnitNotUsable
from engine.calendar.freedays import DECREE_DAYS
from engine.calendar.instants import AMSTERDAM, add_local, end_of_day, last_day_before, local_date
from engine.calendar.kinds import Counting, TermKind
from engine.calendar.reasons import Told
from engine.calendar.suspensions import Suspension, merged
from engine.calendar.wording import format_instant
from engine.calendar.workingdays import nth_working_day


@dataclass(frozen=True, slots=True)
class TermEnd:
    """The end of a term.

    `last_day` is what people see: the term runs to the end of that day. `unextended` is the last
    day before the Algemene termijnenwet, pauses and prolongations included. `fires_at` is the
    UTC instant at which the term is over: 00:00 Europe/Amsterdam of the day after `last_day`, or
    for a term in hours that moment itself. `suspended_days` is how many days of pause counted.
    `reasons` tells it step by step in plain Dutch; the words are made when somebody asks, so that
    a term that only moves a timer does not pay for them.
    """

    last_day: dt.date
    unextended: dt.date
    fires_at: dt.datetime
    suspended_days: int
    told: tuple[Told, ...] = field(repr=False)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, step by step."""
        return say.in_words(self.told)


@dataclass(frozen=True, slots=True)
class NamedEnd:
    """A last day that the applicant was told on `told_on` (Awb 4:14: a new term that is named).

    It was set in a letter and not in a law, so it does not move for a weekend or holiday. Pauses
    that begin after `told_on` move it; whoever named it knew of the earlier ones.
    """

    told_on: dt.date
    last_day: dt.date


def end_of_term(
    start: dt.date,
    duration: str | CalendarDuration,
    kind: TermKind,
    *,
    counting: Counting = Counting.CALENDAR,
    decree_days: Collection[dt.date] = DECREE_DAYS,
    suspensions: Sequence[Suspension] = (),
    prolongations: Sequence[str | CalendarDuration] = (),
    named_ends: Sequence[NamedEnd] = (),
    zone: ZoneInfo = AMSTERDAM,
) -> TermEnd:
    """When a term that begins on `start` ends, and why.

    The day of `start` does not count. `start` is a local date, or an aware datetime whose local
    date in `zone` counts; a term in hours needs the datetime. A term in days or longer ends at the
    end of its last day, whatever the clock did. TermKind.WET is stretched by the Algemene
    termijnenwet, articles 1 and 2, unless article 4 excepts it (see `act`). `decree_days` are the
    days under article 3(3): pass `DECREE_DAYS | {...}` to add some.

    Pauses (Awb 4:15) move the unextended end by exactly the days they hold, each day once; one
    that begins after the term is over does nothing. Prolongations ("verlenging", Awb 4:14) follow
    on the unextended end; whether article 4 excepts is then judged by the last of them.
    `named_ends` are last days that were named instead; the term ends on the latest of those and
    its own end. A term begun anew leaves behind what was named before its start.

    Raises `InvalidDuration`, `NegativeTerm`, `TimeOfDayMissing`, `NaiveMoment`, `DateOutOfRange`,
    and `UnitNotUsable` for working days in another unit than days, and for hours with named ends.
    """
    pieces = [as_duration(duration), *map(as_duration, prolongations)]
    for piece in pieces:
        if piece.sign < 0:
            raise NegativeTerm(str(piece))
    if any(piece.has_time_part for piece in pieces):
        if named_ends:
            raise UnitNotUsable(str(pieces[0]), "dagen, weken, maanden of jaren")
        return _end_in_hours(start, pieces, kind, suspensions, zone)
    day = local_date(start, zone) if isinstance(start, dt.datetime) else start
    if counting is Counting.WORKING:
        return _end_in_working_days(day, pieces, kind, decree_days, suspensions, named_ends, zone)
    return _end_in_days(day, pieces, kind, decree_days, suspensions, named_ends, zone)


def count_back(moment: dt.date, duration: str | CalendarDuration) -> dt.date:
    """The date that lies `duration` before `moment`: "three months before the move".

    Never moved for a weekend or holiday (Atw 1(2)). The words of article 2 do not except terms
    counted back; that it might stretch a short one backwards is not modelled. Raises
    `InvalidDuration`, `NegativeTerm`, `DateOutOfRange`, and `UnitNotUsable` for hours.
    """
    length = as_duration(duration)
    if length.sign < 0:
        raise NegativeTerm(str(length))
    day = local_date(moment) if isinstance(moment, dt.datetime) else moment
    return add_to_date(day, -length)


@dataclass(frozen=True, slots=True)
class _Events:
    """What happened to a term, in order: pauses, and last days that were named."""

    unextended: dt.date
    last: dt.date
    counted: tuple[Suspension, ...]
    named: dt.date | None

    @property
    def named_decides(self) -> bool:
        return self.named is not None and self.named > self.last


def _after_events(
    start: dt.date,
    suspensions: Sequence[Suspension],
    named_ends: Sequence[NamedEnd],
    ends: Callable[[Sequence[Suspension]], tuple[dt.date, dt.date]],
    told: list[Told],
) -> _Events:
    """Count the pauses that began while the term ran. ``ends`` gives, with pauses, the last day
    before and after the Algemene termijnenwet; what a pause or a named day does is ``told``."""
    named_ends = [one for one in named_ends if one.told_on >= start]
    pauses = merged(suspensions, start, [one.told_on for one in named_ends])
    counted: list[Suspension] = []
    unextended, last = ends(counted)
    named: dt.date | None = None
    # On one day the pause comes first: who names a last day knows of it.
    events: list[tuple[dt.date, int, Suspension | NamedEnd]] = [
        (one.first_day, 0, one) for one in pauses
    ]
    events += [(one.told_on, 1, one) for one in named_ends]
    for _day, _order, event in sorted(events, key=lambda item: item[:2]):
        if isinstance(event, NamedEnd):
            named = event.last_day if named is None else max(named, event.last_day)
            told.append((say.named_end, event.told_on, event.last_day))
            continue
        # A pause may begin in the days that the act added: the term still runs then.
        running = last if named is None else max(last, named)
        if event.first_day > running:
            told.append((say.paused_too_late, event, running))
            continue
        counted.append(event)
        unextended, last = ends(counted)
        if named is not None:
            named = add_to_date(named, CalendarDuration(days=event.days))
        told.append((say.paused, event, _latest(unextended, named)))
    return _Events(unextended, last, tuple(counted), named)


def _latest(day: dt.date, named: dt.date | None) -> dt.date:
    return day if named is None else max(day, named)


def _end_in_days(
    start: dt.date,
    pieces: Sequence[CalendarDuration],
    kind: TermKind,
    decree_days: Collection[dt.date],
    suspensions: Sequence[Suspension],
    named_ends: Sequence[NamedEnd],
    zone: ZoneInfo,
) -> TermEnd:
    base = add_to_date(start, pieces[0])
    told: list[Told] = [(say.begins, start), (say.lasts, pieces[0], base)]
    for piece in pieces[1:]:
        base = add_to_date(base, piece)
        told.append((say.prolonged, piece, base))
    exception = exception_of_article_4(pieces[-1])
    act_applies = kind is TermKind.WET and exception is None
    length = (base - start).days

    def ends(counted: Sequence[Suspension]) -> tuple[dt.date, dt.date]:
        days = sum(one.days for one in counted)
        unextended = add_to_date(base, CalendarDuration(days=days)) if days else base
        if not act_applies:
            return unextended, unextended
        required = end_required_by_article_2(start, length, decree_days, counted)
        return unextended, extended_by_article_1(max(unextended, required), decree_days, counted)

    found = _after_events(start, suspensions, named_ends, ends, told)
    last = _latest(found.last, found.named)
    if found.named_decides:
        told.append((say.named_end_decides,))
    elif kind is not TermKind.WET:
        told.append((say.act_does_not_apply, kind))
    elif exception is not None:
        told.append((say.act_excepts, exception))
    else:
        told += _steps_of_the_act(found.unextended, last, decree_days, found.counted)
    told.append((say.ends, last))
    days = sum(one.days for one in found.counted)
    unextended = _latest(found.unextended, found.named)
    return TermEnd(last, unextended, end_of_day(last, zone), days, tuple(told))


def _steps_of_the_act(
    unextended: dt.date,
    last: dt.date,
    decree_days: Collection[dt.date],
    pauses: Sequence[Suspension],
) -> list[Told]:
    if last == unextended:
        return [(say.act_needs_nothing, last)]
    by_article_1 = extended_by_article_1(unextended, decree_days, pauses)
    steps: list[Told] = []
    if by_article_1 > unextended:
        steps.append((say.act_article_1, unextended, by_article_1, decree_days))
    return steps if by_article_1 == last else [*steps, (say.act_article_2, last)]


def _end_in_working_days(
    start: dt.date,
    pieces: Sequence[CalendarDuration],
    kind: TermKind,
    decree_days: Collection[dt.date],
    suspensions: Sequence[Suspension],
    named_ends: Sequence[NamedEnd],
    zone: ZoneInfo,
) -> TermEnd:
    """Ends on a working day by itself, so the act has nothing left to do."""
    for piece in pieces:
        if piece.years or piece.months or piece.weeks:
            raise UnitNotUsable(str(piece), "dagen, zoals P5D")
    total = pieces[0].days
    last = nth_working_day(start, total, decree_days, ())
    told: list[Told] = [(say.begins, start), (say.lasts_working_days, total, last)]
    for piece in pieces[1:]:
        total += piece.days
        last = nth_working_day(start, total, decree_days, ())
        told.append((say.prolonged, piece, last))

    def ends(counted: Sequence[Suspension]) -> tuple[dt.date, dt.date]:
        end = nth_working_day(start, total, decree_days, counted)
        return end, end

    found = _after_events(start, suspensions, named_ends, ends, told)
    last = _latest(found.last, found.named)
    told += [
        (say.named_end_decides,) if found.named_decides else (say.working_days_end, kind),
        (say.ends, last),
    ]
    days = sum(one.days for one in found.counted)
    return TermEnd(last, last, end_of_day(last, zone), days, tuple(told))


def _end_in_hours(
    start: dt.date,
    pieces: Sequence[CalendarDuration],
    kind: TermKind,
    suspensions: Sequence[Suspension],
    zone: ZoneInfo,
) -> TermEnd:
    """From moment to moment; the act does not apply to terms in hours (Atw 4(a))."""
    if not isinstance(start, dt.datetime):
        raise TimeOfDayMissing(start, str(pieces[0]))
    end = add_local(start, pieces[0], zone)
    told: list[Told] = [(say.lasts_until, start, pieces[0], end)]
    for piece in pieces[1:]:
        end = add_local(end, piece, zone)
        told.append((say.prolonged, piece, format_instant(end, zone)))
    days = 0
    for one in merged(suspensions, after=local_date(start, zone)):
        if one.first_day > local_date(end, zone):
            told.append((say.paused_too_late, one, local_date(end, zone)))
            break
        days += one.days
        end = add_local(end, CalendarDuration(days=one.days), zone)
        told.append((say.paused, one, format_instant(end, zone)))
    told.append(
        (say.act_excepts, "is in uren uitgedrukt")
        if kind is TermKind.WET
        else (say.act_does_not_apply, kind)
    )
    last = last_day_before(end, zone)
    return TermEnd(last, last, end, days, tuple(told))
