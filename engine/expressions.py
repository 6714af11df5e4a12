"""FEEL as routes use it: the standard's functions plus our own, on Dutch time.

`evaluate` is what runs every expression of a diagram, form or letter. A semantic error gives null,
as FEEL has it; only text that is no FEEL, or that costs too much, is an `ExpressionFault`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import lru_cache

from engine import calendar, feel
from engine.calendar import AMSTERDAM, CalendarError, TermKind

TERMS = "termijnen"
"""The named terms of the route, as they stand in the case."""
TERM_CHANGE = "wijziging"
"""In the letter about a pause or extension: what was done to the term."""
DECREE_DAYS = "gelijkgesteldeDagen"
"""The days that an administrator added to those on which no statutory term ends."""
RESERVED_NAMES = frozenset(
    {
        *("zaak", "instellingen", "organisaties", "partijen", "taak"),
        *(TERMS, TERM_CHANGE, DECREE_DAYS),
    }
)
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

    ``now`` is aware; ``now()`` and ``today()`` read it on the clock of Amsterdam. Terms count with
    the days in the variable `DECREE_DAYS` too. Raises `ExpressionFault` for bad text and for
    exceeded limits, never for null.
    """
    expression = parsed(text)
    counts = any(call[0] in COUNTING_FUNCTIONS for call in expression.calls)
    library = library_of(variables) if counts else LIBRARY
    try:
        result = expression.evaluate(variables, now=now.astimezone(AMSTERDAM), library=library)
    except feel.FeelLimitExceeded:
        raise ExpressionFault(f"Deze expressie kost te veel: {source(text)[:200]}") from None
    return result.value


def local_day(value: object) -> dt.date:
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
    return local_day(value)


def _duration(value: object) -> str:
    if isinstance(value, str | feel.DaysAndTimeDuration | feel.YearsAndMonthsDuration):
        return str(value)
    raise ValueError(f"a {feel.type_name(value)} is not a duration")


class _Days:
    """The functions that look at free days, with the days of decrees that are known."""

    def __init__(self, added: Collection[dt.date]) -> None:
        self._decree_days = calendar.DECREE_DAYS.union(added)

    def end_of_term(self, start: object, duur: object, soort: object) -> dt.date:
        return self.term_end(start, duur, soort).last_day

    def term_end(self, start: object, duur: object, soort: object) -> calendar.TermEnd:
        kind = TermKind(str(soort))  # ValueError for another kind
        return calendar.end_of_term(
            _start(start), _duration(duur), kind, decree_days=self._decree_days
        )

    def plus_working_days(self, datum: object, aantal: object) -> dt.date:
        if not isinstance(aantal, Decimal) or aantal != aantal.to_integral_value():
            raise ValueError("the number of working days must be a whole number")
        return calendar.add_working_days(local_day(datum), int(aantal), self._decree_days)

    def plus_days(self, start: object, aantal: object, telwijze: object) -> dt.date | dt.datetime:
        """So many days later, on the same wall clock when ``start`` has a time."""
        if telwijze not in ("kalenderdagen", "werkdagen"):
            raise ValueError("telwijze must be 'kalenderdagen' or 'werkdagen'")
        if not isinstance(aantal, Decimal) or aantal != aantal.to_integral_value():
            raise ValueError("the number of days must be a whole number")
        day = local_day(start)
        if telwijze == "werkdagen":
            end = calendar.add_working_days(day, int(aantal), self._decree_days)
        else:
            end = day + dt.timedelta(days=int(aantal))
        instant = feel.to_instant(start, AMSTERDAM) if isinstance(start, feel.DateTime) else None
        if instant is None:
            return end
        # Adding calendar days keeps the wall clock, also over the end of summer time.
        length = calendar.parse_duration(f"P{(end - day).days}D")
        return calendar.add_local(instant, length).astimezone(AMSTERDAM)


def _terug_tellen(datum: object, duur: object) -> dt.date:
    return calendar.count_back(local_day(datum), _duration(duur))


def _tekst_datum(x: object) -> str:
    if isinstance(x, feel.DateTime):
        instant = feel.to_instant(x, AMSTERDAM)
        if instant is not None:
            return calendar.format_instant(instant)
    return calendar.format_date(local_day(x))


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


def _functions(
    *table: tuple[str, tuple[str, ...], Callable[..., object]],
) -> Mapping[str, feel.Function]:
    return {name: feel.Function(parameters, _guarded(call)) for name, parameters, call in table}


def _counting_functions(days: _Days) -> Mapping[str, feel.Function]:
    return _functions(
        ("eindeTermijn", ("start", "duur", "soort"), days.end_of_term),
        ("plusWerkdagen", ("datum", "aantal"), days.plus_working_days),
        ("plusDagen", ("start", "aantal", "telwijze"), days.plus_days),
    )


OWN_FUNCTIONS: Mapping[str, feel.Function] = {
    **_counting_functions(_Days(())),
    **_functions(
        ("terugTellen", ("datum", "duur"), _terug_tellen),
        ("tekstDatum", ("x",), _tekst_datum),
        ("bedrag", ("x",), _bedrag),
    ),
}
COUNTING_FUNCTIONS = frozenset(_counting_functions(_Days(())))
"""The functions whose answer depends on the days that an administrator added."""
LIBRARY = feel.STANDARD.extended(OWN_FUNCTIONS)
"""What `evaluate` and every static check use: the standard's functions and ours."""


def library_of(variables: Mapping[str, object]) -> feel.Library:
    """The functions, counting with the days in the variable `DECREE_DAYS`."""
    days = _added_days(variables)
    return _library_with(days) if days else LIBRARY


def term_end(
    start: object, duur: object, soort: object, variables: Mapping[str, object]
) -> calendar.TermEnd:
    """What ``eindeTermijn`` found, with its reasons. Raises ValueError, CalendarError."""
    return _Days(_added_days(variables)).term_end(start, duur, soort)


def _added_days(variables: Mapping[str, object]) -> frozenset[dt.date]:
    found = variables.get(DECREE_DAYS)
    if not isinstance(found, list):
        return frozenset()
    days = (feel.to_python_date(day) for day in found if isinstance(day, feel.Date))
    return frozenset(day for day in days if day is not None)


@lru_cache(maxsize=64)
def _library_with(days: frozenset[dt.date]) -> feel.Library:
    return LIBRARY.extended(_counting_functions(_Days(days)))
