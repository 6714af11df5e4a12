"""Activities that repeat: multi-instance (Camunda 8) and the standard loop of BPMN.

The body is a task around its instances; boundary events sit on the body, mappings on the instance.
The body keeps its list and what it gathered as private values of its own scope.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.elements import COMPLETION_NAMES, Loop, MultiInstance
from engine.spiff.specs.base import ElementSpec, waits_on_edge

if TYPE_CHECKING:
    from engine.spiff.tokens import CaseWorkflow

MAX_INSTANCES = 1_000
_ITEMS, _OUTPUT = "items", "output"
_PATH = re.compile(r"=\s*([^\W\d]\w*)(\.\w+)*\s*")


class RepeatedSpec(ElementSpec):
    """The body: shared by both kinds of repetition."""

    waits = True

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.instance: ElementSpec | None = None

    def map_in(self, task: Task) -> None:
        """Mappings are the instance's."""

    def map_out(self, task: Task) -> None:
        """Mappings are the instance's."""

    def outputs_from(self, instance: Task) -> str:
        """The scope from which an output mapping of an instance looks for the name to write."""
        owner: str = instance.workflow.owner(instance.parent)
        return owner

    def begin(self, body: Task, number: int, names: Mapping[str, object]) -> None:
        """Start the instance with that number (from 1), with names of its own."""
        assert self.instance is not None  # noqa: S101 - set when the spec is built
        workflow: CaseWorkflow = body.workflow
        task = workflow.new(self.instance, body)
        task.internal_data["i"] = number
        workflow.scopes.open(task.id, workflow.owner(body))
        for name, value in {**names, "loopCounter": Decimal(number)}.items():
            workflow.scopes.set_local(task.id, name, value)
        self.instance._update(task)

    def instance_completed(self, body: Task, instance: Task) -> None:
        """An instance is done; it is still in the tree, with its scope."""
        body.internal_data["done"] = body.internal_data.get("done", 0) + 1


class MultiInstanceSpec(RepeatedSpec):
    """Once for each item of a list, one after the other or all at once."""

    @property
    def multi(self) -> MultiInstance:
        assert self.element.multi_instance is not None  # noqa: S101 - that is why it is this class
        return self.element.multi_instance

    def outputs_from(self, instance: Task) -> str:
        """Its own: what an instance was given or filled in is written there (Camunda 8)."""
        token: str = instance.id
        return token

    def _output_variable(self) -> str | None:
        """The variable that each instance gets for its output, when that is a plain path."""
        match = _PATH.fullmatch(self.multi.output_element or "")
        return match[1] if match else None

    def _run_hook(self, my_task: Task) -> bool | None:
        workflow: CaseWorkflow = my_task.workflow
        items = workflow.evaluate(my_task, self.multi.input_collection, "inputCollection")
        if not isinstance(items, list):
            raise self.fault("inputCollection", "De herhaling heeft geen lijst om langs te gaan.")
        if len(items) > MAX_INSTANCES:
            raise self.fault("inputCollection", "De lijst van deze herhaling is te lang.")
        workflow.scopes.open(my_task.id, workflow.owner(my_task.parent))
        kept = workflow.scopes.private(my_task.id)
        kept.set(_ITEMS, items)
        kept.set(_OUTPUT, [None] * len(items))
        if not items:
            return True
        my_task._set_state(TaskState.STARTED)
        for number in range(1, 2 if self.multi.sequential else len(items) + 1):
            self._begin_item(my_task, number)
        return None

    def _begin_item(self, body: Task, number: int) -> None:
        names: dict[str, object] = {}
        output = self._output_variable()
        if output is not None:
            names[output] = None  # a variable of the instance, so that it does not leak out
        if self.multi.input_element is not None:
            names[self.multi.input_element] = self._items(body)[number - 1]
        self.begin(body, number, names)

    def _items(self, body: Task) -> list[object]:
        items = body.workflow.scopes.private(body.id)[_ITEMS]
        assert isinstance(items, list)  # noqa: S101 - written by `_run_hook`
        return items

    def instance_completed(self, body: Task, instance: Task) -> None:
        super().instance_completed(body, instance)
        workflow: CaseWorkflow = body.workflow
        multi = self.multi
        if multi.output_element is not None:
            value = workflow.evaluate(instance, multi.output_element, "outputElement")
            kept = workflow.scopes.private(body.id)
            output = kept[_OUTPUT]
            assert isinstance(output, list)  # noqa: S101 - written by `_run_hook`
            number = instance.internal_data["i"]
            kept.set(_OUTPUT, [*output[: number - 1], value, *output[number:]])
        if multi.completion_condition is not None:
            enough = workflow.evaluate(
                instance,
                multi.completion_condition,
                "completionCondition",
                extra=self._numbers(body),
            )
            if not isinstance(enough, bool):
                raise self.fault("completionCondition", "De voorwaarde geeft geen ja of nee.")
            if enough:
                body.internal_data["enough"] = True

    def _numbers(self, body: Task) -> dict[str, object]:
        done = body.internal_data["done"]
        # The instance that just completed is still in the tree.
        active = sum(not waits_on_edge(child) for child in body.children) - 1
        numbers = (len(self._items(body)), active, done, 0)
        return dict(zip(COMPLETION_NAMES, map(Decimal, numbers), strict=True))

    def child_done(self, task: Task, child: Task) -> None:
        if task.state != TaskState.STARTED:
            return
        done, total = task.internal_data["done"], len(self._items(task))
        if task.internal_data.get("enough"):
            for other in task.children:
                if not waits_on_edge(other):
                    task.workflow.cancel_token(other)
            task.complete()
        elif done == total:
            task.complete()
        elif self.multi.sequential:
            self._begin_item(task, done + 1)

    def _on_complete_hook(self, my_task: Task) -> None:
        workflow: CaseWorkflow = my_task.workflow
        if self.multi.output_collection is not None:
            output = workflow.scopes.private(my_task.id)[_OUTPUT]
            outer = workflow.owner(my_task.parent)
            workflow.scopes.write(outer, self.multi.output_collection, output)
        super()._on_complete_hook(my_task)


class LoopSpec(RepeatedSpec):
    """Again and again while the condition holds (BPMN 2.0, 13.3.6)."""

    @property
    def loop(self) -> Loop:
        assert self.element.loop is not None  # noqa: S101 - that is why it is this class
        return self.element.loop

    def _run_hook(self, my_task: Task) -> bool | None:
        if self.loop.test_before and not self._again(my_task):
            return True
        my_task._set_state(TaskState.STARTED)
        self.begin(my_task, 1, {})
        return None

    def child_done(self, task: Task, child: Task) -> None:
        if task.state != TaskState.STARTED:
            return
        if self._again(task):
            self.begin(task, task.internal_data["done"] + 1, {})
        else:
            task.complete()

    def _again(self, body: Task) -> bool:
        done = body.internal_data.get("done", 0)
        if self.loop.maximum is not None and done >= self.loop.maximum:
            return False
        if self.loop.condition is None:
            return True
        value = body.workflow.evaluate(
            body, self.loop.condition, "loopCondition", extra={"loopCounter": Decimal(done)}
        )
        if not isinstance(value, bool):
            raise self.fault("loopCondition", "De voorwaarde van de lus geeft geen ja of nee.")
        return value
