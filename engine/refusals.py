"""Refusals of the verbs on a case, each with the facts of its reason."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Refusal


@dataclass(eq=False)
class TaskGone(Refusal):
    """The user task is completed or cancelled already: nothing was done twice."""

    user_task_id: int

    said = "Deze taak is al gedaan of niet meer nodig. Kijk naar de nieuwe stand van de zaak."


@dataclass(eq=False)
class StartedWithOtherAnswers(Refusal):
    """The same page of a start form started a case already, with other answers."""

    case_number: str

    said = (
        "Met deze bladzijde is zaak {case_number} al gestart, met andere antwoorden. "
        "Wilt u nog een zaak starten? Open dan een nieuw formulier."
    )


@dataclass(eq=False)
class TimerGone(Refusal):
    """The timer fired or was cancelled already."""

    timer_id: int

    said = "Deze termijn is al afgegaan, of is niet meer nodig."


@dataclass(eq=False)
class MessageNotAwaited(Refusal):
    """The case does not wait for this message (any more)."""

    case_number: str
    message: str

    said = "Zaak {case_number} wacht nu niet op het bericht '{message}'."


@dataclass(eq=False)
class UnknownAnswers(Refusal):
    """Answers to questions that the form does not have."""

    form_id: str
    names: tuple[str, ...]

    status = 422

    @property
    def text(self) -> str:
        return f"Het formulier kent deze velden niet: {', '.join(self.names)}."


@dataclass(eq=False)
class NotAFact(Refusal):
    """What was to be corrected is no fact that the route lets people correct."""

    names: tuple[str, ...]

    status = 422

    @property
    def text(self) -> str:
        return f"Dit kunt u hier niet verbeteren: {', '.join(self.names)}."


class ReasonMissing(Refusal):
    """A correction or an end of a case needs words that say why."""

    status = 422
    said = "Schrijf op waarom u dit doet."


@dataclass(eq=False)
class EndingUnknown(Refusal):
    """The route has no such reason to end a case."""

    ending_id: str

    status = 422
    said = "Deze reden bestaat niet op deze route. Kies een andere reden."


class StarterWithoutOrganisation(Refusal):
    """A case belongs to the organisation of whoever starts it."""

    status = 422
    said = "U kunt alleen namens een organisatie een zaak starten."


@dataclass(eq=False)
class StepFailed(Refusal):
    """A fault of the route stopped the step. Nothing is done, nothing is lost: an incident is open.

    ``case_id`` is the case that has the incident; at a failed start that is the new case. It is
    None (and the number empty) when a start form has a fault: there is no case yet.
    """

    incident_id: int
    case_id: int | None
    case_number: str
    element_id: str
    message: str

    status = 422

    @property
    def text(self) -> str:
        case = f" bij zaak {self.case_number}" if self.case_number else ""
        return (
            f"Dit lukt nu niet door een fout in de route (storing {self.incident_id}{case}). "
            "Wat u invulde, is bewaard. "
            "Probeer het opnieuw als de storing is opgelost."
        )
