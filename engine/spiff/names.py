"""Names of the XML namespaces, and small helpers to read with them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
CAMUNDA_7 = "http://camunda.org/schema/1.0/bpmn"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def local(node: etree._Element) -> str:
    """The tag without its namespace."""
    return etree.QName(node).localname


def is_bpmn(node: etree._Element) -> bool:
    """Whether the node is of the BPMN namespace (not of an extension or of the drawing)."""
    return etree.QName(node).namespace == BPMN


def bpmn(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children with that BPMN tag."""
    return node.iterchildren(f"{{{BPMN}}}{name}")


def first_bpmn(node: etree._Element, name: str) -> etree._Element | None:
    """The first child with that BPMN tag, or None."""
    return next(bpmn(node, name), None)


def extensions(node: etree._Element) -> Iterator[etree._Element]:
    """The nodes inside the node's extensionElements."""
    for holder in bpmn(node, "extensionElements"):
        yield from holder.iterchildren(etree.Element)


def zeebe(node: etree._Element, name: str) -> etree._Element | None:
    """The node's extension element with that zeebe tag, or None."""
    tag = f"{{{ZEEBE}}}{name}"
    return next((child for child in extensions(node) if child.tag == tag), None)


def text_of(node: etree._Element | None) -> str | None:
    """The node's text without surrounding space; None when there is no node or no text."""
    if node is None:
        return None
    return (node.text or "").strip() or None


def attribute(node: etree._Element | None, name: str) -> str | None:
    """An attribute without surrounding space; None when there is no node or nothing in it."""
    if node is None:
        return None
    return (node.get(name) or "").strip() or None
