"""The world of one case during one step, as the seam asks for it.

Expressions see the variables and the platform's own names; decisions come from the deployment;
send and service tasks write letters, start linked cases, send messages to them and say which
organisation is a party. Everything happens in the step's own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from engine import expressions
from engine.clock import AMSTERDAM
from engine.errors import RouteFault
from engine.expressions import ExpressionFault
from engine.feel import FeelLimitExceeded
from engine.routes import (
    TASK_EXTEND,
    TASK_LETTER,
    TASK_MESSAGE,
    TASK_PARTY,
    TASK_PARTY_END,
    TASK_PAUSE,
    TASK_RESUME,
    TASK_START_CASE,
)
from engine.spiff import DecisionOutcome, Element
from engine.steps.drawnterms import DrawnTerms
from engine.steps.platform import LOCAL, TASK

if TYPE_CHECKING:
    from engine.steps.step import Step

# What FEEL answers with null and people must not overlook, by the code of the diagnostic.
_FAULTS = {
    "input": "krijgt een gegeven van de verkeerde soort, of een waarde die niet mag",
    "output": "geeft een waarde die niet mag",
    "hit-policy": "heeft meer regels die kloppen dan er mogen kloppen",
}


class CaseEnvironment:
    """Implements ``engine.spiff.Environment`` for one step."""

    def __init__(self, step: Step) -> None:
        self._step = step
        drawn = DrawnTerms(step)
        self._performers: Mapping[
            str, Callable[[Element, Mapping[str, object]], Mapping[str, object]]
        ] = {
            TASK_LETTER: self._letter,
            TASK_START_CASE: self._start_case,
            TASK_MESSAGE: self._message,
            TASK_PARTY: self._party,
            TASK_PARTY_END: self._end_party,
            TASK_PAUSE: drawn.pause,
            TASK_RESUME: drawn.resume,
            TASK_EXTEND: drawn.extend,
        }

    @property
    def now(self) -> datetime:
        return self._step.now

    def evaluate(
        self, text: str, variables: Mapping[str, object], now: datetime | None = None
    ) -> object:
        """The FEEL value of ``text``; raises ExpressionFault."""
        return expressions.evaluate(text, self._step.platform.over(variables), now or self.now)

    def decide(self, decision_id: str, variables: Mapping[str, object]) -> DecisionOutcome:
        """Evaluate a decision of the deployment; raises ExpressionFault."""
        model = self._step.route.decisions.get(decision_id)
        if model is None:
            raise ExpressionFault(f"De beslissing '{decision_id}' bestaat niet op deze route.")
        names = self._step.route.platform_names_in_decisions - LOCAL
        seen = self._step.platform.over(variables)
        context = {**variables, **{name: seen[name] for name in names}}
        try:
            result = model.evaluate(
                decision_id,
                context,
                now=self.now.astimezone(AMSTERDAM),
                library=expressions.library_of(context),
            )
        except FeelLimitExceeded:
            raise ExpressionFault(f"De beslissing '{decision_id}' kost te veel.") from None
        for item in result.diagnostics:
            if item.code in _FAULTS:
                name = f" (bij {item.name})" if item.name else ""
                raise ExpressionFault(f"De beslissing '{decision_id}' {_FAULTS[item.code]}{name}.")
        return DecisionOutcome(result.value, result.trace)

    def perform(self, element: Element, variables: Mapping[str, object]) -> Mapping[str, object]:
        """Do what a task of the platform says; raises RouteFault naming the element."""
        performer = self._performers.get(element.task_type or "")
        if performer is None:
            raise RouteFault(
                element.id, "taskDefinition", f"Het taaktype '{element.task_type}' bestaat niet."
            )
        return performer(element, variables)

    def header(self, element: Element, name: str, variables: Mapping[str, object]) -> str:
        """A header of a task as text; ``=FEEL`` is evaluated. A fault when it gives no text."""
        text = element.task_headers.get(name, "")
        if not text.lstrip().startswith("="):
            return text.strip()
        try:
            value = self.evaluate(text, variables)
        except ExpressionFault as fault:
            raise RouteFault(element.id, f"header:{name}", fault.message) from fault
        if not isinstance(value, str) or not value.strip():
            raise RouteFault(
                element.id, f"header:{name}", f"'{name}' geeft geen tekst, maar een lege waarde."
            )
        return value.strip()

    def _letter(self, element: Element, variables: Mapping[str, object]) -> Mapping[str, object]:
        task = {TASK: {"naam": element.name, "uiterlijk": None}}
        self._step.letters.write(
            element_id=element.id,
            letter_id=self.header(element, "brief", variables),
            to=element.task_headers.get("aan", "").strip(),
            variables={**variables, **task},
            evaluate=self.evaluate,
            sender_party=self._step.party_of_lane(element),
        )
        return {}

    def _start_case(
        self, element: Element, variables: Mapping[str, object]
    ) -> Mapping[str, object]:
        process_id = self.header(element, "proces", variables)
        number = self._step.relatives.start(element, process_id, self._inputs(element, variables))
        result = element.task_headers.get("resultaat") or element.result_variable
        return {result: number} if result else {}

    def _message(self, element: Element, variables: Mapping[str, object]) -> Mapping[str, object]:
        self._step.relatives.send(
            element,
            name=self.header(element, "bericht", variables),
            to=self.header(element, "naar", variables),
            values=self._inputs(element, variables),
        )
        return {}

    def _party(self, element: Element, variables: Mapping[str, object]) -> Mapping[str, object]:
        party = self.header(element, "partij", variables)
        slug = self.header(element, "organisatie", variables)
        self._step.appoint(element.id, party, slug)
        self._step.join(party)
        definition = self._step.route.config.parties.get(party)
        # The variable that names the party follows, else the next step would undo this.
        return {definition.variable: slug} if definition and definition.variable else {}

    def _end_party(self, element: Element, variables: Mapping[str, object]) -> Mapping[str, object]:
        party = self.header(element, "partij", variables)
        definition = self._step.route.config.parties.get(party)
        if definition is None:
            raise RouteFault(element.id, "header:partij", f"De partij '{party}' bestaat niet.")
        self._step.leave(party)
        return {definition.variable: None} if definition.variable else {}

    def _inputs(self, element: Element, variables: Mapping[str, object]) -> dict[str, object]:
        """Only what the input mapping of the task names goes to another case."""
        names = dict.fromkeys(line.target.split(".")[0] for line in element.inputs)
        return {name: variables.get(name) for name in names}
