"""What the tests of FEEL share: an expression beside the FEEL literal of what it must give."""

from __future__ import annotations

from collections.abc import Mapping

from engine import feel

NOTHING: Mapping[str, object] = {}


def value(text: str, context: Mapping[str, object] = NOTHING) -> object:
    """The value of an expression."""
    return feel.parse(text, context).evaluate(context).value


def literal(text: str, context: Mapping[str, object] = NOTHING) -> str:
    """The value of an expression, written as FEEL."""
    return feel.to_literal(value(text, context))


def codes(text: str, context: Mapping[str, object] = NOTHING) -> list[str]:
    """The codes of the diagnostics that evaluating leaves."""
    return [found.code for found in feel.parse(text, context).evaluate(context).diagnostics]
