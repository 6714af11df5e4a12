"""Functions that expressions may call: the standard's and those that a program adds.

A `Function` has one or more signatures. A call matches the first signature that fits its number of
arguments, or its argument names (DMN 1.5, 10.3.2.13.3 and 10.3.4).
"""

from __future__ import annotations

from collections.abc import Callable as PyCallable
from collections.abc import Mapping, Sequence

from .run import Run
from .values import Callable, from_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .types import Type


class Function(Callable):
    """A function written in Python.

    `params` are its parameter names. `optional` of the last ones may be left out (null then).
    With `variadic` the last parameter takes any number of arguments, always given as a list.
    `signatures` are other ways to call it, more specific than `params`.
    `impl` gets FEEL values by position and gives a FEEL or plain Python value; ValueError,
    TypeError and ArithmeticError become null with the message as diagnostic. With `wants_run` the
    first argument is the `Run`.
    """

    __slots__ = ("impl", "optional", "params", "signatures", "variadic", "wants_run")

    def __init__(
        self,
        params: Sequence[str],
        impl: PyCallable[..., object],
        *,
        optional: int = 0,
        variadic: bool = False,
        signatures: Sequence[Sequence[str]] = (),
        wants_run: bool = False,
    ) -> None:
        self.params = tuple(params)
        self.impl = impl
        self.optional = optional
        self.variadic = variadic
        self.wants_run = wants_run
        shorter = [self.params[: len(self.params) - left] for left in range(optional + 1)]
        self.signatures = tuple(tuple(names) for names in [*shorter, *signatures])

    def accepts(self, count: int) -> bool:
        """Whether a call with that many arguments can match a signature."""
        if self.variadic and count >= len(self.params):
            return True
        return any(len(names) == count for names in self.signatures)

    def accepts_names(self, names: Sequence[str]) -> bool:
        """Whether a call with exactly these argument names can match a signature."""
        given = set(names)
        return len(given) == len(names) and any(given == set(known) for known in self.signatures)

    def call(self, args: list[object], run: Run) -> object:
        """The value of a call by position."""
        if not self.accepts(len(args)):
            return run.null("arguments", f"takes {self.arity_text()} arguments, not {len(args)}")
        if self.variadic:
            fixed = len(self.params) - 1
            args = [*args[:fixed], args[fixed:]]
        return self.invoke(args, run)

    def call_named(self, names: list[str], args: list[object], run: Run) -> object:
        """The value of a call by argument names."""
        given = dict(zip(names, args, strict=True))
        for signature in self.signatures:
            if given.keys() == set(signature) and len(given) == len(names):
                values = [given[name] for name in signature]
                if self.variadic:
                    values[-1] = [values[-1]]
                return self.invoke(values, run)
        return run.null("arguments", "has no parameters " + ", ".join(names))

    def invoke(self, args: list[object], run: Run) -> object:
        run.meter.step()
        try:
            if self.wants_run:
                return self.impl(run, *args)
            return from_python(self.impl(*args))
        except (ValueError, TypeError, ArithmeticError) as error:
            return run.null("function", str(error))

    def arity_text(self) -> str:
        counts = sorted({len(names) for names in self.signatures})
        text = " or ".join(map(str, counts))
        return f"{counts[0]} or more" if self.variadic else text


class Library:
    """A table of functions by name, and of named types for `instance of`. Never changes."""

    __slots__ = ("functions", "types")

    def __init__(
        self,
        functions: Mapping[str, Callable],
        types: Mapping[str, Type] | None = None,
    ) -> None:
        self.functions = dict(functions)
        self.types = dict(types or {})

    def extended(self, functions: Mapping[str, Callable]) -> Library:
        """This library with more functions; the same name replaces."""
        return Library({**self.functions, **functions}, self.types)

    def with_types(self, types: Mapping[str, Type]) -> Library:
        """This library with more named types."""
        return Library(self.functions, {**self.types, **types})
