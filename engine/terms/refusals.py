"""Refusals of pausing and extending a term; ``field`` names the date or text that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.calendar import format_date
from engine.errors import Refusal


class TermRefusal(Refusal):
    """What was asked cannot be done to this term. ``field`` is where it shows on the form."""

    status = 422
    field = ""


@dataclass(eq=False)
class TermStill(TermRefusal):
    """The term does not run: it has not begun, or what it is for has been done."""

    name: str
    done: bool

    status = 409

    @property
    def text(self) -> str:
        why = "is al klaar" if self.done else "loopt nog niet"
        return f"De termijn '{self.name}' {why}. U kunt er nu niets aan veranderen."


@dataclass(eq=False)
class TermOver(TermRefusal):
    """The last day had passed before the pause or extension began."""

    name: str
    last_day: date

    field = "op"

    @property
    def text(self) -> str:
        return (
            f"De termijn was toen al voorbij: de laatste dag was {format_date(self.last_day)}. "
            "Stilzetten of verlengen kan dan niet meer."
        )


@dataclass(eq=False)
class NotChangeable(TermRefusal):
    """The route does not let this term be paused, or extended."""

    name: str

    status = 409
    said = "Op deze route kan dit niet met de termijn '{name}'."


class ChangeGone(TermRefusal):
    """The pause or extension was withdrawn or ended meanwhile."""

    status = 409
    said = "Dit is al veranderd. Kijk naar de nieuwe stand van de termijn."


@dataclass(eq=False)
class AlreadyRecorded(TermRefusal):
    """The same pause or extension stands already: a double click, or a colleague did it too."""

    name: str

    status = 409
    said = "Dit staat al bij de termijn '{name}'. Kijk op de pagina van de zaak."


class DateWrong(TermRefusal):
    """A date that cannot be: ``field`` says which, ``sentence`` why."""

    said = "{sentence}"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field, sentence)
        self.field = field
        self.sentence = sentence


class TextMissing(TermRefusal):
    """A pause or extension needs words: what was asked, or why."""

    field = "tekst"
    said = "Schrijf op wat u vraagt, of waarom dit nodig is."


class TooManyChanges(TermRefusal):
    """A term can be paused again and again, but not without end."""

    said = "Deze zaak heeft te veel pauzes en verlengingen. Verbeter er een, of trek er een in."
