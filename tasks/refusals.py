"""Refusals of what people do with tasks and with each other's accounts, each with its facts."""

from __future__ import annotations

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


class TaskAlreadyClaimed(Refusal):
    """Somebody else has the user task; ``assignee`` is that person's name."""

    def __init__(self, task_id: int, assignee: str) -> None:
        super().__init__(task_id, assignee)
        self.task_id = task_id
        self.assignee = assignee

    @property
    def text(self) -> str:
        return f"{self.assignee} heeft deze taak al. Overleg samen wie de taak doet."


class TaskMovedOn(Refusal):
    """The user task belongs to another organisation than the one that filled it in."""

    def __init__(self, task_id: int) -> None:
        super().__init__(task_id)
        self.task_id = task_id

    @property
    def text(self) -> str:
        return (
            "Deze taak is nu van een andere organisatie. "
            "Die vult het formulier zelf in. Dan gaat de zaak verder."
        )


class NotACandidate(Refusal):
    """The person does not have the role for this user task in the organisation whose task it is."""

    status = 403

    def __init__(self, task_id: int) -> None:
        super().__init__(task_id)
        self.task_id = task_id

    @property
    def text(self) -> str:
        return "Deze taak hoort bij een andere rol. Vraag een collega met die rol."


class FourEyes(Refusal):
    """The person did the task that this one is the check of; ``checked`` is that task's name."""

    status = 403

    def __init__(self, task_id: int, checked: str) -> None:
        super().__init__(task_id, checked)
        self.task_id = task_id
        self.checked = checked

    @property
    def text(self) -> str:
        return (
            f"Wie “{self.checked}” deed, mag deze taak niet doen. "
            "Een andere collega kijkt mee: dat is de afspraak."
        )


class NotTheAssignee(Refusal):
    """Only who has the user task may do this with it."""

    status = 403

    def __init__(self, task_id: int) -> None:
        super().__init__(task_id)
        self.task_id = task_id

    @property
    def text(self) -> str:
        return "Deze taak staat niet op uw naam."


class TimerStuck(Refusal):
    """A fault of the route stands in the way of moving a timer."""

    status = 422

    def __init__(self, element_id: str, message: str) -> None:
        super().__init__(element_id, message)
        self.element_id = element_id
        self.message = message

    @property
    def text(self) -> str:
        return f"Dit lukt niet door een fout in de route bij {self.element_id}: {self.message}"


class Invalid(Refusal):
    """One answer on a page of ours (no route form) is wrong; ``field`` says which."""

    status = 422

    def __init__(self, field: str, text: str) -> None:
        super().__init__(field, text)
        self.field = field
        self._text = text

    @property
    def text(self) -> str:
        return self._text


class SignInRefused(Refusal):
    """Unknown user name, wrong password or a disabled account: never said which."""

    status = 401

    @property
    def text(self) -> str:
        return "De gebruikersnaam of het wachtwoord klopt niet. Probeer het opnieuw."


class SignInThrottled(Refusal):
    """Too many failed attempts for this user name or from this address."""

    status = 429

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    @property
    def text(self) -> str:
        return (
            f"Het inloggen is te vaak mislukt. Probeer het opnieuw na {format_instant(self.until)}."
        )


class WrongPassword(Refusal):
    """The present password was not right."""

    status = 422

    @property
    def text(self) -> str:
        return "Uw huidige wachtwoord klopt niet. Typ het opnieuw."


class PasswordRefused(Refusal):
    """The new password is too easy to guess; ``reason`` is a Dutch sentence."""

    status = 422

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def text(self) -> str:
        return self.reason


class LinkInvalid(Refusal):
    """The one-time link is used, too old, or never was."""

    status = 410

    @property
    def text(self) -> str:
        return "Deze link werkt niet meer. Vraag uw beheerder om een nieuwe."
