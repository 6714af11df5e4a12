"""A route is data: no line of code, template or script knows one.

What is searched for is read from ``processes/`` itself, so a new route is guarded from its first
day. What is searched in is every file of the house outside ``processes/`` and ``tests/`` that is
not a document for readers.

An id of several parts or in capitals (``clientNaam``, ``Stap_4``, ``DR``) may stand nowhere. An id
that is one ordinary word is also Dutch or English: in a sentence it is language, and may stand
there. It is an id where it stands as one: as a whole string, as a name in Python, or within a piece
of code such as ``=start + 1`` or ``zaak.start``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house import routes
from tests.house.sources import ROOT, modules, tree, where

# Ordinary words that the code needs as names of its own and a route happens to use as an id too.
DIALECT = frozenset(
    {
        "start",  # also: an event of XML, the start of a case
        "route",  # also: our word for what a folder in processes/ holds
        "plan",  # also: English
        "aanvullen",  # also: the platform's word for a ground of Awb 4:15
        "verlenging",  # also: its word for what Awb 4:14 does to a term
        "escalatie",  # also: Dutch for BPMN's escalation
        "te-laat",  # also: the address of the list of overdue tasks
    }
)
# Names that belong to no route.
COMMON_NAMES = frozenset(
    {
        "Camunda",  # the modeller with which routes are drawn
        "Modeler",
        "Amsterdam",  # also the name of the time zone; the id of a route is in small letters
    }
)
TIME_ZONE = "Europe/Amsterdam"

# A row of a table in the handbook begins with the word of the platform that it explains.
EXPLAINED = re.compile(r"^\|([^|]*`[^|]*)\|", re.MULTILINE)

PARTS = re.compile(r"[a-z0-9][A-Z]|_|-")
WHOLE_WORD = re.compile(r"[\w-]+")
# A word with a sign of code directly at it.
IN_CODE = re.compile(r"(?<=[.=\[(])[A-Za-z_][\w-]*|[A-Za-z_][\w-]*(?=[=\[(]|\.[a-z])")
JINJA = re.compile(r"\{[{%].*?[%}]\}")
QUOTED = re.compile(r"""(["'])([^"'\n]{2,60})\1""")

HANDBOOK = [ROOT / "processes" / "README.md", *sorted((ROOT / "processes/handboek").glob("*.md"))]
ELSEWHERE = {"processes", "tests", "node_modules", "dist", "__pycache__", "build", "var"}
DOCUMENTS = {".md", ".lock", ".woff2", ".png", ".svg", ".pyc"}
MADE = {"package-lock.json"}


@cache
def wanted() -> frozenset[str]:
    """The ids to search for: those of the routes, without the words of the platform.

    A word that the handbook explains to every process owner (``stap``, ``reden``) is the
    platform's, also where a route calls something of its own the same.
    """
    cells = [cell for page in HANDBOOK for cell in EXPLAINED.findall(page.read_text("utf-8"))]
    spans = [span for cell in cells for span in re.findall(r"`([^`]+)`", cell)]
    explained = {word for span in spans for word in WHOLE_WORD.findall(span)}
    return routes.ids() - DIALECT - explained


def texts() -> list[Path]:
    """Every file of the house that runs, is shown, or says how something runs."""
    found = [path for path in ROOT.iterdir() if path.is_file()]
    found += [path for folder in _folders(ROOT) for path in folder.rglob("*") if _is_ours(path)]
    return sorted(path for path in found if path.suffix not in DOCUMENTS and path.name not in MADE)


def _folders(root: Path) -> list[Path]:
    hidden = {".ci", ".github"}
    return [
        path
        for path in root.iterdir()
        if path.is_dir()
        and path.name not in ELSEWHERE
        and (not path.name.startswith(".") or path.name in hidden)
        and not path.name.endswith(".egg-info")
    ]


def _is_ours(path: Path) -> bool:
    return path.is_file() and not ELSEWHERE & set(path.relative_to(ROOT).parts)


def scripts() -> list[Path]:
    """All of them but Python modules, of which strings and names are known better."""
    python = set(modules())
    return [path for path in texts() if path not in python]


def lines(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield where(path, number), line.replace(TIME_ZONE, "")


def strings() -> Iterator[tuple[str, str]]:
    """Every string that is no docstring, and every quoted text of a script: where, and its text."""
    for path in modules():
        told = docstrings(tree(path))
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in told
            ):
                yield where(path, node.lineno), node.value.replace(TIME_ZONE, "")
    for place, line in lines(scripts()):
        for _quote, text in QUOTED.findall(line):
            yield place, text


def docstrings(module: ast.Module) -> set[int]:
    """The identities of the strings that only tell a reader something."""
    return {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def python_names() -> Iterator[tuple[str, str]]:
    """Every name of a variable, attribute, parameter, function or class."""
    for path in modules():
        for node in ast.walk(tree(path)):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                    yield where(path, node.lineno), name
                case ast.keyword(arg=str(name)):
                    yield where(path, node.lineno), name
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    yield where(path, node.lineno), name


def lines_with(words: frozenset[str]) -> list[str]:
    """Where one of ``words`` stands as a whole word."""
    return [
        f"{place}: {hit}"
        for place, line in lines(texts())
        for hit in sorted(words.intersection(WHOLE_WORD.findall(line)))
    ]


def test_the_routes_do_have_ids_and_names_to_search_for() -> None:
    assert len(wanted()) > 100
    assert len(routes.ids() - wanted()) < 50
    assert len(routes.names()) > 10


def test_what_is_searched_in_is_the_whole_house() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in texts()}
    some = {"Makefile", "pyproject.toml", "engine/cli.py", "webui/templates/base.html"}
    some |= {"webui/frontend/src/app.js", "webui/frontend/build.mjs", ".ci/run"}
    assert some <= names
    assert not any(name.startswith(("processes/", "tests/")) for name in names)


def test_no_code_holds_an_id_that_is_no_ordinary_word() -> None:
    several = frozenset(one for one in wanted() if PARTS.search(one) or one.isupper())
    assert lines_with(several) == []


def test_no_string_in_the_code_is_an_id_of_a_route() -> None:
    found = [f"{place}: {text}" for place, text in strings() if text.strip() in wanted()]
    assert found == []


def pieces_of_code() -> Iterator[tuple[str, str]]:
    """What runs within a template or script, and strings, for those may be FEEL."""
    yield from strings()
    for place, line in lines(scripts()):
        if place.split(":")[0].endswith((".js", ".mjs", ".sh")):
            yield place, line
        else:
            yield from ((place, code) for code in JINJA.findall(line))


def test_no_piece_of_code_holds_an_id_of_a_route() -> None:
    found = [
        f"{place}: {hit}"
        for place, text in pieces_of_code()
        for hit in sorted(wanted().intersection(IN_CODE.findall(text)))
    ]
    assert found == []


def test_no_name_in_the_code_is_an_id_of_a_route() -> None:
    assert [f"{place}: {name}" for place, name in python_names() if name in wanted()] == []


def test_no_code_holds_a_proper_noun_of_a_route() -> None:
    assert lines_with(routes.names() - COMMON_NAMES) == []


@pytest.mark.parametrize(
    ("text", "id_"),
    [("=binding = 1", "binding"), ("zaak.binding", "binding"), ("binding[1]", "binding")],
)
def test_an_id_in_a_piece_of_code_is_seen(text: str, id_: str) -> None:
    assert id_ in IN_CODE.findall(text)


@pytest.mark.parametrize("text", ["Er is een binding met de regio.", "De binding, of niet"])
def test_a_word_in_a_sentence_is_language(text: str) -> None:
    assert "binding" not in IN_CODE.findall(text)


def test_no_word_is_allowed_without_need() -> None:
    assert DIALECT - routes.ids() == frozenset()
    assert COMMON_NAMES - routes.names() == frozenset()
