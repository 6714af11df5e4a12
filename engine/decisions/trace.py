"""What an evaluation tells about itself, so that people can be shown the reason of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.feel import Diagnostic
from engine.feel.run import Run


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule of a decision table whose tests all held.

    `index` counts from 1 in the order of the table. `used` is false when the hit policy passed it
    over. `annotations` are the rule's remarks by the name of their column.
    """

    index: int
    id: str
    description: str
    annotations: Mapping[str, str]
    table: str
    used: bool = True


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """One evaluated decision: the values it was given, its value and the rules that fired."""

    id: str
    name: str
    inputs: Mapping[str, object]
    value: object
    rules: tuple[FiredRule, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """A decision's value, why parts of it are null, and how it came about.

    `trace` holds every decision that was evaluated, those that were needed first.
    """

    value: object
    diagnostics: tuple[Diagnostic, ...]
    trace: tuple[DecisionTrace, ...] = field(default=())


class ModelRun(Run):
    """A `Run` that also keeps the rules that fired in the decision being evaluated."""

    __slots__ = ("fired", "trace")
    fired: list[FiredRule]
    trace: list[DecisionTrace]
