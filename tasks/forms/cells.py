"""A form laid out for one moment: each question at its place, with what was typed there.

``Cell`` is the only mutable thing of this package: ``sheet`` works out, round after round, which
cells are visible and which answers count, until nothing changes any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from engine.feel import from_python
from engine.forms import Component, Computed, Decoration, Field, FieldKind, Form, Group, Repeat
from tasks.forms.controls import Place, Typed, control_name, count_name, number_in
from tasks.forms.limits import MAX_ROWS
from tasks.forms.reading import READERS, Unreadable, to_typed

TIME_PART = ".tijd"
DATE_PART = ".datum"


@dataclass(frozen=True)
class StoredFile:
    """A file that was handed over before: an attachment of the task."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Setting:
    """Where a form is filled in: what its expressions may read, the moment, the files at hand.

    ``variables`` are the case's variables and the platform's names; ``element_id`` the BPMN
    element, for faults. ``initial`` is what questions are filled in with before anyone types: by
    default the variables.
    """

    variables: Mapping[str, object]
    now: dt.datetime
    element_id: str = ""
    files: Mapping[int, StoredFile] = field(default_factory=dict)
    initial: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Choice:
    """One answer to choose, as worked out now; ``key`` is its text in HTML."""

    key: str
    value: object
    label: str


@dataclass
class Cell:
    """One component at one place. ``parts`` are what a group holds, ``rows`` those of a list.

    ``typed``: a person typed ``texts``. ``asked``: the page that was submitted showed this
    question. ``answer`` is what was typed, ``initial`` what stood there before; ``advice`` says
    why the typed text cannot be read.
    """

    component: Component
    place: Place = ()
    parts: list[Cell] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    initial_rows: list[Mapping[str, object]] = field(default_factory=list)
    texts: tuple[str, ...] = ()
    typed: bool = False
    asked: bool = True
    initial: object = None
    answer: object = None
    advice: str | None = None
    visible: bool = True
    readonly: bool = False
    choices: tuple[Choice, ...] = ()
    label: str = ""

    @property
    def value(self) -> object:
        """The answer that counts."""
        if not self.visible:
            return None
        if self.readonly or not self.asked:
            return self.initial
        return None if self.advice else self.answer

    def state(self) -> tuple[object, ...]:
        """What decides about other cells; when it stops changing, the sheet is settled."""
        return (self.visible, self.readonly, self.answer, self.advice, self.choices)


def walk_cells(cells: list[Cell]) -> Iterator[Cell]:
    """All cells in the order of the page, rows and groups entered."""
    for cell in cells:
        yield cell
        yield from walk_cells(cell.parts)
        for row in cell.rows:
            yield from walk_cells(row)


def lay_out(form: Form, typed: Typed | None, setting: Setting) -> list[Cell]:
    """The cells of ``form``: answers from ``typed``, else from the variables, else defaults."""
    known = setting.variables if setting.initial is None else setting.initial
    return _lay_out(form.components, (), known, typed, setting)


def _lay_out(
    components: tuple[Component, ...],
    base: Place,
    data: Mapping[str, object],
    typed: Typed | None,
    setting: Setting,
) -> list[Cell]:
    return [_cell(item, base, data, typed, setting) for item in components]


def _cell(
    item: Component,
    base: Place,
    data: Mapping[str, object],
    typed: Typed | None,
    setting: Setting,
) -> Cell:
    match item:
        case Decoration():
            return Cell(item)
        case Group():
            return Cell(item, parts=_lay_out(item.components, base, data, typed, setting))
        case Computed():
            return Cell(item, base + item.path)
        case Repeat():
            return _repeat(item, base, data, typed, setting)
        case Field():
            return _field(item, base, data, typed, setting)


def _repeat(
    item: Repeat,
    base: Place,
    data: Mapping[str, object],
    typed: Typed | None,
    setting: Setting,
) -> Cell:
    place = base + item.path
    found = look_up(data, item.path)
    earlier = [row if isinstance(row, dict) else {} for row in found] if isinstance(
        found, list
    ) else []  # fmt: skip
    count = len(earlier) if isinstance(found, list) else item.default_rows
    if typed is not None and item.may_add_and_remove:
        count = _count(typed, place, count)
    rows = [
        _lay_out(
            item.components,
            (*place, number),
            earlier[number] if number < len(earlier) else {},
            typed,
            setting,
        )
        for number in range(count)
    ]
    asked = typed is None or count_name(place) in typed.fields
    return Cell(item, place, rows=rows, initial_rows=list(earlier), initial=found, asked=asked)


def _count(typed: Typed, place: Place, otherwise: int) -> int:
    texts = typed.fields.get(count_name(place), ())
    number = number_in(texts[0] if texts else "")
    return otherwise if number is None else min(number, MAX_ROWS)


def _field(
    item: Field,
    base: Place,
    data: Mapping[str, object],
    typed: Typed | None,
    setting: Setting,
) -> Cell:
    place = base + item.path
    initial = look_up(data, item.path)
    if initial is None:
        initial = _default(item)
    cell = Cell(item, place, initial=initial)
    name = control_name(place)
    texts = None if typed is None else _texts(item, typed, name)
    if typed is None or (texts is None and typed.shown is not None and name not in typed.shown):
        cell.asked = typed is None
        cell.texts = to_typed(item.kind, initial)
        cell.answer = initial
        return cell
    if typed.shown is not None and name not in typed.shown:
        # Typed on an earlier page and hidden on this one: it counts as a suggestion only.
        cell.asked = False
    cell.typed = True
    cell.texts = texts or ()
    _read(cell, item, setting)
    if not cell.asked:
        cell.initial = cell.answer if cell.advice is None else initial
    return cell


def _texts(item: Field, typed: Typed, name: str) -> tuple[str, ...] | None:
    if item.kind is FieldKind.DATE_TIME and name not in typed.fields:
        parts = [typed.fields.get(name + ending) for ending in (DATE_PART, TIME_PART)]
        if parts == [None, None]:
            return None
        return tuple(part[0] if part else "" for part in parts)
    return typed.fields.get(name)


def _read(cell: Cell, item: Field, setting: Setting) -> None:
    """Read what was typed. Choices are read later: which there are can depend on answers."""
    if item.kind is FieldKind.FILES:
        ids = (number_in(text) for text in cell.texts)
        kept = dict.fromkeys(number for number in ids if number in setting.files)
        files = [file_value(setting.files[number]) for number in kept if number is not None]
        cell.answer = files or None
    elif item.kind in READERS:
        try:
            cell.answer = READERS[item.kind](item, cell.texts)
        except Unreadable as wrong:
            cell.advice = wrong.advice


def file_value(file: StoredFile) -> dict[str, object]:
    """The FEEL value of one file."""
    return {"naam": file.name, "id": Decimal(file.id)}


def look_up(data: Mapping[str, object], path: tuple[str, ...]) -> object:
    """The value at ``path`` in nested contexts, null when there is none."""
    found: object = data
    for name in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def _default(item: Field) -> object:
    given = item.default
    if item.kind is FieldKind.CHECKBOX:
        return given is True
    if given is None or given == "":
        return None
    if item.kind is FieldKind.NUMBER:
        try:
            return Decimal(str(given))
        except InvalidOperation:
            return None
    if item.kind in (FieldKind.DATE, FieldKind.TIME, FieldKind.DATE_TIME):
        try:
            return READERS[item.kind](item, (str(given),))
        except Unreadable:
            return None
    return from_python(given)
