"""The steps of a computed date, in plain Dutch with concrete dates. Each function is one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from engine.calendar.duration import CalendarDuration
from engine.calendar.freedays import FreeDayKind, is_free_day
from engine.calendar.kinds import TermKind
from engine.calendar.suspensions import Suspension
from engine.calendar.wording import counted, format_date, format_duration, format_instant

Told = tuple[Any, ...]
"""One step: a function of this module with its arguments; it is told when somebody asks."""


def in_words(told: Iterable[Told]) -> tuple[str, ...]:
    """Each step as the sentences that it gives."""
    found: list[str] = []
    for function, *arguments in told:
        said = function(*arguments)
        found += [said] if isinstance(said, str) else said
    return tuple(found)


_WHERE = {
    TermKind.WET: "Deze termijn staat in een wet.",
    TermKind.VERORDENING: "Deze termijn staat in een verordening.",
    TermKind.OVEREENKOMST: "Deze termijn staat in een overeenkomst.",
    TermKind.WERKAFSPRAAK: "Deze termijn is een werkafspraak.",
}


def begins(start: dt.date) -> str:
    """The day of the event does not count."""
    return f"De termijn begint op {format_date(start)}. Die dag telt niet mee."


def lasts(duration: CalendarDuration, last: dt.date) -> str:
    """The length on the calendar."""
    return (
        f"De termijn duurt {format_duration(duration)}. De laatste dag is dan {format_date(last)}."
    )


def lasts_working_days(n: int, last: dt.date) -> str:
    """The length in working days."""
    return (
        f"De termijn duurt {counted(n, 'werkdag', 'werkdagen')}. "
        "Zaterdagen, zondagen en feestdagen tellen niet mee. "
        f"De laatste dag is dan {format_date(last)}."
    )


def lasts_until(start: dt.datetime, duration: CalendarDuration, end: dt.datetime) -> str:
    """A term in hours, from moment to moment."""
    return (
        f"De termijn begint op {format_instant(start)} en duurt {format_duration(duration)}. "
        f"De termijn eindigt dan op {format_instant(end)}."
    )


def prolonged(duration: CalendarDuration, last: dt.date | str) -> str:
    """An extension (verlenging) that was granted; `last` is the new end, or that in words."""
    return (
        f"De termijn is verlengd met {format_duration(duration)}. "
        f"Het einde is dan {_end_in_words(last)}."
    )


def paused(one: Suspension, last: dt.date | str) -> str:
    """Days that do not count, and where they move the end to."""
    ground = f" De reden is: {one.ground.value}." if one.ground else ""
    return (
        f"De termijn stond stil van {format_date(one.first_day)} tot en met "
        f"{format_date(one.last_day)}: {counted(one.days, 'dag', 'dagen')}.{ground} "
        f"Het einde is dan {_end_in_words(last)}."
    )


def paused_too_late(one: Suspension, last: dt.date) -> str:
    """A pause after the end changes nothing."""
    return (
        f"De pauze vanaf {format_date(one.first_day)} telt niet mee. "
        f"De termijn was toen al voorbij: de laatste dag was {format_date(last)}."
    )


def named_end(told_on: dt.date, last: dt.date) -> str:
    """An extension with a last day of its own (Awb 4:14)."""
    return (
        f"Op {format_date(told_on)} is verteld dat het langer duurt. "
        f"De nieuwe laatste dag is {format_date(last)}."
    )


def named_end_decides() -> str:
    """The named day is later than the term itself."""
    return "Die dag is later dan het einde van de termijn zelf, en gaat dus voor."


def act_does_not_apply(kind: TermKind) -> str:
    """Kinds of term outside the act."""
    return (
        f"{_WHERE[kind]} De Algemene termijnenwet geldt niet. "
        "De laatste dag schuift niet op voor een weekend of een feestdag."
    )


def working_days_end(kind: TermKind) -> str:
    """A term in working days ends on one, whatever its kind."""
    return f"{_WHERE[kind]} De termijn telt werkdagen en eindigt dus op een werkdag."


def act_excepts(why: str) -> str:
    """Article 4."""
    return (
        f"{_WHERE[TermKind.WET]} Maar de termijn {why}. Daarom geldt de Algemene termijnenwet "
        "niet (artikel 4). De laatste dag schuift niet op."
    )


def act_needs_nothing(last: dt.date) -> str:
    """The act applies and changes nothing."""
    return (
        f"{_WHERE[TermKind.WET]} De Algemene termijnenwet geldt. "
        f"{_capital(format_date(last))} is een werkdag. De laatste dag blijft dus staan."
    )


def act_article_1(
    unextended: dt.date, last: dt.date, decree_days: Collection[dt.date]
) -> list[str]:
    """Each day that the end passes over, and why; then where it comes to rest."""
    days = (unextended + dt.timedelta(n) for n in range((last - unextended).days))
    steps = [f"{_WHERE[TermKind.WET]} De Algemene termijnenwet geldt."]
    steps += [_passed(day, decree_days) for day in days]
    steps.append(
        f"De termijn loopt door tot en met {format_date(last)} (artikel 1 Algemene termijnenwet)."
    )
    return steps


def act_article_2(last: dt.date) -> str:
    """A short term around free days."""
    return (
        "In een wettelijke termijn van 3 dagen of langer zitten minstens 2 werkdagen. "
        f"De termijn loopt daarom door tot en met {format_date(last)} "
        "(artikel 2 Algemene termijnenwet)."
    )


def ends(last: dt.date) -> str:
    """The outcome."""
    return f"De laatste dag is {format_date(last)}. De termijn eindigt aan het einde van die dag."


def _end_in_words(last: dt.date | str) -> str:
    return last if isinstance(last, str) else format_date(last)


def _passed(day: dt.date, decree_days: Collection[dt.date]) -> str:
    free = is_free_day(day, decree_days)
    date = _capital(format_date(day))
    if free is None:
        return f"Op {format_date(day)} stond de termijn stil."
    if free.kind is FreeDayKind.WEEKEND:
        return f"{date} valt in het weekend."
    if free.kind is FreeDayKind.DECREE:
        return f"{date} is bij besluit gelijkgesteld met een feestdag."
    return f"{date} is een feestdag: {free.name}."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
