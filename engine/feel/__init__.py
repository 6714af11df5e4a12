"""FEEL, the Friendly Enough Expression Language of DMN 1.5 (chapter 10.3), whole and safe.

    >>> parse("a + 1").evaluate({"a": 2}).value
    Decimal('3')

Knows nothing of the rest of this project. Semantic errors never raise: the value is null and
`Result.diagnostics` says why. Only `FeelSyntaxError` (parsing) and `FeelLimitExceeded`
(evaluating) are raised.
"""

from __future__ import annotations

from .branches import Branch, Watcher, watching
from .check import check
from .dutch import diagnostic_in_dutch, error_in_dutch, syntax_in_dutch
from .errors import (
    Diagnostic,
    FeelError,
    FeelLimitExceeded,
    FeelSyntaxError,
    FeelTooLarge,
    Problem,
)
from .expression import Expression, Result, parse, parse_unary_tests
from .kinds import Argument
from .library import Function, Library
from .limits import DEFAULT, Limits
from .serial import dump, load, to_literal
from .standard import STANDARD
from .temporal import Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from .values import Range, from_python, to_instant, to_python_date, type_name

__all__ = [
    "DEFAULT",
    "STANDARD",
    "Argument",
    "Branch",
    "Date",
    "DateTime",
    "DaysAndTimeDuration",
    "Diagnostic",
    "Expression",
    "FeelError",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "FeelTooLarge",
    "Function",
    "Library",
    "Limits",
    "Problem",
    "Range",
    "Result",
    "Time",
    "Watcher",
    "YearsAndMonthsDuration",
    "check",
    "diagnostic_in_dutch",
    "dump",
    "error_in_dutch",
    "from_python",
    "load",
    "parse",
    "parse_unary_tests",
    "syntax_in_dutch",
    "to_instant",
    "to_literal",
    "to_python_date",
    "type_name",
    "watching",
]
