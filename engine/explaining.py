"""Why a user task is due when it is: the steps of the count, in plain Dutch.

Worked out when somebody asks, by the expression of the diagram with the facts of the case, so that
no step pays for it. What is explained is the deadline that stands: when the expression gives
another date by now, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine import feel
from engine.calendar import CalendarError, format_date, format_duration, parse_duration, reasons
from engine.clock import AMSTERDAM
from engine.context import CaseLook
from engine.expressions import ExpressionFault, library_of, local_day, parsed, term_end
from engine.models import UserTaskStatus
from engine.steps.rows import AnyUserTask
from engine.terms.book import terms_read

FIXED = "Deze datum staat vast in de route."
FACT = "Deze datum is in de zaak ingevuld, of volgt er direct uit."


def reasons_of_due(look: CaseLook, task: AnyUserTask) -> tuple[str, ...]:
    """The steps from what happened to the deadline of an open user task; empty without one."""
    element = look.route.diagrams.elements.get(task.element_id)
    text = None if element is None else element.due_date
    if text is None or task.due_at is None or task.status is not UserTaskStatus.OPEN:
        return ()
    if not text.startswith("="):
        return (FIXED,)
    variables = look.context(task=task)
    try:
        # As the step does: the present of a deadline is when the task began.
        count = _counted(text, variables, task.created_at)
    except ExpressionFault:
        return ()
    if not _is_deadline(count.value, task):
        return ()
    wanted = set(terms_read(text))
    for state in look.terms(variables) if wanted else ():
        if state.term.id in wanted and state.end and state.end.last_day == task.due_day:
            return state.end.reasons
    return next((said for value, said in count.calls if value == count.value and said), (FACT,))


@dataclass(frozen=True)
class _Count:
    """What an expression gave, and each answer of our functions on the way with its reasons."""

    value: object
    calls: list[tuple[object, tuple[str, ...]]] = field(default_factory=list)


def _counted(text: str, variables: Mapping[str, object], now: datetime) -> _Count:
    """Evaluate ``text`` and listen to the functions that count. Raises ExpressionFault."""
    calls: list[tuple[object, tuple[str, ...]]] = []
    library = library_of(variables)

    def listened(name: str, tell: _Tell) -> feel.Function:
        function = library.functions[name]
        if not isinstance(function, feel.Function):
            raise TypeError(f"{name} is no function of ours")

        def impl(*arguments: object) -> object:
            value = function.impl(*arguments)
            try:
                said = tell(variables, value, *arguments)
            except (CalendarError, ValueError, TypeError):
                said = ()  # explaining must not change what is explained
            calls.append((feel.from_python(value), said))
            return value

        return feel.Function(function.params, impl)

    listening = library.extended({name: listened(name, tell) for name, tell in _TELL.items()})
    local = now.astimezone(AMSTERDAM)
    try:
        result = parsed(text).evaluate(variables, now=local, library=listening)
    except feel.FeelLimitExceeded:
        raise ExpressionFault("Deze expressie kost te veel.") from None
    return _Count(result.value, calls)


def _is_deadline(value: object, task: AnyUserTask) -> bool:
    try:
        if task.due_day is not None:
            return local_day(value) == task.due_day
        return feel.to_instant(value, AMSTERDAM) == task.due_at
    except (ValueError, TypeError, AttributeError):
        return False


_Tell = Callable[..., tuple[str, ...]]


def _of_term(
    variables: Mapping[str, object], _value: object, start: object, duur: object, soort: object
) -> tuple[str, ...]:
    return term_end(start, duur, soort, variables).reasons


def _of_working_days(
    _variables: Mapping[str, object], value: object, datum: object, aantal: object
) -> tuple[str, ...]:
    return _steps(datum, value, aantal, working=reasons.lasts_working_days)


def _of_days(
    variables: Mapping[str, object],
    value: object,
    start: object,
    aantal: object,
    telwijze: object,
) -> tuple[str, ...]:
    if telwijze == "werkdagen":
        return _of_working_days(variables, value, start, aantal)

    def calendar_days(number: int, last: object) -> str:
        return reasons.lasts(parse_duration(f"P{number}D"), last)  # type: ignore[arg-type]

    return _steps(start, value, aantal, working=calendar_days)


def _steps(
    start: object, value: object, aantal: object, *, working: Callable[..., str]
) -> tuple[str, ...]:
    end = feel.from_python(value)
    if not isinstance(aantal, Decimal) or aantal < 1 or not isinstance(end, feel.Date):
        return ()
    last = local_day(end)
    return (reasons.begins(local_day(start)), working(int(aantal), last), reasons.ends(last))


def _counted_back(
    _variables: Mapping[str, object], value: object, datum: object, duur: object
) -> tuple[str, ...]:
    last = local_day(feel.from_python(value))
    length = format_duration(parse_duration(str(duur)))
    return (
        f"De termijn telt terug vanaf {format_date(local_day(datum))}: {length}.",
        reasons.ends(last),
    )


_TELL: Mapping[str, _Tell] = {
    "eindeTermijn": _of_term,
    "plusWerkdagen": _of_working_days,
    "plusDagen": _of_days,
    "terugTellen": _counted_back,
}
