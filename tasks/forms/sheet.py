"""Filling in a form: conditions and answers worked out together, until nothing changes.

Without JavaScript all of it happens here, at each submit: what is hidden counts as null, and a
question that the answers bring up must have been seen before the form can be completed.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import cast

from engine.errors import RouteFault
from engine.expressions import ExpressionFault, evaluate
from engine.feel import from_python, to_literal
from engine.forms import Computed, Decoration, Field, Form, Group, Repeat
from engine.forms import texts as form_texts
from tasks.forms.cells import Cell, Choice, Setting, lay_out, walk_cells
from tasks.forms.controls import Typed
from tasks.forms.limits import MAX_PASSES
from tasks.forms.texts import escape_markdown
from tasks.forms.words import in_words

Scope = Mapping[str, object]
_Data = MutableMapping[str, object]  # what ChainMap asks for; it writes in its first map only


@dataclass(frozen=True)
class Sheet:
    """A form with what was typed, settled. ``scopes`` holds what each cell's texts may read."""

    form: Form
    setting: Setting
    cells: list[Cell]
    scopes: Mapping[int, Scope]

    def scope(self, cell: Cell) -> Scope:
        return self.scopes[id(cell)]

    def text(self, text: str, cell: Cell) -> str:
        """``text`` with its placeholders filled in."""
        return _words(text, self.scope(cell), self.setting, cell.component.id, markdown=False)

    def markdown(self, text: str, cell: Cell) -> str:
        """The same for Markdown: answers are escaped, so they stay plain text."""
        return _words(text, self.scope(cell), self.setting, cell.component.id, markdown=True)

    def bound(self, bound: float | str | None, cell: Cell, place: str) -> object:
        """A bound of a rule: a number, or the value of its expression."""
        if not isinstance(bound, str):
            return bound
        text = form_texts.expression_of(bound)
        return _feel(text, self.scope(cell), self.setting, cell.component.id, place)


def fill(form: Form, typed: Typed | None, setting: Setting) -> Sheet:
    """The form with ``typed`` answers (None: as it opens). Raises RouteFault for a bad
    expression of the form."""
    cells = lay_out(form, typed, setting)
    scopes: dict[int, Scope] = {}
    every = list(walk_cells(cells))
    before = [cell.state() for cell in every]
    for _ in range(MAX_PASSES):
        # Not one new dict: that would make the platform's names, also those that no text reads.
        scope = ChainMap(collect(cells, setting.variables), cast("_Data", setting.variables))
        _judge(cells, scope, setting, scopes, parent_visible=True)
        after = [cell.state() for cell in every]
        if after == before:
            break
        before = after
    for cell in every:
        if isinstance(cell.component, Field | Repeat | Group):
            cell.label = _words(
                cell.component.label,
                scopes[id(cell)],
                setting,
                cell.component.id,
                markdown=False,
            )
    return Sheet(form, setting, cells, scopes)


def collect(cells: list[Cell], data: Mapping[str, object]) -> dict[str, object]:
    """What these cells write: root names with their values; readonly questions write nothing.

    A context that the form only partly fills keeps its other entries, as they are in ``data``.
    """
    target: dict[str, object] = {}
    _collect(cells, target, data)
    return target


def _collect(cells: list[Cell], target: dict[str, object], data: Mapping[str, object]) -> None:
    for cell in cells:
        item = cell.component
        match item:
            case Decoration():
                continue
            case Group():
                _collect(cell.parts, target, data)
            case Repeat():
                value = _rows(cell, item) if cell.visible else None
                _put(target, item.path, value, data)
            case Field():
                if not cell.readonly:
                    _put(target, item.path, cell.value, data)
            case Computed():
                _put(target, item.path, cell.answer if cell.visible else None, data)


def _rows(cell: Cell, item: Repeat) -> list[object]:
    rows: list[object] = []
    for number, parts in enumerate(cell.rows):
        known = number < len(cell.initial_rows) and not item.may_add_and_remove
        earlier = cell.initial_rows[number] if known else {}
        row: dict[str, object] = dict(earlier)
        for path, value in _readonly_fields(parts):
            _put(row, path, value, earlier)
        _collect(parts, row, earlier)
        rows.append(row)
    return rows


def _readonly_fields(cells: list[Cell]) -> Iterator[tuple[tuple[str, ...], object]]:
    """A row is written as a whole, so what it only shows has to go along."""
    for cell in cells:
        if isinstance(cell.component, Field) and cell.readonly:
            yield cell.component.path, cell.initial
        yield from _readonly_fields(cell.parts)


def _put(
    target: dict[str, object], path: tuple[str, ...], value: object, data: Mapping[str, object]
) -> None:
    for name in path[:-1]:
        inner = target.get(name, data.get(name))
        copy = dict(inner) if isinstance(inner, Mapping) else {}
        target[name] = copy
        target, data = copy, copy
    target[path[-1]] = value


def _judge(
    cells: list[Cell],
    scope: Scope,
    setting: Setting,
    scopes: dict[int, Scope],
    *,
    parent_visible: bool,
) -> None:
    for cell in cells:
        item = cell.component
        scopes[id(cell)] = scope
        cell.visible = parent_visible and not _hidden(item.hide, scope, setting, item.id)
        if isinstance(item, Computed):
            cell.answer = _feel(item.expression, scope, setting, item.id, "expression")
        elif isinstance(item, Field):
            _judge_field(cell, item, scope, setting)
        _judge(cell.parts, scope, setting, scopes, parent_visible=cell.visible)
        if isinstance(item, Repeat):
            for number, row in enumerate(cell.rows):
                inner = _row_scope(row, number, scope)
                _judge(row, inner, setting, scopes, parent_visible=cell.visible)


def _row_scope(row: list[Cell], number: int, scope: Scope) -> Scope:
    own = collect(row, {})
    around = dict(scope)  # a context of FEEL: ``parent`` can be read as a value
    return {**around, **own, "this": own, "parent": around, "i": number + 1}


def _judge_field(cell: Cell, item: Field, scope: Scope, setting: Setting) -> None:
    readonly = item.readonly
    if isinstance(readonly, str):
        text = form_texts.expression_of(readonly)
        readonly = _feel(text, scope, setting, item.id, "readonly") is True
    cell.readonly = readonly
    if item.kind.has_options:
        cell.choices = _choices(item, scope, setting)
        _choose(cell, item)


def _choices(item: Field, scope: Scope, setting: Setting) -> tuple[Choice, ...]:
    if item.options_expression is None:
        return tuple(_choice(option.value, option.label) for option in item.options)
    found = _feel(item.options_expression, scope, setting, item.id, "valuesExpression")
    choices: dict[str, Choice] = {}
    for entry in found if isinstance(found, list) else []:
        value = entry.get("value") if isinstance(entry, dict) else entry
        label = entry.get("label", value) if isinstance(entry, dict) else entry
        choice = _choice(value, label if isinstance(label, str) else in_words(label))
        choices.setdefault(choice.key, choice)
    return tuple(choices.values())


def _choice(value: object, label: str) -> Choice:
    feel_value = from_python(value)
    return Choice(choice_key(feel_value), feel_value, label)


def choice_key(value: object) -> str:
    """The text of a choice in HTML: a text as it is, everything else as a FEEL literal."""
    return value if isinstance(value, str) else to_literal(value)


def _choose(cell: Cell, item: Field) -> None:
    if not cell.typed:
        return
    by_key = {choice.key: choice for choice in cell.choices}
    texts = [text for text in cell.texts if text]
    unknown = [text for text in texts if text not in by_key]
    cell.advice = "Kies een van de antwoorden die er staan." if unknown else None
    chosen = [by_key[text].value for text in dict.fromkeys(texts) if text in by_key]
    cell.answer = (chosen or None) if item.kind.is_many else (chosen[0] if chosen else None)
    if not cell.asked:
        cell.initial = cell.answer


def _hidden(hide: str | None, scope: Scope, setting: Setting, component_id: str) -> bool:
    return (
        hide is not None and _feel(hide, scope, setting, component_id, "conditional.hide") is True
    )


def _words(text: str, scope: Scope, setting: Setting, component_id: str, *, markdown: bool) -> str:
    if "{{" not in text and not form_texts.is_expression(text):
        return text
    parts: list[str] = []
    for kind, part in form_texts.split(text):
        if kind == "text":
            parts.append(part)
            continue
        value = _feel(part, scope, setting, component_id, "tekst")
        said = "" if value is None else in_words(value)
        parts.append(escape_markdown(said) if markdown else said)
    return "".join(parts)


def _feel(text: str, scope: Scope, setting: Setting, component_id: str, place: str) -> object:
    try:
        return evaluate(text, scope, setting.now)
    except ExpressionFault as fault:
        where = f"formulier, {component_id}, {place}"[:60]
        raise RouteFault(setting.element_id, where, str(fault)) from fault


__all__ = ["Setting", "Sheet", "Typed", "choice_key", "collect", "fill"]
