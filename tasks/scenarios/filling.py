"""Answers of a scenario, turned into what a browser would send.

A form is filled in as a person without JavaScript does it: what the page shows is answered; when
an answer brings up other questions, the page is shown again and those are answered too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine.clock import AMSTERDAM
from engine.feel import Date, DateTime, to_instant, to_python_date
from tasks.forms.cells import DATE_PART, TIME_PART
from tasks.forms.controls import VALUE
from tasks.forms.views import (
    ActionName,
    Button,
    FieldView,
    FormView,
    GroupView,
    ItemView,
    ListView,
)
from tasks.submission import Submission, Upload

MAX_ROUNDS = 12
# A file that the attachments' check takes for what its name says.
_CONTENT = b"%PDF-1.7\n% made by a scenario\n%%EOF\n"

Show = Callable[[Submission], FormView]
"""Shows the page again with what was typed so far ("Bijwerken")."""


class UnknownAnswer(Exception):
    """An answer for a question that the form never showed."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(", ".join(names))


@dataclass
class _Sheet:
    """What is typed so far, by control name."""

    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    uploads: dict[str, tuple[Upload, ...]] = field(default_factory=dict)

    def submission(self, button: str, shown: str) -> Submission:
        fields = {
            **self.fields,
            ActionName.BUTTON: (button,),
            ActionName.SHOWN: (shown,),
        }
        return Submission(fields, self.uploads if button == Button.COMPLETE else {})


def fill_in(
    page: FormView,
    usual: Mapping[str, Any],
    own: Mapping[str, Any],
    show: Show,
) -> Submission:
    """What to send to complete the form. ``own`` answers must all have been asked.

    Raises UnknownAnswer for those that never were.
    """
    answers = {**usual, **own}
    asked: set[str] = set()
    for _ in range(MAX_ROUNDS):
        sheet = _Sheet()
        asked = _answer(page, answers, sheet)
        again = show(sheet.submission(Button.UPDATE, page.shown))
        if again.shown == page.shown:
            break
        page = again
    missing = sorted(set(own) - asked)
    if missing:
        raise UnknownAnswer(missing)
    return sheet.submission(Button.COMPLETE, page.shown)


def plain(value: object) -> Any:  # noqa: ANN401 - as TOML has it
    """A FEEL value as TOML would hold it: local dates and moments, numbers, texts, lists."""
    match value:
        case Date():
            return to_python_date(value)
        case DateTime():
            instant = to_instant(value, AMSTERDAM)
            return instant and instant.astimezone(AMSTERDAM).replace(tzinfo=None)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case list():
            return [plain(one) for one in value]
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
        case _:
            return value


def _answer(page: FormView, answers: Mapping[str, Any], sheet: _Sheet) -> set[str]:
    """Type an answer in every control of the page; gives the names that were asked for."""
    asked: set[str] = set()
    for item in _walk(page.items):
        if isinstance(item, ListView):
            name = item.count_name.split(".", 1)[1]
            rows = answers.get(name)
            count = len(rows) if isinstance(rows, list) and item.add else item.count
            sheet.fields[item.count_name] = (str(count),)
            asked.add(name.split(".")[0])
            for number, row in enumerate(rows or []):
                for key, value in row.items():
                    _type(sheet, f"{VALUE}{name}.{number}.{key}", value)
            continue
        if item.readonly:
            continue
        name = item.name.removeprefix(VALUE)
        asked.add(name.split(".")[0])
        found, value = _look_up(answers, name)
        if found:
            _type(sheet, item.name, value)
        elif item.name not in sheet.fields:
            _keep(sheet, item)
    return asked


def _walk(items: Iterable[ItemView]) -> Iterator[FieldView | ListView]:
    for item in items:
        if isinstance(item, GroupView):
            yield from _walk(item.items)
        elif isinstance(item, ListView):
            yield item
            for row in item.rows:
                yield from _walk(row.items)
        elif isinstance(item, FieldView):
            yield item


def _look_up(answers: Mapping[str, Any], name: str) -> tuple[bool, Any]:
    value: Any = answers
    for part in name.split("."):
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
        else:
            return False, None
    return True, value


def _type(sheet: _Sheet, control: str, value: Any) -> None:  # noqa: ANN401 - as TOML has it
    if isinstance(value, Mapping) and "bestand" in value:
        sheet.uploads[control] = (Upload(str(value["bestand"]), _CONTENT),)
        return
    sheet.fields.pop(control, None)
    if isinstance(value, datetime):
        sheet.fields[control + DATE_PART] = (value.date().isoformat(),)
        sheet.fields[control + TIME_PART] = (f"{value:%H:%M}",)
    else:
        sheet.fields[control] = tuple(_texts(value))


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - as TOML has it
    match value:
        case bool():
            return ["ja"] if value else []
        case list():
            return [text for one in value for text in _texts(one)]
        case date():
            return [value.isoformat()]
        case time():
            return [f"{value:%H:%M}"]
        case _:
            return [str(value)]


def _keep(sheet: _Sheet, item: FieldView) -> None:
    """What stands in the control already is sent again, as a browser does."""
    match item.kind:
        case "checkbox":
            sheet.fields[item.name] = ("ja",) if item.checked else ()
        case "radio" | "checklist" | "taglist" | "select":
            sheet.fields[item.name] = tuple(one.value for one in item.options if one.chosen)
        case "datetime":
            sheet.fields[item.name + DATE_PART] = (item.value,)
            sheet.fields[item.name + TIME_PART] = (item.time_value,)
        case "filepicker":
            sheet.fields[item.name] = tuple(str(one.id) for one in item.files)
        case _:
            sheet.fields[item.name] = (item.value,)
