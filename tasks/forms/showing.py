"""From a settled sheet to what a template draws: ``FormView``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.forms import Component, Computed, Decoration, Field, FieldKind, Group, Repeat
from engine.forms.model import walk_deep
from tasks.forms.answers import option_id, target
from tasks.forms.cells import Cell, walk_cells
from tasks.forms.controls import control_id, control_name, count_name
from tasks.forms.limits import MAX_LONG_TEXT, MAX_ROWS, MAX_TEXT
from tasks.forms.sheet import Sheet
from tasks.forms.texts import markdown_to_html
from tasks.forms.views import (
    Button,
    FieldError,
    FieldView,
    FileView,
    FormView,
    GroupView,
    ItemView,
    ListView,
    OptionView,
    RowView,
    SeparatorView,
    SpacerView,
    TextView,
)
from tasks.forms.words import in_words

_INPUT_TYPES = {FieldKind.DATE: "date", FieldKind.TIME: "time", FieldKind.DATE_TIME: "date",
                FieldKind.FILES: "file"}  # fmt: skip
_VALUE_TYPES = {"email": "email", "phone": "tel"}


def show(sheet: Sheet, errors: tuple[FieldError, ...] = ()) -> FormView:
    """The form to fill in, with ``errors`` of the last submit at their questions."""
    by_target = {error.target: error.text for error in errors}
    shown = " ".join(
        control_name(cell.place)
        for cell in walk_cells(sheet.cells)
        if isinstance(cell.component, Field) and cell.visible and not cell.readonly
    )
    return FormView(
        tuple(_items(sheet, sheet.cells, by_target)),
        errors,
        shown,
        sheet.form.has_files,
        _changes(sheet),
    )


def _changes(sheet: Sheet) -> bool:
    """Whether answers can change the page: something is hidden, worked out or chosen by FEEL."""
    return any(_has_condition(item) for item in walk_deep(sheet.form.components))


def _has_condition(item: Component) -> bool:
    if isinstance(item, Computed):
        return True
    if isinstance(item, Field) and (
        isinstance(item.readonly, str) or item.options_expression is not None
    ):
        return True
    return item.hide is not None


def _items(sheet: Sheet, cells: list[Cell], errors: Mapping[str, str]) -> Iterator[ItemView]:
    for cell in cells:
        if not cell.visible:
            continue
        item = cell.component
        match item:
            case Decoration():
                yield _decoration(sheet, cell, item)
            case Group():
                yield GroupView(
                    item.id,
                    cell.label,
                    sheet.text(item.description, cell),
                    tuple(_items(sheet, cell.parts, errors)),
                )
            case Repeat():
                yield _list(sheet, cell, item, errors)
            case Field():
                yield _field(sheet, cell, item, errors)
            case Computed():
                continue


def _decoration(sheet: Sheet, cell: Cell, item: Decoration) -> ItemView:
    if item.kind == "text":
        return TextView(item.id, markdown_to_html(sheet.markdown(item.text, cell)))
    return SeparatorView(item.id) if item.kind == "separator" else SpacerView(item.id)


def _list(sheet: Sheet, cell: Cell, item: Repeat, errors: Mapping[str, str]) -> ListView:
    name = ".".join(map(str, cell.place))
    own = control_id(cell.place)
    changeable = item.may_add_and_remove
    rows = tuple(
        RowView(
            number + 1,
            tuple(_items(sheet, row, errors)),
            f"{Button.REMOVE_ROW}:{name}.{number}" if changeable else None,
        )
        for number, row in enumerate(cell.rows)
    )
    may_add = changeable and len(rows) < MAX_ROWS
    return ListView(
        own,
        cell.label,
        sheet.text(item.description, cell),
        rows,
        count_name(cell.place),
        len(rows),
        f"{Button.ADD_ROW}:{name}" if may_add else None,
        errors.get(f"{own}-erbij"),
    )


def _field(sheet: Sheet, cell: Cell, item: Field, errors: Mapping[str, str]) -> FieldView:
    first, second = ((*_control_texts(cell), "", ""))[:2]
    return FieldView(
        kind=item.kind.value,
        id=control_id(cell.place),
        name=control_name(cell.place),
        label=cell.label,
        required=item.validation.required,
        readonly=cell.readonly,
        readable=readable(cell) if cell.readonly else "",
        description=sheet.text(item.description, cell),
        error=errors.get(target(cell, item)),
        value=first,
        time_value=second,
        checked=_is_checked(cell, item),
        options=_options(cell),
        files=files_of(cell),
        multiple=item.multiple_files,
        accept=item.accept,
        input_type=_INPUT_TYPES.get(
            item.kind, _VALUE_TYPES.get(item.validation.value_type or "", "text")
        ),
        input_mode="decimal" if item.kind is FieldKind.NUMBER else None,
        max_length=_max_length(item),
        prefix=sheet.text(item.prefix, cell),
        suffix=sheet.text(item.suffix, cell),
    )


def _control_texts(cell: Cell) -> tuple[str, ...]:
    item = cell.component
    if isinstance(item, Field) and (item.kind.has_options or item.kind is FieldKind.FILES):
        return ()
    return cell.texts


def _is_checked(cell: Cell, item: Field) -> bool:
    answer = cell.answer if cell.typed else cell.initial
    return item.kind is FieldKind.CHECKBOX and answer is True


def _options(cell: Cell) -> tuple[OptionView, ...]:
    if cell.typed and cell.asked:
        chosen = set(cell.texts)
        return tuple(
            OptionView(option_id(cell.place, number), choice.key, choice.label,
                       choice.key in chosen)
            for number, choice in enumerate(cell.choices)
        )  # fmt: skip
    values = cell.initial if isinstance(cell.initial, list) else [cell.initial]
    return tuple(
        OptionView(option_id(cell.place, number), choice.key, choice.label, choice.value in values)
        for number, choice in enumerate(cell.choices)
    )


def files_of(cell: Cell) -> tuple[FileView, ...]:
    """The attachments in the answer of this cell."""
    item = cell.component
    value = cell.value
    if not (isinstance(item, Field) and item.kind is FieldKind.FILES and isinstance(value, list)):
        return ()
    return tuple(
        FileView(int(entry["id"]), str(entry["naam"]), 0)
        for entry in value
        if isinstance(entry, dict) and "id" in entry and "naam" in entry
    )


def _max_length(item: Field) -> int | None:
    if item.kind is FieldKind.TEXT:
        return MAX_TEXT
    return MAX_LONG_TEXT if item.kind is FieldKind.TEXT_AREA else None


def readable(cell: Cell) -> str:
    """The answer in words; of choices the label, of files the names."""
    value = cell.value
    item = cell.component
    if isinstance(item, Field) and item.kind is FieldKind.FILES and isinstance(value, list):
        return ", ".join(str(entry.get("naam", "")) for entry in value)
    if not cell.choices or value is None:
        return in_words(value)
    values = value if isinstance(value, list) else [value]
    return ", ".join(_label(cell, one) for one in values)


def _label(cell: Cell, value: object) -> str:
    return next((one.label for one in cell.choices if one.value == value), in_words(value))
