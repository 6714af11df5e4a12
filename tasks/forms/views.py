"""What a template needs to draw a form: plain frozen dataclasses, everything already decided.

``name`` is the name of the HTML control, ``id`` its id; error and description elements are to be
called ``<id>-fout`` and ``<id>-uitleg``. ``*_html`` is sanitised HTML, all else is plain text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActionName:
    """Names of submit buttons and of the hidden controls; no variable can have these names."""

    BUTTON = "_knop"
    SHOWN = "_getoond"
    SENDING = "_verzending"


class Button(StrEnum):
    """Values of the button that was pressed; three of them end in what they are about."""

    COMPLETE = "afronden"
    SAVE = "bewaren"
    UPDATE = "bijwerken"
    ADD_ROW = "rij-erbij"
    """``rij-erbij:<list name>``"""
    REMOVE_ROW = "rij-weg"
    """``rij-weg:<list name>.<row number from 0>``"""
    REMOVE_FILE = "bestand-weg"
    """``bestand-weg:<attachment id>``"""


@dataclass(frozen=True)
class FieldError:
    """One wrong answer. ``target`` is the id of the control to link to; ``text`` names the field
    and says what to do."""

    target: str
    label: str
    text: str


@dataclass(frozen=True)
class OptionView:
    """One choice: ``id`` of its radio or checkbox, ``value`` as submitted."""

    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class FileView:
    """A file that was handed over already (kept in a hidden control with the field's name)."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class TextView:
    """Markdown of the form, made safe."""

    id: str
    html: str


@dataclass(frozen=True)
class SeparatorView:
    id: str


@dataclass(frozen=True)
class SpacerView:
    id: str


@dataclass(frozen=True)
class FieldView:
    """One question.

    ``kind`` says which control: ``textfield`` ``textarea`` ``number`` ``checkbox`` ``checklist``
    ``radio`` ``select`` ``taglist`` ``date`` ``time`` ``datetime`` ``filepicker``. A ``readonly``
    field is shown as text (``readable``, Dutch) and has no control at all.
    ``value`` is what stands in the control (as typed). For ``datetime`` there are two controls,
    ``<name>.datum`` (id ``<id>-datum``) with ``value`` and ``<name>.tijd`` (id ``<id>-tijd``)
    with ``time_value``. A checkbox submits ``ja``.
    """

    kind: str
    id: str
    name: str
    label: str
    required: bool
    readonly: bool
    readable: str = ""
    description: str = ""
    error: str | None = None
    value: str = ""
    time_value: str = ""
    checked: bool = False
    options: tuple[OptionView, ...] = ()
    files: tuple[FileView, ...] = ()
    multiple: bool = False
    accept: str = ""
    input_type: str = "text"
    """``text`` ``email`` ``tel`` ``date`` ``time`` ``file``, for an ``<input>``."""
    input_mode: str | None = None
    max_length: int | None = None
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class GroupView:
    """A fieldset with ``label`` as legend (may be empty: then no fieldset is needed)."""

    id: str
    label: str
    description: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class RowView:
    """One row; ``number`` from 1. ``remove`` is the value of its remove button, or None."""

    number: int
    items: tuple[ItemView, ...]
    remove: str | None


@dataclass(frozen=True)
class ListView:
    """Rows of the same questions. ``count_name``/``count`` go in a hidden input; ``add`` is the
    value of the add button, or None when rows are fixed."""

    id: str
    label: str
    description: str
    rows: tuple[RowView, ...]
    count_name: str
    count: int
    add: str | None
    error: str | None = None


ItemView = TextView | SeparatorView | SpacerView | FieldView | GroupView | ListView


@dataclass(frozen=True)
class FormView:
    """A form to fill in. ``shown`` goes in a hidden input called ``_getoond``.

    ``errors`` in the order of the page. ``changes_with_answers``: show the button "Bijwerken".
    """

    items: tuple[ItemView, ...]
    errors: tuple[FieldError, ...]
    shown: str
    has_files: bool
    changes_with_answers: bool


@dataclass(frozen=True)
class PrintedAnswer:
    """One question with its answer in words ("ja", "maandag 18 mei 2026", "niet ingevuld").

    ``files`` are the attachments of the answer, when it is about files.
    """

    label: str
    answer: str
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True)
class PrintedText:
    html: str


@dataclass(frozen=True)
class PrintedGroup:
    """A heading (may be empty) with what belongs under it; rows of a list are groups too."""

    label: str
    items: tuple[PrintedItem, ...]


PrintedItem = PrintedAnswer | PrintedText | PrintedGroup


@dataclass(frozen=True)
class PrintedForm:
    """A completed form to read or print."""

    items: tuple[PrintedItem, ...]
