"""Whether what an element writes gets a name that an expression can read back.

Camunda 8 has the same rule (its page on variables); its modeller does not check it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine import feel
from engine.spiff.elements import Diagrams, Element
from engine.spiff.outside import Found

MAX_VARIABLE = 100
_WORD = re.compile(r"[^\W\d]\w*")


def variable_names(diagrams: Diagrams, element: Element) -> Iterator[Found]:
    """Targets of mappings, result variables, and the names of a repetition."""
    for name in _written(element):
        if not all(_readable(part) for part in name.split(".")):
            yield (
                element.id,
                "naam-van-waarde",
                f"De naam '{name[:MAX_VARIABLE]}' kan niet. Gebruik hoogstens {MAX_VARIABLE} "
                "letters, cijfers en _, begin met een letter, en neem geen woord van FEEL.",
            )


def _written(element: Element) -> Iterator[str]:
    yield from (line.target for line in (*element.inputs, *element.outputs) if line.target)
    names = [element.result_variable]
    if element.multi_instance is not None:
        names += [element.multi_instance.input_element, element.multi_instance.output_collection]
    # Only mappings can write a part of a value; a dot elsewhere would be part of the name.
    yield from (name.replace(".", " ") for name in names if name)


def _readable(name: str) -> bool:
    if len(name) > MAX_VARIABLE or not _WORD.fullmatch(name):
        return False
    try:
        return feel.parse(name).path == (name,)
    except feel.FeelSyntaxError:
        return False
