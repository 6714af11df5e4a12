"""The handbook tells of everything that a route may use, and what it says is true."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import feel
from engine.cli import main
from engine.dialect import (
    CASE_FIELDS,
    FOLLOWS,
    PARTY_FIELDS,
    PROPERTIES,
    SUCCESSOR_READS,
    TASK_FIELDS,
    TERM_CHANGE_FIELDS,
    TERM_FIELDS,
)
from engine.expressions import OWN_FUNCTIONS, RESERVED_NAMES
from engine.forms.reading import _DECORATIONS, _FIELDS, _REFUSED
from engine.routes import LINKED_CASES, MAIN_CASE, TASK_TYPES, read_config
from engine.spiff import COMPLETION_NAMES, ElementKind
from engine.spiff.elements import EventKind, TimerKind
from engine.spiff.outside import _EVENTS, _NODES
from tests.diagrams.tools import PROCESSES
from tests.handbook.pictures import HANDBOOK

PAGES = [PROCESSES / "README.md", *sorted(HANDBOOK.glob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in PAGES}
# What is between back-ticks: names, values, expressions.
CODE = {
    word
    for text in TEXTS.values()
    for span in re.findall(r"`([^`\n]+)`", text)
    for word in re.findall(r"[A-Za-z_][\w:.-]*", span)
} | {word for text in TEXTS.values() for word in re.findall(r"^\[+([\w.]+)\]", text, re.M)}
CODE |= {
    word
    for text in TEXTS.values()
    for block in re.findall(r"^```toml.*?^```$", text, re.M | re.S)
    for word in re.findall(r"(?:^|[{,] ?)(\w+) =", block, re.M)
}
CODE |= {part for word in CODE for part in word.split(".")}

COMPONENTS = {*_FIELDS, *_DECORATIONS, *_REFUSED, "group", "dynamiclist", "expression"}
HEADERS = {"brief", "aan", "proces", "resultaat", "bericht", "naar", "partij", "organisatie"}
HEADERS |= {FOLLOWS, "termijn", "grond", "verzoekOp", "uiterlijk", "op", "tot", "gemeldOp"}


def keys_of_route_toml() -> set[str]:
    """Every key that route.toml may have at any place, as its readers themselves ask for them."""
    routes = Path(__file__).parents[2] / "engine" / "routes"
    source = "".join((routes / name).read_text() for name in ("reading.py", "terms.py"))
    asks = (
        r"\.(?:optional_)?(?:text|identifier|slug|flag|day|value|texts|table|tables)\(\s*\"(\w+)\""
    )
    found = set(re.findall(asks, source))
    assert {"id", "lanes", "einde", "demo", "vanaf", "mail_toegestaan", "opschortbaar"} <= found
    return found | {SUCCESSOR_READS}


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("properties", PROPERTIES),
        ("types of work", TASK_TYPES),
        ("headers", HEADERS | {MAIN_CASE, LINKED_CASES}),
        ("components of forms", COMPONENTS),
        ("keys of route.toml", keys_of_route_toml()),
        ("names of the platform", RESERVED_NAMES),
        (
            "what is in them",
            {*CASE_FIELDS, *PARTY_FIELDS, *TASK_FIELDS, *TERM_FIELDS, *TERM_CHANGE_FIELDS},
        ),
        ("functions of ours", OWN_FUNCTIONS),
        ("names in a completion condition", COMPLETION_NAMES),
    ],
)
def test_the_handbook_tells_of_all(what: str, names: set[str]) -> None:
    assert {name for name in names if name not in CODE} == set(), what


def _spaced(name: str) -> str:
    """``userTask`` as the Modeler says it: ``user task``."""
    return (
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        .lower()
        .replace("sub process", "sub-process")
        .replace("event based", "event-based")
    )


@pytest.mark.parametrize("kind", [*ElementKind, *EventKind, *TimerKind], ids=str)
def test_the_handbook_names_every_kind_that_can_be_drawn(kind: str) -> None:
    told = " ".join("".join(TEXTS.values()).lower().split())
    assert f"*{_spaced(kind)}" in told or f" {_spaced(kind)}" in told


def test_the_handbook_says_what_to_draw_for_all_that_is_refused() -> None:
    page = TEXTS[HANDBOOK / "kan-niet.md"].lower()
    codes = [code for code, _ in (*_NODES.values(), *_EVENTS.values())]
    words = {code.split("-")[0] for code in codes if code not in ("choreografie", "gebeurtenis")}
    assert {word for word in words if word not in page} == set()


def _anchor(heading: str) -> str:
    """The address of a heading as GitHub and GitLab make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def _anchors(path: Path) -> set[str]:
    return {_anchor(found) for found in re.findall(r"^#+ (.+)$", path.read_text(), re.M)}


DOCUMENTS = [*PAGES, *(PROCESSES.parent / name for name in ("README.md", "CONTRIBUTING.md"))]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith(("https://", "mailto:")) or "…" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and anchor not in _anchors(path)):
            lost.append(target)
    assert lost == []


def test_every_page_can_be_reached_from_the_first() -> None:
    seen, todo = set(), [PAGES[0]]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        for name in re.findall(r"\]\(([^)#\s]+\.md)", page.read_text(encoding="utf-8")):
            todo.append((page.parent / name).resolve())
    assert set(PAGES) - seen == set()


def test_every_expression_of_the_handbook_can_be_read() -> None:
    spans = [
        span.removeprefix("=").replace("\\|", "|")
        for text in TEXTS.values()
        for span in re.findall(r"`(=[^`\n]+)`", text)
        if span != "="
    ]
    assert len(spans) > 20
    for span in spans:
        feel.parse(span)


def _commands() -> list[str]:
    """The commands of the handbook that look at something and change nothing."""
    spans = [span for text in TEXTS.values() for span in re.findall(r"`([^`\n]+)`", text)]
    lines = [line for text in TEXTS.values() for line in text.splitlines()]
    asked = re.compile(r"thuisroute (feel|decide|terms) ")
    return sorted({one for one in (*spans, *lines) if asked.match(one)})


@pytest.mark.parametrize("command", _commands())
def test_every_command_that_is_told_of_can_be_given(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROCESSES.parent)
    done = CliRunner().invoke(main, shlex.split(command)[1:])
    assert done.exit_code == 0, done.output


def test_every_piece_of_route_toml_in_the_handbook_is_accepted() -> None:
    """Put under a whole file, each piece gives no finding about a key or a value."""
    pieces = [
        piece
        for text in TEXTS.values()
        for piece in re.findall(r"^```toml\n(\[.*?)^```$", text, re.M | re.S)
        if not piece.startswith("[[stap]]")
    ]
    assert len(pieces) > 6
    for piece in pieces:
        _, findings = read_config(_whole(piece))
        assert findings == [], piece


def _whole(piece: str) -> bytes:
    """The piece, with what else a route.toml must have."""
    given = tomllib.loads(piece)
    rest = {
        "partijen": '[partijen.zorg]\nnaam = "Zorg"\n[partijen.gemeente]\nnaam = "Gemeente"\n',
        "rollen": "".join(
            f'[rollen.{role}]\nnaam = "{role}"\npartij = "{party}"\n'
            for role, party in (
                ("begeleider", "zorg"),
                ("consulent", "gemeente"),
                ("teamleider", "gemeente"),
            )
        ),
    }
    head = (
        'id = "proef"\nnaam = "Proef"\nproces = "Proef"\nstartformulier = "begin"\n'
        'startrol = "begeleider"\nzaaknummer = "PR"\n'
    )
    more = "".join(_without(text, given.get(name, {})) for name, text in rest.items())
    return f"{head}{more}{piece}".encode()


def _without(text: str, given: dict[str, object]) -> str:
    """The tables of ``text``, except those that the piece has itself."""
    tables = re.split(r"(?=^\[)", text, flags=re.M)
    return "".join(
        table
        for table in tables
        if not any(table.startswith(f"[{_kind(table)}.{name}]") for name in given)
    )


def _kind(table: str) -> str:
    return table.split(".")[0].removeprefix("[")
