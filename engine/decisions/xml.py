"""Reading XML from strangers: no document type, no entities, no includes, bounded in size.

The standard library's expat with handlers of our own, because that refuses a document type at the
first character of it, before anything in it can take effect, and knows the line of every element.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from .errors import ModelRefused

MAX_BYTES = 4_000_000
MAX_ELEMENTS = 100_000
MAX_DEPTH = 150


class Element:
    """One element: `tag` without namespace, `namespace`, attributes without namespace, text."""

    __slots__ = ("attributes", "children", "line", "namespace", "tag", "text")

    def __init__(self, namespace: str, tag: str, attributes: dict[str, str], line: int) -> None:
        self.namespace = namespace
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.children: list[Element] = []
        self.text = ""

    def get(self, name: str) -> str:
        """An attribute, empty when it is not there."""
        return self.attributes.get(name, "")

    def all(self, tag: str) -> Iterator[Element]:
        """The children with that tag, in order."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        return next(self.all(tag), None)

    def text_of(self, tag: str) -> str:
        """The text of the first child with that tag, empty when there is none."""
        child = self.first(tag)
        return child.text.strip() if child is not None else ""


class _Builder:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.ExternalEntityRefHandler = self.doctype
        self.stack: list[Element] = []
        # Texts are joined when their element ends: adding piece to piece would copy all of it.
        self.pieces: list[list[str]] = []
        self.root: Element | None = None
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise ModelRefused("too-large", f"more than {MAX_ELEMENTS} elements", line)
        if len(self.stack) >= MAX_DEPTH:
            raise ModelRefused("too-deep", f"more than {MAX_DEPTH} levels", line)
        namespace, _, tag = name.rpartition(" ")
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(namespace, tag, plain, line)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)
        self.pieces.append([])

    def end(self, name: str) -> None:
        self.stack.pop().text = "".join(self.pieces.pop())

    def characters(self, text: str) -> None:
        self.pieces[-1].append(text)

    def doctype(self, *_: object) -> int:
        line = self.parser.CurrentLineNumber
        raise ModelRefused("doctype", "a document type or entity is not allowed", line)


def read(xml: bytes) -> Element:
    """The root element. Raises ModelRefused for anything that is not plain, well-formed XML."""
    if len(xml) > MAX_BYTES:
        raise ModelRefused("too-large", f"more than {MAX_BYTES} bytes")
    builder = _Builder()
    try:
        builder.parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ModelRefused("not-xml", expat.errors.messages[error.code], error.lineno) from None
    except (ValueError, LookupError) as error:
        raise ModelRefused("not-xml", str(error)) from None
    if builder.root is None:
        raise ModelRefused("not-xml", "there is no element")
    return builder.root
