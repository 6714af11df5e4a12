"""Refusals and faults: the two ways in which a step can end without being done.

A *refusal* is the answer to a person: wrong answer, stale page, not allowed. It carries facts, an
HTTP status and one plain Dutch sentence; the step is rolled back and nothing changes.

A *route fault* is a defect of the route itself (an expression, a decision, a mapping). It is
nobody's wrong answer: the step is rolled back, what was typed is kept, and an Incident opens.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """The step is not allowed or not possible; ``text`` says why in Dutch, ``status`` is HTTP."""

    status: ClassVar[int] = 409

    @property
    def text(self) -> str:
        """One plain Dutch sentence for the person who asked. Holds no personal data of clients."""
        raise NotImplementedError


class NotFound(Refusal):
    """What was asked for does not exist, or may not be seen: the two look alike on purpose."""

    status = 404

    @property
    def text(self) -> str:
        return "Dit bestaat niet, of u mag het niet zien."


class NotAllowed(Refusal):
    """The person is known but does not have the role that this needs."""

    status = 403

    @property
    def text(self) -> str:
        return "U heeft geen rol waarmee u dit mag doen."


class StaleCase(Refusal):
    """The case changed while this page was open (revision mismatch or lost lock race)."""

    status = 409

    @property
    def text(self) -> str:
        return (
            "Iemand anders heeft deze zaak net gewijzigd. "
            "Kijk naar de nieuwe stand en probeer het opnieuw."
        )


class CaseEnded(Refusal):
    """The case has ended; nothing in it can be done any more."""

    status = 409

    def __init__(self, case_number: str) -> None:
        super().__init__(case_number)
        self.case_number = case_number

    @property
    def text(self) -> str:
        return f"Zaak {self.case_number} is al beëindigd."


class RouteFault(Exception):
    """A defect of the route that stopped a step (becomes an Incident, never a refusal).

    ``element_id`` is the BPMN element, ``place`` where in it ("condition", "dueDate", "script",
    "decision", "mapping", "letter", ...), ``message`` a Dutch sentence without personal data.
    """

    def __init__(self, element_id: str, place: str, message: str) -> None:
        super().__init__(f"{element_id} ({place}): {message}")
        self.element_id = element_id
        self.place = place
        self.message = message
