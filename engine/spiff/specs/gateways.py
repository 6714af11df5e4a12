"""Gateways. Joins count the tokens that wait in front of them now, never history (faults 1 to 3).

A token that arrived at a join waits there as a task of its own, and remembers its flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import RouteFault
from engine.spiff.elements import Flow
from engine.spiff.specs.base import ElementSpec, waits_on_edge

if TYPE_CHECKING:
    from engine.spiff.tokens import CaseWorkflow


class _Conditional(ElementSpec):
    """Evaluates the conditions of its flows."""

    def holds(self, task: Task, flow: Flow) -> bool:
        """Whether the token may take the flow. Neither true nor false is a `RouteFault`."""
        value = task.workflow.evaluate(task, flow.condition, "condition", element_id=flow.id)
        if not isinstance(value, bool):
            raise RouteFault(
                flow.id, "condition", "De voorwaarde op deze pijl geeft geen ja of nee."
            )
        return value

    def is_plain(self, flow: Flow) -> bool:
        """Whether the flow is taken without a condition: the only one, or the default."""
        return flow.condition is None or flow.id == self.element.default_flow

    def default(self) -> tuple[Flow, ElementSpec]:
        """The flow for when no condition holds. A `RouteFault` when none was drawn."""
        for flow, target in self.out:
            if self.is_plain(flow):
                return flow, target
        raise self.fault("condition", "Geen enkele pijl past en er is geen standaardpijl.")


class ExclusiveSpec(_Conditional):
    """The first flow whose condition holds, in the order of the diagram."""

    def flows_out(self, task: Task) -> Iterator[tuple[Flow, ElementSpec]]:
        for flow, target in self.out:
            if not self.is_plain(flow) and self.holds(task, flow):
                yield flow, target
                return
        yield self.default()


class ParallelSpec(ElementSpec):
    """Takes one token from each incoming flow, gives one to each outgoing (BPMN 2.0, 13.4.1)."""

    def arrive(self, task: Task) -> bool:
        if not self.joins:
            return True
        first: dict[str, Task] = {}
        for other in task.parent.children:
            if other.task_spec is self and (other is task or other.state == TaskState.WAITING):
                first.setdefault(other.internal_data["f"], other)
        if len(first) < len(self.element.incoming):
            task._set_state(TaskState.WAITING)
            return False
        # This token completed the set, so it is the only one on its flow: it goes on for all.
        for other in first.values():
            if other is not task:
                task.workflow.consume(other)
        return True


class InclusiveSpec(_Conditional):
    """Goes on when no token can still come by an empty incoming flow (BPMN 2.0, 13.4.3)."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.reaches: Mapping[str, frozenset[str]] = {}
        """Incoming flow -> the elements from which a token can come by it, not through here."""

    def arrive(self, task: Task) -> bool:
        if self.joins:
            task._set_state(TaskState.WAITING)  # `release` decides, when all else stands still
            return False
        return True

    def flows_out(self, task: Task) -> list[tuple[Flow, ElementSpec]]:
        if len(self.out) == 1:
            return list(self.out)
        taken = [
            (flow, target)
            for flow, target in self.out
            if not self.is_plain(flow) and self.holds(task, flow)
        ]
        return taken or [self.default()]

    def release(self, workflow: CaseWorkflow) -> bool:
        """Let one token go on that need not wait for others; whether there was one."""
        looked_at = set()
        for task in workflow.all_tokens():
            if task.task_spec is not self or task.parent.id in looked_at:
                continue
            looked_at.add(task.parent.id)
            first: dict[str, Task] = {}
            for other in task.parent.children:
                if other.task_spec is self:
                    first.setdefault(other.internal_data["f"], other)
            if not self._must_wait(task.parent, first):
                for other in list(first.values())[1:]:
                    workflow.consume(other)
                next(iter(first.values()))._ready()
                return True
        return False

    def _must_wait(self, scope: Task, arrived: Mapping[str, Task]) -> bool:
        for other in scope.children:
            if other.task_spec is self or waits_on_edge(other):
                continue
            here = {other.task_spec.element.id}
            for edge in filter(waits_on_edge, other.children):
                element = edge.task_spec.element
                if element.interrupting:
                    here.add(element.id)
                elif self._comes({element.id}, arrived):  # it would start a token of its own
                    return True
            if self._comes(here, arrived):
                return True
        return False

    def _comes(self, here: set[str], arrived: Mapping[str, Task]) -> bool:
        """Whether a token can come by an empty flow, and not by one where a token waits."""
        by = {flow for flow, reach in self.reaches.items() if not here.isdisjoint(reach)}
        return bool(by) and by.isdisjoint(arrived)


class EventGatewaySpec(ElementSpec):
    """Waits for the first of the events behind it; those wait as tasks inside this one."""

    def arrive(self, task: Task) -> bool:
        task._set_state(TaskState.WAITING)
        for flow, target in self.out:
            event = task.workflow.new(target, task)
            event.internal_data["g"] = flow.id
            target.listen(event)
        return False
