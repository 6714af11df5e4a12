"""What a form is, after reading: a frozen tree that knows no values and no people.

Paths are tuples of names: ``("aanvraag", "datum")`` is the field ``datum`` in the context
``aanvraag``. Inside a ``Repeat`` the paths of its components count from the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from engine.forms import texts

Path = tuple[str, ...]

ROW_NAMES = frozenset({"this", "parent", "i"})
"""Names that form-js gives to an expression inside a row: the row, what is around it, its number
(from 1)."""


class FieldKind(StrEnum):
    """The kinds of answer, as form-js names its components."""

    TEXT = "textfield"
    TEXT_AREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"
    RADIO = "radio"
    SELECT = "select"
    TAGLIST = "taglist"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "datetime"
    FILES = "filepicker"

    @property
    def has_options(self) -> bool:
        return self in _WITH_OPTIONS

    @property
    def is_many(self) -> bool:
        """Whether the answer is a list."""
        return self in _MANY


_WITH_OPTIONS = frozenset(
    {FieldKind.CHECKLIST, FieldKind.RADIO, FieldKind.SELECT, FieldKind.TAGLIST}
)
_MANY = frozenset({FieldKind.CHECKLIST, FieldKind.TAGLIST, FieldKind.FILES})


@dataclass(frozen=True)
class Option:
    """One answer to choose. ``value`` is JSON (text, number, boolean)."""

    value: object
    label: str


@dataclass(frozen=True)
class Validation:
    """Rules for an answer. Bounds are a number, or FEEL text that starts with ``=``."""

    required: bool = False
    minimum: float | str | None = None
    maximum: float | str | None = None
    min_length: float | str | None = None
    max_length: float | str | None = None
    pattern: str | None = None
    pattern_message: str | None = None
    value_type: str | None = None
    """``email`` or ``phone``."""
    not_in_the_past: bool = False


@dataclass(frozen=True)
class Decoration:
    """A component without an answer: ``text`` (Markdown), ``separator`` or ``spacer``."""

    id: str
    kind: str
    text: str = ""
    hide: str | None = None
    height: int = 0


@dataclass(frozen=True)
class Field:
    """A question. ``readonly`` is a truth or FEEL text; ``hide`` FEEL text without ``=``."""

    id: str
    kind: FieldKind
    path: Path
    label: str
    description: str = ""
    hide: str | None = None
    readonly: bool | str = False
    default: object = None
    validation: Validation = Validation()
    options: tuple[Option, ...] = ()
    options_expression: str | None = None
    prefix: str = ""
    suffix: str = ""
    decimals: int | None = None
    multiple_files: bool = False
    accept: str = ""


@dataclass(frozen=True)
class Computed:
    """An answer that the form works out by itself (form-js ``expression``); nothing is shown."""

    id: str
    path: Path
    expression: str
    hide: str | None = None


@dataclass(frozen=True)
class Group:
    """Questions that belong together under one heading; its path is already in theirs."""

    id: str
    label: str
    components: tuple[Component, ...]
    description: str = ""
    hide: str | None = None
    outline: bool = False


@dataclass(frozen=True)
class Repeat:
    """Rows of the same questions (form-js ``dynamiclist``); the answer is a list of contexts."""

    id: str
    path: Path
    label: str
    components: tuple[Component, ...]
    description: str = ""
    hide: str | None = None
    default_rows: int = 1
    may_add_and_remove: bool = True


Component = Decoration | Field | Computed | Group | Repeat


@dataclass(frozen=True)
class FormExpression:
    """One FEEL expression of the form, for checks. ``row_names`` are known only inside a row."""

    component_id: str
    place: str
    text: str
    row_names: frozenset[str]


@dataclass(frozen=True)
class Form:
    """A form of one deployed version of a route."""

    id: str
    components: tuple[Component, ...]

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The variables that a completed form can write, each once, in order of the form."""
        return tuple(dict.fromkeys(path[0] for path in self.paths))

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The paths of all answers outside rows, and of the lists of rows themselves."""
        return tuple(
            item.path
            for item in walk(self.components)
            if isinstance(item, Field | Computed | Repeat)
        )

    @property
    def labels(self) -> Mapping[str, str]:
        """Label by variable, for fields that are a variable of their own."""
        return {
            item.path[0]: item.label
            for item in walk(self.components)
            if isinstance(item, Field | Repeat) and len(item.path) == 1
        }

    @cached_property
    def has_files(self) -> bool:
        """Whether somewhere a file can be handed over."""
        return any(
            isinstance(item, Field) and item.kind is FieldKind.FILES
            for item in walk_deep(self.components)
        )

    def only(self, names: Collection[str]) -> Form:
        """The questions about these variables, without their conditions.

        For a page about some answers only: the questions that the conditions ask about are not
        there, and what was answered stays answered. A consent that had to be given to go on can be
        withdrawn: its checkbox is no longer required.
        """
        return Form(self.id, tuple(_only(self.components, names)))

    def expressions(self) -> Iterator[FormExpression]:
        """Every FEEL expression, with the place where it stands."""
        yield from _expressions(self.components, frozenset())


def _only(components: tuple[Component, ...], names: Collection[str]) -> Iterator[Component]:
    for item in components:
        match item:
            case Field(kind=FieldKind.CHECKBOX) if item.path[0] in names:
                yield replace(item, hide=None, validation=replace(item.validation, required=False))
            case Field() | Repeat():
                if item.path[0] in names:
                    yield replace(item, hide=None)
            case Group():
                if parts := tuple(_only(item.components, names)):
                    yield replace(item, components=parts, hide=None)
            case _:
                continue


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """All components in the order of the page; groups are entered, rows are not."""
    for item in components:
        yield item
        if isinstance(item, Group):
            yield from walk(item.components)


def walk_deep(components: tuple[Component, ...]) -> Iterator[Component]:
    """All components in the order of the page, those of rows too."""
    for item in components:
        yield item
        if isinstance(item, Group | Repeat):
            yield from walk_deep(item.components)


def _expressions(
    components: tuple[Component, ...], row_names: frozenset[str]
) -> Iterator[FormExpression]:
    for item in components:
        for place, text in _own_expressions(item):
            yield FormExpression(item.id, place, text, row_names)
        if isinstance(item, Group):
            yield from _expressions(item.components, row_names)
        elif isinstance(item, Repeat):
            names = frozenset(
                inner.path[0]
                for inner in walk(item.components)
                if isinstance(inner, Field | Computed | Repeat)
            )
            yield from _expressions(item.components, row_names | names | ROW_NAMES)


def _own_expressions(item: Component) -> Iterator[tuple[str, str]]:
    if item.hide is not None:
        yield "conditional.hide", item.hide
    match item:
        case Computed():
            yield "expression", item.expression
        case Decoration():
            yield from (("text", text) for text in texts.expressions_in(item.text))
        case Group() | Repeat() | Field():
            yield from (("label", text) for text in texts.expressions_in(item.label))
            yield from (("description", text) for text in texts.expressions_in(item.description))
    if isinstance(item, Field):
        yield from _field_expressions(item)


def _field_expressions(item: Field) -> Iterator[tuple[str, str]]:
    if isinstance(item.readonly, str):
        yield "readonly", texts.expression_of(item.readonly)
    if item.options_expression is not None:
        yield "valuesExpression", item.options_expression
    rules = item.validation
    for place, bound in (
        ("validate.min", rules.minimum),
        ("validate.max", rules.maximum),
        ("validate.minLength", rules.min_length),
        ("validate.maxLength", rules.max_length),
    ):
        if isinstance(bound, str):
            yield place, texts.expression_of(bound)
    for place, text in (("prefixAdorner", item.prefix), ("suffixAdorner", item.suffix)):
        yield from ((place, found) for found in texts.expressions_in(text))
