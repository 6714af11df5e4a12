"""Texts of a form that may hold FEEL: ``=expression`` or ``words {{ expression }} words``."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def is_expression(text: str) -> bool:
    """Whether the whole text is one FEEL expression."""
    return text.lstrip().startswith("=")


def expression_of(text: str) -> str:
    """The FEEL behind the ``=``; a text without it is taken as FEEL as it stands."""
    text = text.strip()
    return text[1:].strip() if text.startswith("=") else text


def split(text: str) -> Iterator[tuple[str, str]]:
    """The text in order, as pairs ``("text", words)`` and ``("feel", expression)``."""
    if is_expression(text):
        yield "feel", expression_of(text)
        return
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > position:
            yield "text", text[position : match.start()]
        yield "feel", expression_of(match.group(1))
        position = match.end()
    if position < len(text):
        yield "text", text[position:]


def expressions_in(text: str) -> tuple[str, ...]:
    """The FEEL expressions of the text, in order."""
    return tuple(part for kind, part in split(text) if kind == "feel")
