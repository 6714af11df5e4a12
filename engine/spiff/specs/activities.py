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
    from which only the output mappings come back.
    """

    def scope_marks(self) -> dict[str, bool] | None:
        if self.element.propagate_all_child_variables:
            return None
        return {"sealed": True, "opaque": not self.element.propagate_all_parent_variables}
