"""FEEL as routes use it: the standard's functions plus our own, on Dutch time.

`evaluate` is what runs every expression of a diagram, form or letter. A semantic error gives null,
as FEEL has it; only text that is no FEEL, or that costs too much, is an `ExpressionFault`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

from engine import calendar, feel
from engine.calendar import AMSTERDAM, CalendarError, TermKind

RESERVED_NAMES = frozenset({"zaak", "instellingen", "organisaties", "partijen", "taak"})
"""Names that the platform provides; no variable of a route may be called so."""


class ExpressionFault(Exception):
    """An expression that cannot be evaluated. ``message`` is Dutch and holds no personal data."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def source(text: str) -> str:
    """The FEEL of a text as the modeller writes it: without the leading ``=``."""
    stripped = text.strip()
    return stripped[1:].strip() if stripped.startswith("=") else stripped


@lru_cache(maxsize=8192)
def parsed(text: str) -> feel.Expression:
    """The parsed expression, kept for the next time. Raises `ExpressionFault`."""
    try:
        return feel.parse(source(text))
    except feel.FeelSyntaxError as error:
        raise ExpressionFault(
            f"Dit is geen geldige FEEL: {source(text)[:200]}. {feel.syntax_in_dutch(error)}"
        ) from None


def evaluate(text: str, variables: Mapping[str, object], now: dt.datetime) -> object:
    """The FEEL value of ``text`` (with or without leading ``=``).

    ``now`` is aware; ``now()`` and ``today()`` read it on the clock of Amsterdam. Raises
    `ExpressionFault` for bad text and for exceeded limits, never for null.
    """
    expression = parsed(text)
    try:
        result = expression.evaluate(variables, now=now.astimezone(AMSTERDAM), library=LIBRARY)
    except feel.FeelLimitExceeded:
        raise ExpressionFault(f"Deze expressie kost te veel: {source(text)[:200]}") from None
    return result.value


def _local_date(value: object) -> dt.date:
    """The local day of a FEEL date, or of a date and time on the clock of Amsterdam."""
    if isinstance(value, feel.Date):
        day = feel.to_python_date(value)
    else:
        instant = feel.to_instant(value, AMSTERDAM)
        day = None if instant is None else calendar.local_date(instant)
    if day is None:
        raise ValueError(f"a {feel.type_name(value)} is not a date")
    return day


def _start(value: object) -> dt.date:
    if isinstance(value, feel.DateTime):
        instant = feel.to_instant(value, AMSTERDAM)
        if instant is not None:
            return instant
    return _local_date(value)


def _duration(value: object) -> str:
    if isinstance(value, str | feel.DaysAndTimeDuration | feel.YearsAndMonthsDuration):
        return str(value)
    raise ValueError(f"a {feel.type_name(value)} is not a duration")


def _einde_termijn(start: object, duur: object, soort: object) -> dt.date:
    kind = TermKind(str(soort))  # ValueError for another kind
    return calendar.end_of_term(_start(start), _duration(duur), kind).last_day


def _plus_werkdagen(datum: object, aantal: object) -> dt.date:
    if not isinstance(aantal, Decimal) or aantal != aantal.to_integral_value():
        raise ValueError("the number of working days must be a whole number")
    return calendar.add_working_days(_local_date(datum), int(aantal))


def _plus_dagen(start: object, aantal: object, telwijze: object) -> dt.date | dt.datetime:
    """So many days later, on the same wall clock when ``start`` has a time."""
    if telwijze not in ("kalenderdagen", "werkdagen"):
        raise ValueError("telwijze must be 'kalenderdagen' or 'werkdagen'")
    if not isinstance(aantal, Decimal) or aantal != aantal.to_integral_value():
        raise ValueError("the number of days must be a whole number")
    day = _local_date(start)
    if telwijze == "werkdagen":
        end = calendar.add_working_days(day, int(aantal))
    else:
        end = day + dt.timedelta(days=int(aantal))
    instant = feel.to_instant(start, AMSTERDAM) if isinstance(start, feel.DateTime) else None
    if instant is None:
        return end
    # Adding calendar days keeps the wall clock, also over the end of summer time.
    return calendar.add_local(instant, calendar.parse_duration(f"P{(end - day).days}D")).astimezone(
        AMSTERDAM
    )


def _terug_tellen(datum: object, duur: object) -> dt.date:
    return calendar.count_back(_local_date(datum), _duration(duur))


def _tekst_datum(x: object) -> str:
    if isinstance(x, feel.DateTime):
        instant = feel.to_instant(x, AMSTERDAM)
        if instant is not None:
            return calendar.format_instant(instant)
    return calendar.format_date(_local_date(x))


def _bedrag(x: object) -> str:
    if not isinstance(x, Decimal):
        raise ValueError(f"a {feel.type_name(x)} is not an amount")
    sign = "-" if x < 0 else ""
    text = f"{abs(x):,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"€ {sign}{text}"


def _guarded(call: Callable[..., object]) -> Callable[..., object]:
    """A calendar error becomes null with its message, as FEEL wants."""

    def impl(*arguments: object) -> object:
        try:
            return call(*arguments)
        except CalendarError as error:
            raise ValueError(str(error)) from None

    return impl


OWN_FUNCTIONS: Mapping[str, feel.Function] = {
    name: feel.Function(parameters, _guarded(call))
    for name, parameters, call in (
        ("eindeTermijn", ("start", "duur", "soort"), _einde_termijn),
        ("plusWerkdagen", ("datum", "aantal"), _plus_werkdagen),
        ("plusDagen", ("start", "aantal", "telwijze"), _plus_dagen),
        ("terugTellen", ("datum", "duur"), _terug_tellen),
        ("tekstDatum", ("x",), _tekst_datum),
        ("bedrag", ("x",), _bedrag),
    )
}
LIBRARY = feel.STANDARD.extended(OWN_FUNCTIONS)
"""What `evaluate` and every static check use: the standard's functions and ours."""
