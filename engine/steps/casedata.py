"""The data of a case at rest, read without loading its execution."""

from __future__ import annotations

from collections.abc import Mapping

from engine.spiff.scopes import ROOT, Scopes


def stored_variables(text: str) -> Mapping[str, object]:
    """The case's own variables from ``CaseState.variables``; of an ended case its end data."""
    return Scopes.load(text).seen_from(ROOT) if text else {}


def variables_to_store(values: Mapping[str, object]) -> str:
    """Variables of a case that has not begun yet, as ``CaseState.variables`` keeps them."""
    scopes = Scopes()
    for name, value in values.items():
        scopes.set_local(ROOT, name, value)
    return scopes.dump()
