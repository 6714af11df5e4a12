"""All named terms of one case, counted only when somebody reads them.

A term is counted with the variables that are seen where the expression stands, so
``termijnen.x.laatsteDag`` gives what the written-out expression would give there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from engine.clock import AMSTERDAM
from engine.expressions import TERMS, evaluate, parsed
from engine.feel import from_python
from engine.routes.terms import Term
from engine.terms.changes import Change
from engine.terms.state import TermState, count_term

_NOTHING = object()


class TermBook:
    """The terms of one case (or of none, then nothing was done to them) at ``now``.

    ``changes`` gives what people did, by term; ``decree_days`` the days made free. Both are asked
    only when a term has begun. ``forget`` after anything of these changed.
    """

    def __init__(
        self,
        terms: Mapping[str, Term],
        changes: Callable[[], Mapping[str, Sequence[Change]]],
        decree_days: Callable[[], Collection[date]],
        now: datetime,
    ) -> None:
        self._terms = terms
        self._changes = changes
        self._decree_days = decree_days
        self._now = now
        self._known: dict[str, tuple[tuple[object, ...], TermState]] = {}
        self._reads: dict[str, tuple[str, ...]] = {}

    def forget(self) -> None:
        """Count again: a pause, an extension or a free day changed."""
        self._known.clear()

    def value(self, context: Mapping[str, object]) -> dict[str, object]:
        """``termijnen`` as expressions read it."""
        return {
            term_id: from_python(self.state(term_id, context).value()) for term_id in self._terms
        }

    def states(self, context: Mapping[str, object]) -> tuple[TermState, ...]:
        """Every term, in the order of route.toml."""
        return tuple(self.state(term_id, context) for term_id in self._terms)

    def state(self, term_id: str, context: Mapping[str, object]) -> TermState:
        """One term with the facts in ``context``. KeyError when the route does not name it."""
        return self._state(term_id, context, ())

    def _state(
        self, term_id: str, context: Mapping[str, object], counting: tuple[str, ...]
    ) -> TermState:
        term = self._terms[term_id]
        if term_id in counting:
            return TermState(term, problem="Deze termijn telt vanaf zichzelf.")
        if term_id not in self._reads:
            self._reads[term_id] = _names_read(term, self._terms)
        inputs = tuple(context.get(name, _NOTHING) for name in self._reads[term_id])
        known = self._known.get(term_id)
        if known is not None and known[0] == inputs:
            return known[1]
        path = (*counting, term_id)
        today = self._now.astimezone(AMSTERDAM).date()

        def value(text: str) -> object:
            others = {
                name: from_python(self._state(name, context, path).value())
                for name in _known_terms(text, self._terms)
            }
            return evaluate(text, _Within(context, others), self._now)

        state = count_term(term, value, lambda: self._of(term), self._decree_days, today)
        self._known[term_id] = (inputs, state)
        return state

    def _of(self, term: Term) -> Sequence[Change]:
        return self._changes().get(term.id, ()) if term.may_change else ()


class _Within(Mapping[str, object]):
    """A context in which ``termijnen`` holds only the terms that an expression reads."""

    def __init__(self, context: Mapping[str, object], terms: Mapping[str, object]) -> None:
        self._context = context
        self._terms = dict(terms)

    def __getitem__(self, name: str) -> object:
        return self._terms if name == TERMS else self._context[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._context)

    def __len__(self) -> int:
        return len(self._context)


def terms_read(text: str) -> frozenset[str]:
    """The ids of the terms that an expression reads. Raises `ExpressionFault`."""
    return frozenset(path[1] for path in parsed(text).paths if path[0] == TERMS and path[1:])


def _known_terms(text: str, terms: Mapping[str, Term]) -> list[str]:
    return sorted(terms_read(text) & terms.keys())


def _names_read(term: Term, terms: Mapping[str, Term]) -> tuple[str, ...]:
    """Every variable on which a term depends, those of the terms it reads included."""
    names: set[str] = set()
    seen: set[str] = set()
    waiting = [term]
    while waiting:
        one = waiting.pop()
        if one.id in seen:
            continue
        seen.add(one.id)
        for text in one.expressions().values():
            expression = parsed(text)
            names |= expression.free_names | expression.possible_names
            waiting += [terms[name] for name in _known_terms(text, terms)]
    return tuple(sorted(names - {TERMS}))
