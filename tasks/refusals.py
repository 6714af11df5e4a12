"""Refusals of what people do with tasks and with each other's accounts, each with its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.calendar.wording import format_instant
from engine.errors import Refusal
from engine.refusals import TaskGone

__all__ = [
    "FourEyes",
    "Invalid",
    "LinkInvalid",
    "NotACandidate",
    "NotTheAssignee",
    "PasswordRefused",
    "SignInRefused",
    "SignInThrottled",
    "TaskAlreadyClaimed",
    "TaskGone",
    "TaskMovedOn",
    "TimerStuck",
    "WrongPassword",
]


@dataclass(eq=False)
class TaskAlreadyClaimed(Refusal):
    """Somebody else has the user task; ``assignee`` is that person's name."""

    task_id: int
    assignee: str

    said = "{assignee} heeft deze taak al. Overleg samen wie de taak doet."


@dataclass(eq=False)
class TaskMovedOn(Refusal):
    """The user task belongs to another organisation than the one that filled it in."""

    task_id: int

    said = (
        "Deze taak is nu van een andere organisatie. "
        "Die vult het formulier zelf in. Dan gaat de zaak verder."
    )


@dataclass(eq=False)
class NotACandidate(Refusal):
    """The person does not have the role for this user task in the organisation whose task it is."""

    task_id: int

    status = 403
    said = "Deze taak hoort bij een andere rol. Vraag een collega met die rol."


@dataclass(eq=False)
class FourEyes(Refusal):
    """The person did the task that this one is the check of; ``checked`` is that task's name."""

    task_id: int
    checked: str

    status = 403
    said = (
        "Wie “{checked}” deed, mag deze taak niet doen. "
        "Een andere collega kijkt mee: dat is de afspraak."
    )


@dataclass(eq=False)
class NotTheAssignee(Refusal):
    """Only who has the user task may do this with it."""

    task_id: int

    status = 403
    said = "Deze taak staat niet op uw naam."


@dataclass(eq=False)
class TimerStuck(Refusal):
    """A fault of the route stands in the way of moving a timer."""

    element_id: str
    message: str

    status = 422
    said = "Dit lukt niet door een fout in de route bij {element_id}: {message}"


@dataclass(eq=False)
class Invalid(Refusal):
    """One answer on a page of ours (no route form) is wrong; ``field`` says which."""

    field: str
    sentence: str

    status = 422
    said = "{sentence}"


class SignInRefused(Refusal):
    """Unknown user name, wrong password or a disabled account: never said which."""

    status = 401
    said = "De gebruikersnaam of het wachtwoord klopt niet. Probeer het opnieuw."


@dataclass(eq=False)
class SignInThrottled(Refusal):
    """Too many failed attempts for this user name or from this address."""

    until: datetime

    status = 429

    @property
    def text(self) -> str:
        return (
            f"Het inloggen is te vaak mislukt. Probeer het opnieuw na {format_instant(self.until)}."
        )


class WrongPassword(Refusal):
    """The present password was not right."""

    status = 422
    said = "Uw huidige wachtwoord klopt niet. Typ het opnieuw."


@dataclass(eq=False)
class PasswordRefused(Refusal):
    """The new password is too easy to guess; ``reason`` is a Dutch sentence."""

    reason: str

    status = 422
    said = "{reason}"


class LinkInvalid(Refusal):
    """The one-time link is used, too old, or never was."""

    status = 410
    said = "Deze link werkt niet meer. Vraag uw beheerder om een nieuwe."
