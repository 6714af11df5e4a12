"""Small forms for the tests, and filling them in as a browser would."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from engine.forms import Form, read_form
from tasks.forms import Setting, Sheet, StoredFile, Typed, fill
from tasks.forms.views import FieldView, FormView, GroupView, ItemView, ListView

NOW = datetime(2026, 5, 18, 8, 0, tzinfo=UTC)


def form(*components: Mapping[str, object]) -> Form:
    numbered = [{"id": f"Field_{number}", **item} for number, item in enumerate(components)]
    return read_form(
        json.dumps(
            {"type": "default", "id": "proef", "schemaVersion": 16, "components": numbered}
        ).encode()
    )


def field(kind: str, key: str, label: object = "Vraag", **more: object) -> dict[str, object]:
    return {"type": kind, "id": f"Field_{key}", "key": key, "label": label, **more}


def opened(one: Form, variables: Mapping[str, object] | None = None) -> Sheet:
    return fill(one, None, Setting(variables or {}, NOW))


def typed(
    one: Form,
    answers: Mapping[str, str | Sequence[str]],
    variables: Mapping[str, object] | None = None,
    files: Mapping[int, StoredFile] | None = None,
) -> Sheet:
    """The sheet after typing; keys without ``n.``/``_`` are names of fields."""
    names = {
        name if name.startswith(("n.", "_")) else f"v.{name}": (texts,)
        if isinstance(texts, str)
        else tuple(texts)
        for name, texts in answers.items()
    }
    return fill(one, Typed.of(names), Setting(variables or {}, NOW, files=files or {}))


def questions(view: FormView) -> dict[str, FieldView]:
    """Every question on the page by the name of its control."""
    found: dict[str, FieldView] = {}

    def visit(items: Sequence[ItemView]) -> None:
        for item in items:
            if isinstance(item, FieldView):
                found[item.name] = item
            elif isinstance(item, GroupView):
                visit(item.items)
            elif isinstance(item, ListView):
                for row in item.rows:
                    visit(row.items)

    visit(view.items)
    return found
