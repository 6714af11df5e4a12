"""What is wrong with a decision model or an outcome, in Dutch, for who draws the tables."""

from __future__ import annotations

from engine import feel
from engine.feel import Diagnostic

from .errors import DecisionError, ModelRefused, UnknownDecision

_REFUSED = {
    "too-large": "De beslistabel is te groot.",
    "too-deep": "De beslistabel heeft te veel niveaus.",
    "not-xml": "Dit bestand is geen geldige XML.",
    "doctype": "Dit bestand heeft een DOCTYPE. Dat is niet veilig. Haal de regel met DOCTYPE weg.",
    "namespace": "Dit is geen DMN 1.3, 1.4 of 1.5. Open de tabel in de Camunda Modeler en sla op.",
    "structure": "Dit is geen beslistabel die te lezen is. Open haar in de Camunda Modeler.",
}
_OUTCOMES = {
    "hit-policy": "Er passen meer regels, en dat mag niet bij deze tabel.",
    "input": "{name} heeft een waarde die de tabel niet toestaat.",
    "output": "De uitkomst is geen van de waarden die de tabel toestaat.",
    "structure": "De beslissing is niet compleet.",
    "syntax": "In de beslissing staat geen geldige FEEL.",
}


def error_in_dutch(error: DecisionError) -> str:
    """Why there is no decision, and on which line of the file."""
    if isinstance(error, UnknownDecision):
        known = ", ".join(error.known)
        return f"De beslissing {error.wanted} bestaat niet. Kies uit: {known}."
    if not isinstance(error, ModelRefused):
        return f"Deze beslistabel kan niet: {error}"
    text = _REFUSED.get(error.reason, f"Deze beslistabel kan niet: {error.detail}.")
    return f"{text} De fout staat op regel {error.line}." if error.line else text


def diagnostic_in_dutch(diagnostic: Diagnostic) -> str:
    """Why the outcome, or a part of it, became null."""
    text = _OUTCOMES.get(diagnostic.code)
    name = diagnostic.name or "Een gegeven"
    return feel.diagnostic_in_dutch(diagnostic) if text is None else text.format(name=name)
