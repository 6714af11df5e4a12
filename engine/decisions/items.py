"""Item definitions: the types that a model names (DMN 1.5, 7.3.3)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.run import Frame, Run, shown
from engine.feel.scope import Code
from engine.feel.types import ANY, ContextOf, FunctionOf, ListOf, Plain, Type, is_standard

from .xml import Element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .source import Source


class Constrained(Type):
    """A type whose values also have to meet tests, the allowed values."""

    __slots__ = ("base", "name", "test")

    def __init__(self, base: Type, test: Code, name: str) -> None:
        self.base = base
        self.test = test
        self.name = name

    def holds(self, value: object, run: Run) -> bool:
        if not self.base.holds(value, run):
            return False
        if run.bare:
            return True
        return self.test(Frame({"?": value}, None, run)) is True

    def converted(self, value: object, run: Run) -> object:
        found = self.base.converted(value, run)
        return (
            found if found is not None and self.holds(found, run) else super().converted(value, run)
        )


class ItemContext(ContextOf):
    """A structured item: a context with these entries, each of its type or null."""

    __slots__ = ("name",)

    def __init__(self, name: str, entries: Mapping[str, Type]) -> None:
        super().__init__(entries)
        self.name = name


class Reference(Type):
    """A type by name, found when it is first needed, so that definitions may come in any order."""

    __slots__ = ("_found", "_looking", "name", "source")

    def __init__(self, name: str, source: Source) -> None:
        self.name = name
        self.source = source
        self._found: Type | None = None
        self._looking = False

    def found(self) -> Type:
        if self._found is None:
            if self._looking:
                return ANY
            self._looking = True
            self._found = self.source.named_type(self.name) or ANY
            self._looking = False
        return self._found

    def holds(self, value: object, run: Run) -> bool:
        return self.found().holds(value, run)

    def converted(self, value: object, run: Run) -> object:
        return self.found().converted(value, run)


def type_of(reference: str, source: Source) -> Type | None:
    """The type that a `typeRef` names; None when nothing has to be checked."""
    name = reference.strip()
    if ":" in name and name.split(":", 1)[0] in {"feel", "xsd"}:
        name = name.split(":", 1)[1]
    if not name or name in {"Any", "undefined"}:
        return None
    if is_standard(name) and name not in source.item_elements:
        return Plain(name)
    return Reference(name, source)


def item_type(element: Element, source: Source) -> Type:
    """The type that an `itemDefinition` or `itemComponent` describes."""
    name = element.get("name")
    components = list(element.all("itemComponent"))
    function = element.first("functionItem")
    base: Type
    if components:
        base = ItemContext(name, {part.get("name"): item_type(part, source) for part in components})
    elif function is not None:
        base = _function_type(function, source)
    else:
        base = type_of(element.text_of("typeRef"), source) or ANY
    allowed = element.first("allowedValues")
    if allowed is not None and allowed.text_of("text"):
        base = Constrained(base, source.tests(allowed.text_of("text")), name)
    if element.get("isCollection") == "true":
        base = ListOf(base)
    constraint = element.first("typeConstraint")
    if constraint is not None and constraint.text_of("text"):
        base = Constrained(base, source.tests(constraint.text_of("text")), name)
    return base


def _function_type(element: Element, source: Source) -> Type:
    params = tuple(
        type_of(part.get("typeRef"), source) or ANY for part in element.all("parameters")
    )
    return FunctionOf(params, type_of(element.get("outputTypeRef"), source) or ANY)


def fitted(value: object, kind: Type | None, run: Run, what: str, code: str) -> object:
    """The value as the type asks, converted where the standard does so; null if it does not fit."""
    if kind is None or value is None or kind.holds(value, run):
        return value
    found = kind.converted(value, run)
    if found is None:
        return run.null(code, f"{what} must be a {kind.name}, not {shown(value)}", name=what)
    return found
