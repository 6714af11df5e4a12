"""Types: what `instance of` asks and what a variable may hold (DMN 1.5, 10.3.2.9, table 49)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .nodes import TypeNode
from .run import Run
from .temporal import Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from .values import Callable, Range

_PYTHON: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "dateTime": DateTime,
    "days and time duration": DaysAndTimeDuration,
    "day and time duration": DaysAndTimeDuration,
    "dayTimeDuration": DaysAndTimeDuration,
    "years and months duration": YearsAndMonthsDuration,
    "year and month duration": YearsAndMonthsDuration,
    "yearMonthDuration": YearsAndMonthsDuration,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Callable,
}


class Type:
    """A type. `holds` says whether a value belongs to it; null belongs to every type but few."""

    __slots__ = ()
    name = "Any"

    def holds(self, value: object, run: Run) -> bool:
        return True

    def converted(self, value: object, run: Run) -> object:
        """The value by implicit conversion, None when there is none."""
        if isinstance(value, list):
            if len(value) == 1 and self.holds(value[0], run):
                return value[0]
        elif self.holds([value], run):
            return [value]
        return None


ANY = Type()


class Plain(Type):
    """One of the standard's simple types."""

    __slots__ = ("name", "python")

    def __init__(self, name: str) -> None:
        self.name = name
        self.python = _PYTHON[name]

    def holds(self, value: object, run: Run) -> bool:
        return isinstance(value, self.python)

    def converted(self, value: object, run: Run) -> object:
        if self.python is DateTime and isinstance(value, Date):
            return DateTime(value, Time(0, 0, 0, 0, 0))
        return super().converted(value, run)


class Null(Type):
    __slots__ = ()
    name = "Null"

    def holds(self, value: object, run: Run) -> bool:
        return value is None


class ListOf(Type):
    __slots__ = ("item",)
    name = "list"

    def __init__(self, item: Type) -> None:
        self.item = item

    def holds(self, value: object, run: Run) -> bool:
        if not isinstance(value, list):
            return False
        run.meter.step(len(value))
        return all(item is None or self.item.holds(item, run) for item in value)


class RangeOf(Type):
    __slots__ = ("end",)
    name = "range"

    def __init__(self, end: Type) -> None:
        self.end = end

    def holds(self, value: object, run: Run) -> bool:
        return isinstance(value, Range) and all(
            end is None or self.end.holds(end, run) for end in (value.low, value.high)
        )


class ContextOf(Type):
    """A context with at least these entries."""

    __slots__ = ("entries",)
    name = "context"

    def __init__(self, entries: Mapping[str, Type]) -> None:
        self.entries = dict(entries)

    def holds(self, value: object, run: Run) -> bool:
        if not isinstance(value, dict):
            return False
        run.meter.step(len(self.entries))
        return all(
            key in value and (value[key] is None or entry.holds(value[key], run))
            for key, entry in self.entries.items()
        )


class FunctionOf(Type):
    __slots__ = ("params", "result")
    name = "function"

    def __init__(self, params: tuple[Type, ...], result: Type) -> None:
        self.params = params
        self.result = result

    def holds(self, value: object, run: Run) -> bool:
        return isinstance(value, Callable)


def resolve(node: TypeNode, types: Mapping[str, Type]) -> Type | None:
    """The type that a type in the text means; None when there is no such type."""
    if node.name == "Any":
        return ANY
    if node.name == "Null":
        return Null()
    if node.name in types:
        return types[node.name]
    if node.name in _PYTHON:
        return Plain(node.name)
    if node.name == "context<>":
        entries = {key: resolve(entry, types) for key, entry in node.entries}
        known = {key: entry for key, entry in entries.items() if entry is not None}
        return ContextOf(known) if len(known) == len(entries) else None
    parts = [resolve(part, types) for part in node.parts]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts) or not node.name.endswith("<>"):
        return None
    if node.name == "function<>":
        return FunctionOf(tuple(found[:-1]), found[-1])
    return (ListOf if node.name == "list<>" else RangeOf)(found[0])


def is_standard(name: str) -> bool:
    """Whether the name is one of the standard's simple types, or Any."""
    return name in _PYTHON or name == "Any"
