"""What the routes in ``processes/`` call things: their ids, and the proper nouns in their texts."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.house.sources import ROOT

PROCESSES = ROOT / "processes"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
# Attributes of Camunda's extensions that name a variable.
VARIABLES = ("resultVariable", "target", "inputElement", "outputCollection")
WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'-]*[A-Za-zÀ-ÿ]")
# Placeholders, code, addresses and marks of Markdown are no sentences.
NOT_PROSE = re.compile(r"\{\{.*?\}\}|`[^`]*`|\S+[@/_]\S+|\w+\.\w+", re.DOTALL)
# An abbreviation of an organisation or a place.
ABBREVIATION = re.compile(r"\b[A-Z]{3,}\b")
# A capital after a lower-case word: in Dutch that is a name, not the start of a sentence.
NAME = re.compile(r"(?<=[a-zà-ÿ,] )([A-ZÀ-Þ][A-Za-zÀ-ÿ-]{3,})")


@cache
def _folders() -> tuple[Path, ...]:
    """Every route folder: those that are shipped, and the examples of the handbook."""
    return tuple(sorted(path.parent for path in PROCESSES.rglob("route.toml")))


def _files(pattern: str) -> list[Path]:
    return [path for folder in _folders() for path in sorted(folder.glob(pattern))]


def _xml(path: Path) -> etree._Element:
    return etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False))


def _components(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in component.get("components", ()):
        yield child
        yield from _components(child)


@cache
def ids() -> frozenset[str]:
    """Ids of processes, their elements, decisions, forms, fields, letters, parties and roles.

    With them every other name by which a route speaks of something of its own: variables,
    messages, codes of errors, terms, lanes.
    """
    found: set[str] = set()
    for path in _files("*.bpmn"):
        for element in _xml(path).iter():
            if isinstance(element.tag, str) and element.tag.startswith(BPMN):
                found.add(element.get("id", ""))
                if element.tag.removeprefix(BPMN) in ("message", "signal", "lane"):
                    found.add(element.get("name", ""))
                found.add(element.get("errorCode", ""))
            elif isinstance(element.tag, str):
                found |= {element.get(name, "") for name in VARIABLES}
    for path in _files("*.dmn"):
        for element in _xml(path).iter("{*}decision", "{*}inputData", "{*}output"):
            found |= {element.get("id", ""), element.get("name", "")}
    for path in _files("*.form"):
        form = json.loads(path.read_text())
        found.add(form["id"])
        for component in _components(form):
            found |= {component.get("key", ""), component.get("path", "")}
    for path in _files("letters/*.md"):
        found.add(path.stem)
    for path in _files("route.toml"):
        config = tomllib.loads(path.read_text())
        found |= {config["id"], config["proces"], config["zaaknummer"]}
        found |= set(config.get("partijen", ())) | set(config.get("rollen", ()))
        found |= set(config.get("termijnen", ())) | set(config.get("lanes", ()))
        found |= {setting["naam"] for setting in config.get("instellingen", ())}
        found |= {ending["id"] for ending in config.get("einde", ())}
        found |= {one["id"] for one in config.get("demo", {}).get("organisaties", ())}
        found |= {one["gebruiker"] for one in config.get("demo", {}).get("personen", ())}
    return frozenset(found - {""})


SHOWN = {"label", "text", "description", "naam", "uitleg", "bron", "onderwerp", "titel"}


def _shown(value: object) -> Iterator[str]:
    """What people read in a form or a configuration: not its ids, settings and addresses."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in SHOWN and isinstance(item, str):
                yield item
            else:
                yield from _shown(item)
    elif isinstance(value, list):
        for item in value:
            yield from _shown(item)


def _texts() -> Iterator[str]:
    """What people read in a route, and in its README."""
    yield from _own_texts()
    for path in _files("README.md"):
        yield path.read_text()


def _own_texts() -> Iterator[str]:
    """What people read in a route."""
    for path in [*_files("*.bpmn"), *_files("*.dmn")]:
        for element in _xml(path).iter():
            if isinstance(element.tag, str):
                yield from (element.get("name", ""), element.text or "")
    for path in _files("*.form"):
        yield from _shown(json.loads(path.read_text()))
    for path in _files("route.toml"):
        yield from _shown(tomllib.loads(path.read_text()))
    for path in _files("letters/*.md"):
        yield path.read_text()


@cache
def names() -> frozenset[str]:
    """Proper nouns: words with a capital inside a sentence that never occur without it.

    To these come the names that a route lists as such: its organisations, people and folders.
    """
    texts = [NOT_PROSE.sub(" ", text) for text in _texts()]
    lower = {word for text in texts for word in WORD.findall(text) if word[0].islower()}
    found = {word for text in texts for word in NAME.findall(text)}
    for path in _files("route.toml"):
        demo = tomllib.loads(path.read_text()).get("demo", {})
        for one in [*demo.get("organisaties", ()), *demo.get("personen", ())]:
            found |= {word for word in WORD.findall(one["naam"]) if word[0].isupper()}
    proper = {word for word in found if len(word) > 3 and word.lower() not in lower}
    for text in _own_texts():
        proper |= set(ABBREVIATION.findall(NOT_PROSE.sub(" ", text)))
    return frozenset(proper | {folder.name for folder in _folders()})
