"""Refusals and faults: the two ways in which a step can end without being done.

A *refusal* is the answer to a person: wrong answer, stale page, not allowed. It carries facts, an
HTTP status and one plain Dutch sentence; the step is rolled back and nothing changes.

A *route fault* is a defect of the route itself (an expression, a decision, a mapping). It is
nobody's wrong answer: the step is rolled back, what was typed is kept, and an Incident opens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class Refusal(Exception):
    """The step is not allowed or not possible; ``text`` says why in Dutch, ``status`` is HTTP.

    A kind of refusal is a dataclass of its facts (``eq=False``: each raised one is itself), with
    ``said``, in which ``{name}`` stands for the fact of that name.
    """

    status: ClassVar[int] = 409
    said: ClassVar[str] = ""

    @property
    def text(self) -> str:
        """Plain Dutch for the person who asked. Holds no personal data of clients."""
        return self.said.format_map(vars(self))


class NotFound(Refusal):
    """What was asked for does not exist, or may not be seen: the two look alike on purpose."""

    status = 404
    said = "Dit bestaat niet, of u mag het niet zien."


class NotAllowed(Refusal):
    """The person is known but does not have the role that this needs."""

    status = 403
    said = "U heeft geen rol waarmee u dit mag doen."


class StaleCase(Refusal):
    """The case changed while this page was open (revision mismatch or lost lock race)."""

    said = (
        "Iemand anders heeft deze zaak net gewijzigd. "
        "Kijk naar de nieuwe stand en probeer het opnieuw."
    )


@dataclass(eq=False)
class CaseEnded(Refusal):
    """The case has ended; nothing in it can be done any more."""

    case_number: str

    said = "Zaak {case_number} is al beëindigd."


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
