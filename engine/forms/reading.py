"""Reading a ``.form`` file: JSON of form-js, schema version 16 or later, into a ``Form``.

Everything that is wrong is found in one go. Sizes are bounded before anything is built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import regex

from engine.findings import fault_line
from engine.forms import texts
from engine.forms.errors import FormFinding, FormRefused
from engine.forms.model import (
    Component,
    Computed,
    Decoration,
    Field,
    FieldKind,
    Form,
    Group,
    Option,
    Path,
    Repeat,
    Validation,
)

MAX_BYTES = 512 * 1024
MAX_DEPTH = 8
MAX_COMPONENTS = 1_000
MAX_ROWS = 100
OLDEST_SCHEMA = 16

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DECORATIONS = frozenset({"text", "separator", "spacer"})
_DATETIME = {"date": FieldKind.DATE, "time": FieldKind.TIME, "datetime": FieldKind.DATE_TIME}
_FIELDS = {kind.value: kind for kind in FieldKind} | {"datetime": FieldKind.DATE_TIME}
_REFUSED = {
    "html": "Gebruik een tekst (text).",
    "iframe": "Zet in een tekst een verwijzing naar de pagina.",
    "image": "Zet de uitleg in een tekst.",
    "table": "Gebruik een herhaalde lijst (dynamiclist).",
    "documentPreview": "Gebruik een bestandsveld (filepicker).",
    "button": "De knoppen zet het programma zelf onder het formulier.",
}

Json = Mapping[str, object]


def read_form(raw: bytes) -> Form:
    """The form in ``raw``. Raises FormRefused with every finding (Dutch, per component)."""
    return _Reader().form(raw)


class _Reader:
    """Collects findings while it builds; ids and variables are unique over the whole form."""

    def __init__(self) -> None:
        self.findings: list[FormFinding] = []
        self.ids: set[str] = set()
        self.count = 0

    def form(self, raw: bytes) -> Form:
        data = self._json(raw)
        if data.get("type", "default") != "default":
            self._find("", "form-type", "Dit is geen formulier van het type 'default'.")
        version = data.get("schemaVersion")
        if not isinstance(version, int) or version < OLDEST_SCHEMA:
            stands = f"schemaVersion {version}" if version else "geen schemaVersion"
            self._find(
                "",
                "form-schema",
                f"Het formulier heeft {stands}. Nodig is {OLDEST_SCHEMA} of hoger: "
                "open het in de Camunda Modeler en sla het op.",
            )
        form_id = data.get("id")
        if not isinstance(form_id, str) or not form_id:
            self._find("", "form-id", "Het formulier heeft geen id.")
        components = self._components(data.get("components", []), (), 0, set())
        if self.findings:
            raise FormRefused(tuple(self.findings))
        return Form(str(form_id), components)

    def _json(self, raw: bytes) -> Json:
        if len(raw) > MAX_BYTES:
            self._stop("form-size", f"Het formulier is groter dan {MAX_BYTES // 1024} kB.")
        try:
            data = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError) as wrong:
            self._stop("form-json", f"Het formulier is geen geldige JSON.{fault_line(wrong)}")
        if not isinstance(data, dict):
            self._stop("form-json", "Het formulier is geen JSON-object.")
        return data  # type: ignore[no-any-return]

    def _stop(self, code: str, message: str) -> None:
        raise FormRefused((FormFinding("", code, message),))

    def _find(self, component_id: str, code: str, message: str) -> None:
        self.findings.append(FormFinding(component_id, code, message))

    def _components(
        self, items: object, base: Path, depth: int, taken: set[Path]
    ) -> tuple[Component, ...]:
        if not isinstance(items, list):
            self._find("", "form-json", "'components' is geen lijst.")
            return ()
        if depth > MAX_DEPTH:
            self._find("", "form-depth", f"Er zitten meer dan {MAX_DEPTH} groepen in elkaar.")
            return ()
        read = (self._component(item, base, depth, taken) for item in items)
        return tuple(item for item in read if item is not None)

    def _component(
        self, item: object, base: Path, depth: int, taken: set[Path]
    ) -> Component | None:
        self.count += 1
        if self.count == MAX_COMPONENTS + 1:
            self._stop("form-size", f"Het formulier heeft meer dan {MAX_COMPONENTS} onderdelen.")
        if not isinstance(item, dict):
            self._find("", "form-json", "Een onderdeel is geen JSON-object.")
            return None
        component_id = self._id(item)
        kind = str(item.get("type"))
        hide = self._hide(item, component_id)
        if kind in _DECORATIONS:
            return self._decoration(item, component_id, kind, hide)
        if kind == "group":
            return self._group(item, component_id, base, depth, taken, hide)
        if kind == "dynamiclist":
            return self._repeat(item, component_id, base, depth, taken, hide)
        if kind == "expression":
            return self._computed(item, component_id, base, taken, hide)
        if kind in _FIELDS and kind not in ("date", "time"):
            return self._field(item, component_id, kind, base, taken, hide)
        advice = _REFUSED.get(kind, "Kies een ander onderdeel.")
        self._find(component_id, "form-component", f"Het onderdeel '{kind}' kan niet. {advice}")
        return None

    def _id(self, item: Json) -> str:
        component_id = str(item.get("id") or item.get("key") or "")
        if not component_id:
            self._find("", "form-id", "Een onderdeel heeft geen id.")
        elif component_id in self.ids:
            self._find(component_id, "form-id", f"Het id '{component_id}' komt twee keer voor.")
        self.ids.add(component_id)
        return component_id

    def _hide(self, item: Json, component_id: str) -> str | None:
        conditional = item.get("conditional")
        hide = conditional.get("hide") if isinstance(conditional, dict) else None
        if hide is None or hide == "":
            return None
        if not isinstance(hide, str) or not texts.is_expression(hide):
            self._find(
                component_id, "form-hide", "De voorwaarde 'hide' is geen FEEL: begin met '='."
            )
            return None
        return texts.expression_of(hide)

    def _decoration(self, item: Json, component_id: str, kind: str, hide: str | None) -> Decoration:
        height = item.get("height")
        return Decoration(
            component_id,
            kind,
            self._text(item, "text", component_id),
            hide,
            height if isinstance(height, int) else 0,
        )

    def _group(
        self,
        item: Json,
        component_id: str,
        base: Path,
        depth: int,
        taken: set[Path],
        hide: str | None,
    ) -> Group:
        path = base + self._names(item, "path", component_id, ())
        return Group(
            component_id,
            self._text(item, "label", component_id),
            self._components(item.get("components", []), path, depth + 1, taken),
            self._text(item, "description", component_id),
            hide,
            bool(item.get("showOutline", False)),
        )

    def _repeat(
        self,
        item: Json,
        component_id: str,
        base: Path,
        depth: int,
        taken: set[Path],
        hide: str | None,
    ) -> Repeat | None:
        path = self._answer_path(item, "path", component_id, base, taken)
        rows = item.get("defaultRepetitions", 1)
        if not isinstance(rows, int) or not 0 <= rows <= MAX_ROWS:
            self._find(
                component_id, "form-rows", f"Het aantal rijen moet 0 tot en met {MAX_ROWS} zijn."
            )
            rows = 1
        components = self._components(item.get("components", []), (), depth + 1, set())
        if path is None:
            return None
        return Repeat(
            component_id,
            path,
            self._text(item, "label", component_id),
            components,
            self._text(item, "description", component_id),
            hide,
            rows,
            bool(item.get("allowAddRemove", True)),
        )

    def _computed(
        self, item: Json, component_id: str, base: Path, taken: set[Path], hide: str | None
    ) -> Computed | None:
        path = self._answer_path(item, "key", component_id, base, taken)
        expression = item.get("expression")
        if not isinstance(expression, str) or not texts.is_expression(expression):
            self._find(component_id, "form-expression", "De berekening is geen FEEL met '='.")
            return None
        if path is None:
            return None
        return Computed(component_id, path, texts.expression_of(expression), hide)

    def _field(
        self,
        item: Json,
        component_id: str,
        kind_name: str,
        base: Path,
        taken: set[Path],
        hide: str | None,
    ) -> Field | None:
        kind = _FIELDS[kind_name]
        if kind_name == "datetime":
            subtype = str(item.get("subtype", "date"))
            if subtype not in _DATETIME:
                self._find(component_id, "form-datetime", f"Onbekend subtype '{subtype}'.")
            kind = _DATETIME.get(subtype, FieldKind.DATE)
        path = self._answer_path(item, "key", component_id, base, taken)
        label = self._label(item, component_id)
        appearance = item.get("appearance")
        looks = appearance if isinstance(appearance, dict) else {}
        options, options_expression = (
            self._options(item, component_id) if kind.has_options else ((), None)
        )
        decimals = item.get("decimalDigits")
        if path is None:
            return None
        return Field(
            id=component_id,
            kind=kind,
            path=path,
            label=label,
            description=self._text(item, "description", component_id),
            hide=hide,
            readonly=self._readonly(item, component_id),
            default=item.get("defaultValue"),
            validation=self._validation(item, component_id),
            options=options,
            options_expression=options_expression,
            prefix=self._text(looks, "prefixAdorner", component_id),
            suffix=self._text(looks, "suffixAdorner", component_id),
            decimals=decimals if isinstance(decimals, int) else None,
            multiple_files=item.get("multiple") is True,
            accept=str(item.get("accept") or ""),
        )

    def _label(self, item: Json, component_id: str) -> str:
        for name in ("label", "dateLabel", "timeLabel"):
            if text := self._text(item, name, component_id):
                return text
        self._find(component_id, "form-label", "Het veld heeft geen label: zet de vraag erbij.")
        return ""

    def _readonly(self, item: Json, component_id: str) -> bool | str:
        readonly = item.get("readonly", False)
        if item.get("disabled") is True:
            return True
        if isinstance(readonly, str):
            if not texts.is_expression(readonly):
                self._find(component_id, "form-readonly", "'readonly' is geen FEEL met '='.")
            return readonly
        return readonly is True

    def _options(self, item: Json, component_id: str) -> tuple[tuple[Option, ...], str | None]:
        expression = item.get("valuesExpression")
        if isinstance(expression, str) and expression.strip():
            return (), texts.expression_of(expression)
        key = item.get("valuesKey")
        if isinstance(key, str) and key.strip():
            return (), key.strip()
        options: list[Option] = []
        values = item.get("values")
        for value in values if isinstance(values, list) else []:
            if not isinstance(value, dict) or not isinstance(value.get("value"), str | int | bool):
                self._find(component_id, "form-options", "Een keuze heeft geen waarde.")
                continue
            options.append(Option(value["value"], str(value.get("label") or value["value"])))
        if not options:
            self._find(component_id, "form-options", "Het veld heeft geen keuzes.")
        if len({str(option.value) for option in options}) < len(options):
            self._find(component_id, "form-options", "Twee keuzes hebben dezelfde waarde.")
        return tuple(options), None

    def _validation(self, item: Json, component_id: str) -> Validation:
        found = item.get("validate")
        rules = found if isinstance(found, dict) else {}
        value_type = rules.get("validationType")
        pattern = rules.get("pattern") if value_type not in ("email", "phone") else None
        if isinstance(pattern, str) and pattern:
            try:
                regex.compile(pattern)
            except regex.error as wrong:
                self._find(component_id, "form-pattern", f"Het patroon klopt niet: {wrong}.")
        message = rules.get("patternErrorMessage")
        return Validation(
            required=rules.get("required") is True,
            minimum=self._bound(rules, "min", component_id),
            maximum=self._bound(rules, "max", component_id),
            min_length=self._bound(rules, "minLength", component_id),
            max_length=self._bound(rules, "maxLength", component_id),
            pattern=pattern if isinstance(pattern, str) and pattern else None,
            pattern_message=message if isinstance(message, str) and message else None,
            value_type=value_type if value_type in ("email", "phone") else None,
            not_in_the_past=item.get("disallowPassedDates") is True,
        )

    def _bound(self, rules: Json, name: str, component_id: str) -> float | str | None:
        bound = rules.get(name)
        if bound is None or bound == "":
            return None
        if isinstance(bound, str) and texts.is_expression(bound):
            return bound
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            return bound
        self._find(component_id, "form-bound", f"'{name}' is geen getal en geen FEEL met '='.")
        return None

    def _text(self, item: Json, name: str, component_id: str) -> str:
        text = item.get(name)
        if text is None:
            return ""
        if not isinstance(text, str):
            self._find(component_id, "form-text", f"'{name}' is geen tekst.")
            return ""
        if "{{#" in text or "{{/" in text:
            self._find(
                component_id,
                "form-text",
                f"'{name}' gebruikt een blok ({{{{#...}}}}). Gebruik FEEL: if ... then ... else.",
            )
        return text

    def _names(self, item: Json, name: str, component_id: str, default: Path) -> Path:
        text = item.get(name)
        if text is None or text == "":
            return default
        names = tuple(str(text).split("."))
        for part in names:
            if not _NAME.fullmatch(part):
                self._find(
                    component_id,
                    "form-key",
                    f"De naam '{text}' kan niet: gebruik letters, cijfers en _, zonder spaties.",
                )
        return names

    def _answer_path(
        self, item: Json, name: str, component_id: str, base: Path, taken: set[Path]
    ) -> Path | None:
        own = self._names(item, name, component_id, ())
        if not own:
            self._find(component_id, "form-key", f"Het onderdeel heeft geen naam ('{name}').")
            return None
        path = base + own
        shorter = {path[:length] for length in range(1, len(path) + 1)}
        if taken & shorter or any(other[: len(path)] == path for other in taken):
            self._find(component_id, "form-key", f"De naam '{'.'.join(path)}' komt twee keer voor.")
        taken.add(path)
        return path
