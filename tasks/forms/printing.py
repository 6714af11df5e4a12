"""A completed form to read or print: labels with answers in Dutch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.forms import Computed, Decoration, Field, Form, Group, Repeat
from tasks.forms.cells import Cell, Setting
from tasks.forms.sheet import Sheet, fill
from tasks.forms.showing import files_of, readable
from tasks.forms.texts import markdown_to_html
from tasks.forms.views import PrintedAnswer, PrintedForm, PrintedGroup, PrintedItem, PrintedText


def print_form(form: Form, values: Mapping[str, object], setting: Setting) -> PrintedForm:
    """``values`` (of a FormRecord) as they were answered; ``setting`` gives what else is read.

    Questions that were hidden by the answers are left out.
    """
    together = replace(setting, variables={**setting.variables, **values})
    sheet = fill(form, None, together)
    return PrintedForm(tuple(_items(sheet, sheet.cells)))


def _items(sheet: Sheet, cells: list[Cell]) -> Iterator[PrintedItem]:
    for cell in cells:
        if not cell.visible:
            continue
        item = cell.component
        match item:
            case Decoration():
                if item.kind == "text":
                    yield PrintedText(markdown_to_html(sheet.markdown(item.text, cell)))
            case Group():
                yield PrintedGroup(cell.label, tuple(_items(sheet, cell.parts)))
            case Repeat():
                yield _rows(sheet, cell)
            case Field():
                yield PrintedAnswer(cell.label, readable(cell), files_of(cell))
            case Computed():
                continue


def _rows(sheet: Sheet, cell: Cell) -> PrintedGroup:
    if not cell.rows:
        return PrintedGroup(cell.label, (PrintedAnswer(cell.label, "geen"),))
    return PrintedGroup(
        cell.label,
        tuple(
            PrintedGroup(f"{number}", tuple(_items(sheet, row)))
            for number, row in enumerate(cell.rows, start=1)
        ),
    )
