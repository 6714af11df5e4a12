"""A route is data: no line of code, template or script knows one.

What is searched for is read from ``processes/`` itself, so a new route is guarded from its first
day. Ids of several parts (``clientNaam``, ``Stap_4``) may stand nowhere; an id that is an ordinary
word (``start``) may not stand alone in a string, because there it would be that id.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house import routes
from tests.house.sources import ROOMS, ROOT, files, modules, tree, where

# Ordinary words that the code needs and a route happens to use as an id too.
DIALECT = frozenset(
    {
        "start",  # also: a parameter of terms, an event of XML, the start of a case
        "route",  # also: our word for what a folder in processes/ holds
        "escalatie",  # also: Dutch for BPMN's escalation
        "teamleider",  # also: the property that says when the team lead is told
        "te-laat",  # also: the address of the list of overdue tasks
    }
)
# Names that belong to no route: of the modeller with which routes are drawn.
COMMON_NAMES = frozenset({"Camunda", "Modeler"})

PARTS = re.compile(r"[a-z0-9][A-Z]|_|-")
WHOLE_WORD = re.compile(r"[\w-]+")
QUOTED = re.compile(r"""(["'])([^"'\n]{2,60})\1""")


def scripts() -> list[Path]:
    """All that runs or is shown, beside the Python modules."""
    found = files(*ROOMS, "docker", endings=(".html", ".js", ".mjs", ".css", ".sh", ".txt", ".sql"))
    return [*found, ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / "pyproject.toml"]


def whole_strings() -> Iterator[tuple[str, str]]:
    """Every string that stands alone: where, and its text."""
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield where(path, node.lineno), node.value
    for path in scripts():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for _quote, text in QUOTED.findall(line):
                yield where(path, number), text


def lines() -> Iterator[tuple[str, str]]:
    for path in [*modules(), *scripts()]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield where(path, number), line


def lines_with(words: frozenset[str]) -> list[str]:
    """Where one of ``words`` stands as a whole word."""
    return [
        f"{place}: {hit}"
        for place, line in lines()
        for hit in sorted(words.intersection(WHOLE_WORD.findall(line)))
    ]


def test_the_routes_do_have_ids_and_names_to_search_for() -> None:
    assert len(routes.ids()) > 100
    assert len(routes.names()) > 10


def test_no_code_holds_an_id_of_several_parts_of_a_route() -> None:
    several = frozenset(one for one in routes.ids() - DIALECT if PARTS.search(one))
    assert lines_with(several) == []


def test_no_string_in_the_code_is_an_id_of_a_route() -> None:
    wanted = routes.ids() - DIALECT
    found = [f"{place}: {text}" for place, text in whole_strings() if text.strip() in wanted]
    assert found == []


def test_no_code_holds_a_proper_noun_of_a_route() -> None:
    assert lines_with(routes.names() - COMMON_NAMES) == []


def test_no_word_is_allowed_without_need() -> None:
    assert DIALECT - routes.ids() == frozenset()
    assert COMMON_NAMES - routes.names() == frozenset()
