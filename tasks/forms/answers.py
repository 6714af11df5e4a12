"""The outcome of a submitted form: the values to write, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.forms import Field, FieldKind, Repeat
from tasks.forms.cells import Cell, walk_cells
from tasks.forms.controls import Place, control_id, control_name
from tasks.forms.limits import MAX_ROWS
from tasks.forms.rules import first_mistake
from tasks.forms.sheet import Sheet, collect
from tasks.forms.views import FieldError


@dataclass(frozen=True)
class Answers:
    """``values`` by variable, FEEL values; hidden questions are null, readonly ones are absent.

    ``errors`` in the order of the page; only without errors may the values be written.
    """

    values: Mapping[str, object]
    errors: tuple[FieldError, ...]
    files: Mapping[int, str]
    """Attachments that the answers hold, with the name of the control they were given in."""


def judge(sheet: Sheet) -> Answers:
    """The answers of a sheet. Raises RouteFault for a bad expression of the form."""
    errors: list[FieldError] = []
    files: dict[int, str] = {}
    for cell in walk_cells(sheet.cells):
        if isinstance(cell.component, Repeat) and cell.visible and len(cell.rows) >= MAX_ROWS + 1:
            errors.append(_too_many_rows(cell))
        mistake = first_mistake(sheet, cell)
        if mistake is not None and isinstance(cell.component, Field):
            errors.append(FieldError(target(cell, cell.component), cell.label, mistake))
        if _is_files(cell) and isinstance(cell.value, list):
            name = control_name(cell.place)
            files.update({int(item["id"]): name for item in cell.value})
    return Answers(collect(sheet.cells, sheet.setting.variables), tuple(errors), files)


def _is_files(cell: Cell) -> bool:
    item = cell.component
    return isinstance(item, Field) and item.kind is FieldKind.FILES and not cell.readonly


def _too_many_rows(cell: Cell) -> FieldError:
    text = f"“{cell.label}”: gebruik hoogstens {MAX_ROWS} rijen."
    return FieldError(f"{control_id(cell.place)}-erbij", cell.label, text)


def target(cell: Cell, item: Field) -> str:
    """The id of the (first) control of a question."""
    own = control_id(cell.place)
    if item.kind is FieldKind.DATE_TIME:
        return f"{own}-datum"
    if item.kind in (FieldKind.RADIO, FieldKind.CHECKLIST, FieldKind.TAGLIST) and cell.choices:
        return option_id(cell.place, 0)
    return own


def option_id(place: Place, number: int) -> str:
    return f"{control_id(place)}-k{number}"
