"""A case as JSON text, without its definition, and back.

A row is `[token, parent token, spec name, state, internal data]`; the order of rows is the order of
the tree, parents first (fault 12). An ended case has no rows.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.scopes import ROOT, Scopes
from engine.spiff.seam import Environment, SavedExecution
from engine.spiff.tokens import CaseWorkflow
from engine.text import to_json

if TYPE_CHECKING:
    from engine.spiff.specs.base import RouteSpec

_VERSION = 1


class StateUnreadable(ValueError):
    """The saved state was not written by this version of the program, or not for these diagrams."""


def save(workflow: CaseWorkflow) -> SavedExecution:
    """The case at rest."""
    state: dict[str, object] = {"v": _VERSION, "n": workflow.last_number}
    if workflow.ended:
        state["end"] = workflow.end_element_id
    else:
        if workflow.end_element_id is not None:
            state["last"] = workflow.end_element_id
        if workflow.at_once:
            state["once"] = workflow.at_once
        state["t"] = [_row(task) for task in workflow.all_tokens()]
    text = to_json(state)
    return SavedExecution(text, workflow.scopes.dump())


def _row(task: Task) -> list[object]:
    row = [task.id, task.parent.id, task.task_spec.name, task.state]
    return [*row, task.internal_data] if task.internal_data else row


def load(spec: RouteSpec, saved: SavedExecution, env: Environment) -> CaseWorkflow:
    """The case as it was saved. Raises `StateUnreadable`."""
    state = json.loads(saved.state)
    if state.get("v") != _VERSION:
        raise StateUnreadable("unknown version of the saved state")
    workflow = CaseWorkflow(spec, env)
    workflow.last_number = state["n"]
    workflow.scopes = Scopes.load(saved.variables)
    if "end" in state:
        workflow.ended = True
        workflow.end_element_id = state["end"]
        workflow.task_tree._set_state(TaskState.COMPLETED)
        return workflow
    workflow.end_element_id = state.get("last")
    workflow.at_once = state.get("once", 0)
    for token, parent, name, value, *internal in state["t"]:
        element = spec.task_specs.get(name)
        if element is None or parent not in workflow.tasks:
            raise StateUnreadable(f"{name} is not in these diagrams")
        task = Task(workflow, element, parent=workflow.tasks[parent], state=value, id=token)
        if internal:
            task.internal_data = internal[0]
    return workflow


__all__ = ["ROOT", "StateUnreadable", "load", "save"]
