"""The library of the standard's built-in functions (DMN 1.5, 10.3.4)."""

from __future__ import annotations

from .builtins import aggregates, contexts, conversions, dates, lists, numbers, ranges, strings
from .library import Library

STANDARD = Library(
    {
        **conversions.FUNCTIONS,
        **strings.FUNCTIONS,
        **numbers.FUNCTIONS,
        **lists.FUNCTIONS,
        **aggregates.FUNCTIONS,
        **contexts.FUNCTIONS,
        **dates.FUNCTIONS,
        **ranges.FUNCTIONS,
    }
)
