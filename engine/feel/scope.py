"""Looking names up, and functions defined in the text (DMN 1.5, 10.3.2.8 and 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Callable as PyCallable
from collections.abc import Mapping

from .run import Frame, Run, shown
from .types import Type
from .values import ATOMS, Callable, from_python

Code = PyCallable[[Frame], object]
MISSING = object()
_SAFE = ATOMS - {type(None)}


class Root(Frame):
    """The outermost scope. Values come in from Python when they are first read."""

    __slots__ = ("source",)
    vars: dict[str, object]

    def __init__(self, source: Mapping[str, object], run: Run) -> None:
        self.vars = {}
        self.parent = None
        self.run = run
        self.source = source

    def load(self, name: str) -> object:
        """The value of a variable or function, MISSING when there is none of that name."""
        value = self.source.get(name, MISSING)
        if value is MISSING:
            return self.run.library.functions.get(name, MISSING)
        if not isinstance(value, Callable):
            value = from_python(value)
        self.vars[name] = value
        return value


def lookup(frame: Frame, name: str) -> object:
    """The value of a name in the innermost scope that has it, MISSING when none has."""
    scope: Frame | None = frame
    while scope is not None:
        value = scope.vars.get(name, MISSING)
        if value is not MISSING:
            return value
        if scope.parent is None:
            return scope.load(name) if isinstance(scope, Root) else MISSING
        scope = scope.parent
    return MISSING


class Closure(Callable):
    """A function defined in the text, with the scope it was defined in."""

    __slots__ = ("body", "frame", "params", "types")

    def __init__(
        self, params: tuple[str, ...], types: tuple[Type | None, ...], body: Code, frame: Frame
    ) -> None:
        self.params = params
        self.types = types
        self.body = body
        self.frame = frame

    def call(self, args: list[object], run: Run) -> object:
        if len(args) != len(self.params):
            return run.null("arguments", f"takes {len(self.params)} arguments, not {len(args)}")
        return self.invoke(args, run)

    def call_named(self, names: list[str], args: list[object], run: Run) -> object:
        given = dict(zip(names, args, strict=True))
        if len(given) != len(names) or given.keys() != set(self.params):
            return run.null("arguments", "has the parameters " + ", ".join(self.params))
        return self.invoke([given[name] for name in self.params], run)

    def invoke(self, args: list[object], run: Run) -> object:
        bound: dict[str, object] = {}
        for name, kind, value in zip(self.params, self.types, args, strict=True):
            if kind is not None and value is not None:
                fitted = fit(value, kind, run)
                if fitted is None:
                    return run.null("types", f"{name} must be a {kind.name}, not {shown(value)}")
                value = fitted
            bound[name] = value
        meter = run.meter
        meter.step()
        meter.enter()
        try:
            return self.body(Frame(bound, self.frame, run))
        finally:
            meter.leave()


def fit(value: object, kind: Type, run: Run) -> object:
    """The value as that type, with the implicit conversions of 10.3.2.9.4; None when it is none."""
    if value is None or kind.holds(value, run):
        return value
    return kind.converted(value, run)


def call(function: object, args: list[object], run: Run) -> object:
    """Call whatever can be called; null with a diagnostic for what cannot."""
    if isinstance(function, Callable):
        return function.call(args, run)
    return run.null("function", f"{shown(function)} is no function")
