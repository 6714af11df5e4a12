"""A parsed and compiled expression, and what its evaluation gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .analysis import Facts, facts_of
from .branches import Branch, branches_of
from .compiler import Compiler
from .errors import Diagnostic, FeelLimitExceeded, FeelTooLarge
from .kinds import Argument, arguments_of, kinds_of, path_of
from .library import Library
from .limits import DEFAULT, Limits
from .nodes import Node
from .parser import Parser
from .reader import MAX_NESTING
from .run import Frame, Run
from .scope import Code, Root
from .standard import STANDARD
from .unary import INPUT
from .values import from_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime

_MISSING = object()


class Result:
    """A value, and why parts of it are null."""

    __slots__ = ("diagnostics", "value")

    def __init__(self, value: object, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.value = value
        self.diagnostics = diagnostics

    def __repr__(self) -> str:
        return f"Result({self.value!r}, {self.diagnostics!r})"


class Expression:
    """One FEEL expression or one cell of unary tests. Never changes; safe to share by threads.

    `free_names` are the variables it reads for certain; `possible_names` those that, inside a
    filter, may as well be entries of the list's items. `paths` are the qualified reads, such as
    ("aanvraag", "datum"). `calls` are (name, number of arguments or their names, line, column).
    """

    __slots__ = ("_code", "_facts", "node", "text")

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        self.node = node
        self._code: Code | None = None
        self._facts: Facts | None = None

    @property
    def code(self) -> Code:
        """The compiled form; made at the first use."""
        code = self._code
        if code is None:
            code = self._code = Compiler(self.text).code(self.node)
        return code

    @property
    def facts(self) -> Facts:
        if self._facts is None:
            self._facts = facts_of(self.node, self.text)
        return self._facts

    @property
    def free_names(self) -> frozenset[str]:
        return frozenset(read.name for read in self.facts.reads if not read.in_filter)

    @property
    def possible_names(self) -> frozenset[str]:
        return frozenset(read.name for read in self.facts.reads if read.in_filter)

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        return self.facts.paths

    @property
    def branches(self) -> tuple[Branch, ...]:
        """Both outcomes of every `if` in it, as `watching` tells them."""
        return tuple(branches_of(self.text, self.node))

    @property
    def calls(self) -> tuple[tuple[str, int | tuple[str, ...], int, int], ...]:
        return self.facts.calls

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """What every call of a function by name is given, as far as it is a name or a literal."""
        return tuple(arguments_of(self.node, self.text))

    @property
    def path(self) -> tuple[str, ...] | None:
        """The qualified name that the whole expression is; None when it is more."""
        return path_of(self.node)

    def kinds(self, returns: Mapping[str, str]) -> frozenset[str] | None:
        """The kinds of value that it can give (`type_name`), beside null; None: who knows.

        `returns` names functions outside the standard that give one kind only.
        """
        return kinds_of(self.node, returns)

    def evaluate(
        self,
        context: Mapping[str, object],
        *,
        input: object = _MISSING,
        now: datetime.datetime | None = None,
        library: Library = STANDARD,
        limits: Limits = DEFAULT,
    ) -> Result:
        """The value in this context; `input` is the value under test, `?` in unary tests.

        `now` (aware) is what now() and today() answer; without it they are null. Raises only
        FeelLimitExceeded, and TypeError when the context holds what is no FEEL value.
        """
        run = Run(library, limits, now)
        root = Root(context, run)
        if input is not _MISSING:
            root.vars[INPUT] = from_python(input)
        value = self.run_in(root)
        return Result(value, tuple(run.diagnostics) if run.diagnostics else ())

    def run_in(self, frame: Frame) -> object:
        """The value in a scope that exists already, for decision models."""
        try:
            value = (self._code or self.code)(frame)
            if type(value) is list or type(value) is dict:
                measure(value, frame.run)
        except RecursionError:
            raise FeelLimitExceeded("depth", frame.run.meter.limits.depth) from None
        return value


def measure(value: object, run: Run) -> None:
    """Walk a value as whoever prints it will, so that one too large to print is refused here."""
    meter = run.meter
    if type(value) is list:
        items: Collection[object] = value
    elif type(value) is dict:
        items = value.values()
    else:
        return
    meter.step(len(items))
    meter.enter()
    for item in items:
        measure(item, run)
    meter.leave()


def parse(text: str, names: Collection[str] = ()) -> Expression:
    """The expression that the text is.

    `names` are the variables it may read; only those with spaces or symbols in them are needed.
    Raises FeelSyntaxError, also when the text is too long or nested too deep (FeelTooLarge).
    """
    try:
        return Expression(text, Parser(text, names).whole_expression())
    except RecursionError:
        raise FeelTooLarge("nesting", MAX_NESTING, 1, 1, text) from None


def parse_unary_tests(text: str, names: Collection[str] = ()) -> Expression:
    """The cell of a decision table, as an expression over `?` that gives true, false or null."""
    try:
        return Expression(text, Parser(text, names).whole_unary_tests())
    except RecursionError:
        raise FeelTooLarge("nesting", MAX_NESTING, 1, 1, text) from None
