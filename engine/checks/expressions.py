"""Every expression of a route: does it parse, and does something provide each name it reads?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import feel
from engine.checks.kinds import SETTINGS, misfits, place_of
from engine.checks.names import provided_names, unknown_platform_path
from engine.decisions import ModelProblem
from engine.dialect import RESERVED, SHARE_CONDITION, SUCCESSOR_READS
from engine.expressions import LIBRARY, ExpressionFault, parsed
from engine.findings import Finding
from engine.letters import file_of
from engine.routes import Parts, RouteConfig
from engine.routes.tables import ROUTE_FILE
from engine.spiff import Diagrams, ExpressionUse

# Where an expression stands, in the words of who draws; others are said as they are.
_PLACES = {
    "assignee": "de persoon",
    "candidateGroups": "de groep",
    "dueDate": "de einddatum",
    "followUpDate": "de begindatum",
    "priority": "de prioriteit",
    "script": "het script",
    "condition": "de voorwaarde",
    "completionCondition": "de voorwaarde om te stoppen",
    "loopCondition": "de voorwaarde om te herhalen",
    "inputCollection": "de lijst om te herhalen",
    "outputElement": "de uitkomst van elke keer",
    "correlationKey": "de sleutel van het bericht",
    "messageName": "de naam van het bericht",
    "signalName": "de naam van het signaal",
    "errorCode": "de foutcode",
    "timer": "de timer",
    "input": "de invoer",
    "output": "de uitvoer",
    "header": "de kop",
    "property": "de eigenschap",
    "conditional.hide": "wanneer het veld verborgen is",
    "text": "de tekst",
    "label": "het label",
    "description": "de uitleg",
}
_EVALUATED_PROPERTIES = frozenset({f"property:{SHARE_CONDITION}"})


@dataclass(frozen=True)
class _Use:
    """One expression where it stands. ``names`` are those known there."""

    file: str
    element_id: str
    place: str
    text: str
    names: frozenset[str]


def expression_findings(parts: Parts, config: RouteConfig, diagrams: Diagrams) -> Iterator[Finding]:
    """What is wrong with any expression in diagrams, forms, letters and decisions."""
    # A form that could not be read provides names that nobody knows.
    names_are_known = parts.is_whole(".form") and parts.is_whole(".bpmn")
    names = provided_names(parts, config, diagrams)
    for use in _uses(parts, config, diagrams, names):
        yield from _findings(use, config, names_are_known)
        yield from _misfits(use, config, place_of(diagrams, use.element_id, use.place))
    yield from _decision_findings(parts, names, names_are_known)


def _uses(
    parts: Parts, config: RouteConfig, diagrams: Diagrams, names: frozenset[str]
) -> Iterator[_Use]:
    for use in diagrams.expressions():
        if not use.place.startswith("property:") or use.place in _EVALUATED_PROPERTIES:
            yield _Use(_file(diagrams, use), use.element_id, use.place, use.text, names)
    for party in config.parties.values():
        if party.successor_reads:
            place = f"partijen.{party.id}"
            yield _Use(ROUTE_FILE, place, SUCCESSOR_READS, party.successor_reads, names)
    for form in parts.forms.values():
        for item in form.expressions():
            yield _Use(
                parts.sources[form.id],
                item.component_id,
                item.place,
                item.text,
                names | item.row_names,
            )
    for term in config.terms.values():
        for key, text in term.expressions().items():
            yield _Use(ROUTE_FILE, f"termijnen.{term.id}", key, text, names)
    for letter in parts.letters.values():
        for place, text in letter.expressions():
            yield _Use(file_of(letter.id), "", place, text, names)


def _file(diagrams: Diagrams, use: ExpressionUse) -> str:
    flow = diagrams.flows.get(use.element_id)
    element = diagrams.elements[flow.source if flow else use.element_id]
    return diagrams.processes[element.process_id].file


def _findings(use: _Use, config: RouteConfig, names_are_known: bool) -> Iterator[Finding]:
    def finding(code: str, message: str) -> Finding:
        text = f"{message} (bij {place_in_words(use.place)})"
        return Finding(use.file, use.element_id, code, text)

    try:
        expression = parsed(use.text)
    except ExpressionFault as fault:
        yield finding("feel", fault.message.rstrip(".") + ".")
        return
    for problem in feel.check(expression, use.names, LIBRARY):
        if problem.code == "unknown-name" and not names_are_known:
            continue
        yield finding(problem.code, _message(problem))
    for path in sorted(expression.paths):
        if path[0] in RESERVED:
            message = unknown_platform_path(path, config)
            if message:
                yield finding("onbekende-naam", message)


def _misfits(use: _Use, config: RouteConfig, place: str) -> Iterator[Finding]:
    """Values of a kind that cannot be used there, in the expression or in a setting it reads."""
    try:
        expression = parsed(use.text)
    except ExpressionFault:
        return  # told already
    for wrong in misfits(expression, place, config):
        if wrong.setting is None:
            message = f"{wrong.message} (bij {place_in_words(use.place)})"
            yield Finding(use.file, use.element_id, "soort", message)
        else:
            where = f"{use.element_id or use.file}, {place_in_words(use.place)}"
            message = f"{wrong.message}: zo wordt hij gelezen (bij {where})"
            yield Finding(ROUTE_FILE, f"{SETTINGS}.{wrong.setting}", "soort", message)


def place_in_words(place: str) -> str:
    """Where an expression stands, in the words of who draws."""
    kind, _, name = place.partition(":")
    words = _PLACES.get(kind, kind)
    return f"{words} '{name}'" if name else words


_MESSAGES = {
    "unknown-name": "De naam '{name}' komt nergens vandaan: geen formulier, resultaat of "
    "toewijzing geeft hem een waarde.",
    "unknown-function": "De functie '{name}' bestaat niet.",
    "arguments": "De functie '{name}' krijgt niet de goede gegevens tussen haakjes.",
    "unknown-reference": "De beslissing verwijst naar '{name}', maar dat is er niet.",
    "cycle": "De beslissing heeft haar eigen uitkomst nodig. Haal een van de pijlen weg.",
    "no-logic": "De beslissing is leeg. Maak er een tabel of een expressie in.",
    "hit-policy": "Het tabeltype '{name}' bestaat niet. Kies een ander 'hit policy'.",
}


def _message(problem: feel.Problem) -> str:
    """What is wrong in Dutch, with its line and column where the text has more than one place."""
    message = _MESSAGES[problem.code].format(name=problem.name)
    if problem.line == 0:
        return message
    return f"{message[:-1]} (regel {problem.line}, teken {problem.column})."


def _decision_findings(
    parts: Parts, names: frozenset[str], names_are_known: bool
) -> Iterator[Finding]:
    seen: set[int] = set()
    for decision_id, model in parts.decisions.items():
        file = parts.sources[f"dmn:{decision_id}"]
        if id(model) not in seen:
            seen.add(id(model))
            for item in model.problems(LIBRARY):
                yield _decision_finding(file, item)
        if not names_are_known:
            continue
        for name in sorted(model.inputs(decision_id) - names - LIBRARY.functions.keys()):
            places = model.reads(name)
            for item in places:
                yield _decision_finding(file, item)
            if not places:  # an input that is drawn, and perhaps not even read
                message = (
                    f"De beslissing leest '{name}', maar niets op de route geeft dat een waarde."
                )
                yield Finding(file, decision_id, "unknown-name", message)


def _decision_finding(file: str, item: ModelProblem) -> Finding:
    if item.syntax is not None:
        text = feel.syntax_in_dutch(item.syntax)
        message = f"Dit is geen geldige FEEL: {item.text[:200]}. {text}"
    else:
        message = _message(item.problem)
    where = f"beslissing '{item.decision}'" + (f", rij {item.row}" if item.row else "")
    return Finding(file, item.element, item.problem.code, f"{message} (bij {where})")
