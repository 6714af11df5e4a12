"""Buttons inside a form that change what was typed: another row, one row less, one file less."""

from __future__ import annotations

from collections.abc import Iterable

from tasks.forms.controls import COUNT, VALUE, Typed, number_in
from tasks.forms.limits import MAX_ROWS


def add_row(typed: Typed, list_name: str) -> Typed:
    """One row more at the end of ``list_name`` (``bewoners``), up to ``MAX_ROWS``."""
    count = _count(typed, list_name)
    return _with_count(typed, list_name, min(count + 1, MAX_ROWS))


def remove_row(typed: Typed, row_name: str) -> Typed:
    """Without row ``bewoners.1``; the rows after it move up. An unknown row changes nothing."""
    list_name, _, number_text = row_name.rpartition(".")
    count = _count(typed, list_name)
    number = number_in(number_text)
    if number is None or number >= count:
        return typed
    fields = {
        moved: texts
        for name, texts in typed.fields.items()
        if (moved := _moved(name, list_name, number)) is not None
    }
    shown = typed.shown
    if shown is not None:
        shown = frozenset(
            moved for name in shown if (moved := _moved(name, list_name, number)) is not None
        )
    return _with_count(Typed(fields, shown), list_name, count - 1)


def remove_file(typed: Typed, attachment_id: int, file_controls: Iterable[str]) -> Typed:
    """Without this attachment in the file controls (names) of the form."""
    controls = set(file_controls)
    text = str(attachment_id)
    fields = {
        name: tuple(value for value in texts if value != text) if name in controls else texts
        for name, texts in typed.fields.items()
    }
    return Typed(fields, typed.shown)


def add_file(typed: Typed, control: str, attachment_id: int, *, others: bool) -> Typed:
    """With this attachment in ``control``; without ``others`` it takes the place of an earlier."""
    earlier = typed.fields.get(control, ()) if others else ()
    return Typed({**typed.fields, control: (*earlier, str(attachment_id))}, typed.shown)


def _count(typed: Typed, list_name: str) -> int:
    texts = typed.fields.get(COUNT + list_name, ())
    return min(number_in(texts[0] if texts else "") or 0, MAX_ROWS)


def _with_count(typed: Typed, list_name: str, count: int) -> Typed:
    return Typed({**typed.fields, COUNT + list_name: (str(count),)}, typed.shown)


def _moved(name: str, list_name: str, removed: int) -> str | None:
    """The control's name after the removal; None when it was in the removed row."""
    for prefix in (VALUE, COUNT):
        start = f"{prefix}{list_name}."
        if not name.startswith(start):
            continue
        number_text, dot, rest = name.removeprefix(start).partition(".")
        number = number_in(number_text)
        if number is None or number < removed:
            return name
        return None if number == removed else f"{start}{number - 1}{dot}{rest}"
    return name
