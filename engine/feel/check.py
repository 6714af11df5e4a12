"""Static checks: what is wrong with an expression before it runs."""

from __future__ import annotations

from collections.abc import Collection

from .errors import Problem
from .expression import Expression
from .library import Function, Library
from .standard import STANDARD


def check(
    expression: Expression, names: Collection[str], library: Library = STANDARD
) -> list[Problem]:
    """Unknown names, unknown functions and wrong numbers of arguments, with line and column.

    `names` are the variables that something provides. A name inside a filter is not reported:
    it may be an entry of the items, which only running can tell.
    """
    problems = [
        Problem("unknown-name", f"there is no {read.name}", read.line, read.column, read.name)
        for read in expression.facts.reads
        if not read.in_filter and read.name not in names and read.name not in library.functions
    ]
    for name, args, line, column in expression.calls:
        function = library.functions.get(name)
        if name in names:
            continue
        if function is None:
            message = f"there is no function {name}"
            problems.append(Problem("unknown-function", message, line, column, name))
        elif isinstance(function, Function) and not _fits(function, args):
            message = f"{name} takes {function.arity_text()} arguments"
            if isinstance(args, tuple):
                message = f"{name} has no parameters {', '.join(args)}"
            problems.append(Problem("arguments", message, line, column, name))
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _fits(function: Function, args: int | tuple[str, ...]) -> bool:
    if isinstance(args, int):
        return function.accepts(args)
    return function.accepts_names(args)
