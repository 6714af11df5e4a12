"""Decisions after DMN 1.3 to 1.5: tables, boxed expressions, requirement graphs and services.

    model = load(xml)
    outcome = model.evaluate("passendeRoute", {"leeftijd": 24}, now=now)
    outcome.value, outcome.trace

Builds on `engine.feel` and on nothing else of this project.
"""

from __future__ import annotations

from .errors import DecisionError, ModelRefused, UnknownDecision
from .model import DecisionName, Model, ModelProblem, RuleName, load
from .trace import DecisionResult, DecisionTrace, FiredRule

__all__ = [
    "DecisionError",
    "DecisionName",
    "DecisionResult",
    "DecisionTrace",
    "FiredRule",
    "Model",
    "ModelProblem",
    "ModelRefused",
    "RuleName",
    "UnknownDecision",
    "load",
]
