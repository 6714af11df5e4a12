"""The meaning of an XML document: what stays when formatting is taken away.

Two documents mean the same when their elements, attributes, texts and structure are the same.
Prefixes, white space, and the order among children of *different* names say nothing in BPMN, DMN
and their diagrams; the order among children of one name does (waypoints, rules, entries), but for
the shapes on a plane: theirs is only which is drawn over which, and a tool settles that.
"""

from __future__ import annotations

from typing import TypeAlias

from lxml import etree

# name, attributes, text, children
Meaning: TypeAlias = "tuple[str, tuple[tuple[str, str], ...], str, tuple[Meaning, ...]]"

# The tool that saved a file signs it: not part of the meaning.
SIGNATURE = {"exporter", "exporterVersion"}


def meaning(xml: bytes) -> Meaning:
    """The meaning of a document as a value that can be compared."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return _meaning(etree.fromstring(xml, parser))


def _meaning(element: etree._Element) -> Meaning:
    children = sorted((_meaning(child) for child in element), key=lambda child: child[0])
    if etree.QName(element).localname == "BPMNPlane":
        children.sort()
    attributes = sorted(
        (str(name), _plain(name, str(value)))
        for name, value in element.attrib.items()
        if name not in SIGNATURE
    )
    return str(element.tag), tuple(attributes), (element.text or "").strip(), tuple(children)


def _plain(name: str | bytes, value: str) -> str:
    """Coordinates are numbers: ``120`` and ``120.0`` are one place."""
    if name in {"x", "y", "width", "height"}:
        return repr(float(value))
    return value


def differences(before: Meaning, after: Meaning, path: str = "") -> list[str]:
    """Where two meanings differ, one line each; empty when they are the same."""
    here = f"{path}/{etree.QName(before[0]).localname}{_id_of(before)}"
    if before[0] != after[0]:
        return [f"{here} became {after[0]}"]
    found = []
    if before[1] != after[1]:
        changed = set(before[1]) ^ set(after[1])
        found.append(f"{here} attributes: {sorted(changed)}")
    if before[2] != after[2]:
        found.append(f"{here} text: {before[2]!r} became {after[2]!r}")
    if len(before[3]) != len(after[3]):
        found.append(f"{here} children: {len(before[3])} became {len(after[3])}")
    for old, new in zip(before[3], after[3], strict=False):
        found.extend(differences(old, new, here))
    return found


def _id_of(element: Meaning) -> str:
    return "".join(f"[{value}]" for name, value in element[1] if name == "id")
