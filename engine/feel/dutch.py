"""A syntax error in Dutch, for the people who write expressions in a modeller."""

from __future__ import annotations

from .errors import FeelSyntaxError, FeelTooLarge

_EXPECTED = {
    "an expression": "een waarde of een naam",
    "an operator or the end": "een teken zoals + of =, of het einde",
    "a name": "een naam",
    "a type": "een soort waarde, zoals number of string",
    "a date, time or duration": "een datum, een tijd of een duur",
    "every key once": "elke naam maar één keer",
    "a named argument, as the one before": "een gegeven mét naam, net als het vorige",
    "an argument without name, as the one before": "een gegeven zonder naam, net als het vorige",
    "a closing quote": "een aanhalingsteken aan het einde van de tekst",
    "the end of the remark": "*/ aan het einde van de opmerking",
    "a FEEL symbol": "een teken dat FEEL kent",
}
_LIMITS = {
    "length": "De expressie is te lang.",
    "nesting": "De expressie heeft te veel haakjes of lagen in elkaar.",
}


def syntax_in_dutch(error: FeelSyntaxError) -> str:
    """Where the mistake is and what belongs there, in one or two short sentences."""
    if isinstance(error, FeelTooLarge):
        return _LIMITS[error.limit]
    expected = _EXPECTED.get(error.expected) or error.expected.replace(" or ", " of ")
    found = f" Er staat: {error.found}." if error.found and error.found != "the end" else ""
    return f"Regel {error.line}, teken {error.column}: hier hoort {expected}.{found}"
