"""Activities that hold other elements: embedded subprocess and call activity."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from engine.spiff.specs.base import ElementSpec


class SubprocessSpec(ElementSpec):
    """Done when no token is left inside. Has a scope only for the names mapped into it."""

    waits = True

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.inside: ElementSpec | None = None  # the start event

    def _run_hook(self, my_task: Task) -> None:
        """Start inside; None leaves the task STARTED until `child_done` completes it."""
        assert self.inside is not None  # noqa: S101 - set when the spec is built
        my_task.workflow.place(self.inside, my_task)


class CallSpec(SubprocessSpec):
    """Another process of the deployment.

    With propagateAllChildVariables it works in the caller's scope; otherwise in one of its own,
    from which only the output mappings come back. Output mappings go before propagation, and a
    process that sees nothing of its caller gives its variables back at the end (Camunda 8).
    """

    def scope_marks(self) -> dict[str, bool] | None:
        element, sees = self.element, self.element.propagate_all_parent_variables
        if element.propagate_all_child_variables and not element.outputs and sees:
            return None
        return {"sealed": True, "opaque": not sees}

    def map_in(self, task: Task) -> None:
        super().map_in(task)
        if self._gives_back():
            task.internal_data["given"] = [*task.workflow.scopes.local(task.id)]

    def map_out(self, task: Task) -> None:
        super().map_out(task)
        if self._gives_back():
            scopes = task.workflow.scopes
            outer = task.workflow.owner(task.parent)
            for name, value in scopes.local(task.id).items():
                if name not in task.internal_data["given"]:
                    scopes.write(outer, name, value)

    def _gives_back(self) -> bool:
        """Whether the variables come back at the end, but for the names that the call was given."""
        element = self.element
        shares = element.propagate_all_child_variables and not element.outputs
        return shares and not element.propagate_all_parent_variables
