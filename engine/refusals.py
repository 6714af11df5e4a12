"""Refusals of the verbs on a case, each with the facts of its reason."""

from __future__ import annotations

from engine.errors import Refusal


class TaskGone(Refusal):
    """The user task is completed or cancelled already: nothing was done twice."""

    status = 409

    def __init__(self, user_task_id: int) -> None:
        super().__init__(user_task_id)
        self.user_task_id = user_task_id

    @property
    def text(self) -> str:
        return "Deze taak is al gedaan of niet meer nodig. Kijk naar de nieuwe stand van de zaak."


class TimerGone(Refusal):
    """The timer fired or was cancelled already."""

    status = 409

    def __init__(self, timer_id: int) -> None:
        super().__init__(timer_id)
        self.timer_id = timer_id

    @property
    def text(self) -> str:
        return "Deze termijn is al afgegaan, of is niet meer nodig."


class MessageNotAwaited(Refusal):
    """The case does not wait for this message (any more)."""

    status = 409

    def __init__(self, case_number: str, message: str) -> None:
        super().__init__(case_number, message)
        self.case_number = case_number
        self.message = message

    @property
    def text(self) -> str:
        return f"Zaak {self.case_number} wacht nu niet op het bericht '{self.message}'."


class UnknownAnswers(Refusal):
    """Answers to questions that the form does not have."""

    status = 422

    def __init__(self, form_id: str, names: tuple[str, ...]) -> None:
        super().__init__(form_id, names)
        self.form_id = form_id
        self.names = names

    @property
    def text(self) -> str:
        return f"Het formulier kent deze velden niet: {', '.join(self.names)}."


class NotAFact(Refusal):
    """What was to be corrected is no fact that the route lets people correct."""

    status = 422

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names

    @property
    def text(self) -> str:
        return f"Dit kunt u hier niet verbeteren: {', '.join(self.names)}."


class ReasonMissing(Refusal):
    """A correction or an end of a case needs words that say why."""

    status = 422

    @property
    def text(self) -> str:
        return "Schrijf op waarom u dit doet."


class EndingUnknown(Refusal):
    """The route has no such reason to end a case."""

    status = 422

    def __init__(self, ending_id: str) -> None:
        super().__init__(ending_id)
        self.ending_id = ending_id

    @property
    def text(self) -> str:
        return "Deze reden bestaat niet op deze route. Kies een andere reden."


class StarterWithoutOrganisation(Refusal):
    """A case belongs to the organisation of whoever starts it."""

    status = 422

    @property
    def text(self) -> str:
        return "U kunt alleen namens een organisatie een zaak starten."


class StepFailed(Refusal):
    """A fault of the route stopped the step. Nothing is done, nothing is lost: an incident is open.

    ``case_id`` is the case that has the incident; at a failed start that is the new case. It is
    None (and the number empty) when a start form has a fault: there is no case yet.
    """

    status = 422

    def __init__(
        self, incident_id: int, case_id: int | None, case_number: str, element_id: str, message: str
    ) -> None:
        super().__init__(incident_id, case_id, element_id)
        self.incident_id = incident_id
        self.case_id = case_id
        self.case_number = case_number
        self.element_id = element_id
        self.message = message

    @property
    def text(self) -> str:
        case = f" bij zaak {self.case_number}" if self.case_number else ""
        return (
            f"Dit lukt nu niet door een fout in de route (storing {self.incident_id}{case}). "
            "Wat u invulde, is bewaard. "
            "Probeer het opnieuw als de storing is opgelost."
        )
