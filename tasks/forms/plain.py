"""What was typed in a form that cannot be worked out, in plain words: no expression is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.forms import Component, Field, Form, Group, Repeat, texts
from tasks.forms.cells import DATE_PART, TIME_PART
from tasks.forms.controls import VALUE, Typed

_Path = tuple[str, ...]


@dataclass(frozen=True)
class PlainAnswer:
    """One question and what was typed there, as it was typed."""

    label: str
    text: str


def in_plain_words(form: Form, typed: Typed) -> tuple[PlainAnswer, ...]:
    """Every answer that was given, in the order in which it was sent."""
    fields = dict(_fields(form.components, ()))
    found: dict[str, PlainAnswer] = {}
    for name, said in typed.fields.items():
        said = tuple(text for text in said if text)
        if not name.startswith(VALUE) or not said:
            continue
        question = name if _path(name) in fields else _without_part(name)
        parts = question.removeprefix(VALUE).split(".")
        field = fields.get(_path(question))
        answer = PlainAnswer(_label(field, parts), _words(field, said))
        earlier = found.get(question)
        if earlier is not None:  # the time of a moment, after its date
            answer = PlainAnswer(earlier.label, f"{earlier.text} {answer.text}")
        found[question] = answer
    return tuple(found.values())


def _path(name: str) -> _Path:
    return tuple(part for part in name.removeprefix(VALUE).split(".") if not part.isdigit())


def _without_part(name: str) -> str:
    """The question of one of the two controls of a moment."""
    return name.removesuffix(DATE_PART).removesuffix(TIME_PART)


def _fields(components: tuple[Component, ...], base: _Path) -> Iterator[tuple[_Path, Field]]:
    for item in components:
        match item:
            case Field():
                yield base + item.path, item
            case Group():
                yield from _fields(item.components, base)
            case Repeat():
                yield from _fields(item.components, base + item.path)
            case _:
                continue


def _label(field: Field | None, parts: list[str]) -> str:
    rows = [int(part) + 1 for part in parts if part.isdigit() and len(part) < 5]
    label = "" if field is None else _without_expressions(field.label)
    label = label or next((part for part in reversed(parts) if not part.isdigit()), "")
    return f"{label} (rij {', '.join(map(str, rows))})" if rows else label


def _without_expressions(text: str) -> str:
    return " ".join("".join(part for kind, part in texts.split(text) if kind == "text").split())


def _words(field: Field | None, said: tuple[str, ...]) -> str:
    if field is None or not field.kind.has_options:
        return ", ".join(said)
    labels: Mapping[str, str] = {
        option.value: option.label for option in field.options if isinstance(option.value, str)
    }
    return ", ".join(_without_expressions(labels.get(text, text)) or text for text in said)
