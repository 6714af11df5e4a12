"""Pausing, resuming and extending a term where the diagram says so.

The same records as by hand (``engine.steps.termrecords``), so that a drawn pause and one from the
case page add up. A diagram writes its own letters. Headers: ``termijn``; of a pause ``grond`` (left
out: to complete the application), ``verzoekOp``, ``uiterlijk``, ``tekst``; of a resumption ``op``;
of an extension ``tot``, ``gemeldOp`` (left out: today), ``tekst``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from engine.clock import AMSTERDAM
from engine.errors import NotFound, RouteFault
from engine.expressions import ExpressionFault, local_day
from engine.routes.terms import Term
from engine.spiff import Element
from engine.steps.termrecords import TermRecorder
from engine.terms.changes import Pause, PauseGround

if TYPE_CHECKING:
    from engine.steps.step import Step

Variables = Mapping[str, object]


class DrawnTerms:
    """The service tasks on terms of one step. What a person typed wrongly is refused, as by hand;
    what the diagram does wrongly is a fault."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def pause(self, element: Element, variables: Variables) -> Variables:
        """Pause the term from the request until the date that was given."""
        book = TermRecorder(self._step, variables)
        term = self._term(book, element, variables)
        ground = self._text(element, "grond", variables) or PauseGround.INCOMPLETE.value
        if ground not in list(PauseGround):
            raise RouteFault(element.id, "header:grond", f"De grond '{ground}' bestaat niet.")
        told_on = self._day(element, "verzoekOp", variables)
        until = self._day(element, "uiterlijk", variables)
        text = self._words(element, variables)
        book.pause(term, Pause(PauseGround(ground), told_on, until), text)
        return {}

    def resume(self, element: Element, variables: Variables) -> Variables:
        """The latest open pause is over; nothing happens when somebody ended it already."""
        book = TermRecorder(self._step, variables)
        term = self._term(book, element, variables)
        ended_on = self._day(element, "op", variables)
        row = book.open_pause(term)
        if row is not None:
            book.resume(row, term, ended_on)
        return {}

    def extend(self, element: Element, variables: Variables) -> Variables:
        """Extend the term, to a new last day or by the length that the route gives."""
        book = TermRecorder(self._step, variables)
        term = self._term(book, element, variables)
        told_on = self._step.now.astimezone(AMSTERDAM).date()
        if element.task_headers.get("gemeldOp"):
            told_on = self._day(element, "gemeldOp", variables)
        until = None if term.extension else self._day(element, "tot", variables)
        book.extend(term, told_on, until, self._words(element, variables))
        return {}

    def _term(self, book: TermRecorder, element: Element, variables: Variables) -> Term:
        term_id = self._text(element, "termijn", variables)
        try:
            return book.term(term_id)
        except NotFound:
            raise RouteFault(
                element.id, "header:termijn", f"De termijn '{term_id}' staat niet in route.toml."
            ) from None

    def _text(self, element: Element, name: str, variables: Variables) -> str:
        if not element.task_headers.get(name):
            return ""
        return self._step.environment.header(element, name, variables)

    def _words(self, element: Element, variables: Variables) -> str:
        """``tekst``: what a form asked may be left open."""
        text = element.task_headers.get("tekst", "").strip()
        if not text.startswith("="):
            return text
        try:
            value = self._step.environment.evaluate(text, variables)
        except ExpressionFault as fault:
            raise RouteFault(element.id, "header:tekst", fault.message) from fault
        return value if isinstance(value, str) else ""

    def _day(self, element: Element, name: str, variables: Variables) -> date:
        place = f"header:{name}"
        try:
            value = self._step.environment.evaluate(element.task_headers.get(name, ""), variables)
        except ExpressionFault as fault:
            raise RouteFault(element.id, place, fault.message) from fault
        try:
            return local_day(value)
        except ValueError:
            raise RouteFault(element.id, place, f"'{name}' geeft geen datum.") from None
