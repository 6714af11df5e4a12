"""Every term of a route from one start date: what its last day would be, and why.

For people who draw and check a route: no case is needed. Each fact that a term counts from is taken
to be the start date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from engine import calendar, feel
from engine.calendar import AMSTERDAM, TermEnd, add_local, format_date, format_instant
from engine.expressions import (
    DECREE_DAYS,
    LIBRARY,
    TERMS,
    library_of,
    parsed,
    source,
    term_end,
)
from engine.feel import from_python
from engine.routes import Route
from engine.spiff import TimerKind
from engine.terms.book import TermBook, terms_read
from engine.terms.state import TermState

_SETTINGS = "instellingen"
_CASE = "zaak"


@dataclass(frozen=True)
class Explained:
    """A term with where it stands; ``lines`` are its last day and the reasons."""

    title: str
    place: str
    lines: tuple[str, ...]


def explain_route(route: Route, start: date, decree_days: Collection[date]) -> Iterator[Explained]:
    """The named terms, and then those in due dates and timers of the diagrams."""
    world = _World(route, start, decree_days)
    for state in world.book.states(world):
        title = state.term.name
        yield Explained(title, f"route.toml, termijnen.{state.term.id}", _of_state(state))
    for element in route.diagrams.elements.values():
        file = route.diagrams.processes[element.process_id].file
        place = f"{file}, {element.id}"
        for what, text in (("einddatum", element.due_date), ("begindatum", element.follow_up_date)):
            if text is not None:
                yield Explained(f"{element.name or element.id} ({what})", place, world.date(text))
        if element.timer is not None:
            title = f"{element.name or element.id} (timer)"
            text = element.timer.text
            if element.timer.kind is TimerKind.DATE or text.startswith("="):
                yield Explained(title, place, world.date(text))
            else:
                yield Explained(title, place, world.length(text))


def _of_state(state: TermState) -> tuple[str, ...]:
    if state.end is None:
        return (state.problem or "Deze termijn telt niet vanaf een datum alleen.",)
    source_line = (f"Bron: {state.term.source}",) if state.term.source else ()
    return (_last_day(state.end.last_day), *state.end.reasons, *source_line)


def _last_day(day: date) -> str:
    return f"Laatste dag: {format_date(day)} ({day.isoformat()})"


class _World(Mapping[str, object]):
    """What expressions see: the settings of the start date, and the start date for every fact."""

    def __init__(self, route: Route, start: date, decree_days: Collection[date]) -> None:
        self._start = start
        self._day = from_python(start)
        self._settings = from_python(route.config.settings_on(start))
        self._free_days = from_python(sorted(decree_days))
        self._now = datetime.combine(start, time(9), AMSTERDAM)
        self.book = TermBook(route.config.terms, dict, lambda: decree_days, self._now)
        self._titles = {term.id: term.name for term in route.config.terms.values()}

    def __getitem__(self, name: str) -> object:
        if name == TERMS:
            return self.book.value(self)
        if name == _SETTINGS:
            return self._settings
        if name == _CASE:
            return from_python({"gestart": self._now})
        if name == DECREE_DAYS:
            return self._free_days
        if name in LIBRARY.functions:
            raise KeyError(name)
        return self._day

    def __iter__(self) -> Iterator[str]:
        return iter((_SETTINGS, _CASE, TERMS, DECREE_DAYS))

    def __len__(self) -> int:
        return 4

    def date(self, text: str) -> tuple[str, ...]:
        """A due date or timer date: what it gives, and every term that it counts."""
        counted: list[TermEnd] = []

        def end_of_term(start: object, duur: object, soort: object) -> date:
            end = term_end(start, duur, soort, self)
            counted.append(end)
            return end.last_day

        library = library_of(self).extended(
            {"eindeTermijn": feel.Function(("start", "duur", "soort"), end_of_term)}
        )
        now = self._now
        expression = parsed(text)
        value = expression.evaluate(self, now=now, library=library).value
        names = [self._titles[one] for one in sorted(terms_read(text)) if one in self._titles]
        told = [f"Zie de termijn '{name}'." for name in names]
        told += [reason for end in counted for reason in end.reasons]
        return (self._given(value, text), *told)

    def _given(self, value: object, text: str) -> str:
        day = feel.to_python_date(value) if isinstance(value, feel.Date) else None
        if day is not None:
            return _last_day(day)
        instant = feel.to_instant(value, AMSTERDAM) if isinstance(value, feel.DateTime) else None
        if instant is not None:
            return f"Moment: {format_instant(instant)}"
        return f"Hangt van meer af dan een datum: {source(text)[:200]}"

    def length(self, text: str) -> tuple[str, ...]:
        """A timer with a plain duration or repetition: on the same wall clock."""
        interval = text.rsplit("/", maxsplit=1)[-1]
        try:
            fires = add_local(self._now, interval)
        except calendar.CalendarError as wrong:
            return (str(wrong),)
        return (
            f"Moment: {format_instant(fires)}",
            f"Vanaf {format_instant(self._now)}: {text}. De klok op de muur blijft gelijk.",
        )
