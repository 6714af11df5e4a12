"""Mail to staff holds case numbers, steps and dates: nothing of a client, in any shipped route."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.dialect import CLIENT
from engine.expressions import RESERVED_NAMES, parsed
from engine.forms.model import Field, FieldKind, walk
from engine.routes import TASK_LETTER, Route, read_folder, read_route
from tests.diagrams.tools import PROCESSES

DAYS = (FieldKind.DATE, FieldKind.DATE_TIME)
FOLDERS = sorted(path.parent for path in PROCESSES.glob("*/route.toml"))


def audiences(route: Route) -> dict[str, set[str]]:
    """To whom each letter of the route can go."""
    found: dict[str, set[str]] = {}
    for letter, to in _sent(route):
        found.setdefault(letter, set()).add(to)
    return found


def _sent(route: Route) -> Iterator[tuple[str, str]]:
    for element in route.diagrams.elements.values():
        if element.task_type == TASK_LETTER:
            yield element.task_headers["brief"], element.task_headers["aan"]
    for ending in route.config.endings.values():
        for item in ending.letters:
            yield item.letter, item.to


def impersonal(route: Route) -> set[str]:
    """Variables that hold no words of anybody: dates, choices, what a decision or script gives."""
    fields = {name: form for form in route.forms.values() for name in form.fields}
    chosen = {
        item.path[0]
        for form in route.forms.values()
        for item in walk(form.components)
        if isinstance(item, Field) and (item.kind in DAYS or item.kind.has_options)
    }
    worked_out = {
        element.result_variable
        for element in route.diagrams.elements.values()
        if element.result_variable and element.result_variable not in fields
    }
    return chosen | worked_out


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_letter_to_staff_reads_anything_that_could_be_personal(folder: Path) -> None:
    route = read_route(read_folder(folder))
    known, looked_at = impersonal(route), 0
    for letter_id, to in audiences(route).items():
        if CLIENT in to:
            continue  # an organisation may get a copy of the client's own letter
        looked_at += 1
        for place, text in route.letters[letter_id].expressions():
            for path in parsed(text).paths:
                where = f"{folder.name}, {letter_id}, {place}: {'.'.join(path)}"
                assert path[:2] != ("zaak", "client"), where
                assert path != ("zaak",), where
                assert path[0] in RESERVED_NAMES | known, where
    assert looked_at > 0


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_step_that_a_reminder_names_is_called_after_data(folder: Path) -> None:
    """A reminder names the step as the diagram does: plain text, never an expression."""
    route = read_route(read_folder(folder))
    names = [one.name for one in route.diagrams.elements.values() if one.form_id]
    assert names != []
    assert all(name and not name.startswith("=") and "{{" not in name for name in names)
