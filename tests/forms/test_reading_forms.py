"""Reading .form files: what is accepted, and everything that is wrong at once."""

from __future__ import annotations

import json

import pytest

from engine.forms import FieldKind, FormRefused, read_form
from engine.forms.reading import MAX_BYTES
from tests.forms.helpers import field, form


def codes(raw: bytes) -> set[tuple[str, str]]:
    with pytest.raises(FormRefused) as refused:
        read_form(raw)
    return {(item.component_id, item.code) for item in refused.value.findings}


def file(components: object, **more: object) -> bytes:
    data = {"type": "default", "id": "proef", "schemaVersion": 16, "components": components}
    return json.dumps({**data, **more}).encode()


def test_the_fields_are_the_variables_a_form_can_write() -> None:
    one = form(
        field("textfield", "naam"),
        {
            "type": "group",
            "label": "Adres",
            "path": "adres",
            "components": [field("textfield", "straat"), field("number", "nummer")],
        },
        {
            "type": "dynamiclist",
            "label": "Huisgenoten",
            "path": "huisgenoten",
            "components": [field("textfield", "voornaam")],
        },
        {"type": "expression", "key": "totaal", "expression": "=adres.nummer + 1"},
    )
    assert one.fields == ("naam", "adres", "huisgenoten", "totaal")


def test_every_expression_is_found_with_its_place_and_row_names() -> None:
    one = form(
        field("textfield", "a", conditional={"hide": "=b = 1"}, readonly="=c"),
        {
            "type": "dynamiclist",
            "label": "Rijen",
            "path": "rijen",
            "components": [field("number", "d", validate={"max": "=e"}, label="Nummer {{ i }}")],
        },
    )
    found = {(item.place, item.text, "d" in item.row_names) for item in one.expressions()}
    assert found == {
        ("conditional.hide", "b = 1", False),
        ("readonly", "c", False),
        ("validate.max", "e", True),
        ("label", "i", True),
    }


def test_a_moment_is_one_of_three_kinds_by_its_subtype() -> None:
    one = form(
        {"type": "datetime", "key": "a", "dateLabel": "Dag", "subtype": "date"},
        {"type": "datetime", "key": "b", "timeLabel": "Tijd", "subtype": "time"},
        {"type": "datetime", "key": "c", "dateLabel": "Moment", "subtype": "datetime"},
    )
    kinds = [item.kind for item in one.components if hasattr(item, "kind")]
    assert kinds == [FieldKind.DATE, FieldKind.TIME, FieldKind.DATE_TIME]


@pytest.mark.parametrize(
    "kind", ["html", "iframe", "button", "image", "table", "documentPreview", "vierkant"]
)
def test_a_component_that_cannot_be_shown_is_refused(kind: str) -> None:
    assert codes(file([{"type": kind, "id": "X"}])) == {("X", "form-component")}


def test_all_findings_come_at_once_each_with_its_component() -> None:
    raw = file(
        [
            field("textfield", "naam"),
            {**field("textfield", "naam"), "id": "Tweede"},
            field("textfield", "met spatie"),
            field("radio", "zonderKeuze"),
            field("textfield", "fout", validate={"pattern": "(("}),
            field("textfield", "verborgen", conditional={"hide": "geen feel"}),
            {"type": "textfield", "id": "Kaal", "key": "kaal"},
        ]
    )
    assert codes(raw) == {
        ("Tweede", "form-key"),
        ("Field_met spatie", "form-key"),
        ("Field_zonderKeuze", "form-options"),
        ("Field_fout", "form-pattern"),
        ("Field_verborgen", "form-hide"),
        ("Kaal", "form-label"),
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe",
        b"[]",
        b"{",
        b"[" * 100_000,
        b" " * (MAX_BYTES + 1),
        file("geen lijst"),
        file([1, None]),
        file([], id=None),
        file([], schemaVersion=4),
        file([field("textfield", f"v{n}") for n in range(1_001)]),
    ],
)
def test_a_broken_or_huge_file_is_a_named_refusal(raw: bytes) -> None:
    assert codes(raw)


def test_groups_deeper_than_the_limit_are_refused() -> None:
    inner: dict[str, object] = field("textfield", "a")
    for number in range(12):
        inner = {"type": "group", "id": f"G{number}", "label": "G", "components": [inner]}
    assert ("", "form-depth") in codes(file([inner]))
