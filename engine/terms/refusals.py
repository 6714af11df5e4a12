"""Refusals of pausing and extending a term; ``field`` names the date or text that is wrong."""

from __future__ import annotations

from datetime import date

from engine.calendar import format_date
from engine.errors import Refusal


class TermRefusal(Refusal):
    """What was asked cannot be done to this term. ``field`` is where it shows on the form."""

    status = 422
    field = ""


class TermStill(TermRefusal):
    """The term does not run: it has not begun, or what it is for has been done."""

    status = 409

    def __init__(self, name: str, *, done: bool) -> None:
        super().__init__(name, done)
        self.name = name
        self.done = done

    @property
    def text(self) -> str:
        why = "is al klaar" if self.done else "loopt nog niet"
        return f"De termijn '{self.name}' {why}. U kunt er nu niets aan veranderen."


class TermOver(TermRefusal):
    """The last day had passed before the pause or extension began."""

    field = "op"

    def __init__(self, name: str, last_day: date) -> None:
        super().__init__(name, last_day)
        self.name = name
        self.last_day = last_day

    @property
    def text(self) -> str:
        return (
            f"De termijn was toen al voorbij: de laatste dag was {format_date(self.last_day)}. "
            "Stilzetten of verlengen kan dan niet meer."
        )


class NotChangeable(TermRefusal):
    """The route does not let this term be paused, or extended."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    @property
    def text(self) -> str:
        return f"Op deze route kan dit niet met de termijn '{self.name}'."


class ChangeGone(TermRefusal):
    """The pause or extension was withdrawn or ended meanwhile."""

    status = 409

    @property
    def text(self) -> str:
        return "Dit is al veranderd. Kijk naar de nieuwe stand van de termijn."


class AlreadyRecorded(TermRefusal):
    """The same pause or extension stands already: a double click, or a colleague did it too."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    @property
    def text(self) -> str:
        return f"Dit staat al bij de termijn '{self.name}'. Kijk op de pagina van de zaak."


class DateWrong(TermRefusal):
    """A date that cannot be: ``field`` says which, ``text`` why."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(field, text)
        self.field = field
        self._text = text

    @property
    def text(self) -> str:
        return self._text


class TextMissing(TermRefusal):
    """A pause or extension needs words: what was asked, or why."""

    field = "tekst"

    @property
    def text(self) -> str:
        return "Schrijf op wat u vraagt, of waarom dit nodig is."


class TooManyChanges(TermRefusal):
    """A term can be paused again and again, but not without end."""

    @property
    def text(self) -> str:
        return "Deze zaak heeft te veel pauzes en verlengingen. Verbeter er een, of trek er een in."
