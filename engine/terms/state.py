"""Where one named term of a case stands: when it began, its last day, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from engine import feel
from engine.calendar import (
    CalendarError,
    Counting,
    Suspension,
    TermEnd,
    TermKind,
    count_back,
    end_of_day,
    end_of_term,
    format_date,
    format_duration,
    parse_duration,
)
from engine.expressions import ExpressionFault, local_day
from engine.routes.terms import BACK, Term, is_feel
from engine.terms.changes import Change, Extension, Pause

Evaluate = Callable[[str], object]
MAX_EXTENSION = 40
"""The longest text of an extension: it is kept (``TermChange.duration``)."""


@dataclass(frozen=True)
class TermState:
    """A term at one moment. ``start`` and ``end`` are None as long as it does not run.

    ``first_end`` is the last day without pauses and extensions. ``extended_to`` is the last day
    when the term was extended, else None. ``paused`` says whether today does not count, ``done``
    whether what the term is for has been done. ``problem`` (Dutch) says why it has no end though
    it has a start.
    """

    term: Term
    start: date | None = None
    end: TermEnd | None = None
    first_end: date | None = None
    extended_to: date | None = None
    paused: bool = False
    done: bool = False
    problem: str = ""

    @property
    def runs(self) -> bool:
        """Whether it has begun, can be counted, and is not done."""
        return self.end is not None and not self.done

    def value(self) -> dict[str, object]:
        """What expressions read of it: ``termijnen.<id>``."""
        end = self.end
        return {
            "start": self.start,
            "laatsteDag": end.last_day if end else None,
            "eersteEinde": self.first_end,
            "opgeschortDagen": end.suspended_days if end else 0,
            "verlengdTot": self.extended_to,
            "staatStil": self.paused,
            "klaar": self.done,
        }


class _NoTerm(ValueError):
    """The term cannot be counted; the message is Dutch."""


def count_term(
    term: Term,
    evaluate: Evaluate,
    changes: Callable[[], Sequence[Change]],
    decree_days: Callable[[], Collection[date]],
    today: date,
) -> TermState:
    """Count one term. ``evaluate`` gives the FEEL value of a text with the facts of the case;
    ``changes`` and ``decree_days`` are asked only when the term has begun.

    What people did before the start does not count: a term that begins anew begins clean. Never
    raises for what the route or a person wrote; ``problem`` says it.
    """
    start: date | None = None
    try:
        start = _start(term, evaluate)
        if start is None:
            return TermState(term)
        done = _done(term, evaluate, start)
        counting = _counting(term, evaluate)
        length = _duration(term.duration, evaluate)
        if counting == BACK:
            end = _counted_back(start, length)
            return TermState(term, start, end, end.last_day, done=done)
        end_of = _Counter(term, start, length, Counting(counting), decree_days)
        return _counted(term, start, end_of, done, changes(), today)
    except (CalendarError, ExpressionFault, _NoTerm) as wrong:
        text = wrong.message if isinstance(wrong, ExpressionFault) else str(wrong)
        return TermState(term, start, problem=text)


def extension_of(term: Term, evaluate: Evaluate) -> str:
    """The fixed length of an extension as an ISO duration. Raises ValueError, ExpressionFault."""
    length = _duration(term.extension or "", evaluate)
    if len(length) > MAX_EXTENSION:
        raise _NoTerm("De duur van de verlenging is te lang.")
    return length


class _Counter:
    """Counts one term from one start, with and without what people did to it."""

    def __init__(
        self,
        term: Term,
        start: date,
        length: str,
        counting: Counting,
        decree_days: Callable[[], Collection[date]],
    ) -> None:
        matter = term.kind is TermKind.WET or counting is Counting.WORKING
        self._count = partial(
            end_of_term,
            start,
            length,
            term.kind,
            counting=counting,
            decree_days=decree_days() if matter else (),
        )

    def __call__(
        self, pauses: Sequence[Suspension] = (), extensions: Sequence[Extension] = ()
    ) -> TermEnd:
        named = [one.named_end() for one in extensions]
        return self._count(
            suspensions=pauses,
            prolongations=[one.duration for one in extensions if one.duration],
            named_ends=[one for one in named if one is not None],
        )


def _counted(
    term: Term,
    start: date,
    end_of: _Counter,
    done: bool,
    changes: Sequence[Change],
    today: date,
) -> TermState:
    pauses = [one.suspension() for one in changes if isinstance(one, Pause)]
    extensions = [one for one in changes if isinstance(one, Extension) and one.told_on >= start]
    end = end_of(pauses, extensions)
    first = end_of() if pauses or extensions else end
    extended_to = end.last_day if extensions else None
    # A pause that began when the term was over does not count, so nothing stands still.
    paused = today <= end.last_day and _holds(pauses, start, today)
    return TermState(term, start, end, first.last_day, extended_to, paused, done)


def _holds(pauses: Sequence[Suspension], start: date, today: date) -> bool:
    return today > start and any(today in one for one in pauses)


def _counted_back(start: date, length: str) -> TermEnd:
    last = count_back(start, length)
    told = (_back_in_words, start, length, last)
    return TermEnd(last, last, end_of_day(last), 0, (told,))


def _back_in_words(start: date, length: str, last: date) -> list[str]:
    return [
        f"De termijn telt terug vanaf {format_date(start)}: "
        f"{format_duration(parse_duration(length))}.",
        "Een termijn die terugtelt, schuift niet op voor een weekend of een feestdag "
        "(artikel 1, lid 2, Algemene termijnenwet).",
        f"De laatste dag is {format_date(last)}.",
    ]


def _start(term: Term, evaluate: Evaluate) -> date | None:
    value = evaluate(term.start)
    if value is None:
        return None
    try:
        return local_day(value)
    except ValueError:
        raise _NoTerm("Het begin van de termijn is geen datum.") from None


def _done(term: Term, evaluate: Evaluate, start: date) -> bool:
    value = None if term.done is None else evaluate(term.done)
    if isinstance(value, bool):
        return value
    try:
        return value is not None and local_day(value) >= start
    except ValueError:
        raise _NoTerm("'klaar' van de termijn geeft geen datum, en ook geen ja of nee.") from None


def _counting(term: Term, evaluate: Evaluate) -> str:
    value = evaluate(term.counting) if is_feel(term.counting) else term.counting
    if value == BACK or value in [one.value for one in Counting]:
        return str(value)
    raise _NoTerm("'telwijze' van de termijn is kalenderdagen, werkdagen of terug.")


def _duration(text: str, evaluate: Evaluate) -> str:
    """An ISO duration; a number is so many days."""
    value = evaluate(text) if is_feel(text) else text
    if isinstance(value, Decimal) and value == value.to_integral_value() and value >= 0:
        value = f"P{int(value)}D"
    if not isinstance(value, str | feel.DaysAndTimeDuration | feel.YearsAndMonthsDuration):
        raise _NoTerm("De duur van de termijn is niet bekend.")
    written = str(value).strip()
    length = parse_duration(written)
    if length.has_time_part:
        raise _NoTerm("Een termijn in route.toml is in dagen, weken, maanden of jaren.")
    return written
