"""One decision model file: its elements by id and name, its types, and how its texts compile."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from engine.feel import FeelSyntaxError
from engine.feel.compiler import Compiler
from engine.feel.expression import Expression, parse, parse_unary_tests
from engine.feel.lexer import words
from engine.feel.nodes import Node, UnaryTests
from engine.feel.run import Frame
from engine.feel.scope import Code
from engine.feel.types import Type

from . import items
from .errors import ModelRefused
from .xml import Element, read

NAMESPACES = {
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
}
MAX_NAME = 300
_NAMED = frozenset(
    [
        "variable",
        "itemComponent",
        "inputData",
        "decision",
        "businessKnowledgeModel",
        "decisionService",
        "column",
        "output",
        "import",
    ]
)
Resolve = Callable[[str, str], bytes | None]


class LazyCode:
    """Code that is compiled at its first run: most cells of a large table never run."""

    __slots__ = ("code", "expression")

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.code: Code | None = None

    def __call__(self, frame: Frame) -> object:
        if self.code is None:
            self.code = Compiler(self.expression.text, local=1).code(self.expression.node)
        return self.code(frame)


class Source:
    """A parsed file. Texts are parsed when they are first needed."""

    def __init__(self, root: Element) -> None:
        if root.tag != "definitions":
            raise ModelRefused("structure", f"the root is {root.tag}, not definitions", root.line)
        if root.namespace not in NAMESPACES:
            raise ModelRefused("namespace", f"{root.namespace} is not DMN 1.3 to 1.5", root.line)
        self.root = root
        self.namespace = root.get("namespace")
        self.name = root.get("name")
        self.imports: dict[str, Source] = {}
        self.item_elements = {item.get("name"): item for item in root.all("itemDefinition")}
        self._types: dict[str, Type] = {}
        self.by_id: dict[str, Element] = {}
        self.names = self._spaced_names()
        for tag in ("inputData", "decision", "businessKnowledgeModel", "decisionService"):
            for element in root.all(tag):
                self._register(element)

    @classmethod
    def parse(cls, xml: bytes) -> Source:
        return cls(read(xml))

    def _register(self, element: Element) -> None:
        key = element.get("id") or element.get("name")
        if not element.get("name"):
            raise ModelRefused("structure", f"a {element.tag} has no name", element.line)
        if key in self.by_id:
            raise ModelRefused("structure", f"the id {key} is used twice", element.line)
        self.by_id[key] = element

    def _spaced_names(self) -> set[str]:
        """Every name of the model that is more than one word: what the parser has to know."""
        found = set()
        for element in walk(self.root):
            if len(element.get("name")) > MAX_NAME:
                detail = f"a name has more than {MAX_NAME} characters"
                raise ModelRefused("too-large", detail, element.line)
            if element.tag in _NAMED and len(words(element.get("name"))) > 1:
                found.add(element.get("name"))
            variable = element.get("iteratorVariable")
            if variable and len(words(variable)) > 1:
                found.add(variable)
        return found

    def adopt(self, name: str, other: Source) -> None:
        """Make another file's elements known under the import's name."""
        self.imports[name] = other
        self.names |= other.names

    def with_names(self, names: list[str]) -> Source:
        """This source, for texts in which more names are known: a function's parameters."""
        more = {name for name in names if len(words(name)) > 1}
        if more <= self.names:
            return self
        inner = copy.copy(self)
        inner.names = self.names | more
        return inner

    def named_type(self, name: str) -> Type | None:
        """The type of that name, also of an import (`other.tType`)."""
        found = self._types.get(name)
        if found is not None:
            return found
        element = self.item_elements.get(name)
        if element is not None:
            found = self._types[name] = items.item_type(element, self)
            return found
        for prefix, other in self.imports.items():
            if name.startswith(prefix + "."):
                return other.named_type(name[len(prefix) + 1 :])
        return None

    def all_types(self) -> dict[str, Type]:
        """Every named type, imported ones with their prefix, for `instance of`."""
        types: dict[str, Type] = {name: items.Reference(name, self) for name in self.item_elements}
        for prefix, other in self.imports.items():
            for name, kind in other.all_types().items():
                types[f"{prefix}.{name}"] = kind
        return types

    def expression(self, text: str) -> Code:
        """The code of an expression; a text that is no FEEL gives null and says so."""
        return self._code(parse, text)

    def tests(self, text: str) -> Code:
        """The code of unary tests over `?`."""
        return self._code(parse_unary_tests, text)

    def each_test(self, text: str) -> list[Code]:
        """The code of every test of a text by itself: their order is the order of priority."""
        try:
            node = parse_unary_tests(text, self.names).node
        except FeelSyntaxError:
            return [self.tests(text)]
        compiler = Compiler(text, local=1)
        tests = node.tests if isinstance(node, UnaryTests) and not node.negated else [node]
        return [compiler.code(UnaryTests(test.pos, [test], False)) for test in tests]

    def cell(self, text: str) -> tuple[Node | None, Code]:
        """The tree of a cell, None when it is no FEEL, and its code, compiled when first run."""
        try:
            expression = parse_unary_tests(text, self.names)
        except FeelSyntaxError:
            return None, self.tests(text)
        return expression.node, LazyCode(expression)

    def _code(self, parser: Callable[..., Expression], text: str) -> Code:
        try:
            expression = parser(text, self.names)
        except FeelSyntaxError as error:
            message = str(error)
            where = (error.line, error.column)

            def broken(frame: Frame) -> object:
                return frame.run.null("syntax", message, where)

            return broken
        return Compiler(text, local=1).code(expression.node)


def walk(element: Element) -> Iterator[Element]:
    """The element and everything below it."""
    waiting = [element]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))
