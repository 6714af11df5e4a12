"""Calling functions and defining them (DMN 1.5, 10.3.2.13.3, grammar rules 38 to 42 and 55)."""

from __future__ import annotations

from collections.abc import Mapping

from . import nodes
from .constructors import CONSTRUCTORS
from .run import Frame, shown
from .scope import MISSING, Closure, Code, call, lookup
from .types import Type, resolve
from .values import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .compiler import Compiler

_CLOSURE_BYTES = 500


def compile_call(compiler: Compiler, node: nodes.Call) -> Code:
    folded = _folded(compiler, node)
    if folded is not None:
        return folded
    callee, where = _callee(compiler, node.callee), compiler.where(node)
    args, names = [compiler.code(arg) for arg in node.args], node.names

    def invocation(frame: Frame) -> object:
        function = callee(frame)
        values = [arg(frame) for arg in args]
        run = frame.run
        run.where = where
        if not isinstance(function, Callable):
            return run.null("function", f"{shown(function)} is no function")
        if names:
            return function.call_named(names, values, run)
        return function.call(values, run)

    return invocation


def _folded(compiler: Compiler, node: nodes.Call) -> Code | None:
    """A date, time or duration made of a literal, worked out once; None for other calls.

    Still asks for the function by name: it may be another one than the standard's.
    """
    if not (isinstance(node.callee, nodes.Name) and len(node.args) == 1 and not node.names):
        return None
    constructor, argument = CONSTRUCTORS.get(node.callee.name), node.args[0]
    if constructor is None or not isinstance(argument, nodes.Literal):
        return None
    text = argument.value
    read, standard = constructor
    value = read(text) if isinstance(text, str) else None
    if value is None:
        return None
    callee, where = _callee(compiler, node.callee), compiler.where(node)

    def made(frame: Frame) -> object:
        function = callee(frame)
        if function is standard:
            return value
        frame.run.where = where
        return call(function, [text], frame.run)

    return made


def _callee(compiler: Compiler, node: nodes.Node) -> Code:
    if not isinstance(node, nodes.Name):
        return compiler.code(node)
    name, where = node.name, compiler.where(node)

    def function(frame: Frame) -> object:
        value = lookup(frame, name)
        if not isinstance(value, Callable):
            value = frame.run.library.functions.get(name, value)
        if value is MISSING:
            return frame.run.null("name", f"there is no function {name}", where)
        return value

    return function


def compile_function(compiler: Compiler, node: nodes.FunctionNode) -> Code:
    where = compiler.where(node)
    if node.external:
        return lambda frame: frame.run.null(
            "function", "external functions are not supported", where
        )
    params = tuple(name for name, _ in node.params)
    type_nodes = [kind for _, kind in node.params]
    body = compiler.inner(node.body)

    def make_function(frame: Frame) -> object:
        known: Mapping[str, Type] = frame.run.library.types
        types = tuple(None if kind is None else resolve(kind, known) for kind in type_nodes)
        # It keeps the whole scope around it alive, a frame and its variables.
        frame.run.meter.take(_CLOSURE_BYTES)
        return Closure(params, types, body, frame)

    return make_function
