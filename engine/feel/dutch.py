"""What is wrong in Dutch, for the people who write expressions in a modeller."""

from __future__ import annotations

import re

from .errors import Diagnostic, FeelError, FeelSyntaxError, FeelTooLarge

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


def error_in_dutch(error: FeelError) -> str:
    """A syntax error, or that evaluating would cost too much."""
    return syntax_in_dutch(error) if isinstance(error, FeelSyntaxError) else _TOO_COSTLY


_TOO_COSTLY = "Deze expressie kost te veel."
_KINDS = {
    "null": "niets (null)",
    "a number": "een getal",
    "a string": "een tekst",
    "a boolean": "ja of nee",
    "a list": "een lijst",
    "a context": "een context",
    "a date": "een datum",
    "a time": "een tijd",
    "a date and time": "een datum met tijd",
    "a days and time duration": "een duur in dagen",
    "a years and months duration": "een duur in maanden",
    "a range": "een reeks",
    "a function": "een functie",
}
_SENTENCES = (
    (r"there is no function (.+)", "De functie {0} bestaat niet."),
    (r"there is no type (.+)", "De soort waarde {0} bestaat niet."),
    (r"the context has no entry (.+)", "De context heeft geen gegeven {0}."),
    (r"(.+) has no property (.+)", "{0} heeft geen gegeven {1}."),
    (r"cannot add (.+) and (.+)", "U kunt {0} en {1} niet optellen."),
    (r"cannot subtract (.+) from (.+)", "U kunt {0} niet aftrekken van {1}."),
    (r"cannot multiply (.+) and (.+)", "U kunt {0} en {1} niet vermenigvuldigen."),
    (r"cannot divide (.+) by (.+)", "U kunt {0} niet delen door {1}."),
    (r"cannot (?:compare|order) (.+) (?:with|and) (.+)", "U kunt {0} en {1} niet vergelijken."),
    (r"division by zero.*", "Delen door nul kan niet."),
    (r"(.+) is no function", "Dit is geen functie, maar {0}."),
    (r"(.+) is (?:neither true nor false|no true or false)", "Hier hoort ja of nee, niet {0}."),
    (r"the text is no number", "Deze tekst is geen getal."),
    (r"the text is no date and time", "Deze tekst is geen datum met tijd."),
    (r"the text is no date|there is no such date", "Deze datum bestaat niet."),
    (r"the text is no time|there is no such time", "Deze tijd bestaat niet."),
    (r"the text is no duration", "Deze tekst is geen duur, zoals P8W."),
    (r"there is no (?!range)(.+)", "{0} is hier niet bekend."),
)
# What the sentences do not know, by its code.
_BY_CODE = {
    "arguments": "De functie krijgt te veel of te weinig, of iets dat zij niet kent.",
    "types": "Deze soorten waarden passen hier niet bij elkaar.",
    "function": "De functie kan hier niets mee.",
    "number": "De uitkomst is geen getal dat mogelijk is.",
    "index": "Deze plaats is er niet in de lijst of de tekst.",
    "range": "Dit is geen goede reeks.",
    "date": "De uitkomst is geen datum die mogelijk is.",
    "time": "De uitkomst is geen tijd die mogelijk is.",
    "duration": "De uitkomst is geen duur die mogelijk is.",
    "pattern": "Dit patroon kan niet.",
    "condition": "De voorwaarde is geen ja of nee.",
    "name": "Dit gegeven is hier niet bekend.",
}


def diagnostic_in_dutch(diagnostic: Diagnostic) -> str:
    """Why a value became null, and where, in one short sentence."""
    sentence = _sentence(diagnostic)
    if not diagnostic.line:
        return sentence
    return f"Regel {diagnostic.line}, teken {diagnostic.column}: {sentence}"


def _sentence(diagnostic: Diagnostic) -> str:
    for pattern, sentence in _SENTENCES:
        if found := re.fullmatch(pattern, diagnostic.message):
            parts = found.groups()
            text = sentence.format(*(_KINDS.get(part, part) for part in parts))
            # A kind of value may begin the sentence; a name stays as it was written.
            return text[:1].upper() + text[1:] if parts and parts[0] in _KINDS else text
    return _BY_CODE.get(diagnostic.code, "Deze waarde is niet te bepalen.")
