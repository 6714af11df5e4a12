"""Scenario files held against their route, without playing them: words, names and elements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.calendar import CalendarError, parse_duration
from engine.dialect import BUTTON_FORM
from engine.expressions import ExpressionFault, parsed
from engine.findings import Finding
from engine.routes import LINKED_CASES, MAIN_CASE, Route
from engine.spiff import ElementKind, EventKind
from tasks.scenarios.script import (
    DEFAULTS,
    STATUSES,
    Deed,
    Expectation,
    Script,
    ScriptRefused,
    read_script,
    read_usual,
    scripts_of,
)

FOLDER = "scenarios"


def scenario_findings(folder: Path, route: Route) -> Iterator[Finding]:
    """What is wrong with the scenarios beside a route that itself is in order."""
    known = _Known.of(route)
    try:
        usual = read_usual(folder / FOLDER / DEFAULTS)
    except ScriptRefused as refused:
        yield _finding(DEFAULTS, "", refused.text)
        return
    for form_id, answers in usual.items():
        if form_id not in route.forms:
            yield _finding(DEFAULTS, form_id, f"Het formulier '{form_id}' is er niet.")
            continue
        for name in _strange(answers, route.forms[form_id].fields):
            message = f"Het formulier '{form_id}' heeft geen veld '{name}'."
            yield _finding(DEFAULTS, form_id, message)
    for path in scripts_of(folder):
        try:
            script = read_script(path)
        except ScriptRefused as refused:
            yield _finding(path.name, "", refused.text)
        else:
            for text in known.wrong(script):
                yield _finding(path.name, "", text)


def _finding(name: str, place: str, message: str) -> Finding:
    return Finding(f"{FOLDER}/{name}", place, "scenario", message)


def _strange(given: Iterable[str], known: Collection[str]) -> list[str]:
    return [name for name in given if name not in known]


@dataclass(frozen=True)
class _Known:
    """The names that a scenario of this route can use."""

    route: Route
    tasks: frozenset[str]
    timers: frozenset[str]
    messages: frozenset[str]
    ends: frozenset[str]
    people: frozenset[str]

    @classmethod
    def of(cls, route: Route) -> _Known:
        elements = route.diagrams.elements.values()
        return cls(
            route,
            frozenset(one.id for one in elements if one.kind is ElementKind.USER_TASK),
            frozenset(one.id for one in elements if one.event is EventKind.TIMER),
            frozenset(one.message_name for one in elements if one.message_name),
            frozenset(one.id for one in elements if one.kind is ElementKind.END_EVENT)
            | route.config.endings.keys(),
            frozenset(person.user for person in route.config.demo.people),
        )

    def wrong(self, script: Script) -> Iterator[str]:
        """Every name in the scenario that the route does not have, in Dutch."""
        yield from self._person(script.by, "bovenaan")
        start_form = self.route.forms[self.route.config.start_form]
        for name in _strange(script.start, start_form.fields):
            yield f"bij 'start': het startformulier heeft geen veld '{name}'."
        for deed in script.deeds:
            where = f"stap {deed.number}"
            for text in self._deed(deed):
                yield f"{where}: {text}"
            yield from self._person(deed.by, where)
            if deed.to is not None and deed.to not in self.people:
                yield f"{where}: er is niemand die '{deed.to}' heet."
            if deed.expected is not None:
                for text in self._expected(deed.expected):
                    yield f"{where}: {text}"

    def _person(self, by: str | None, where: str) -> Iterator[str]:
        if by is not None and by not in self.people and by not in self.route.config.roles:
            yield f"{where}: '{by}' is geen gebruiker en geen rol."

    def _deed(self, deed: Deed) -> Iterator[str]:
        match deed.kind:
            case "taak" | "wijs_toe":
                yield from self._names([deed.what], self.tasks, "taak")
                yield from self._answers(deed, self._form_of(str(deed.what)))
            case "corrigeer":
                elements = self.route.diagrams.elements
                yield from self._names([deed.what], elements, "element")
                yield from self._answers(deed, self._form_of(str(deed.what)))
            case "knop":
                yield from self._names([deed.what], self.messages, "bericht")
            case "beeindig":
                yield from self._names([deed.what], self.route.config.endings, "reden")
            case "zaak":
                yield from self._names([deed.what], (MAIN_CASE, LINKED_CASES), "zaak")
            case "spring":
                try:
                    parse_duration(str(deed.what))
                except CalendarError:
                    yield f"'{deed.what}' is geen duur zoals P1D of PT2H."

    def _form_of(self, element_id: str) -> str:
        element = self.route.diagrams.elements.get(_plain(element_id))
        if element is None:
            return ""
        return element.form_id or element.properties.get(BUTTON_FORM) or ""

    def _answers(self, deed: Deed, form_id: str) -> Iterator[str]:
        form = self.route.forms.get(form_id)
        for name in _strange(deed.answers, form.fields) if form is not None else ():
            yield f"het formulier '{form_id}' heeft geen veld '{name}'."

    def _expected(self, expected: Expectation) -> Iterator[str]:
        yield from self._names(expected.tasks or (), self.tasks, "taak")
        yield from self._names(expected.timers or (), self.timers, "timer")
        letters = [*(expected.letters or ()), *expected.letter_texts]
        yield from self._names(letters, self.route.letters, "brief")
        for seen in (expected.seen, expected.unseen):
            yield from self._names(seen, self.people, "gebruiker")
            ids = [one for some in seen.values() for one in some]
            yield from self._names(ids, self.route.diagrams.elements, "element")
        if expected.status is not None:
            yield from self._names([expected.status], STATUSES, "status")
        if expected.end is not None:
            yield from self._names([expected.end], self.ends, "einde")
        for text in expected.conditions:
            try:
                parsed(text)
            except ExpressionFault as fault:
                yield fault.message

    def _names(self, given: Iterable[object], known: Collection[str], what: str) -> Iterator[str]:
        for name in given:
            if not isinstance(name, str) or _plain(name) not in known:
                yield f"'{name}' bestaat niet op deze route ({what})."


def _plain(name: str) -> str:
    """The second of two tasks of one element is called ``<id>#2``."""
    return name.partition("#")[0]
